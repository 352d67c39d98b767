"""The results as Markdown: a short table for docs/performance.md, and all of it."""

from . import drawn
from .queries import KINDS
from .session import UPDATES

TASKS = {"build": "full build", **UPDATES, **KINDS}
"""Every task, in the order of the tables, and how these call it."""

REFERENCE = {"build": "sqlite", **{each: "find" for each in UPDATES}}
"""Whom a task is measured against; queries against SQLite too."""


AGAINST = (
    "*Against* is how many times as long as SQLite FTS5 takes, and of updates as long "
    "as the stat walk takes; first by the clock, then by CPU time."
)


BUSY = 0.7
"""The load average before the run above which the clock is not to be trusted."""


def reference(task):
    """The key of whom a task is measured against."""
    return REFERENCE.get(task, "sqlite")


def title(results, task):
    """A task as the tables call it, with what was asked."""
    asked = [each["text"] for each in results["queries"] if each["kind"] == task]
    return f"{TASKS[task]}: {asked[0]}" if asked else TASKS[task]


def counted(results, task):
    """The rows of a task that count, by contender."""
    return {
        row["contender"]: row
        for row in results["rows"]
        if row["task"] == task and not row["problem"]
    }


def tasks(results):
    """The tasks of which there are rows, in order."""
    there = {row["task"] for row in results["rows"]}
    return [task for task in TASKS if task in there]


def seconds(value):
    """A time in three digits at most: ms below a second."""
    if value >= 10:
        return f"{value:.0f} s"
    if value >= 1:
        return f"{value:.2f} s"
    if value >= 0.1:
        return f"{value * 1000:.0f} ms"
    return f"{value * 1000:.1f} ms"


def bytes_of(value):
    """Bytes as MiB; a dash where they are not known."""
    return f"{value / 2**20:.1f}" if value else "–"


def ratio(rows, key, task, figure="median"):
    """How many times as long as the reference, by a figure, or a dash."""
    other = rows.get(reference(task))
    if not other or key not in rows or key == other["contender"]:
        return "–"
    if not other[figure]:
        return "–"
    return f"{rows[key][figure] / other[figure]:.2f}x"


def summary(results):
    """The short table: medians, and ours against the reference."""
    labels = {each["key"]: each["label"] for each in results["contenders"]}
    ours = results["contenders"][0]["key"]
    others = [key for key in labels if key != ours]
    heads = ["", labels[ours], "against"] + [labels[key] for key in others]
    lines = [_row(heads), _row(["---"] + ["---:"] * (len(heads) - 1))]
    for task in tasks(results):
        rows = counted(results, task)
        times = [seconds(rows[key]["median"]) if key in rows else "–" for key in others]
        mine = f"**{seconds(rows[ours]['median'])}**" if ours in rows else "–"
        against = ratio(rows, ours, task)
        if against != "–":
            against += f" {labels[reference(task)]}"
        lines.append(_row([title(results, task), mine, against] + times))
    return "\n".join(lines + _sizes(results, ours, others))


def _sizes(results, ours, others):
    """Two more lines of the short table: memory and index of the build."""
    rows = counted(results, "build")
    if ours not in rows:
        return []
    size = results["corpus"]["bytes"]
    memory, index = ["peak memory of the build, MiB"], ["index size / size of files"]
    for key in [ours, None] + others:
        row = rows.get(key)
        memory.append(bytes_of(row["peak"]) if row else "")
        index.append(f"{row['index_bytes'] / size:.2f}" if row else "")
    return [_row(memory), _row(index)]


def more(results):
    """What there is beside the short table: drawn queries, and cold reads."""
    return [part for part in (_drawn(results), _cold(results)) if part]


def _drawn(results):
    """Quantiles of the processor time of the drawn queries."""
    kinds = results.get("drawn")
    if not kinds:
        return ""
    labels = {each["key"]: each["label"] for each in results["contenders"]}
    every = {}
    for times in kinds.values():
        for key, values in times.items():
            every.setdefault(key, []).extend(values)
    keys = [key for key in labels if key in every]
    heads = [f"{labels[key]}: median / 90 % / 99 %" for key in keys]
    ours, other = keys[0], keys[-1]
    lines = [
        f"{len(every[ours])} queries drawn from the files by a seed, processor time of a "
        f"whole process, the least of {results['drawn_runs']} runs in turn:",
        "",
        _row(["", *heads, "medians", "99 %"]),
        _row(["---"] + ["---:"] * (len(keys) + 2)),
    ]
    for kind, times in [*kinds.items(), ("all", every)]:
        cells = [drawn.KINDS.get(kind, "all")]
        for key in keys:
            some = [drawn.quantile(times[key], share) for share in (0.5, 0.9, 0.99)]
            cells.append(" / ".join(f"{value * 1000:.1f}" for value in some) + " ms")
        for share in (0.5, 0.99):
            mine, theirs = (drawn.quantile(times[key], share) for key in (ours, other))
            cells.append(f"{mine / theirs:.2f}x" if other != ours and theirs else "–")
        lines.append(_row(cells))
    return "\n".join(lines)


