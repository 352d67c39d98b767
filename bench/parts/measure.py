"""Times whole processes with hyperfine, and measures their peak memory.

Everything runs in a home of its own, so that no configuration of the user acts
on what is measured.
"""

import json
import os
import shlex
import shutil
import signal
import site
import statistics
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path


class BenchError(Exception):
    """What stops the whole benchmark, in words for the person who ran it."""


@dataclass
class Job:
    """One command to be timed, and the one that makes its run a real one."""

    name: str
    argv: list
    prepare: list = field(default_factory=list)
    """Empty where nothing has to be made ready."""


@dataclass
class Sample:
    """Runs of one command; all times in seconds."""

    times: list = field(default_factory=list)
    cpus: list = field(default_factory=list)
    failed: bool = False

    def add(self, other):
        """Takes the runs of another round in."""
        self.times += other.times
        self.cpus += other.cpus
        self.failed = self.failed or other.failed

    @property
    def median(self):
        """The median of the wall clock."""
        return statistics.median(self.times)

    @property
    def cpu(self):
        """The median of user and system time together."""
        return statistics.median(self.cpus)


@dataclass
class Outcome:
    """One run of a command that was watched instead of timed."""

    status: int
    output: str
    errors: str
    seconds: float
    cpu: float
    peak: int
    """Peak memory in bytes; 0 where it could not be measured."""


class Stopwatch:
    """Runs commands in a folder and a home of their own."""

    def __init__(self, home):
        self.home = Path(home)
        self.home.mkdir(parents=True, exist_ok=True)
        self.hyperfine = shutil.which("hyperfine")
        if not self.hyperfine:
            raise BenchError(
                "hyperfine is not installed; it times the runs "
                "(https://github.com/sharkdp/hyperfine, or the package hyperfine)"
            )
        self.gnu_time = _gnu_time()
        self.env = _environment(self.home)

    def rounds(self, jobs_of_round, rounds, runs=1, warmup=0):
        """Times jobs in so many rounds, each with all of them, in an order
        that moves on by one from round to round: what else the machine does
        then falls on all alike. `jobs_of_round` makes the jobs of a round."""
        samples = {}
        for number in range(rounds):
            for name, sample in self.once(jobs_of_round(number), number, runs, warmup):
                samples.setdefault(name, Sample()).add(sample)
        return samples

    def once(self, jobs, turn=0, runs=1, warmup=0):
        """Times each job `runs` times, beginning with number `turn`; returns
        pairs of its name and its sample."""
        if not jobs:
            return []
        turn %= len(jobs)
        jobs = jobs[turn:] + jobs[:turn]
        export = self.home / "hyperfine.json"
        command = [self.hyperfine, "--shell=none", "--style=none", "--ignore-failure"]
        command += ["--output=pipe", f"--runs={runs}", f"--warmup={warmup}"]
        command += ["--export-json", str(export)]
        for job in jobs:
            # Of these there must be none, or as many as commands.
            if any(other.prepare for other in jobs):
                # What others wrote is on disk before a turn begins.
                prepare = shlex.join(job.prepare or ["true"]) + "; sync"
                command += ["--prepare", shlex.join(["sh", "-c", prepare])]
            command.append(shlex.join(job.argv))
        done = subprocess.run(
            command, env=self.env, cwd=self.home, capture_output=True, text=True
        )
        if done.returncode != 0:
            raise BenchError(f"hyperfine failed: {done.stderr.strip()}")
        results = json.loads(export.read_text())["results"]
        return [(job.name, _sample(result)) for job, result in zip(jobs, results)]

    def watch(self, argv):
        """Runs a command once; returns what it printed and what it needed."""
        report = self.home / "time.txt"
        wrapped = argv
        if self.gnu_time:
            form = "%e %U %S %M"
            wrapped = [self.gnu_time, "-q", "-f", form, "-o", str(report)] + argv
        began = time.monotonic()
        done = subprocess.run(
            wrapped,
            env=self.env,
            cwd=self.home,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            errors="replace",
        )
        wall, user, system, peak = time.monotonic() - began, 0.0, 0.0, 0
        if self.gnu_time:
            wall, user, system, peak = map(float, report.read_text().split()[-4:])
        return Outcome(
            done.returncode,
            done.stdout,
            done.stderr,
            wall,
            user + system,
            int(peak) * 1024,
        )


def _sample(result):
    """The runs of one command in hyperfine's own words. Processor times come
    as the mean of the runs of a round."""
    codes = result.get("exit_codes", [])
    return Sample(
        list(result["times"]),
        [result["user"] + result["system"]],
        any(code != 0 for code in codes),
    )


def _gnu_time():
    """GNU time, a process so small that its own memory does not count: what
    the kernel tells of a child of this program is never below this program."""
    for name in ("time", "gtime"):
        path = shutil.which(name)
        if path:
            told = subprocess.run([path, "--version"], capture_output=True, text=True)
            if "GNU" in told.stdout + told.stderr:
                return path
    return None


def _environment(home):
    """The environment of all that is measured: the home is empty, but Python
    still finds what the user installed for it."""
    env = {key: value for key, value in os.environ.items() if "CYBERSEARCH" not in key}
    env["PYTHONUSERBASE"] = site.getuserbase()
    env["PYTHONDONTWRITEBYTECODE"] = "1"
    env["HOME"] = str(home)
    env["LC_ALL"] = "C.UTF-8"
    for key in ("XDG_CONFIG_HOME", "XDG_CACHE_HOME", "XDG_DATA_HOME"):
        env.pop(key, None)
    return env


def stop_as_by_hand():
    """Makes a request to end (SIGTERM) remove the copies, as Ctrl-C does."""

    def stop(number, frame):
        raise KeyboardInterrupt

    signal.signal(signal.SIGTERM, stop)


def say(text):
    """Tells the person who waits what is being done."""
    print(text, file=sys.stderr, flush=True)
