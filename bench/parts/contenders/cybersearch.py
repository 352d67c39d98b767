"""The program itself."""

import datetime
import json
import re
import shutil

from ..corpus import last_day
from .base import Contender


class Cybersearch(Contender):
    """As a person runs it; the files behind the hits are checked."""

    key = "cybersearch"
    label = "cybersearch"
    well = (0, 1)
    note = "extracts dates, countries and people; dates are those of the article's text"

    def __init__(self, folder, stopwatch, options):
        super().__init__(folder, stopwatch, options)
        self.program = options.binary

    def missing(self):
        if shutil.which(self.program):
            return None
        return f"{self.program} is not there; build it with cargo build --release, or name it with --binary"

    def build(self):
        return self._run("index", "--quiet", str(self.files))

    def update(self, change):
        return self._run("index", "--quiet")

    def build_of(self, folder):
        """Builds the index of a folder where it lies."""
        return self._run("index", "--quiet", str(folder))

    def batch(self, file, *more):
        """Answers a file of queries in one process."""
        return self._run("batch", "--refresh", "never", "--format", "json", *more, file)

    def filters(self):
        """The months of the archive, by first and last day, and its countries, by
        code and name."""
        months = self.values("month", r"\d{4}-\d\d")
        countries = self.values("country", r"[A-Z]{2}")
        return (
            [(f"{month}-01", last_day(month)) for month, _, _ in months],
            [(code, name) for code, name, _ in countries],
        )

    def query(self, query):
        return self._search(query)

    def count(self, query):
        # A count must tell what is in the index, not bring it up to date first.
        more = ["--format", "json", "--refresh", "never"]
        answer = self.ask(self._search(query, *more))
        return json.loads(answer)["total"]

    def facets(self, by, words):
        """Counts values of a facet among the articles with the words."""
        return self._run("facets", "--by", by, "--format", "json", *words)

    def values(self, by, form, words=()):
        """The values of such a form of a facet, over all articles or those with
        the words: value, name and count, in the order of the facet."""
        told = self.stopwatch.watch(self.facets(by, words))
        if told.status != 0:
            return []
        return [
            (each["value"], each.get("name", each["value"]), each["count"])
            for each in json.loads(told.output)["facets"][0]["values"]
            if re.fullmatch(form, each["value"])
        ]

    def extract(self, paths):
        """Prints who, where and when of files as JSON lines."""
        return [self.program, "extract", *paths]

    def _run(self, *arguments):
        return [self.program, "--index", str(self.index), *arguments]

    def _search(self, query, *more):
        arguments = ["search", query.typed, *more]
        if query.since:
            arguments += ["--after", query.since, "--before", _next(query.until)]
        if query.code:
            arguments += ["--country", query.code]
        return self._run(*arguments)


def _next(day):
    """The day after a day: `--before` leaves out the day that it names."""
    date = datetime.date.fromisoformat(day) + datetime.timedelta(days=1)
    return date.isoformat()
