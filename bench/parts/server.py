"""A server that is measured: started, asked, and what the kernel tells of it."""

import http.client
import os
import re
import shutil
import subprocess
import urllib.parse
from dataclasses import dataclass
from pathlib import Path

from .measure import BenchError

TICK = os.sysconf("SC_CLK_TCK")


class Server:
    """`cybersearch serve` over an index, at a free port, for everybody."""

    def __init__(self, program, index, env):
        self.process = subprocess.Popen(
            [program, "--index", str(index), "serve", "--port", "0", "--no-token", "-q"],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=env,
            text=True,
        )
        link = self.process.stdout.readline().strip()
        found = re.fullmatch(r"http://127\.0\.0\.1:(\d+)/", link)
        if not found:
            self.process.kill()
            raise BenchError(f"the server does not start: {self.process.stderr.read().strip()}")
        self.port = int(found[1])
        self.connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)

    def stop(self):
        """Ends it as Ctrl-C does."""
        self.process.terminate()
        return self.process.wait(timeout=60)

    def ask(self, path):
        """One request; the bytes of its answer."""
        self.connection.request("GET", path)
        answer = self.connection.getresponse()
        body = answer.read()
        if answer.status != 200:
            raise BenchError(f"{path}: status {answer.status}")
        return body

    def cpu(self):
        """Seconds of processor time so far, of all its threads."""
        told = Path(f"/proc/{self.process.pid}/stat").read_text()
        # The name of the program may have spaces; it ends at the last bracket.
        fields = told.rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / TICK

    def memory(self):
        """Bytes that it holds in memory now."""
        told = Path(f"/proc/{self.process.pid}/status").read_text()
        return int(re.search(r"VmRSS:\s+(\d+) kB", told)[1]) * 1024


@dataclass
class Load:
    """What a number of users met in some seconds."""

    users: int
    median: float
    """In milliseconds; so is the 99 % quantile."""
    p99: float
    rate: float
    """Requests a second."""
    requests: int
    failed: int


SCRIPT = """
local paths = {}
for line in io.lines("%s") do paths[#paths + 1] = line end
local at = 0
request = function()
  at = at + 1
  return wrk.format("GET", paths[(at - 1) %% #paths + 1])
end
done = function(summary, latency, requests)
  local errors = summary.errors
  io.write(string.format("figures %%f %%f %%f %%d %%d\\n",
    latency:percentile(50) / 1000, latency:percentile(99) / 1000,
    summary.requests / (summary.duration / 1e6), summary.requests,
    errors.connect + errors.read + errors.write + errors.status + errors.timeout))
end
"""


def load(server, paths, users, seconds, folder):
    """Has so many users ask all paths in turn, each as fast as it is answered;
    None without wrk."""
    if not shutil.which("wrk"):
        return None
    (folder / "paths").write_text("\n".join(paths) + "\n")
    script = folder / "load.lua"
    script.write_text(SCRIPT % (folder / "paths"))
    done = subprocess.run(
        ["wrk", "-t1", f"-c{users}", f"-d{seconds}s", "--timeout", "30s", "--latency", "-s", str(script)]
        + [f"http://127.0.0.1:{server.port}"],
        capture_output=True,
        text=True,
    )
    return read(users, done.stdout)


def read(users, told):
    """Reads what the script prints."""
    found = re.search(r"^figures (\S+) (\S+) (\S+) (\d+) (\d+)$", told, re.M)
    if not found:
        raise BenchError(f"wrk: {told.strip() or 'it says nothing'}")
    median, p99, rate = (float(figure) for figure in found.groups()[:3])
    return Load(users, median, p99, rate, int(found[4]), int(found[5]))


def path(page, query):
    """The address of a page about a query."""
    parameters = {"q": query.typed}
    if query.since:
        parameters["date"] = f"{query.since}..{query.until}"
    if query.code:
        parameters["country"] = query.code
    return f"{page}?{urllib.parse.urlencode(parameters)}"


def line(query):
    """The same as a line for `batch`."""
    parts = [query.typed]
    if query.since:
        parts.append(f"date:{query.since}..{query.until}")
    if query.code:
        parts.append(f"country:{query.code}")
    return " ".join(parts)
