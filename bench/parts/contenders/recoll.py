"""Recoll, a desktop search, by its command line."""

from .base import Contender, number_in, typed

# Recoll steps back behind all other programs unless told otherwise, which
# would measure the others.
SETTINGS = """\
topdirs = "{files}"
idxniceprio = 0
monioniceclass = 0
noaspell = 1
loglevel = 1
"""


class Recoll(Contender):
    """Passages are those of `recollq -A -g 1`."""

    key = "recoll"
    label = "recoll"
    program = "recollindex"
    package = "package recollcmd"
    note = (
        "dates are the files' times, a country is its name as one more word; run at "
        "ordinary priority and without its spelling dictionary, which is not "
        "its default"
    )

    def version(self):
        told = self.stopwatch.watch(["recollq", "-v"])
        text = told.output + told.errors
        return (
            text.split("Recoll ")[1].split()[0] if "Recoll " in text else "unknown version"
        )

    def set_up(self, corpus):
        super().set_up(corpus)
        self._write_settings()

    def _write_settings(self):
        self.index.mkdir(exist_ok=True)
        settings = SETTINGS.format(files=self.files)
        (self.folder / "recoll.conf").write_text(settings)
        (self.index / "recoll.conf").write_text(settings)

    def clear(self):
        # The settings lie in the folder of the index.
        return [
            "rm",
            "-rf",
            str(self.index / "xapiandb"),
            str(self.index / "idxstatus.txt"),
        ]

    def build(self):
        return ["recollindex", "-c", str(self.index), "-z"]

    def update(self, change):
        return ["recollindex", "-c", str(self.index)]

    def query(self, query):
        return self._run("-A", "-g", "1", "-n", "10", query=query)

    def count(self, query):
        return number_in(self.ask(self._run("-Q", "-E", query=query)), r"(\d+) results")

    def _run(self, *arguments, query):
        dates = f" date:{query.since}/{query.until}" if query.since else ""
        return ["recollq", "-c", str(self.index), *arguments, typed(query) + dates]
