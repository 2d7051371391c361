"""How weights that a config does not give are drawn: (random, inputs I, outputs J) → (I, J)."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from math import sqrt
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from .op import Array

Initializer = Literal[
    "zeros", "normal", "uniform", "xavier_uniform", "xavier_normal", "kaiming_uniform", "kaiming_normal"
]

if TYPE_CHECKING:
    from numpy.random import Generator

Draw = Callable[["Generator", int, int, int], Array]
"""(random, rows to draw, inputs I, outputs J) → (rows, J)."""

CHUNK = 2**18
"""Numbers drawn at once: weights of another precision than float64 are never held in both."""


class Draws:
    """What weights are drawn from, in the order of the layers; importing it takes time that most configs save."""

    def __init__(self, seed: int) -> None:
        self.seed = seed

    @cached_property
    def random(self) -> Generator:
        return np.random.default_rng(self.seed)


def uniform(limit: Callable[[int, int], float]) -> Draw:
    """Return a draw that is uniform between −limit and limit."""
    return lambda random, rows, inputs, outputs: random.uniform(-1, 1, (rows, outputs)) * limit(inputs, outputs)


def normal(deviation: Callable[[int, int], float]) -> Draw:
    """Return a draw that is normal with mean 0."""
    return lambda random, rows, inputs, outputs: random.standard_normal((rows, outputs)) * deviation(inputs, outputs)


INITIALIZERS: dict[str, Draw] = {
    "zeros": lambda _, rows, inputs, outputs: np.zeros((rows, outputs)),
    "normal": normal(lambda *_: 0.01),
    "uniform": uniform(lambda inputs, _: 1 / sqrt(inputs)),
    # Glorot and Bengio, 2010
    "xavier_uniform": uniform(lambda inputs, outputs: sqrt(6 / (inputs + outputs))),
    "xavier_normal": normal(lambda inputs, outputs: sqrt(2 / (inputs + outputs))),
    # He et al., 2015, for ReLU
    "kaiming_uniform": uniform(lambda inputs, _: sqrt(6 / inputs)),
    "kaiming_normal": normal(lambda inputs, _: sqrt(2 / inputs)),
}


def draw(init: Initializer, draws: Draws, inputs: int, outputs: int, dtype: Any) -> Array:
    """Draw the weights (I, J) of a linear layer."""
    weights = np.empty((inputs, outputs), dtype)
    rows = max(1, CHUNK // outputs)
    for start in range(0, inputs, rows):
        part = weights[start : start + rows]
        part[...] = INITIALIZERS[init](draws.random, len(part), inputs, outputs)
    return weights


Make = Callable[[Any, Draws], Array]
"""(dtype, what is drawn from) → the numbers that a tensor starts with."""


def constant(value: Array) -> Make:
    """Return numbers that are there already, in a type of floats; scalars count steps and stay double."""
    return lambda dtype, _: np.asarray(value, dtype if np.ndim(value) else np.float64)
