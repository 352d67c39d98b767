"""Charts as SVG, drawn by hand, for light and dark pages."""

import math
from html import escape

from .queries import KINDS
from .report import counted, seconds, tasks, title

STYLE = """
  text { font: 12px system-ui, "Segoe UI", Helvetica, Arial, sans-serif; fill: #1f2328 }
  .head { font-size: 15px; font-weight: 600 }
  .task { font-weight: 600 }
  .soft { fill: #59636e }
  .grid { stroke: #d1d9e0; stroke-width: 1 }
  .ours { fill: #0969da }
  .other { fill: #a0a9b2 }
  .walk { fill: #d0a24a }
  .bare { fill: #d9dee3 }
  .line { fill: none; stroke-width: 2 }
  .page { fill: #ffffff }
  @media (prefers-color-scheme: dark) {
    text { fill: #e6edf3 }
    .soft { fill: #9198a1 }
    .grid { stroke: #3d444d }
    .ours { fill: #4493f8 }
    .other { fill: #656c76 }
    .walk { fill: #b8892f }
    .bare { fill: #33393f }
    .page { fill: #0d1117 }
  }
"""

LABELS = 100
"""Pixels for the names left of the bars."""
BARS = 260
"""Pixels of the time axis."""
COLUMN = LABELS + BARS + 80
"""Pixels of a column of panels, with room for the figures."""
BAR = 17
"""Pixels from one bar to the next."""


def bars(results):
    """A panel of bars for each task, in two columns, with one axis for all."""
    panels = [(task, counted(results, task)) for task in tasks(results)]
    panels = [(task, rows) for task, rows in panels if rows]
    medians = [row["median"] for _, rows in panels for row in rows.values()]
    if not medians:
        return _svg(COLUMN, 40, ['<text x="10" y="25">Nothing was measured.</text>'])
    axis = _Axis(min(medians), max(medians))
    heights = [len(rows) * BAR + 44 for _, rows in panels]
    left = _split(heights)
    parts = [f'<text class="head" x="10" y="24">{escape(_heading(results))}</text>']
    parts.append(
        '<text class="soft" x="10" y="42">Medians of whole processes; '
        "the scale is logarithmic, the same for all; shorter is better. Pale: shows no passages.</text>"
    )
    tops = [60, 60]
    for number, (task, rows) in enumerate(panels):
        side = 0 if number < left else 1
        parts += _panel(results, task, rows, axis, 10 + side * COLUMN, tops[side])
        tops[side] += heights[number]
    return _svg(2 * COLUMN + 20, max(tops) + 6, parts)


def _split(heights):
    """After how many panels the second column begins."""
    half, sum_ = sum(heights) / 2, 0
    for number, height in enumerate(heights):
        if sum_ + height / 2 > half:
            return number
        sum_ += height
    return len(heights)


def _heading(results):
    corpus = results["corpus"]
    return f"{corpus['name']}: {corpus['files']:,} files, {corpus['bytes'] / 1e6:.1f} MB"


class _Axis:
    """Times on a logarithmic scale, from one power of ten to another."""

    def __init__(self, least, most):
        self.low = math.floor(math.log10(least))
        self.high = max(math.ceil(math.log10(most)), self.low + 1)

    def x(self, value):
        """Pixels from the beginning of the axis."""
        return (math.log10(value) - self.low) / (self.high - self.low) * BARS

    def ticks(self):
        """The powers of ten."""
        return [10.0**power for power in range(self.low, self.high + 1)]


def _panel(results, task, rows, axis, left, top):
    bottom = top + 20 + len(rows) * BAR
    start = left + LABELS
    parts = [
        f'<text class="task" x="{left}" y="{top + 12}">{escape(title(results, task))}</text>'
    ]
    for tick in axis.ticks():
        x = start + axis.x(tick)
        parts.append(
            f'<line class="grid" x1="{x:.1f}" y1="{top + 18}" x2="{x:.1f}" y2="{bottom}"/>'
        )
        parts.append(
            f'<text class="soft" x="{x:.1f}" y="{bottom + 11}" font-size="9" '
            f'style="font-size:9px" text-anchor="middle">{_power(tick)}</text>'
        )
    who = {each["key"]: each for each in results["contenders"]}
    for number, key in enumerate(sorted(rows, key=lambda key: rows[key]["median"])):
        y = top + 20 + number * BAR
        bare = task in KINDS and not who[key]["passages"]
        kind = "bare" if bare else {"cybersearch": "ours", "find": "walk"}.get(key, "other")
        parts += _bar(who[key]["label"], kind, rows[key]["median"], axis, start, y)
    return parts


