"""Who runs: one file for each. To add another, write its class after `base`
and name it here."""

from .cybersearch import Cybersearch
from .notmuch import Notmuch
from .omega import Omega
from .recoll import Recoll
from .ripgrep import Ripgrep
from .sqlite import Sqlite
from .stat_walk import StatWalk
from .tantivy_py import TantivyPy

ALL = [Cybersearch, Sqlite, TantivyPy, Notmuch, Recoll, Omega, Ripgrep, StatWalk]
"""In the order of the tables; the first is the one that is measured against
the others."""
