"""Functions that numpy lacks, for floats and for number objects that have `erfc`, `exp`, `sqrt` and `pi`."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

Array = Any


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

# log(erfc(x)·e^(x²)·(2 + x)/2) as a Chebyshev series in 4/(2 + x) − 1, from 64 nodes computed with 50 digits. All terms
# give erfc to 8e-16 of its value for x up to 26, the first 17 to 1e-7, the precision of float32.
SERIES = (
    -0.6513268598908547, 0.6419697923564902, 0.019476473204185836, -0.009561514786808632, -0.0009465953444820369,
    0.00036683949785276145, 4.252332480690777e-05, -2.0278578112534242e-05, -1.6242900046470256e-06,
    1.3036558355805232e-06, 1.5626441722066142e-08, -8.523809591492654e-08, 6.5290544390988515e-09,
    5.059343495551469e-09, -9.91364156493033e-10, -2.273651222931836e-10, 9.646791102015527e-11, 2.3940380830391146e-12,
    -6.886027526497553e-12, 8.944879273090725e-13, 3.130921399342958e-13, -1.1270822361367252e-13,
    3.810905255189232e-16, 7.106097613609237e-15, -1.5230282014571043e-15, -9.457494571291233e-17,
    1.210237189224279e-16,
)  # fmt: skip
SINGLE = 17


def erfc(X: Array) -> Array:
    """Compute 2/√π·∫ e^(−t²) dt from x to ∞ of an array of floats; splits x², so that its rounding does not count."""
    size = np.minimum(np.abs(X), 30)  # beyond it the result is 0, or 2
    T = 2 / (2 + size)
    U = 4 * T - 2
    current, before = np.zeros_like(size), np.zeros_like(size)
    for coefficient in SERIES[SINGLE - 1 if X.dtype == np.float32 else len(SERIES) : 0 : -1]:
        following = U * current
        following -= before
        following += coefficient
        current, before = following, current
    series = U * current / 2 - before + SERIES[0]
    coarse = np.floor(size * 16) / 16
    tail = T * np.exp(-coarse * coarse) * np.exp(series - (size - coarse) * (size + coarse))
    return np.where(X < 0, 2 - tail, tail)


def cdf(Z: Array) -> Array:
    """Compute Φ of an array of floats."""
    return erfc(Z * -math.sqrt(0.5)) / 2


def density(Z: Array) -> Array:
    """Compute φ of an array of floats."""
    return np.exp(Z * Z / -2) / math.sqrt(2 * math.pi)


FLOATS = {cdf_ufunc: cdf, density_ufunc: density}
"""What to compute with in place of a function of single numbers."""


def normal_cdf(Z: Array) -> Array:
    """Compute Φ(z) = ½·erfc(−z/√2): accurate in the tail where ½·(1 + erf(z/√2)) cancels to 0."""
    return applied(cdf_ufunc, Z)


def normal_density(Z: Array) -> Array:
    """Compute φ(z) = exp(−z²/2) / √(2π)."""
    return applied(density_ufunc, Z)


def applied(ufunc: Any, Z: Array) -> Array:
    if isinstance(Z, np.ndarray) and Z.dtype.kind == "f":
        return FLOATS[ufunc](Z)
    return ufunc(Z)
