"""Xapian's own indexer of files (Omega) and its command-line query."""

import shutil

from .base import Contender, number_in, typed


class Omega(Contender):
    """`omindex` and `quest`."""

    key = "omindex"
    label = "omindex"
    program = "omindex"
    package = "packages xapian-omega and xapian-tools"
    passages = False
    note = (
        "shows the beginning of each document, no passages; a country is its name as "
        "one more word; no dates on the command line"
    )

    def missing(self):
        return super().missing() or self._without_quest()

    def _without_quest(self):
        return None if shutil.which("quest") else f"quest is not installed ({self.package})"

    def build(self):
        types = [
            "-M",
            "md:text/plain",
            "-M",
            "markdown:text/plain",
            "-M",
            "text:text/plain",
        ]
        return ["omindex", "--db", str(self.index), "--url", "/", *types, str(self.files)]

    def update(self, change):
        return self.build()

    def query(self, query):
        return self._run("10", "10", query=query)

    def count(self, query):
        told = self.ask(self._run("1", "1000000000", query=query))
        return number_in(told, r"(?:Exactly|best estimate is) (\d+)")

    def _run(self, shown, checked, query):
        if query.since:
            return None
        limits = ["-m", shown, "-c", checked, "-o", "and"]
        return ["quest", "-d", str(self.index), *limits, typed(query)]
