"""How a training goes, on standard error: a bar on a terminal, else a line an epoch and no more than one a second."""

from __future__ import annotations

import sys
import time
from collections.abc import Mapping
from typing import Any

from .summary import written

PERIOD = 0.1
"""Seconds between two looks at a bar."""
LINES = 1.0
"""Seconds between two lines."""


class Lines:
    """Plain lines."""

    def __init__(self, total: int) -> None:
        self.total, self.last, self.waiting = total, 0.0, ""

    def __enter__(self) -> Lines:
        return self

    def __exit__(self, *_: object) -> None:
        if self.waiting:
            print(self.waiting, file=sys.stderr)

    def step(self, step: int, examples: int, metrics: Mapping[str, Any]) -> None:
        """Nothing: a line is about an epoch."""

    def epoch(self, metrics: Mapping[str, Any], epochs: int) -> None:
        """Say what an epoch came to; the last one is always said."""
        numbers = {name: value for name, value in metrics.items() if name not in ("epoch", "step")}
        self.waiting = f"epoch {metrics['epoch']}/{epochs}: {written(numbers, 4)}"
        if time.monotonic() - self.last >= LINES:
            self.last = time.monotonic()
            print(self.waiting, file=sys.stderr, flush=True)
            self.waiting = ""


class Bar(Lines):
    """A progress bar."""

    def __enter__(self) -> Bar:
        from rich.console import Console
        from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

        self.progress = Progress(
            TextColumn("{task.description}"),
            BarColumn(bar_width=10),
            TextColumn("{task.percentage:3.0f} %"),
            TimeRemainingColumn(),
            TextColumn("{task.fields[numbers]}", markup=False),
            console=Console(stderr=True),
            transient=True,
        )
        self.task = self.progress.add_task("training", total=self.total, numbers="")
        self.progress.start()
        self.began, self.done = time.monotonic(), 0
        return self

    def __exit__(self, *_: object) -> None:
        self.progress.stop()

    def step(self, step: int, examples: int, metrics: Mapping[str, Any]) -> None:
        now = time.monotonic()
        self.done += examples
        if now - self.last >= PERIOD:
            self.last = now
            rate = self.done / max(now - self.began, 1e-9)
            self.progress.update(self.task, completed=step, numbers=f"{written(metrics, 4)}, {rate:,.0f} examples/s")

    def epoch(self, metrics: Mapping[str, Any], epochs: int) -> None:
        described = f"epoch {metrics['epoch']}/{epochs}"
        self.progress.update(self.task, completed=metrics["step"], description=described)


def display(total: int) -> Lines:
    """A bar if somebody looks, else lines."""
    return Bar(total) if sys.stderr and sys.stderr.isatty() else Lines(total)
