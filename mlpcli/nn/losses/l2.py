"""The L2 loss, L = ½·Σ(Y − D)², or that over the number of outputs. Handout 2.3, 3.2."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from ..op import Array, op, wrong
from .loss import flipped
from .outputs import Over, OverOutputs, wrong_as


@op("½·Σ_j ({Y} − {D})²")
def l2(Y: Array, D: Array) -> Array:
    """Compute half the squared error of each row, (N, C) → (N,). Handout 2.3; the ½ makes the gradient Y − D."""
    return ((Y - D) * (Y - D)).sum(axis=1) / 2


@op("{Y} − {D}")
def l2_gradient(Y: Array, D: Array) -> Array:
    """Compute gradY. Handout 3.2.1."""
    return Y - D


@op("½·Σ_j ({Y} − {D})² / C")
def l2_mean(Y: Array, D: Array) -> Array:
    """The mean over the C outputs of each row, (N, C) → (N,)."""
    return l2(Y, D) / Y.shape[1]


@op("({Y} − {D}) / C")
def l2_mean_gradient(Y: Array, D: Array) -> Array:
    """gradY of the mean over the outputs."""
    return (Y - D) / Y.shape[1]


@dataclass(frozen=True, kw_only=True)
class L2(OverOutputs):
    """Half the squared error, summed over the outputs unless it is said otherwise."""

    usual: ClassVar[Over] = "sum"

    value = l2
    gradient = l2_gradient
    others: ClassVar = (l2_mean, l2_mean_gradient)


wrong(l2, "the factor ½ is missing", lambda Y, D: ((Y - D) * (Y - D)).sum(axis=1))
wrong(
    l2, "it is the mean of the squares: no ½, divided by the number of outputs", lambda Y, D: 2 * l2(Y, D) / Y.shape[1]
)
wrong(l2, "it is divided by the number of outputs", lambda Y, D: l2(Y, D) / Y.shape[1])
wrong(l2, "the error is not squared", lambda Y, D: np.abs(Y - D).sum(axis=1) / 2)
wrong(l2, "the root is taken", lambda Y, D: np.sqrt(2 * l2(Y, D)))
flipped(l2_gradient, lambda Y, D: D - Y)
wrong(l2_gradient, "{D} is not subtracted", lambda Y, D: Y)
wrong(l2_gradient, "it equals −{Y}: {D} is left out", lambda Y, D: -Y, negated="it equals {Y}: {D} is left out")
wrong(l2_gradient, "it is twice the error", lambda Y, D: 2 * (Y - D))
wrong(l2_gradient, "it is divided by the number of outputs", lambda Y, D: (Y - D) / Y.shape[1])
wrong_as(l2_mean, l2)
wrong_as(l2_mean_gradient, l2_gradient)
