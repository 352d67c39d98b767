"""Says on what machine was measured, without naming it."""

import os
import platform
import re
import subprocess
from pathlib import Path


def describe(folder):
    """One line: processor, memory, system, and the file system of a folder."""
    parts = [_processor(), _memory(), _system(), _file_system(folder)]
    return ", ".join(part for part in parts if part)


def load():
    """The load average of the last minute, or None."""
    try:
        return round(os.getloadavg()[0], 2)
    except OSError:
        return None


def _processor():
    model = ""
    info = Path("/proc/cpuinfo")
    if info.exists():
        found = re.search(r"model name\s*:\s*(.+)", info.read_text())
        model = found.group(1).strip() if found else platform.machine()
    elif platform.system() == "Darwin":
        model = _told(["sysctl", "-n", "machdep.cpu.brand_string"])
    return f"{os.cpu_count()} cores ({model or platform.machine()})"


def _memory():
    try:
        total = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    except (ValueError, OSError):
        return ""
    return f"{total / 2**30:.0f} GiB"


def _system():
    release = Path("/etc/os-release")
    name = ""
    if release.exists():
        found = re.search(r'PRETTY_NAME="?([^"\n]+)', release.read_text())
        name = found.group(1) + ", " if found else ""
    return f"{name}{platform.system()} {platform.release()}"


def _file_system(folder):
    return _told(["stat", "-f", "-c", "%T", str(folder)])


def _told(argv):
    try:
        done = subprocess.run(argv, capture_output=True, text=True)
    except OSError:
        return ""
    return done.stdout.strip() if done.returncode == 0 else ""
