"""One run of the benchmark: sets everybody up, and times everything in turn."""

from dataclasses import asdict, dataclass

from . import drawn, usage
from .changes import Changes
from .contenders import ALL
from .corpus import Corpus, seconds_of
from .measure import BenchError, Job, Sample, Stopwatch, say
from .queries import KINDS, Chooser

UPDATES = {
    "unchanged": "nothing changed",
    "edited": "one file changed",
    "added": "one file added",
    "deleted": "one file deleted",
}
"""The updates, and how the tables call them."""

QUERY_RUNS = 3
"""A query takes milliseconds, so that a round has several runs of it."""

DRAWN_RUNS = 4
"""Of each drawn query the least of so many runs counts, since what disturbs a
run can only add to it."""

RACED = ("cybersearch", "sqlite")
"""Who is asked the drawn queries; the others would take hours."""


@dataclass
class Row:
    """What one contender did in one task; times in seconds."""

    task: str
    contender: str
    runs: int = 0
    median: float = 0.0
    fastest: float = 0.0
    cpu: float = 0.0
    peak: int = 0
    """Peak memory in bytes, or 0."""
    index_bytes: int = 0
    hits: int = -1
    """How many articles it finds, or -1."""
    problem: str = ""
    """Why the row does not count, or empty."""


class Session:
    """Holds the contenders, and collects the rows."""

    def __init__(self, options, work):
        self.options = options
        self.work = work
        self.stopwatch = Stopwatch(work / "home")
        self.rows = []
        self.broken = set()
        """The keys of those whose index could not be built."""
        self.queries = []
        self.drawn = {}
        """The processor time of every drawn query, by kind and contender."""
        self.cold = []
        self.absent = {}
        self.present = self._gather()

    def _gather(self):
        present = []
        for kind in ALL:
            if self.options.only and kind.key not in self.options.only + ["cybersearch"]:
                continue
            contender = kind(self.work / kind.key, self.stopwatch, self.options)
            why = contender.missing()
            if why and kind is ALL[0]:
                raise BenchError(why)
            if why:
                self.absent[kind.label] = why
            else:
                present.append(contender)
        for name, why in self.absent.items():
            say(f"skipping {name}: {why}")
        return present

    def run(self):
        """Everything, in the order in which a person would meet it."""
        self.corpus = Corpus(self.options.folder, self.work)
        say(f"{len(self.corpus.names)} files, {self.corpus.size} bytes")
        self.changes = Changes(self.corpus, self.options.runs)
        self._give_dates()
        for contender in self.present:
            say(f"setting up {contender.label}")
            contender.set_up(self.corpus)
        self._build()
        if {"queries", "cold"} & set(self.options.tasks):
            chooser = Chooser(self.corpus.files, self.present[0])
            self.queries = chooser.queries(self.options)
        if "queries" in self.options.tasks:
            for query in self.queries:
                self._ask(query)
        if "drawn" in self.options.tasks:
            self._draw()
        if "cold" in self.options.tasks:
            self._read_cold()
        for change in UPDATES:
            if change in self.options.tasks:
                self._update(change)

    def _give_dates(self):
        """Where no file has a time in the range that is asked for."""
        since, _, until = (self.options.dates or "1987-03-01..1987-03-31").partition("..")
        span = seconds_of(since), seconds_of(until)
        if None in span:
            raise BenchError(f"--dates {self.options.dates}: not YYYY-MM-DD..YYYY-MM-DD")
        if not self.corpus.has_time_in(span[0], span[1] + 86_400):
            self.corpus.date_by_content(self.present[0], self.stopwatch)

    def _build(self):
        """Every index once under watch, which also warms the cache; then ours
        and those that take no longer than is tolerable again, in rounds."""
        quick, first = [], {}
        for contender in [each for each in self.present if each.builds]:
            say(f"building with {contender.label}")
            done = self.stopwatch.watch(contender.build())
            row = Row("build", contender.key, peak=done.peak)
            row.index_bytes = contender.index_bytes()
            if done.status != 0:
                row.problem = f"status {done.status}: {_last_line(done.errors)}"
                self.broken.add(contender.key)
                if contender is self.present[0]:
                    raise BenchError(f"our own build failed: {row.problem}")
            elif done.seconds > self.options.patience and contender is not self.present[0]:
                _fill(row, Sample([done.seconds], [done.cpu]))
            else:
                quick.append(contender)
            first[contender.key] = row
            self.rows.append(row)
        if "build" not in self.options.tasks:
            self.rows.clear()
            return
        say("timing builds")
        jobs = [Job(each.key, each.build(), each.clear()) for each in quick]
        samples = self.stopwatch.rounds(lambda _: jobs, self.options.runs)
        for key, sample in samples.items():
            _fill(first[key], sample)

    def _update(self, change):
        say(f"timing updates: {UPDATES[change]}")
        able = [
            each
            for each in self.present
            if change in each.follows and each.key not in self.broken
        ]
        samples, unseen = {}, {}
        for number in range(self.options.runs):
            jobs = []
            for each in able:
                prepare = []
                if change != "unchanged" and each.builds:
                    prepare = self.changes.prepare(each, change, number)
                jobs.append(Job(each.key, each.update(change), prepare))
            for key, sample in self.stopwatch.once(jobs, number):
                samples.setdefault(key, Sample()).add(sample)
            if change != "unchanged":
                self._settle(able, change, number, unseen)
        for each in able:
            row = Row(change, each.key, problem=unseen.get(each.key, ""))
            _fill(row, samples[each.key])
            self.rows.append(row)

    def _settle(self, able, change, number, unseen):
        """Looks whether the change was seen, and takes it back."""
        for each in [each for each in able if each.builds]:
            if not self.changes.seen(each, change, number):
                unseen[each.key] = "the change is not found afterwards"
            self.changes.undo(each, change, number)
            if change != "edited":
                self.stopwatch.watch(each.update("unchanged"))

    def _ask(self, query):
        say(f"timing queries: {KINDS[query.kind]} ({query.text})")
        jobs, rows = [], {}
        for each in self.present:
            argv = None if each.key in self.broken else each.query(query)
            if argv is None:
                continue
            row = rows[each.key] = self._try(each, query, argv)
            self.rows.append(row)
            if not row.problem:
                jobs.append(Job(each.key, argv))
        samples = self.stopwatch.rounds(
            lambda _: jobs, self.options.runs, QUERY_RUNS, warmup=1
        )
        for key, sample in samples.items():
            _fill(rows[key], sample)

    def _try(self, contender, query, argv):
        """Asks once under watch, and judges the answer."""
        done = self.stopwatch.watch(argv)
        row = Row(query.kind, contender.key, peak=done.peak)
        try:
            row.hits = contender.count(query)
        except (ValueError, KeyError) as error:
            row.problem = f"no count of hits: {error}"
        if row.hits == 0:
            row.problem = "finds nothing"
        elif done.status != 0:
            row.problem = f"status {done.status}: {_last_line(done.errors)}"
        elif contender.passages and not _shows(done.output, query):
            row.problem = "shows no passage with the word"
        return row

    def _draw(self):
        """Asks many drawn queries of those that are raced, each in turn."""
        ours = self.present[0]
        able = [
            each
            for each in self.present
            if each.key in RACED and each.key not in self.broken
        ]
        asked = drawn.draw(self.corpus.files, self.options.drawn, *ours.filters())
        say(f"timing {len(asked)} drawn queries")
        for kind, query in asked:
            least = {each.key: [] for each in able}
            for turn in range(DRAWN_RUNS):
                for each in able[turn % len(able) :] + able[: turn % len(able)]:
                    done = self._use(each.query(query))
                    if done.status in each.well:
                        least[each.key].append(done.cpu)
            if not all(least.values()):
                failed = [key for key, times in least.items() if not times]
                raise BenchError(f"{', '.join(failed)}: {query.text} ends with an error")
            for key, times in least.items():
                self.drawn.setdefault(kind, {}).setdefault(key, []).append(min(times))

    def _read_cold(self):
        """What each reads from the disk to answer when nothing of its index is
        in the cache; the program itself is."""
        for query in self.queries:
            say(f"reading cold: {KINDS[query.kind]} ({query.text})")
            for each in self.present:
                argv = None if each.key in self.broken else each.query(query)
                if argv is None or not each.builds:
                    continue
                self._use(argv)
                usage.forget(each.index)
                self.cold.append(
                    {
                        "task": query.kind,
                        "contender": each.key,
                        "bytes": self._use(argv).read,
                    }
                )

    def _use(self, argv):
        return usage.run(argv, self.stopwatch.env, self.stopwatch.home)

    def results(self):
        """All that was measured, as plain values for the reports."""
        return {
            "corpus": {
                "name": self.options.name,
                "files": len(self.corpus.names),
                "bytes": self.corpus.size,
                "left_out": self.corpus.left_out,
                "dated": self.corpus.dated,
            },
            "runs": self.options.runs,
            "query_runs": self.options.runs * QUERY_RUNS,
            "patience": self.options.patience,
            "contenders": [
                {
                    "key": each.key,
                    "label": each.label,
                    "version": each.version(),
                    "note": each.note,
                    "passages": each.passages,
                }
                for each in self.present
            ],
            "absent": self.absent,
            "queries": [{"kind": each.kind, "text": each.text} for each in self.queries],
            "rows": [asdict(row) for row in self.rows],
            "drawn": self.drawn,
            "drawn_runs": DRAWN_RUNS,
            "cold": self.cold,
        }


def _fill(row, sample):
    row.runs = len(sample.times)
    row.median = sample.median
    row.fastest = min(sample.times)
    row.cpu = sample.cpu
    if sample.failed:
        row.problem = row.problem or "a run ended with an error"


def _shows(output, query):
    """Whether an answer has one of the words in one of its forms."""
    text = output.lower()
    return any(word.lower()[:4] in text for word in query.all_words())


def _last_line(text):
    lines = text.strip().splitlines()
    return lines[-1] if lines else "nothing on stderr"
