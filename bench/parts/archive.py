"""Archives of any size to measure growth with, made of a user's records.

Two kinds. *Repeated*: the records again and again under new ids; real texts,
but a vocabulary that does not grow. *Invented*: texts whose vocabulary grows as
that of a living archive does. Each word is followed by one that follows it
somewhere in the records (a chain of word pairs), so that small words, common
words and phrases are as frequent as they are there; half of the rare words are
replaced by invented names. Which name follows from a Pitman–Yor process (Pitman
and Yor, "The two-parameter Poisson–Dirichlet distribution", Annals of
Probability 25, 1997): after n names, of which k differ, the next one is new
with the probability (THETA + D k) / (n + THETA), else one of those before, each
in proportion to how often it was taken, less D. The number of names then grows
as n to the power of D, and how often each is taken falls off as in real texts.

Articles have log-normal lengths, a dateline, and half of them state their date.
Everything follows from a seed.
"""

import json
import os
import random
import re
from array import array
from collections import Counter

from .measure import BenchError

PART = 100_000_000
"""Bytes of a file of records, at most by one record more."""

D, THETA = 0.6, 5_000
"""Discount and strength of the process."""

RARE = 4
"""A word that stands so often in the records, or less, may give way to a name."""

MEAN, SPREAD = 5.15, 0.6
"""Mean and deviation of the logarithm of an article's length in words."""

SEED = 1997

PLACES = (
    "LONDON", "PARIS", "MOSCOW", "BEIJING", "TOKYO", "WASHINGTON", "NEW YORK",
    "BRASILIA", "NAIROBI", "CAIRO", "DELHI", "JAKARTA", "OTTAWA", "LAGOS", "MADRID",
)  # fmt: skip
MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August",
    "September", "October", "November", "December",
)  # fmt: skip
YEARS = range(1987, 2026)

SYLLABLES = [
    a + b for a in "bdfgklmnprstvz" for b in ("a", "e", "i", "o", "u", "an", "el", "or")
]


class Archive:
    """Files of records, which grow from size to size."""

    def __init__(self, lines, folder):
        self.folder = folder
        self.folder.mkdir()
        self.size = 0
        self.count = 0
        self._lines = lines

    def grow(self, size):
        """Writes records until there are so many bytes."""
        while self.size < size:
            end = min(size, (self.size // PART + 1) * PART)
            path = self.folder / f"{self.size:012}.jsonl"
            with open(path, "w", encoding="utf-8") as file:
                while self.size < end:
                    line = next(self._lines)
                    file.write(line)
                    self.size += len(line.encode())
                    self.count += 1

    def link(self, target):
        """A folder with the records that there are now."""
        target.mkdir()
        for part in sorted(self.folder.iterdir()):
            os.link(part, target / part.name)


def repeated(source):
    """The records again and again, each time under new ids."""
    turn = 0
    while True:
        with open(source, encoding="utf-8") as file:
            lines = (line for line in file if line.strip())
            for number, line in enumerate(lines):
                record = record_of(line)
                if turn:
                    record["id"] = f"{record.get('id', number)}-{turn}"
                yield json.dumps(record, ensure_ascii=False) + "\n"
        turn += 1


def invented(source, seed=SEED):
    """Articles without end, of the words of the records and of names."""
    dice = random.Random(seed)
    words, follows = _pairs(source)
    names = Names(dice)
    count, number = len(words), 0
    while True:
        wanted = max(20, int(dice.lognormvariate(MEAN, SPREAD)))
        at = int(dice.random() * count)
        text = []
        for _ in range(wanted):
            word, rare = words[at]
            if rare and dice.random() < 0.5:
                word = names.take() + word[len(word.rstrip(".,;:")) :]
            text.append(word)
            at = follows(at, dice.random())
        number += 1
        yield json.dumps({"id": f"{number}", "text": _dated(dice, text)}) + "\n"


def _dated(dice, words):
    """An article of these words: a dateline, paragraphs; half state their date."""
    month, day = dice.choice(MONTHS), 1 + int(dice.random() * 28)
    head = dice.choice(PLACES) + ", "
    head += f"{month} {day}"
    if dice.random() < 0.5:
        head += f", {dice.choice(YEARS)}"
    paragraphs = [" ".join(words[at : at + 45]) for at in range(0, len(words), 45)]
    return f"{head} - " + "\n\n".join(paragraphs)


def _pairs(source):
    """Every word of the records as (word, whether it may give way), and what
    gives the place of one that follows the word at a place."""
    tokens = []
    with open(source, encoding="utf-8") as file:
        for line in file:
            if line.strip():
                tokens += record_of(line).get("text", "").split()
    if not tokens:
        raise BenchError(f"{source}: no text in its records")
    having = Counter(re.sub(r"\W", "", token).lower() for token in tokens)
    ids, number = {}, array("I")
    for token in tokens:
        number.append(ids.setdefault(token, len(ids)))
    first = array("I", bytes(4 * (len(ids) + 1)))
    for each in number:
        first[each + 1] += 1
    for each in range(len(ids)):
        first[each + 1] += first[each]
    places, filled = array("I", bytes(4 * len(tokens))), array("I", first)
    for at, each in enumerate(number):
        places[filled[each]] = at
        filled[each] += 1
    kinds = {
        token: (
            token,
            token.strip(".,;:").isalpha() and having[token.strip(".,;:").lower()] <= RARE,
        )
        for token in ids
    }
    words, end = [kinds[token] for token in tokens], len(tokens)

    def follows(at, chance):
        each = number[at]
        begin = first[each]
        return (places[begin + int(chance * (first[each + 1] - begin))] + 1) % end

    return words, follows


class Names:
    """Names as a Pitman–Yor process takes them."""

    def __init__(self, dice):
        self._dice = dice
        self._taken = array("I")
        self._times = array("I")

    def __len__(self):
        """How many different names there are."""
        return len(self._times)

    def take(self):
        """The next name, new or not."""
        dice, taken, times = self._dice, self._taken, self._times
        n, k = len(taken), len(times)
        if dice.random() * (n + THETA) < THETA + D * k:
            name = k
            times.append(0)
        else:
            # One of those before in proportion to its times less D: any of what
            # was taken, refused with the probability D / times.
            while True:
                name = taken[int(dice.random() * n)]
                if dice.random() * times[name] >= D:
                    break
        taken.append(name)
        times[name] += 1
        return spelled(name)


def spelled(number):
    """The name of a number: no two numbers have the same one."""
    base = len(SYLLABLES)
    # At least two syllables, so that no name is a small word.
    parts = [SYLLABLES[number % base]]
    number //= base
    while True:
        parts.append(SYLLABLES[number % base])
        number //= base
        if not number:
            return "".join(parts).capitalize()
        number -= 1


def record_of(line):
    """The record of a line; a `BenchError` where it is none."""
    try:
        record = json.loads(line)
    except ValueError as error:
        raise BenchError(f"a line of the records is no JSON: {error}") from error
    if not isinstance(record, dict):
        raise BenchError("a line of the records is no JSON object")
    return record
