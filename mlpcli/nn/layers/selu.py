"""SELU, scale·ELU(Z) with the two numbers that keep mean 0 and variance 1. Klambauer et al., 2017."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..op import Array, op, wrong
from .elu import elu, elu_gradient
from .layer import Activation

SCALE = 1.0507009873554805
ALPHA = 1.6732632423543772
"""The solution of equations (4) and (5) of the paper for mean 0 and variance 1, to the digits of floats."""


@op("scale·{Z} where {Z} > 0, else scale·alpha·(exp({Z}) − 1)")
def selu(Z: Array, scale: float, alpha: float) -> Array:
    """Compute f(z) = scale·z where z > 0, else scale·alpha·(eᶻ − 1)."""
    return scale * elu(Z, alpha=alpha)


@op("scale·{G} where {Z} > 0, else scale·alpha·exp({Z})⊙{G}")
def selu_gradient(Z: Array, G: Array, scale: float, alpha: float) -> Array:
    """Compute f'(z) = scale where z > 0, else scale·alpha·eᶻ."""
    return scale * elu_gradient(Z, G, alpha=alpha)


class SELU(Activation):
    """The scaled exponential linear unit."""

    value = selu
    gradient = selu_gradient

    def settings(self) -> dict[str, Any]:
        return {"scale": SCALE, "alpha": ALPHA}


wrong(selu, "the activation is missing", lambda Z, scale, alpha: Z)
wrong(selu, "the scale is missing (ELU)", lambda Z, scale, alpha: elu(Z, alpha=alpha))
wrong(selu, "the negative side is not scaled", lambda Z, scale, alpha: np.where(Z > 0, scale * Z, elu(Z, alpha=alpha)))
wrong(selu_gradient, "the derivative of the activation is missing", lambda Z, G, scale, alpha: G)
wrong(selu_gradient, "the scale is missing (ELU)", lambda Z, G, scale, alpha: elu_gradient(Z, G, alpha=alpha))
