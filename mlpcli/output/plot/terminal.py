"""Curves in the terminal, a chart of characters per metric."""

from __future__ import annotations

import re
from collections.abc import Iterator

from .axes import axis, tick_text
from .pictures import Records, metrics_of, series_of

WIDTH, HEIGHT, LABELS = 60, 12, 10
MARKS = ("·", "*")
STYLES = ((re.compile("·"), "blue"), (re.compile(r"\*"), "yellow"))


def charts(records: Records) -> str:
    """Write a chart per metric: `·` for the examples trained on, `*` for those held out."""
    return "\n".join("\n".join(chart(records, name)) + "\n" for name in metrics_of(records))


def chart(records: Records, metric: str) -> Iterator[str]:
    """Yield the lines of a chart, the highest numbers first."""
    series = series_of(records, metric)
    up = axis([value for one in series for _, value in one.points], count=4)
    last = max(epoch for one in series for epoch, _ in one.points)
    cells = [[" "] * WIDTH for _ in range(HEIGHT)]
    for mark, one in zip(MARKS, series, strict=False):
        for epoch, value in one.points:
            column = round((WIDTH - 1) * (epoch - 1) / max(1, last - 1))
            cells[round((HEIGHT - 1) * (1 - up.place(value)))][column] = mark
    rows = {round((HEIGHT - 1) * (1 - up.place(tick))): tick_text(tick) for tick in up.ticks}
    key = ", ".join(f"{mark} {one.name}" for mark, one in zip(MARKS, series, strict=False))
    yield f"{metric}{' (logarithmic)' if up.log else ''}: {key}"
    for number, row in enumerate(cells):
        yield f"{rows.get(number, ''):>{LABELS}} ┤{''.join(row)}".rstrip()
    yield " " * LABELS + " └" + "─" * WIDTH
    yield f"{'':>{LABELS + 2}}{1:<{WIDTH - len(str(last))}}{last}"
