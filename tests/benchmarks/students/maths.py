"""Compute activations, derivatives and losses, and spoil numbers."""

from __future__ import annotations

import numpy as np


def activate(name: str, z):
    if name == "sigmoid":
        return 1 / (1 + np.exp(-z))
    return {"tanh": np.tanh, "relu": lambda x: np.maximum(0, x), "linear": lambda x: x}[name](z)


def derivative(name: str, z, a):
    if name == "relu":
        return (z > 0).astype(z.dtype)
    return {"sigmoid": a * (1 - a), "tanh": 1 - a * a, "linear": np.ones_like(z)}[name]


def loss_cells(name: str, a, y, log, *, one_term: bool):
    if name in ("l2", "mse"):
        return (0.5 if name == "l2" else 1) * (a - y) ** 2
    cells = -y * log(np.where(y == 0, 1, a)) if name == "ce" or one_term else -(y * log(a) + (1 - y) * log(1 - a))
    return cells


def slip(value, number: float):
    """Spoil one number: its sign, its decimal point or its first digits."""
    value = np.array(value)
    cell, way = int(number * 1000) % value.size, int(number * 7) % 3
    x = value.flat[cell]
    value.flat[cell] = (-x, x * 10, x / 10)[way]
    return value


def copy_row(value, number: float):
    value = np.array(value)
    if value.ndim == 2 and len(value) > 1:
        row = 1 + int(number * 1000) % (len(value) - 1)
        value[row] = value[row - 1]
    return value


SPOILED = {
    "constant factor": lambda value, number: value * value.dtype.type(number),
    "not filled in": lambda value, number: np.zeros_like(value),
    "sign flipped": lambda value, number: -value,
    "slip in a number": slip,
    "row copied": copy_row,
}
