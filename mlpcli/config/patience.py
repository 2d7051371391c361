"""When a training stops early."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from ..nn.options import NonNegative, Range

Steps = Annotated[int, Range(1, 10**9)]


@dataclass(frozen=True, kw_only=True)
class Patience:
    """When a training stops early: after some epochs in which a metric of the examples held out did not improve."""

    epochs: Steps
    """After how many epochs without something better."""
    metric: str = "loss"
    """What has to be better: the loss, accuracy, macro_f1, r2 or any other that `mlp evaluate` prints."""
    min_delta: NonNegative = 0.0
    """By how much it has to change to have improved."""
