"""What happens to the files between two updates, as it would in life: one is
written anew, one comes, one goes.

Each change puts a word into the files that is nowhere else, or takes one away,
so that it can be asked afterwards whether the update has seen it.
"""

import os
import time

from .queries import Query

LETTERS = "bcdfgjklmnpqrtvwxz"


def marker(change, number):
    """A word for one change of one kind; no stemmer makes it shorter."""
    letters = ""
    while True:
        letters += LETTERS[number % len(LETTERS)]
        number //= len(LETTERS)
        if not number:
            return f"zq{change[0]}k{letters}x"


class Changes:
    """The changes of every round, for every contender."""

    def __init__(self, corpus, rounds):
        self.corpus = corpus
        names = corpus.names
        # Spread over the folder; those to be changed are not those to go.
        step = max(1, len(names) // max(1, rounds))
        self.edited = [names[(i * step) % len(names)] for i in range(rounds)]
        self.deleted = [
            names[(i * step + step // 2 + 1) % len(names)] for i in range(rounds)
        ]
        self._mark_those_to_go()

    def _mark_those_to_go(self):
        for number, name in enumerate(self.deleted):
            path = self.corpus.root / name
            kept = path.stat()
            with open(path, "ab") as file:
                file.write(f"\n\n{marker('deleted', number)}\n".encode())
            os.utime(path, ns=(kept.st_atime_ns, kept.st_mtime_ns))

    def prepare(self, contender, change, number):
        """The command that makes a change; what it puts there is staged."""
        target = contender.path_of(self.name(change, number))
        if change == "deleted":
            return ["rm", str(target)]
        staged = contender.folder / "staged"
        text = self._text(change, number)
        seconds = int(time.time())
        if target.exists() and int(target.stat().st_mtime) == seconds:
            # Some programs know the second of a file's time and no more.
            seconds += 1
        staged.write_bytes(contender.content(self.name(change, number), text, seconds))
        os.utime(staged, (seconds, seconds))
        return ["mv", "-f", str(staged), str(target)]

    def undo(self, contender, change, number):
        """Brings the files back to what they were, but for what was edited."""
        name = self.name(change, number)
        target = contender.path_of(name)
        if change == "added":
            target.unlink()
        elif change == "deleted":
            source = self.corpus.root / name
            seconds = source.stat().st_mtime
            target.write_bytes(contender.content(name, source.read_bytes(), seconds))
            os.utime(target, (seconds, seconds))

    def seen(self, contender, change, number):
        """Whether the contender's index knows of the change."""
        word = Query("rare", [marker(change, number)])
        expected = 0 if change == "deleted" else 1
        try:
            return contender.count(word) == expected
        except (ValueError, KeyError):
            return False

    def name(self, change, number):
        """The file that a change is about."""
        if change == "edited":
            return self.edited[number]
        if change == "deleted":
            return self.deleted[number]
        return self.edited[number].with_name(f"{marker(change, number)}.txt")

    def _text(self, change, number):
        """An article of the folder with the word at its end."""
        text = (self.corpus.root / self.edited[number]).read_bytes()
        return text + f"\n\n{marker(change, number)}\n".encode()
