"""SQLite's full-text index, as its shell makes it of a folder."""

from ..corpus import seconds_of
from .base import Contender, number_in

# One table: what belongs to a file lies beside its text, so that an answer needs
# no second table, which costs a query of ten hits half as much again.
TABLE = """\
CREATE VIRTUAL TABLE docs USING
  fts5(path UNINDEXED, mtime UNINDEXED, body, tokenize='porter unicode61');
"""

BUILD = """\
BEGIN;
{table}INSERT INTO docs(path, mtime, body)
  SELECT name, mtime, CAST(readfile(name) AS TEXT)
  FROM fsdir({folder}) WHERE mode & 61440 = 32768;
COMMIT;
"""

# FTS5 knows nothing of files; this is the best that its user can write by hand.
UPDATE = """\
BEGIN;
CREATE TEMP TABLE seen(path TEXT PRIMARY KEY, mtime INTEGER) WITHOUT ROWID;
INSERT INTO seen SELECT name, mtime FROM fsdir({folder}) WHERE mode & 61440 = 32768;
CREATE TEMP TABLE had AS SELECT rowid AS id, path, mtime FROM docs;
CREATE TEMP TABLE stale AS
  SELECT id FROM had LEFT JOIN seen USING (path) WHERE seen.mtime IS NOT had.mtime;
DELETE FROM docs WHERE rowid IN (SELECT id FROM stale);
DELETE FROM had WHERE id IN (SELECT id FROM stale);
DELETE FROM seen WHERE path IN (SELECT path FROM had);
INSERT INTO docs(path, mtime, body)
  SELECT path, mtime, CAST(readfile(path) AS TEXT) FROM seen;
COMMIT;
"""


class Sqlite(Contender):
    """One table for all of it, the fastest that a person would make."""

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
        sql = BUILD.format(table=TABLE, folder=folder)
        (self.folder / "build.sql").write_text(sql)
        (self.folder / "update.sql").write_text(UPDATE.format(folder=folder))

    def build(self):
        return self._read("build.sql")

    def update(self, change):
        return self._read("update.sql")

    def query(self, query):
        shown = "path, snippet(docs, 2, '[', ']', '...', 24)"
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
    clauses = f"FROM docs WHERE docs MATCH '{match}'"
    if query.since:
        first, last = seconds_of(query.since), seconds_of(query.until) + 86_399
        clauses += f" AND mtime BETWEEN {first} AND {last}"
    return clauses


def _quoted(path):
    """A path as a string of SQL, which the shell's dot commands take too."""
    return "'" + str(path).replace("'", "''") + "'"
