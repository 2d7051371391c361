"""Threshold, Y = [Z > 0]. Handout 1."""

from __future__ import annotations

import numpy as np

from ..op import Array, op
from .layer import Activation


@op("[{Z} > 0]")
def threshold(Z: Array) -> Array:
    """f(z) = 1 where z > 0, else 0."""
    return np.where(Z > 0, Z * 0 + 1, Z * 0)


@op("0")
def threshold_gradient(Z: Array, G: Array) -> Array:
    """f'(z) = 0 wherever it exists."""
    return G * 0


class Threshold(Activation):
    """The step function of the first perceptrons."""

    value = threshold
    gradient = threshold_gradient
