"""Arrays of jax as a number type, so that the steps of a program can be differentiated by it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cached_property
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from ...values.value import Value
from .jax_calls import FUNCTIONS


def absolute(X: Any) -> Any:
    return jnp.where(X >= 0, X, -X)


def expm1(X: Any) -> Any:
    """Compute eˣ − 1, below −1 from eˣ: jax differentiates it as (eˣ − 1) + 1, where that rounds to 0."""
    return jnp.where(X < -1, jnp.exp(jnp.minimum(X, 0)) - 1, jnp.expm1(X))


def tanh(X: Any) -> Any:
    """Compute tanh x, beyond ±1 from e^(−2|x|): jax differentiates it as 1 − tanh² x, where that rounds to 0."""
    E = jnp.exp(-2 * absolute(X))
    return jnp.where(absolute(X) < 1, jnp.tanh(X), jnp.where(X >= 0, 1, -1) * (1 - E) / (1 + E))


DIFFERENTIABLE: dict[Any, Callable[..., Any]] = {
    **FUNCTIONS,
    np.matmul: jnp.matmul,
    np.absolute: absolute,
    np.maximum: lambda A, B: jnp.where(A >= B, A, B),
    np.minimum: lambda A, B: jnp.where(A <= B, A, B),
    np.expm1: expm1,
    np.tanh: tanh,
}
"""What computes each function so that its derivative is right. Of those with a kink one side is differentiated there:
where kinks cancel, as in σ(z) = 1 / (1 + e^(−|z|)) for z ≥ 0, a slope of 0 for |z| at 0 would be wrong."""


class Traced(Value):
    """An array of jax. It runs through the ops like any other number type."""

    def __init__(self, array: Any) -> None:
        self.array = jnp.asarray(array)

    @cached_property
    def value(self) -> Any:
        return np.asarray(self.array)

    @property
    def shape(self) -> tuple[int, ...]:  # type: ignore[override]
        return tuple(self.array.shape)

    @property
    def T(self) -> Traced:
        return Traced(self.array.T)

    def apply(self, function: Any, *operands: Any) -> Traced:
        return Traced(DIFFERENTIABLE[function](*map(plain, operands)))

    def choose(self, condition: Any, chosen: Any, other: Any) -> Traced:
        return Traced(jnp.where(*map(plain, (condition, chosen, other))))

    def reduce(self, function: Any, axis: int | None, keepdims: bool) -> Traced:
        return Traced(FUNCTIONS[function.reduce](self.array, axis=axis, keepdims=keepdims))

    def __getitem__(self, rows: Any) -> Traced:
        return Traced(self.array[rows])

    def stack(self, upper: Any, lower: Any) -> Traced:
        return Traced(jnp.concatenate((plain(upper), plain(lower))))


def plain(x: Any) -> Any:
    return x.array if isinstance(x, Traced) else x


def derive(function: Callable[[Any], Sequence[Any]], value: Any) -> Any:
    """Return the derivative, by each cell of an array, of the sum of all cells that a function returns."""

    def total(X: Any) -> Any:
        return sum((jnp.sum(plain(part)) for part in function(Traced(X))), jnp.zeros(()))

    return np.asarray(jax.jit(jax.grad(total))(jnp.asarray(value)))
