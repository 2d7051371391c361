"""The L2 loss, L = ½·Σ(Y − D)². Handout 2.3, 3.2."""

from __future__ import annotations

from ..op import Array, op
from .loss import Loss


@op("½·Σ ({Y} − {D})²")
def l2(Y: Array, D: Array) -> Array:
    """Half the squared error of each row, (N, C) → (N,). Handout 2.3; the ½ makes the gradient Y − D."""
    return ((Y - D) * (Y - D)).sum(axis=1) / 2


@op("{Y} − {D}")
def l2_gradient(Y: Array, D: Array) -> Array:
    """gradY. Handout 3.2.1."""
    return Y - D


class L2(Loss):
    """Half the squared error."""

    value = l2
    gradient = l2_gradient
