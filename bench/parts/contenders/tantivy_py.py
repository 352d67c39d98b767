"""tantivy through its Python package, by a short program."""

import json
import subprocess
import sys
from pathlib import Path

from ..corpus import seconds_of
from .base import Contender, number_in

PROGRAM = Path(__file__).resolve().parent.parent / "tantivy_program.py"


class TantivyPy(Contender):
    """The same search library, with nothing around it."""

    key = "tantivy"
    label = "tantivy-py"
    program = sys.executable
    package = "pip install tantivy"
    follows = ()
    note = (
        "extracts nothing, as SQLite; the Python program is part of bench/, "
        "and its start is part of each query; it has no update of a folder"
    )

    def missing(self):
        told = subprocess.run([sys.executable, "-c", "import tantivy"], capture_output=True)
        return None if told.returncode == 0 else f"no package tantivy ({self.package})"

    def version(self):
        code = "from importlib.metadata import version; print(version('tantivy'))"
        told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
        return told.stdout.strip()

    def build(self):
        return self._run("build", str(self.files))

    def query(self, query):
        return self._run("query", _asked(query))

    def count(self, query):
        return number_in(self.ask(self._run("count", _asked(query))), r"(\d+)")

    def _run(self, verb, what):
        return [sys.executable, str(PROGRAM), verb, str(self.index), what]


def _asked(query):
    since = seconds_of(query.since) if query.since else None
    until = seconds_of(query.until) + 86_400 if query.since else None
    words = query.all_words()
    return json.dumps([words, query.phrase, since, until])