def _bar(label, kind, median, axis, start, y):
    width = max(axis.x(median), 1)
    return [
        f'<text x="{start - 6}" y="{y + 12}" text-anchor="end">{escape(label)}</text>',
        f'<rect class="{kind}" x="{start}" y="{y + 2}" width="{width:.1f}" height="{BAR - 4}"/>',
        f'<text x="{start + width + 5:.1f}" y="{y + 12}">{seconds(median)}</text>',
    ]


def _power(value):
    if value >= 1:
        return f"{value:g} s"
    if value >= 0.001:
        return f"{value * 1000:g} ms"
    return f"{value * 1e6:g} µs"


COLOURS = [
    "#0969da",
    "#bf8700",
    "#8250df",
    "#1a7f37",
    "#cf222e",
    "#1b7c83",
    "#bc4c00",
    "#bf3989",
    "#59636e",
    "#84a800",
]
"""Of lines; each is readable on white and on black."""


def lines(heading, names, xs, series):
    """A line for each series: `series[name]` holds, for each of `xs` (bytes of
    input), how many times the first value it is. Both axes are logarithmic,
    so that what grows with the input is a diagonal."""
    width, height, left, top = 430, 300, 50, 66
    values = [value for name in names for value in series[name]] + [1.0, xs[-1] / xs[0]]
    high, low = max(values) * 1.1, min(min(values), 1.0) * 0.9

    def x(value):
        return left + math.log(value / xs[0]) / math.log(xs[-1] / xs[0]) * width

    def y(value):
        return top + height - math.log(value / low) / math.log(high / low) * height

    parts = [f'<text class="head" x="10" y="24">{escape(heading)}</text>']
    parts.append(
        '<text class="soft" x="10" y="42">How many times the first value; both scales are logarithmic.</text>'
    )
    for value in xs:
        parts.append(
            f'<line class="grid" x1="{x(value):.1f}" y1="{top}" x2="{x(value):.1f}" y2="{top + height}"/>'
        )
        parts.append(
            f'<text class="soft" x="{x(value):.1f}" y="{top + height + 16}" text-anchor="middle">{value / 1e6:.0f}</text>'
        )
    parts.append(
        f'<text class="soft" x="{left + width / 2}" y="{top + height + 34}" text-anchor="middle">MB of input</text>'
    )
    for tick in [
        each for each in (0.5, 1, 1.5, 2, 3, 5, 8, 11, 20, 50, 100) if low <= each <= high
    ]:
        parts.append(
            f'<line class="grid" x1="{left}" y1="{y(tick):.1f}" x2="{left + width}" y2="{y(tick):.1f}"/>'
        )
        parts.append(
            f'<text class="soft" x="{left - 6}" y="{y(tick) + 4:.1f}" text-anchor="end">{tick:g}x</text>'
        )
    parts.append(
        f'<path class="grid line" stroke-dasharray="5 4" d="M{left},{y(1):.1f} L{left + width},{y(xs[-1] / xs[0]):.1f}"/>'
    )
    for number, name in enumerate(names):
        colour = COLOURS[number % len(COLOURS)]
        points = " L".join(
            f"{x(at):.1f},{y(value):.1f}" for at, value in zip(xs, series[name])
        )
        parts.append(f'<path class="line" stroke="{colour}" d="M{points}"/>')
        row = top + 8 + number * 20
        parts.append(
            f'<line class="line" stroke="{colour}" x1="{left + width + 24}" y1="{row}" x2="{left + width + 44}" y2="{row}"/>'
        )
        parts.append(
            f'<text x="{left + width + 50}" y="{row + 4}">{escape(name)} {series[name][-1]:.2f}x</text>'
        )
    row = top + 8 + len(names) * 20
    parts.append(
        f'<text class="soft" x="{left + width + 24}" y="{row + 4}">dashed: as the input grows</text>'
    )
    return _svg(left + width + 260, top + height + 46, parts)


def _svg(width, height, parts):
    body = "\n".join(parts)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" '
        f'width="{width}" height="{height}" role="img">\n<style>{STYLE}</style>\n'
        f'<rect class="page" width="{width}" height="{height}"/>\n{body}\n</svg>\n'
    )
