"""SQLite's full-text index, as its shell makes it of a folder."""

from ..corpus import seconds_of
from .base import Contender, number_in

TABLES = """\
CREATE TABLE files(id INTEGER PRIMARY KEY, path TEXT, mtime INTEGER);
CREATE VIRTUAL TABLE docs USING fts5(body, tokenize='porter unicode61');
"""

BUILD = """\
BEGIN;
{tables}INSERT INTO files(path, mtime)
  SELECT name, mtime FROM fsdir({folder}) WHERE mode & 61440 = 32768;
INSERT INTO docs(rowid, body) SELECT id, CAST(readfile(path) AS TEXT) FROM files;
COMMIT;
"""

# FTS5 knows nothing of files; this is the best that its user can write by hand.
UPDATE = """\
BEGIN;
CREATE TEMP TABLE seen(path TEXT PRIMARY KEY, mtime INTEGER) WITHOUT ROWID;
INSERT INTO seen SELECT name, mtime FROM fsdir({folder}) WHERE mode & 61440 = 32768;
CREATE TEMP TABLE stale AS
  SELECT id FROM files LEFT JOIN seen USING (path) WHERE seen.mtime IS NOT files.mtime;
DELETE FROM docs WHERE rowid IN (SELECT id FROM stale);
DELETE FROM files WHERE id IN (SELECT id FROM stale);
CREATE TEMP TABLE last AS SELECT coalesce(max(id), 0) AS id FROM files;
DELETE FROM seen WHERE path IN (SELECT path FROM files);
INSERT INTO files(path, mtime) SELECT path, mtime FROM seen;
INSERT INTO docs(rowid, body)
  SELECT id, CAST(readfile(path) AS TEXT) FROM files WHERE id > (SELECT id FROM last);
COMMIT;
"""


class Sqlite(Contender):
    """One table for the files, one for the text."""

    key = "sqlite"
    label = "SQLite FTS5"
    program = "sqlite3"
    package = "package sqlite3"
    note = (
        "extracts nothing: dates are the files' times, a country is its name as one "
        "more word; it has no update of its own, so the one timed is SQL written for "
        "this benchmark, which compares the files' times"
    )

    def missing(self):
        gone = super().missing()
        if gone:
            return gone
        sql = "CREATE VIRTUAL TABLE t USING fts5(a); SELECT count(*) FROM fsdir('.');"
        told = self.stopwatch.watch(["sqlite3", ":memory:", sql])
        return None if told.status == 0 else "sqlite3 was built without FTS5 or fsdir"

    def set_up(self, corpus):
        super().set_up(corpus)
        folder = _quoted(self.files)
        sql = BUILD.format(tables=TABLES, folder=folder)
        (self.folder / "build.sql").write_text(sql)
        (self.folder / "update.sql").write_text(UPDATE.format(folder=folder))

    def build(self):
        return self._read("build.sql")

    def update(self, change):
        return self._read("update.sql")

    def query(self, query):
        shown = "path, snippet(docs, 0, '[', ']', '...', 24)"
        return self._ask(f"SELECT {shown} {_found(query)} ORDER BY rank LIMIT 10")

    def count(self, query):
        argv = self._ask(f"SELECT count(*) {_found(query)}")
        return number_in(self.ask(argv), r"(\d+)")

    def _read(self, name):
        path = _quoted(self.folder / name)
        return ["sqlite3", "-bail", str(self.index), f".read {path}"]

    def _ask(self, sql):
        return ["sqlite3", "-bail", str(self.index), sql]


def _found(query):
    words = query.all_words()
    match = " AND ".join(f'"{word}"' for word in words)
    if query.phrase:
        match = f'"{" ".join(words)}"'
    clauses = f"FROM docs JOIN files ON files.id = docs.rowid WHERE docs MATCH '{match}'"
    if query.since:
        first, last = seconds_of(query.since), seconds_of(query.until) + 86_399
        clauses += f" AND mtime BETWEEN {first} AND {last}"
    return clauses


def _quoted(path):
    """A path as a string of SQL, which the shell's dot commands take too."""
    return "'" + str(path).replace("'", "''") + "'"
