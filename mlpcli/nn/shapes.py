"""The shape of what a step computes, found by running its op on shapes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any

from ..values.shapes import Shaped, shape_of
from ..values.value import PrimitiveError
from .op import Array
from .program import Step


def compute_shape(step: Step, values: Mapping[str, Shaped]) -> Shaped:
    """Run a step on shapes. Raises PrimitiveError where the op calls what is not declared."""
    shapes = (values[name].shape for name in step.operands)
    try:
        return Shaped(result_shape(step.op.function, tuple(step.settings.items()), *shapes))
    except PrimitiveError as error:
        raise PrimitiveError(f"the op {step.op.name}: {error}") from None


@lru_cache(4096)  # a check compiles a network a hundred times, under conventions that change few of its steps
def result_shape(
    function: Callable[..., Array], settings: tuple[tuple[str, Any], ...], *operands: tuple[int, ...]
) -> tuple[int, ...]:
    """Return the shape of what a pure function gives for operands of some shapes, under settings."""
    return shape_of(function(*map(Shaped, operands), **dict(settings)))
