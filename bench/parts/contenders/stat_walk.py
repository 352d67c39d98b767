"""The least that any check of a folder must do: look at each file once."""

from .base import Contender


class StatWalk(Contender):
    """`find` printing size and time of every file."""

    key = "find"
    label = "stat walk"
    program = "find"
    package = "GNU findutils"
    passages = False
    builds = False
    note = "`find -type f -printf '%s %T@\\n'`: size and time of every file, nothing else"

    def missing(self):
        gone = super().missing()
        if gone:
            return gone
        told = self.stopwatch.watch(["find", "/", "-maxdepth", "0", "-printf", "%s"])
        return None if told.status == 0 else "find has no -printf (GNU findutils has)"

    def update(self, change):
        return ["find", str(self.files), "-type", "f", "-printf", r"%s %T@\n"]
