"""The mean absolute error, L = Σ|Y − D|/C."""

from __future__ import annotations

import numpy as np

from ..op import Array, op, wrong
from .loss import Loss


@op("Σ_j |{Y} − {D}| / C")
def mae(Y: Array, D: Array) -> Array:
    """Average over the C outputs of each row, (N, C) → (N,)."""
    return np.abs(Y - D).sum(axis=1) / Y.shape[1]


@op("([{Y} > {D}] − [{Y} < {D}]) / C")
def mae_gradient(Y: Array, D: Array) -> Array:
    """Compute gradY: the sign of the error, 0 where there is none."""
    return np.where(Y > D, 1, np.where(Y < D, -1, Y * 0)) / Y.shape[1]


class MAE(Loss):
    """The mean absolute error; averaged over the batch too, it is PyTorch's L1Loss."""

    value = mae
    gradient = mae_gradient


wrong(mae, "it is not divided by the number of outputs", lambda Y, D: np.abs(Y - D).sum(axis=1))
wrong(mae, "the error is squared", lambda Y, D: ((Y - D) * (Y - D)).sum(axis=1) / Y.shape[1])
wrong(mae, "errors of both signs cancel", lambda Y, D: (Y - D).sum(axis=1) / Y.shape[1])
wrong(mae_gradient, "it is that of D − Y, with the sign flipped", lambda Y, D: mae_gradient(D, Y))
wrong(mae_gradient, "it is not divided by the number of outputs", lambda Y, D: mae_gradient(Y, D) * Y.shape[1])
wrong(mae_gradient, "it is the error, not its sign", lambda Y, D: (Y - D) / Y.shape[1])
