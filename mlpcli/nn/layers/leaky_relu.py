"""Leaky ReLU, Y = Z where Z > 0, else slope·Z. Maas et al., 2013."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ..op import Array, op, wrong
from ..options import NonNegative
from .layer import Activation


@op("{Z} where {Z} > 0, else slope·{Z}")
def leaky_relu(Z: Array, slope: float) -> Array:
    """Compute f(z) = z where z > 0, else slope·z."""
    return np.where(Z > 0, Z, slope * Z)


@op("{G} where {Z} > 0, else slope·{G}")
def leaky_relu_gradient(Z: Array, G: Array, slope: float) -> Array:
    """Compute f'(z) = 1 where z > 0, else slope."""
    return np.where(Z > 0, G, slope * G)


@dataclass(frozen=True, kw_only=True)
class LeakyReLU(Activation):
    """The rectifier that lets `slope` of the negative side through."""

    slope: NonNegative = 0.01
    """The slope of the negative side."""

    value = leaky_relu
    gradient = leaky_relu_gradient


wrong(leaky_relu, "the activation is missing", lambda Z, slope: Z)
wrong(leaky_relu, "the negative side is cut off (ReLU)", lambda Z, slope: np.where(Z > 0, Z, Z * 0))
wrong(leaky_relu_gradient, "the derivative of the activation is missing", lambda Z, G, slope: G)
wrong(leaky_relu_gradient, "the negative side is cut off (ReLU)", lambda Z, G, slope: np.where(Z > 0, G, G * 0))
wrong(leaky_relu_gradient, "the slope is taken by the sign of {G}", lambda Z, G, slope: np.where(G > 0, G, slope * G))
