"""Draw an exercise: a small network, its data and how it is trained, in a form that no course has."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from itertools import pairwise

import numpy as np


@dataclass
class Exercise:
    """Hold numbers as a teacher makes them up; W is (inputs, outputs), samples are rows, layers count from 1."""

    sizes: list[int]
    acts: list[str]  # acts[0] belongs to the input and is empty
    loss: str  # l2, mse, bce or ce
    W: list[np.ndarray]
    b: list[np.ndarray] | None
    X: np.ndarray
    Y: np.ndarray
    lr: float
    mu: float = 0.0
    steps: int = 1
    classes: list[int] = field(default_factory=list)

    @property
    def depth(self) -> int:
        return len(self.sizes) - 1

    @property
    def m(self) -> int:
        return len(self.X)

    def cast(self, dtype) -> Exercise:
        """Give the same exercise in another number type."""
        b = None if self.b is None else [v.astype(dtype) for v in self.b]
        W = [w.astype(dtype) for w in self.W]
        return replace(self, W=W, b=b, X=self.X.astype(dtype), Y=self.Y.astype(dtype))


def draw(random, hidden: list[str], ends: list[tuple[str, str]], *, biases=True, single=0.1, momentum=0.0) -> Exercise:
    """Draw an exercise; `ends` are pairs of a last activation and a loss, `single` is the share with one sample."""
    last, loss = ends[random.integers(len(ends))]
    depth = int(random.choice([2, 2, 3]))
    sizes = [int(n) for n in random.integers(2, 6, depth + 1)]
    if random.random() < 0.15:
        sizes = [int(random.integers(2, 4))] * (depth + 1)
    if loss == "bce" or (loss != "ce" and random.random() < 0.4):
        sizes[-1] = 1
    if loss == "ce":
        sizes[-1] = int(random.integers(2, 5))
    m = 1 if random.random() < single else int(random.integers(2, 6))
    acts = ["", *[str(random.choice(hidden))] * (depth - 1), last]
    W = [numbers(random, (i, o), 2, 1.2) for i, o in pairwise(sizes)]
    b = [numbers(random, (o,), 2, 0.6) for o in sizes[1:]] if biases else None
    X = numbers(random, (m, sizes[0]), int(random.integers(1, 3)), 2.0)
    Y, classes = targets(random, loss, last, m, sizes[-1])
    steps = int(random.choice([1, 1, 1, 2, 3]))
    mu = 0.9 if random.random() < momentum else 0.0
    lr = float(random.choice([0.1, 0.5, 0.01, 0.05, 0.3]))
    return Exercise(sizes, acts, loss, W, b, X, Y, lr, mu, steps, classes)


def numbers(random, shape, digits: int, most: float) -> np.ndarray:
    """Draw numbers of a few decimals, none of them 0."""
    value = random.uniform(-most, most, shape).round(digits)
    return np.where(value == 0, 0.5, value)


def targets(random, loss: str, last: str, m: int, outputs: int) -> tuple[np.ndarray, list[int]]:
    """Draw targets that suit the loss, and the classes where there are some."""
    if loss == "ce":
        classes = random.integers(0, outputs, m)
        return np.eye(outputs)[classes], [int(c) for c in classes]
    if loss == "bce" or (last == "sigmoid" and random.random() < 0.6):
        return random.integers(0, 2, (m, outputs)).astype(float), []
    return random.uniform(0.1, 0.9, (m, outputs)).round(2), []
