"""Many queries drawn from the files by a seed, for figures that no choice of
words can flatter."""

import random
import re

from .queries import SMALL, Query

SEED = 20261130
"""Another seed draws other queries."""

KINDS = {
    "two": "two words of an article",
    "three": "three words of an article",
    "phrase": "two words side by side",
    "filter": "a word with a month or a country",
}
"""The kinds that are drawn, as many of each, and how the tables call them."""

TRIES = 100
"""An article may have too few words; so many are looked at for one query."""


def draw(files, count, months, countries, seed=SEED):
    """`count` queries as pairs of a kind and a `Query`, the kinds in turn.

    `months` are pairs of first and last day, `countries` pairs of code and
    name; where a list is empty, the other is taken, and without either there is
    no filter.
    """
    dice = random.Random(seed)
    kinds = [kind for kind in KINDS if kind != "filter" or months or countries]
    drawn = []
    for number in range(count if files else 0):
        kind = kinds[number % len(kinds)]
        for _ in range(TRIES):
            text = dice.choice(files).read_text(errors="replace")
            query = _query(kind, text, dice, months, countries)
            if query:
                drawn.append((kind, query))
                break
    return drawn


def _query(kind, text, dice, months, countries):
    """A query of a kind from an article, or None where its words are too few."""
    words = re.findall(r"[a-z]+", text.lower())
    if kind == "phrase":
        pairs = [pair for pair in zip(words, words[1:]) if min(map(len, pair)) >= 3]
        return Query("phrase", list(dice.choice(pairs))) if pairs else None
    telling = sorted({word for word in words if len(word) >= 4 and word not in SMALL})
    needed = {"two": 2, "three": 3, "filter": 1}[kind]
    if len(telling) < needed:
        return None
    chosen = dice.sample(telling, needed)
    if kind != "filter":
        return Query("two", chosen)
    if months and (not countries or dice.random() < 0.5):
        since, until = dice.choice(months)
        return Query("date", chosen, since, until)
    code, name = dice.choice(countries)
    return Query("country", chosen, code=code, country=name)


def quantile(values, share):
    """The value below which a share of the values lies (nearest rank)."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]
