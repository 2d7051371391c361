"""Functions that numpy lacks, for floats and for number objects that have `erfc`, `exp`, `sqrt` and `pi`."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from .op import Array


def _cdf(z: Any) -> Any:
    if isinstance(z, float):
        return math.erfc(-z / math.sqrt(2)) / 2
    return (-z / type(z)(2).sqrt()).erfc() / 2


def _density(z: Any) -> Any:
    if isinstance(z, float):
        return math.exp(-z * z / 2) / math.sqrt(2 * math.pi)
    return (-z * z / 2).exp() / (2 * type(z).pi()).sqrt()


cdf_ufunc = np.frompyfunc(_cdf, 1, 1)
density_ufunc = np.frompyfunc(_density, 1, 1)


def normal_cdf(Z: Array) -> Array:
    """Φ(z) = ½·erfc(−z/√2): accurate in the tail where ½·(1 + erf(z/√2)) cancels to 0."""
    return _as_given(cdf_ufunc(Z), Z)


def normal_density(Z: Array) -> Array:
    """φ(z) = exp(−z²/2) / √(2π)."""
    return _as_given(density_ufunc(Z), Z)


def _as_given(result: Array, Z: Array) -> Array:
    return result.astype(Z.dtype) if isinstance(result, np.ndarray) else result
