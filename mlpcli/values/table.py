"""The table of number types that tensors can be printed in. A new one is one new file and one line here."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol, TypeVar

T = TypeVar("T")


class Numbers(Protocol):
    """A number type at work."""

    def lift(self, value: Any) -> Any:
        """Turn given numbers into an array of this type."""
        ...

    def settle(self, compute: Callable[[], T], enough: Callable[[T], bool]) -> T:
        """Compute a result; where the type can know more of its digits, compute again until there are enough."""
        ...


@dataclass(frozen=True)
class NumberType:
    """How a number type is made, when it is asked for, and what has to be installed for it."""

    make: Callable[[], Numbers]
    package: str = ""
    extra: str = ""
    proves: bool = False
    """Whether its numbers are as near to the true ones as floats can be, so that claims may be judged by them."""


class Floats:
    """Floats that know their rounding noise: no digit of it is printed, and ReLU at 0 ± 1e-17 does not go by it."""

    def __init__(self, dtype: str) -> None:
        self.dtype = dtype

    def lift(self, value: Any) -> Any:
        from .noisy import noisy

        return noisy(value, self.dtype)

    def settle(self, compute: Callable[[], T], enough: Callable[[T], bool]) -> T:
        return compute()


def balls() -> Numbers:
    """Return numbers with proven bounds."""
    from .balls import Proven

    return Proven()


NUMBERS = {
    "float64": NumberType(lambda: Floats("float64")),
    "float32": NumberType(lambda: Floats("float32")),
    "ball": NumberType(balls, "python-flint", "ball", proves=True),
}
