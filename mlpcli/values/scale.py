"""Scalar factors kept apart from the arrays they multiply, so that they are applied where it costs least."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping
from dataclasses import dataclass, field
from math import prod

ROOT = "root"
"""The factor that marks what is linear in the gradient of the loss."""


@dataclass(frozen=True)
class Scale:
    """A product of factors to integer powers, factor → exponent: numbers, and scalars that change from step to step.

    Kept as a product because 0.1·3·3⁻¹ is then 0.1 exactly.
    """

    powers: Mapping[Hashable, int] = field(default_factory=dict)

    @classmethod
    def of(cls, factor: Hashable) -> Scale:
        return cls({} if factor == 1 else {factor: 1})

    def __mul__(self, other: Scale) -> Scale:
        powers = dict(self.powers)
        for factor, exponent in other.powers.items():
            powers[factor] = powers.get(factor, 0) + exponent
        if -1 in powers:
            powers[-1] %= 2
        return Scale({factor: exponent for factor, exponent in powers.items() if exponent})

    def __truediv__(self, other: Scale) -> Scale:
        return self * Scale({factor: -exponent for factor, exponent in other.powers.items()})

    def __bool__(self) -> bool:
        """Return whether it is any other than 1."""
        return bool(self.powers)

    def common(self, other: Scale) -> Scale:
        """Return the factors that both have to the same power."""
        return Scale({f: e for f, e in self.powers.items() if other.powers.get(f) == e})

    def power(self, factor: Hashable) -> int:
        return self.powers.get(factor, 0)

    def numbers(self) -> Scale:
        """Return the factors that are numbers."""
        return Scale({f: e for f, e in self.powers.items() if isinstance(f, int | float)})

    def number(self) -> float:
        """Return the product of the factors that are numbers."""
        return prod(float(f) ** e for f, e in self.powers.items() if isinstance(f, int | float))

    def others(self) -> Iterator[tuple[Hashable, int]]:
        """Return the factors that are no numbers."""
        return ((f, e) for f, e in self.powers.items() if not isinstance(f, int | float))
