"""The mean squared error, L = Σ(Y − D)²/C."""

from __future__ import annotations

from ..op import Array, op, wrong
from .loss import Loss


@op("Σ_j ({Y} − {D})² / C")
def mse(Y: Array, D: Array) -> Array:
    """Average over the C outputs of each row, (N, C) → (N,)."""
    return ((Y - D) * (Y - D)).sum(axis=1) / Y.shape[1]


@op("2/C·({Y} − {D})")
def mse_gradient(Y: Array, D: Array) -> Array:
    """Compute gradY."""
    return 2 * (Y - D) / Y.shape[1]


class MSE(Loss):
    """The mean squared error; averaged over the batch too, it is PyTorch's MSELoss."""

    value = mse
    gradient = mse_gradient


wrong(mse, "it is not divided by the number of outputs", lambda Y, D: mse(Y, D) * Y.shape[1])
wrong(mse, "a factor ½ too many", lambda Y, D: mse(Y, D) / 2)
wrong(mse_gradient, "it is D − Y, with the sign flipped", lambda Y, D: mse_gradient(D, Y))
wrong(mse_gradient, "the factor 2 is missing", lambda Y, D: (Y - D) / Y.shape[1])
wrong(mse_gradient, "it is not divided by the number of outputs", lambda Y, D: 2 * (Y - D))
