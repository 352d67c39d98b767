"""The questions that every contender is asked, and how their words are chosen."""

import re
from collections import Counter
from dataclasses import dataclass

from .corpus import last_day
from .measure import say

KINDS = {
    "two": "two words",
    "rare": "rare word",
    "common": "very common word",
    "phrase": "phrase",
    "date": "date range",
    "country": "country",
}
"""The kinds of query, and how the tables call them."""

SAMPLE_BYTES = 32_000_000
"""So much text is read to choose words."""

SMALL = set("""about after also back been before being between both could even first from
    have here into just last like made make many more most much must only other
    over said same should some such than that their them then there these they
    this those through under very well were what when where which while will
    with would year years your""".split())
"""Words that say little about what a text is about; no phrase is made of them."""


@dataclass
class Query:
    """One question. Contenders say it in their own languages."""

    kind: str
    words: list
    """All must be there; of a phrase, side by side."""
    since: str = ""
    """First and last day (YYYY-MM-DD), or empty."""
    until: str = ""
    code: str = ""
    """ISO code of a country, or empty."""
    country: str = ""
    """The country's name, for those that know no countries."""

    @property
    def phrase(self):
        """Whether the words stand side by side."""
        return self.kind == "phrase"

    @property
    def typed(self):
        """The words as they are typed: a phrase between quotes."""
        words = " ".join(self.words)
        return f'"{words}"' if self.phrase else words

    @property
    def text(self):
        """The question as a person reads it."""
        words = self.typed
        if self.since:
            words += f", {self.since} to {self.until}"
        if self.code:
            words += f", {self.country}"
        return words

    def all_words(self):
        """The words for a contender without countries: the name is one more."""
        return self.words + self.country.lower().split()


class Chooser:
    """Chooses the words that were not given: those of the news corpus where
    the folder has them, else others of the folder itself."""

    def __init__(self, files, cybersearch):
        self.files = files
        self.cybersearch = cybersearch
        self._chosen = None

    def queries(self, options):
        """The questions, from the options and the folder."""
        two = self._words(options.two, "cocoa prices", "two")
        rare = self._words(options.rare, "Comissaria", "rare")
        common = self._words(options.common, "said", "common")
        phrase = self._words(options.phrase, "interest rates", "phrase")
        found = [
            Query(kind, words)
            for kind, words in (
                ("two", two),
                ("rare", rare),
                ("common", common),
                ("phrase", phrase),
            )
            if words
        ]
        filtered = self._words(options.filtered, "oil", "filtered")
        if filtered:
            found += self._filtered(filtered, options)
        return found

    def _words(self, given, usual, kind):
        if given:
            return given.split()
        if self._count(Query("two", usual.split())) > 0:
            return usual.split()
        if self._chosen is None:
            self._chosen = choose_words(self.files)
        return self._chosen[kind]

    def _filtered(self, words, options):
        """The date range and the country, with the same word."""
        found = []
        since, _, until = (options.dates or "1987-03-01..1987-03-31").partition("..")
        dated = Query("date", words, since, until)
        if not options.dates and self._count(dated) == 0:
            month = self._facet("month", words, r"\d{4}-\d\d")
            dated = (
                Query("date", words, f"{month[0]}-01", last_day(month[0])) if month else None
            )
        if dated:
            found.append(dated)
        if options.country:
            code, _, name = options.country.partition("=")
            return found + [Query("country", words, code=code, country=name or code)]
        placed = Query("country", words, code="JP", country="Japan")
        if self._count(placed) == 0:
            top = self._facet("country", words, r"[A-Z]{2}")
            placed = Query("country", words, code=top[0], country=top[1]) if top else None
        return found + ([placed] if placed else [])

    def _count(self, query):
        return self.cybersearch.count(query)

    def _facet(self, by, words, form):
        """The value that most articles with the words have, and its name."""
        values = self.cybersearch.values(by, form, words)
        return max(values, key=lambda value: value[2])[:2] if values else None


def choose_words(files):
    """Chooses words by how many files have them; a list of words for each kind
    that the folder offers."""
    say("choosing query words from the files")
    step = max(1, sum(file.stat().st_size for file in files) // SAMPLE_BYTES)
    return choose_among(file.read_text(errors="replace") for file in files[::step])


def choose_among(texts):
    """As `choose_words`, of texts."""
    having, pairs, count = Counter(), Counter(), 0
    for text in texts:
        words = re.findall(r"[a-z]+", text.lower())
        having.update({word for word in words if len(word) >= 4})
        pairs.update({pair for pair in zip(words, words[1:]) if all(map(_telling, pair))})
        count += 1
    return _pick(having, pairs, count)


def _telling(word):
    return len(word) >= 4 and word not in SMALL


def _pick(having, pairs, count):
    """Ties go by the alphabet, so that a folder always has the same words."""
    common = sorted(having, key=lambda word: (-having[word], word))
    rare = sorted(word for word in having if having[word] == 1 and len(word) >= 7)
    runs = sorted(pairs, key=lambda pair: (-pairs[pair], pair))
    phrase = runs[0] if runs else ()
    others = [pair for pair in runs if not set(pair) & set(phrase)]
    telling = [word for word in common if _telling(word)]
    some = sorted(telling, key=lambda word: (abs(having[word] - count / 20), word))
    return {
        "two": list(others[0]) if others else telling[:2],
        "rare": rare[len(rare) // 2 : len(rare) // 2 + 1],
        "common": common[:1],
        "phrase": list(phrase),
        "filtered": some[:1] if count > 100 else telling[:1],
    }
