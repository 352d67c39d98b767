"""What the benchmark asks of a contender."""

import re
import shutil
import subprocess

from ..corpus import size_on_disk


class Contender:
    """A program with a folder of files of its own and perhaps an index.

    A command is a list of arguments. None says that the program does not do
    such a thing; `why_not` says it in words where they are not obvious.
    """

    key = ""
    """The short name, as in `--only`."""
    label = ""
    """The name in the tables."""
    program = ""
    """The executable that must be there."""
    package = ""
    """What to install, where it is not."""
    passages = True
    """Whether an answer shows the place of the match in the text."""
    follows = ("unchanged", "edited", "added", "deleted")
    """Which changes the program's own update takes in."""
    builds = True
    """Whether it has an index at all."""
    well = (0,)
    """The exit statuses of an answer, be it that nothing was found."""
    note = ""
    """What a reader of the tables must know, in a sentence or two."""

    def __init__(self, folder, stopwatch, options):
        self.folder = folder
        self.stopwatch = stopwatch
        self.options = options
        self.files = folder / "files"
        self.index = folder / "index"

    def missing(self):
        """Why it cannot run here, or None."""
        if shutil.which(self.program):
            return None
        return f"{self.program} is not installed ({self.package})"

    def version(self):
        """The program's version, in a few words."""
        told = subprocess.run([self.program, "--version"], capture_output=True, text=True)
        found = re.search(r"\d+(\.\d+)+", told.stdout + told.stderr)
        return found.group(0) if found else "unknown version"

    def set_up(self, corpus):
        """Makes its own folder of files, and its settings."""
        self.folder.mkdir(parents=True)
        corpus.link(self.files)

    def path_of(self, name):
        """Where it has the file of this name (relative to the corpus)."""
        return self.files / name

    def content(self, name, text, seconds):
        """The bytes of that file, from those of the article and its time."""
        return text

    def build(self):
        """Makes the index, where `clear` has been run."""
        return None

    def clear(self):
        """Takes the index away."""
        return ["rm", "-rf", str(self.index)]

    def update(self, change):
        """Brings the index up to date after a change (a word of `follows`)."""
        return None

    def query(self, query):
        """Answers with the first ten and their passages."""
        return None

    def count(self, query):
        """How many articles answer; raises ValueError where that is not told."""
        raise ValueError

    def index_bytes(self):
        """The size of the index on disk."""
        return size_on_disk(self.index)

    def ask(self, argv):
        """Runs one of its own commands; returns its output, of whatever status."""
        return self.stopwatch.watch(argv).output


def number_in(text, pattern):
    """The number that a pattern finds in a program's output."""
    found = re.search(pattern, text)
    if not found:
        raise ValueError(f"no number in {text[:80]!r}")
    return int(found.group(1))


def typed(query):
    """The words as most programs take them: a phrase in quotes, and a country
    as one more word."""
    words = f'"{" ".join(query.words)}"' if query.phrase else " ".join(query.words)
    return f"{words} {query.country.lower()}".strip()
