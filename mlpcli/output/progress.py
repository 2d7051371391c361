"""How a training goes, on standard error: a bar on a terminal, else a line per epoch and at most one per second.

A training goes on where nobody reads it, or the terminal is gone.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Mapping
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from .numbers import scalar

if TYPE_CHECKING:
    from rich.progress import Task
    from rich.text import Text

PERIOD = 0.1
"""Seconds between two looks at a bar."""
LINES = 1.0
"""Seconds between two lines."""


def values_line(values: Mapping[str, Any], precision: int) -> str:
    """Write the values on one line."""
    return ", ".join(f"{name} {scalar(value, precision)}" for name, value in values.items())


class PlainLines:
    """Plain lines."""

    def __init__(self, total: int) -> None:
        self.total, self.last, self.waiting = total, 0.0, ""

    def __enter__(self) -> PlainLines:
        return self

    def __exit__(self, *_: object) -> None:
        if self.waiting:
            self.say()

    def step(self, step: int, examples: int, metrics: Mapping[str, Any]) -> None:
        """Do nothing: a line is about an epoch."""

    def epoch(self, metrics: Mapping[str, Any], epochs: int) -> None:
        """Say what an epoch came to; the last one is always said."""
        numbers = {name: value for name, value in metrics.items() if name not in ("epoch", "step")}
        self.waiting = f"epoch {metrics['epoch']}/{epochs}: {values_line(numbers, 4)}"
        if time.monotonic() - self.last >= LINES:
            self.last = time.monotonic()
            self.say()

    def say(self) -> None:
        with suppress(OSError):
            print(self.waiting, file=sys.stderr, flush=True)
        self.waiting = ""


class Quiet(PlainLines):
    """Nothing."""

    def epoch(self, metrics: Mapping[str, Any], epochs: int) -> None:
        """Do nothing."""


class Bar(PlainLines):
    """A progress bar; where the terminal is narrow, the numbers at its end are cut."""

    def __init__(self, total: int, color: str) -> None:
        super().__init__(total)
        self.color = color

    def __enter__(self) -> Bar:
        from rich.console import Console
        from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn
        from rich.table import Column
        from rich.text import Text

        class NumbersColumn(TextColumn):
            def render(self, task: Task) -> Text:
                return Text(task.fields["numbers"], no_wrap=True, overflow="ellipsis")

        whole = Column(no_wrap=True)
        self.progress = Progress(
            TextColumn("{task.description}", table_column=whole),
            BarColumn(10, table_column=whole),
            TextColumn("{task.percentage:3.0f} %", table_column=whole),
            TimeRemainingColumn(table_column=whole),
            NumbersColumn("", table_column=Column()),
            console=Console(stderr=True, no_color=self.color == "never" or None),
            transient=True,
        )
        self.task = self.progress.add_task("training", total=self.total, numbers="")
        self.progress.start()
        self.began, self.done = time.monotonic(), 0
        return self

    def __exit__(self, *_: object) -> None:
        with suppress(OSError):
            self.progress.stop()

    def step(self, step: int, examples: int, metrics: Mapping[str, Any]) -> None:
        now = time.monotonic()
        self.done += examples
        if now - self.last >= PERIOD:
            self.last = now
            rate = self.done / max(now - self.began, 1e-9)
            with suppress(OSError):
                numbers = f"{values_line(metrics, 4)}, {rate:,.0f} examples/s"
                self.progress.update(self.task, completed=step, numbers=numbers)

    def epoch(self, metrics: Mapping[str, Any], epochs: int) -> None:
        described = f"epoch {metrics['epoch']}/{epochs}"
        self.progress.update(self.task, completed=metrics["step"], description=described)


def display(total: int, color: str) -> PlainLines:
    """Return a bar if somebody looks, else lines."""
    terminal = sys.stderr and sys.stderr.isatty() and os.environ.get("TERM") != "dumb"
    return Bar(total, color) if terminal else PlainLines(total)
