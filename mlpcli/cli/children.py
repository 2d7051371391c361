"""Trainings in processes of their own, some at a time: `mlp train --resume` on each folder."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections import deque
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from .training import listening

PERIOD = 0.02
"""Seconds between two looks at the processes."""
SAID = "said.txt"
"""What a training says on standard error, in its folder."""


class Children:
    """Processes that train, each in a folder; a signal stops them too, and they save before they end."""

    def __init__(self, folders: Sequence[Path], count: int, threads: int) -> None:
        self.waiting, self.count, self.threads = deque(folders), count, threads
        self.running: dict[Path, subprocess.Popen[bytes]] = {}
        self.stopped_by: int | None = None

    def run(self, ended: Callable[[Path, int, str], Any]) -> int | None:
        """Train all; `ended` gets each folder, the exit code and the last line that was said.

        Returns the number of the signal that ended it.
        """
        with listening(self.note):
            while self.running or (self.waiting and not self.stopped_by):
                while self.waiting and len(self.running) < self.count and not self.stopped_by:
                    self.start(self.waiting.popleft())
                for folder, child in list(self.running.items()):
                    code = child.poll()
                    if code is not None:
                        self.running.pop(folder).communicate()
                        ended(folder, code, last_line(folder / SAID))
                time.sleep(PERIOD)
        return self.stopped_by

    def start(self, folder: Path) -> None:
        command = [sys.executable, "-m", "mlpcli.cli.child", "train", "--resume", str(folder)]
        with (folder / SAID).open("wb") as said:
            self.running[folder] = subprocess.Popen(
                [*command, "--threads", str(self.threads)],
                stdin=subprocess.PIPE,  # whose end tells it that this process is no more
                stdout=subprocess.DEVNULL,
                stderr=said,
                start_new_session=True,  # a signal of the terminal comes once, by this process
            )

    def note(self, number: int, _: Any) -> None:
        self.stopped_by = number
        for child in self.running.values():
            if child.stdin:
                child.stdin.close()  # which stops it: on Windows a signal would end it at once


def last_line(path: Path) -> str:
    """Return the last line of a text that is not empty."""
    lines = [line for line in path.read_text(encoding="utf-8", errors="replace").splitlines() if line.strip()]
    return lines[-1].removeprefix("mlp: ") if lines else ""


def cores() -> int:
    """Return how many processes can compute at once."""
    try:
        return len(os.sched_getaffinity(0))
    except AttributeError:  # not on every system
        return os.cpu_count() or 1
