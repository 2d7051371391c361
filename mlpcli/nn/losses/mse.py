"""The mean squared error, L = Σ(Y − D)²/C, or the sum over the C outputs."""

from __future__ import annotations

from typing import ClassVar

from ..op import Array, op, wrong
from .loss import flipped
from .outputs import OverOutputs, wrong_as


@op("Σ_j ({Y} − {D})²")
def squares(Y: Array, D: Array) -> Array:
    """The squared error of each row, (N, C) → (N,)."""
    return ((Y - D) * (Y - D)).sum(axis=1)


@op("2·({Y} − {D})")
def squares_gradient(Y: Array, D: Array) -> Array:
    """gradY of the sum over the outputs."""
    return 2 * (Y - D)


@op("Σ_j ({Y} − {D})² / C")
def mse(Y: Array, D: Array) -> Array:
    """The mean over the C outputs of each row, (N, C) → (N,)."""
    return squares(Y, D) / Y.shape[1]


@op("2/C·({Y} − {D})")
def mse_gradient(Y: Array, D: Array) -> Array:
    """gradY."""
    return squares_gradient(Y, D) / Y.shape[1]


class MSE(OverOutputs):
    """The mean squared error; averaged over the batch too, it is PyTorch's MSELoss."""

    value = mse
    gradient = mse_gradient
    others: ClassVar = (squares, squares_gradient)


wrong(mse, "it is not divided by the number of outputs", lambda Y, D: mse(Y, D) * Y.shape[1])
wrong(mse, "the error is not squared", lambda Y, D: abs(Y - D).sum(axis=1) / Y.shape[1])
wrong(mse, "a factor ½ too many", lambda Y, D: mse(Y, D) / 2)
flipped(mse_gradient, lambda Y, D: mse_gradient(D, Y))
wrong(mse_gradient, "{D} is not subtracted", lambda Y, D: 2 * Y / Y.shape[1])
wrong(mse_gradient, "the factor 2 is missing", lambda Y, D: (Y - D) / Y.shape[1])
wrong(mse_gradient, "it is not divided by the number of outputs", lambda Y, D: 2 * (Y - D))
wrong_as(mse, squares)
wrong_as(mse_gradient, squares_gradient)
