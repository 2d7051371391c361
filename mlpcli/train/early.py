"""The best state of a training so far, and whether it is time to stop."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field

from ..config.patience import Patience
from ..nn.op import Array
from .measure import better


@dataclass
class Best:
    """The state with the best metric on the rows held out."""

    value: float = math.nan
    epoch: int = 0
    state: dict[str, Array] = field(default_factory=dict)
    reference: float = math.nan
    """What the metric was when it last improved by enough."""
    since: int = 0
    """The epoch in which that was."""

    def look(self, patience: Patience, value: float, epoch: int, state: Mapping[str, Array]) -> bool:
        """Keep the state if it is the best; return whether it is long since the metric improved by enough."""
        if not self.epoch or better(patience.metric, value, self.value):
            self.value, self.epoch, self.state = value, epoch, copied(state)
        gained = better(patience.metric, value, self.reference) and abs(value - self.reference) >= patience.min_delta
        if not self.since or gained:
            self.reference, self.since = value, epoch
        return epoch - self.since >= patience.epochs


def copied(state: Mapping[str, Array]) -> dict[str, Array]:
    return {name: value.copy() for name, value in state.items()}
