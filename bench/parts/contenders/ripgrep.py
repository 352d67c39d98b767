"""ripgrep, which has no index and reads everything again."""

import shlex

from .base import Contender


class Ripgrep(Contender):
    """One line of each file that answers; the first ten of nothing in particular."""

    key = "ripgrep"
    label = "ripgrep"
    program = "rg"
    package = "package ripgrep"
    follows = ()
    builds = False
    note = (
        "no index: reads all files at each query; prints the first line with the word "
        "of every file, in no order; several words are several runs joined by xargs, "
        "a phrase must stand in one line, no word forms; a date range takes files by "
        "their times with find"
    )

    def query(self, query):
        # xargs fails where one of its runs finds nothing, which is no failure.
        return ["sh", "-c", self._pipe(query, "-m 1") + " || :"]

    def count(self, query):
        told = self.ask(["sh", "-c", self._pipe(query, "-l")])
        return len(told.splitlines())

    def _pipe(self, query, show):
        """Files with the first word, of these those with the next, and so on."""
        grep = "rg --no-config -i -w -F -H"
        words = query.all_words()
        words = [" ".join(words)] if query.phrase else words
        folder = shlex.quote(str(self.files))
        if query.since:
            when = f"-newermt {query.since} ! -newermt '{query.until} 23:59:59'"
            parts = [f"find {folder} -type f {when} -print0"]
        else:
            first = shlex.quote(words.pop(0))
            if not words:
                return f"{grep} {show} {first} {folder}"
            parts = [f"{grep} -l -0 {first} {folder}"]
        for word in words[:-1]:
            parts.append(f"xargs -0 -r {grep} -l -0 {shlex.quote(word)}")
        parts.append(f"xargs -0 -r {grep} {show} {shlex.quote(words[-1])}")
        return " | ".join(parts)
