"""What a number in a config may be. Annotations that the config reader enforces and the maths ignores."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Annotated


@dataclass(frozen=True)
class Range:
    """A number between `low` and `high`, both included unless `above` or `below` is set."""

    low: float = -math.inf
    high: float = math.inf
    above: bool = False
    below: bool = False

    def __contains__(self, value: float) -> bool:
        low = value > self.low if self.above else value >= self.low
        high = value < self.high if self.below else value <= self.high
        return low and high

    def __str__(self) -> str:
        parts = []
        if self.low > -math.inf:
            parts.append(f"{'above' if self.above else 'at least'} {self.low:,.12g}")
        if self.high < math.inf:
            parts.append(f"{'below' if self.below else 'at most'} {self.high:,.12g}")
        return " and ".join(parts)


Positive = Annotated[float, Range(0, above=True)]
NonNegative = Annotated[float, Range(0)]
Decay = Annotated[float, Range(0, 1, below=True)]
Count = Annotated[int, Range(1, 1_000_000)]
