"""A recorded step in jax.numpy: every numpy function of its calls has one there."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from math import pi, sqrt
from typing import Any

import jax.numpy as jnp
import numpy as np
from jax.lax import erfc

from ...errors import InputError, Place, Problem
from ...values.graph import Node
from ...values.special import cdf_ufunc, density_ufunc
from .elsewhere import Library
from .recording import Recording

Array = Any
Slot = tuple[Node, int]
"""An operand: a call, and the position among what it is called with."""

FUNCTIONS: dict[Any, Callable[..., Array]] = {
    np.add: jnp.add,
    np.subtract: jnp.subtract,
    np.multiply: jnp.multiply,
    np.divide: jnp.divide,
    np.negative: jnp.negative,
    np.positive: jnp.positive,
    np.absolute: jnp.absolute,
    np.maximum: jnp.maximum,
    np.minimum: jnp.minimum,
    np.sqrt: jnp.sqrt,
    np.exp: jnp.exp,
    np.expm1: jnp.expm1,
    np.log: jnp.log,
    np.log1p: jnp.log1p,
    np.tanh: jnp.tanh,
    cdf_ufunc: lambda Z: erfc(Z * -sqrt(0.5)) / 2,
    density_ufunc: lambda Z: jnp.exp(Z * Z / -2) / sqrt(2 * pi),
    np.greater: jnp.greater,
    np.greater_equal: jnp.greater_equal,
    np.less: jnp.less,
    np.less_equal: jnp.less_equal,
    np.equal: jnp.equal,
    np.not_equal: jnp.not_equal,
    np.logical_not: jnp.logical_not,
    np.where: jnp.where,
    np.transpose: jnp.transpose,
    np.dot: jnp.dot,
    np.add.reduce: jnp.sum,
    np.maximum.reduce: jnp.max,
}
PRECISIONS = {None: "highest", "tf32": "tensorfloat32", "bf16": "BF16_BF16_F32"}
"""What products of float32 are computed in → what jax calls it."""


def evaluate(
    recording: Recording, given: Mapping[str, Array], precision: str | None, numbers: Mapping[Slot, Array]
) -> dict[Node, Array]:
    """Compute every call of a recorded step from the tensors given, by name. Raises InputError where one is unknown.

    `numbers` take the place of those that were recorded: an operand is a call and its position there.
    """
    values: dict[Node, Array] = {}

    def value(operand: Node | float) -> Array:
        if not isinstance(operand, Node):
            return operand
        if operand not in values:
            known = given.get(operand.name)
            values[operand] = getattr(jnp, operand.name)(operand.shape, operand.dtype) if known is None else known
        return values[operand]

    for node in recording.calls:
        options = dict(node.options) | ({"precision": PRECISIONS[precision]} if node.function is np.dot else {})
        inputs = (numbers.get((node, k), operand) for k, operand in enumerate(node.inputs))
        values[node] = function(node)(*map(value, inputs), **options).astype(node.dtype)
    for node in (*recording.kept.values(), *recording.updates.values()):
        value(node)
    return values


def function(node: Node) -> Callable[..., Array]:
    """Return the function of jax.numpy for a call. Raises InputError where there is none."""
    found = FUNCTIONS.get(node.function)
    if found is None:
        name = getattr(node.function, "__name__", str(node.function))
        raise InputError(Problem(Place("engine: jax"), "", f"has no function for numpy's {name}, which a step calls"))
    return found


def library() -> Library:
    """Return jax as what computes tensors one by one."""
    functions: dict[Any, Callable[..., Any]] = {**FUNCTIONS, np.matmul: partial(jnp.matmul, precision=PRECISIONS[None])}
    return Library(jnp.asarray, np.asarray, functions, lambda X, axis, keepdims: jnp.sum(X, axis, keepdims=keepdims))
