"""Leaky ReLU, Y = Z where Z > 0, else slope·Z. Maas et al., 2013."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ..op import Array, op
from ..options import NonNegative
from .layer import Activation


@op("{Z} where {Z} > 0, else slope·{Z}")
def leaky_relu(Z: Array, slope: float) -> Array:
    """f(z) = z where z > 0, else slope·z."""
    return np.where(Z > 0, Z, slope * Z)


@op("{G} where {Z} > 0, else slope·{G}")
def leaky_relu_gradient(Z: Array, G: Array, slope: float) -> Array:
    """f'(z) = 1 where z > 0, else slope."""
    return np.where(Z > 0, G, slope * G)


@dataclass(frozen=True, kw_only=True)
class LeakyReLU(Activation):
    """The rectifier that lets `slope` of the negative side through."""

    slope: NonNegative = 0.01

    value = leaky_relu
    gradient = leaky_relu_gradient
