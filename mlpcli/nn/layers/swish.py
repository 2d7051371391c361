"""Swish, Y = Z·σ(Z), also called SiLU. Ramachandran et al., 2017."""

from __future__ import annotations

from ..op import Array, op, wrong
from .layer import Activation
from .sigmoid import sigmoid


@op("{Z}⊙σ({Z})")
def swish(Z: Array) -> Array:
    """Compute f(z) = z·σ(z)."""
    return Z * sigmoid(Z)


@op("{G}⊙σ({Z})⊙(1 + {Z}⊙σ(−{Z}))", saturates="gradient")
def swish_gradient(Z: Array, G: Array) -> Array:
    """Compute f'(z) = σ(z)·(1 + z·(1 − σ(z))), with 1 − σ(z) = σ(−z)."""
    return G * sigmoid(Z) * (1 + Z * sigmoid(-Z))


class Swish(Activation):
    """The self-gated linear unit."""

    value = swish
    gradient = swish_gradient


wrong(swish, "the activation is missing", lambda Z: Z)
wrong(swish, "the factor {Z} is missing", lambda Z: sigmoid(Z))
wrong(swish_gradient, "the derivative of the activation is missing", lambda Z, G: G)
wrong(swish_gradient, "the term from the sigmoid's own derivative is missing", lambda Z, G: G * sigmoid(Z))
wrong(swish_gradient, "the term from the factor {Z} is missing", lambda Z, G: G * Z * sigmoid(Z) * sigmoid(-Z))
