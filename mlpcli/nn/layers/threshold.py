"""Threshold, Y = [Z > 0]. Handout 1."""

from __future__ import annotations

import numpy as np

from ..op import Array, op, wrong
from .layer import Activation


@op("[{Z} > 0]")
def threshold(Z: Array) -> Array:
    """Compute f(z) = 1 where z > 0, else 0."""
    return np.where(Z > 0, Z * 0 + 1, Z * 0)


@op("0")
def threshold_gradient(Z: Array, G: Array) -> Array:
    """Compute f'(z) = 0, wherever it exists."""
    return G * 0


class Threshold(Activation):
    """The step function of the first perceptrons."""

    value = threshold
    gradient = threshold_gradient


wrong(threshold, "the activation is missing", lambda Z: Z)
wrong(threshold, "the threshold is at ≥ 0 in place of > 0", lambda Z: np.where(Z >= 0, Z * 0 + 1, Z * 0))
wrong(threshold, "the other side is −1 in place of 0", lambda Z: np.where(Z > 0, Z * 0 + 1, Z * 0 - 1))
wrong(threshold_gradient, "the derivative of the activation is missing", lambda Z, G: G)
