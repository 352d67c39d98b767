"""notmuch, which searches mail: every file becomes a message."""

import email.utils
import hashlib
from email.header import Header

from .base import Contender, number_in, typed

SETTINGS = """\
[database]
path={mail}
[user]
name=Reader
primary_email=reader@example.org
[new]
tags=news
[search]
exclude_tags=
"""


class Notmuch(Contender):
    """A mail folder of the files, with their times as dates."""

    key = "notmuch"
    label = "notmuch"
    program = "notmuch"
    package = "package notmuch"
    passages = False
    follows = ("unchanged", "added", "deleted")
    note = (
        "the files were made mail before, with their times as dates, which is not "
        "timed; shows the newest first and no passages; takes mail as never "
        "changing, so it has no *one file changed*; *nothing changed* is "
        "`notmuch new --full-scan`, since without that it looks at folders alone"
    )

    def set_up(self, corpus):
        self.folder.mkdir(parents=True)
        for part in ("cur", "new", "tmp"):
            (self.files / part).mkdir(parents=True)
        settings = SETTINGS.format(mail=self.files)
        (self.folder / "config").write_text(settings)
        for name, path in zip(corpus.names, corpus.files):
            seconds = path.stat().st_mtime
            message = self.content(name, path.read_bytes(), seconds)
            self.path_of(name).write_bytes(message)
        self.index = self.files / ".notmuch"

    def path_of(self, name):
        return self.files / "cur" / f"{_id(name)}:2,S"

    def content(self, name, text, seconds):
        title = next(
            (line for line in text.decode("utf-8", "replace").split("\n") if line.strip()),
            "",
        )
        lines = [
            "From: News <news@example.org>",
            f"Date: {email.utils.formatdate(seconds)}",
            f"Subject: {Header(title.strip()[:200], 'utf-8').encode()}",
            f"Message-ID: <{_id(name)}@example.org>",
            "MIME-Version: 1.0",
            "Content-Type: text/plain; charset=utf-8",
            "Content-Transfer-Encoding: 8bit",
        ]
        return "\n".join(lines).encode() + b"\n\n" + text

    def build(self):
        return self._run("new", "--quiet")

    def update(self, change):
        full = ["--full-scan"] if change == "unchanged" else []
        return self._run("new", "--quiet", *full)

    def query(self, query):
        return self._run("search", "--limit=10", _asked(query))

    def count(self, query):
        told = self.ask(self._run("count", "--output=messages", _asked(query)))
        return number_in(told, r"(\d+)")

    def _run(self, *arguments):
        return ["notmuch", f"--config={self.folder / 'config'}", *arguments]


def _asked(query):
    dates = f" date:{query.since}..{query.until}" if query.since else ""
    return typed(query) + dates


def _id(name):
    return hashlib.sha1(str(name).encode("utf-8", "surrogateescape")).hexdigest()
