"""What is done between the steps of a training: progress, checkpoints, signals."""

from __future__ import annotations

import time
from collections.abc import Sequence
from types import FrameType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ..output.progress import PlainLines
    from ..train.fit import Epoch, Fit, Job
    from ..train.folder import Folder


class Watch:
    """Shows progress, writes checkpoints and notes signals, between steps."""

    def __init__(self, job: Job, display: PlainLines, folder: Folder | None, every: float) -> None:
        self.job, self.display, self.folder, self.every = job, display, folder, every
        self.stopped_by: int | None = None
        self.saved = time.monotonic()
        self.records: list[dict[str, Any]] = []
        self.last: dict[str, float] = {}
        self.seen = 0
        self.epoch_began = time.monotonic()

    def note(self, number: int, _: FrameType | None) -> None:
        self.stopped_by = number

    def going_on(self, fit: Fit) -> bool:
        shown = fit.score.metrics() if fit.score.examples else self.last
        self.display.step(fit.step, (fit.step - self.seen) * self.job.batch_size, shown)
        self.seen = fit.step
        stop, due = self.agreed(self.stopped_by is not None, self.due)
        if due:
            self.save(fit)
        return not stop

    def ended(self, fit: Fit, epoch: Epoch) -> None:
        fit.stopped_early, due = self.agreed(fit.stopped_early, self.due)
        metrics = epoch.metrics()
        self.records.append(metrics)
        self.last = epoch.score.metrics()
        self.display.epoch(metrics, -(-self.job.total // self.job.steps_per_epoch))
        now = time.monotonic()
        if self.folder:
            self.folder.log(metrics | {"seconds": round(now - self.epoch_began, 6)})
        self.epoch_began = now
        if due:
            self.save(fit)

    @property
    def due(self) -> bool:
        """Whether it is time for a checkpoint."""
        return time.monotonic() - self.saved >= self.every

    def agreed(self, *flags: bool) -> Sequence[bool]:
        """Return which flags are set, of several processes in any of them: so all do the same."""
        return self.job.hosts.any(*flags) if self.job.hosts else flags

    def save(self, fit: Fit) -> None:
        """Write a checkpoint where there is a folder; of several processes all look at what was trained."""
        if self.job.hosts:
            fit.engine.settle()
        if self.folder:
            self.folder.save(fit)
        self.saved = time.monotonic()
