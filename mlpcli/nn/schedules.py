"""Learning rates that change from step to step. A new schedule is one new class and one line in the table."""

from __future__ import annotations

from dataclasses import dataclass
from math import cos, pi
from typing import Annotated

from .options import Range

Share = Annotated[float, Range(0, 1)]
Length = Annotated[float, Range(0, above=True)]


@dataclass(frozen=True)
class Pace:
    """How steps are counted by what changes in the course of a training."""

    unit: int = 1
    """Steps in the unit that the config counts in: an epoch, or 1."""
    total: int | None = None
    """Steps of the whole training, where that is known."""


@dataclass(frozen=True, kw_only=True)
class Schedule:
    """The learning rate as a share of the full one. Lengths count epochs, or steps where the config counts steps.

    With `warmup` it is approached in equal parts. Goyal et al., 2017.
    """

    warmup: Annotated[float, Range(0)] = 0.0
    """Epochs, or steps, in which the rate rises to the full one."""

    def share(self, step: int, pace: Pace) -> float:
        """Return the share at a step, counted from 0."""
        steps = self.warmup * pace.unit
        return self.after(step, pace) * (min(1.0, (step + 1) / steps) if steps else 1.0)

    def after(self, step: int, pace: Pace) -> float:
        """Return the share apart from the warm-up."""
        return 1.0

    def problem(self, pace: Pace) -> str:
        """Return why this schedule cannot be followed, or nothing."""
        return ""


class Constant(Schedule):
    """No change but the warm-up."""


@dataclass(frozen=True, kw_only=True)
class StepDecay(Schedule):
    """A rate multiplied by `factor` after each `every` epochs: factor^⌊t / every⌋."""

    every: Length
    """Epochs, or steps, after which the rate is multiplied."""
    factor: Share = 0.1
    """What it is multiplied by."""

    def after(self, step: int, pace: Pace) -> float:
        return float(self.factor ** (step // (self.every * pace.unit)))


@dataclass(frozen=True, kw_only=True)
class Cosine(Schedule):
    """Half a cosine from the end of the warm-up down to `floor` at the end of the training.

    Loshchilov and Hutter, 2017, without restarts.
    """

    floor: Share = 0.0
    """The share of the full rate at the end."""

    def after(self, step: int, pace: Pace) -> float:
        first, total = self.warmup * pace.unit, pace.total or 0
        part = min(max((step - first) / (total - first), 0.0), 1.0) if total > first else 0.0
        return self.floor + (1 - self.floor) * (1 + cos(pi * part)) / 2

    def problem(self, pace: Pace) -> str:
        return "" if pace.total else "cosine needs to know how long: give epochs or steps"


SCHEDULES: dict[str, type[Schedule]] = {"constant": Constant, "step": StepDecay, "cosine": Cosine}