def _cold(results):
    """Bytes that an answer reads from the disk."""
    rows = results.get("cold")
    if not rows:
        return ""
    labels = {each["key"]: each["label"] for each in results["contenders"]}
    keys = [key for key in labels if any(row["contender"] == key for row in rows)]
    lines = [
        "Megabytes read from the disk by the first query after the index has left the "
        "system’s cache:",
        "",
        _row(["", *(labels[key] for key in keys)]),
        _row(["---"] + ["---:"] * len(keys)),
    ]
    for task in dict.fromkeys(row["task"] for row in rows):
        read = {row["contender"]: row["bytes"] for row in rows if row["task"] == task}
        cells = [f"{read[key] / 1e6:.2f}" if key in read else "–" for key in keys]
        lines.append(_row([title(results, task), *cells]))
    return "\n".join(lines)


def _row(cells):
    return "| " + " | ".join(cells) + " |"


def setting(results):
    """What was measured, on what, and when; a few sentences."""
    corpus, machine = results["corpus"], results["machine"]
    text = (
        f"{corpus['name']}: {corpus['files']:,} files, {corpus['bytes']:,} bytes. "
        f"{machine['description']}; load average {machine['load_before']} before and "
        f"{machine['load_after']} after. Whole processes, warm cache, medians; "
        f"measured {results['date']}."
    )
    if (machine["load_before"] or 0) > BUSY:
        text += (
            " The machine was busy with other work, so that CPU time says more than the "
            "clock."
        )
    bare = [each["label"] for each in results["contenders"] if not each["passages"]]
    bare = [label for label in bare if label != "stat walk"]
    if bare:
        text += f" Show no passages: {', '.join(bare)}."
    if results["absent"]:
        text += f" Not there, and so not measured: {', '.join(results['absent'])}."
    return text


def page(results):
    """The whole page."""
    parts = ["# Side by side", setting(results), "![The medians](results.svg)"]
    parts += [summary(results), *more(results), _how(results), "## Who", _who(results)]
    parts += ["## Every figure", AGAINST, _every(results)]
    return "\n\n".join(parts) + "\n"


def _how(results):
    corpus = results["corpus"]
    text = (
        f"Rounds of all contenders in turn, each beginning with another: {results['runs']} "
        f"runs of builds and updates, {results['query_runs']} of queries. Another's build "
        f"that takes longer than {results['patience']:g} s is run once. Before each update a "
        "file is really changed, and afterwards the index is asked for it; a row counts "
        "only if the program ended well and its answer is one. Queries give the first "
        "ten, with passages but for those named below. Peak memory and hits come from a "
        "run of their own."
    )
    if corpus["dated"]:
        text += (
            f" No file had a time in the range asked for, so {corpus['dated']:,} files of "
            "the copy were given the date of their article, as cybersearch finds it, as "
            "their time: the others know no other date."
        )
    if corpus["left_out"]:
        text += f" {corpus['left_out']:,} files that are not plain text were left out."
    return text


def _who(results):
    lines = [
        f"* **{each['label']}** {each['version']}: {each['note']}."
        for each in results["contenders"]
    ]
    lines += [
        f"* {label}: not measured, {why}." for label, why in results["absent"].items()
    ]
    return "\n".join(lines)


def _every(results):
    """A line for each row. Builds and queries are against SQLite, updates
    against the stat walk."""
    labels = {each["key"]: each["label"] for each in results["contenders"]}
    heads = [
        "task",
        "who",
        "runs",
        "median",
        "fastest",
        "CPU",
        "against",
        "CPU against",
        "peak MiB",
        "hits",
        "index MB",
    ]
    lines = [_row(heads), _row(["---", "---"] + ["---:"] * (len(heads) - 2))]
    for task in tasks(results):
        rows = counted(results, task)
        for row in results["rows"]:
            if row["task"] == task:
                lines.append(_row(_figures(results, labels, rows, row)))
    return "\n".join(lines)


def _figures(results, labels, rows, row):
    task, key = row["task"], row["contender"]
    start = [title(results, task), labels[key]]
    if row["problem"]:
        return start + ["–", f"not counted: {row['problem']}"] + [""] * 7
    size = f"{row['index_bytes'] / 1e6:.1f}" if row["index_bytes"] else ""
    return start + [
        str(row["runs"]),
        seconds(row["median"]),
        seconds(row["fastest"]),
        seconds(row["cpu"]),
        ratio(rows, key, task),
        ratio(rows, key, task, "cpu"),
        bytes_of(row["peak"]),
        f"{row['hits']:,}" if row["hits"] >= 0 else "",
        size,
    ]


def put_between_marks(path, text):
    """Replaces what stands between the marks of a page; False where it
    has none."""
    start, end = "<!-- bench -->", "<!-- /bench -->"
    old = path.read_text(encoding="utf-8")
    if start not in old or end not in old:
        return False
    head, rest = old.split(start, 1)
    tail = rest.split(end, 1)[1]
    path.write_text(f"{head}{start}\n{text}\n{end}{tail}", encoding="utf-8")
    return True
