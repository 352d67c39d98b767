"""The files that are searched: a copy of the user's folder, which alone is
changed, with the times of its files, and one more like it per contender."""

import calendar
import datetime
import json
import os
import shutil
from pathlib import Path

from .measure import BenchError, say

ENDINGS = {".txt", ".text", ".md", ".markdown"}
"""Files that every contender reads as one article of plain text."""

AT_ONCE = 500
"""So many files are named in one command line."""


class Corpus:
    """The copy that all others are linked from."""

    def __init__(self, source, work):
        self.root = Path(work) / "files"
        self.left_out = 0
        self.names = []
        self.dated = 0
        """How many files were given the date of their article as their time."""
        self._copy(Path(source))
        if not self.names:
            raise BenchError(
                f"{source}: no text file in it (.txt, .text, .md, .markdown); "
                "name a folder that holds some"
            )

        self.size = sum(path.stat().st_size for path in self.files)
        """The bytes of all files together, before anything is done to them."""

    def _copy(self, source):
        for folder, folders, files in os.walk(source):
            folders[:] = sorted(name for name in folders if not name.startswith("."))
            for name in sorted(files):
                path = Path(folder) / name
                usable = path.suffix.lower() in ENDINGS and not name.startswith(".")
                if not usable or path.is_symlink() or not path.is_file():
                    self.left_out += 1
                    continue
                relative = path.relative_to(source)
                target = self.root / relative
                target.parent.mkdir(parents=True, exist_ok=True)
                shutil.copy2(path, target)
                self.names.append(relative)

    @property
    def files(self):
        """The paths of the copied files, in their order."""
        return [self.root / name for name in self.names]

    def has_time_in(self, since, until):
        """Whether a file has its time in a range of days (seconds)."""
        return any(since <= path.stat().st_mtime < until for path in self.files)

    def date_by_content(self, cybersearch, stopwatch):
        """Gives each file the date of its article, as cybersearch finds it, as
        its time. The others know no date but the file's, and a folder that was
        downloaded or unpacked has one date for all."""
        say("giving the files the dates of their articles")
        files = self.files
        for start in range(0, len(files), AT_ONCE):
            some = [str(path) for path in files[start : start + AT_ONCE]]
            told = stopwatch.watch(cybersearch.extract(some))
            for line in told.output.splitlines():
                self.dated += _date(json.loads(line))

    def link(self, target):
        """A folder with the same files, linked where that can be done: what is
        changed later is replaced, never written into."""
        for name in self.names:
            path = Path(target) / name
            path.parent.mkdir(parents=True, exist_ok=True)
            try:
                os.link(self.root / name, path)
            except OSError:
                shutil.copy2(self.root / name, path)


def _date(record):
    """Sets a file's time to noon of the day that was found; whether it did."""
    day = (record.get("published") or {}).get("value") or ""
    seconds = seconds_of(day) if len(day) == 10 and day[0] != "X" else None
    if seconds is None or seconds < 0:
        return False
    os.utime(record["path"], (seconds + 43_200, seconds + 43_200))
    return True


def seconds_of(day):
    """The Unix time at which a day (YYYY-MM-DD) begins in UTC; None for what
    is no day."""
    try:
        date = datetime.date.fromisoformat(day)
    except ValueError:
        return None
    return (date - datetime.date(1970, 1, 1)).days * 86_400


def last_day(month):
    """The last day of a month (YYYY-MM)."""
    year, number = map(int, month.split("-"))
    return f"{month}-{calendar.monthrange(year, number)[1]}"


def size_on_disk(path):
    """The bytes of a file, or of all files in a folder."""
    path = Path(path)
    if path.is_file():
        return path.stat().st_size
    return sum(part.stat().st_size for part in path.rglob("*") if part.is_file())
