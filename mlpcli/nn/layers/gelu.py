"""GELU, exact: Y = Z·Φ(Z). Hendrycks and Gimpel, 2016."""

from __future__ import annotations

from ..op import Array, op
from ..special import normal_cdf, normal_density
from .layer import Activation


@op("{Z}⊙Φ({Z})")
def gelu(Z: Array) -> Array:
    """f(z) = z·Φ(z), Φ the normal distribution function; not the tanh approximation."""
    return Z * normal_cdf(Z)


@op("{G}⊙(Φ({Z}) + {Z}⊙φ({Z}))")
def gelu_gradient(Z: Array, G: Array) -> Array:
    """f'(z) = Φ(z) + z·φ(z), φ the normal density."""
    return G * (normal_cdf(Z) + Z * normal_density(Z))


class GELU(Activation):
    """The Gaussian error linear unit."""

    value = gelu
    gradient = gelu_gradient
