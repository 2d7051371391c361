"""Identity, Y = Z. Handout 2.1.2."""

from __future__ import annotations

from ..op import Array, op
from .layer import Activation


@op("{Z}")
def identity(Z: Array) -> Array:
    """Compute f(z) = z."""
    return Z


@op("{G}")
def identity_gradient(Z: Array, G: Array) -> Array:
    """Compute f'(z) = 1."""
    return G


class Identity(Activation):
    """The activation that changes nothing."""

    value = identity
    gradient = identity_gradient
