"""The mean absolute error, L = Σ|Y − D|/C, or the sum over the C outputs."""

from __future__ import annotations

from typing import ClassVar

import numpy as np

from ..op import Array, op, wrong
from .loss import flipped
from .outputs import OverOutputs, wrong_as


@op("Σ_j |{Y} − {D}|")
def distance(Y: Array, D: Array) -> Array:
    """The absolute error of each row, (N, C) → (N,)."""
    return np.abs(Y - D).sum(axis=1)


@op("[{Y} > {D}] − [{Y} < {D}]")
def distance_gradient(Y: Array, D: Array) -> Array:
    """gradY of the sum over the outputs: the sign of the error, 0 where there is none."""
    return np.where(Y > D, 1, np.where(Y < D, -1, Y * 0))


@op("Σ_j |{Y} − {D}| / C")
def mae(Y: Array, D: Array) -> Array:
    """The mean over the C outputs of each row, (N, C) → (N,)."""
    return distance(Y, D) / Y.shape[1]


@op("([{Y} > {D}] − [{Y} < {D}]) / C")
def mae_gradient(Y: Array, D: Array) -> Array:
    """gradY: the sign of the error, 0 where there is none."""
    return distance_gradient(Y, D) / Y.shape[1]


class MAE(OverOutputs):
    """The mean absolute error; averaged over the batch too, it is PyTorch's L1Loss."""

    value = mae
    gradient = mae_gradient
    others: ClassVar = (distance, distance_gradient)


wrong(mae, "it is not divided by the number of outputs", lambda Y, D: np.abs(Y - D).sum(axis=1))
wrong(mae, "the error is squared", lambda Y, D: ((Y - D) * (Y - D)).sum(axis=1) / Y.shape[1])
wrong(mae, "errors of both signs cancel", lambda Y, D: (Y - D).sum(axis=1) / Y.shape[1])
flipped(mae_gradient, lambda Y, D: mae_gradient(D, Y))
wrong(mae_gradient, "it is not divided by the number of outputs", lambda Y, D: mae_gradient(Y, D) * Y.shape[1])
wrong(mae_gradient, "it is the error, not its sign", lambda Y, D: (Y - D) / Y.shape[1])
wrong_as(mae, distance)
wrong_as(mae_gradient, distance_gradient)
