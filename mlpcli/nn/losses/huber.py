"""The Huber loss: half the squared error up to `delta`, from there on a straight line. Huber, 1964."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from ..op import Array, op, wrong
from ..options import Positive
from .loss import flipped
from .outputs import OverOutputs, wrong_as


@op("Σ_j min(|{Y} − {D}|, delta)⊙(|{Y} − {D}| − min(|{Y} − {D}|, delta) / 2)")
def huber_sum(Y: Array, D: Array, delta: float) -> Array:
    """The sum over the outputs of e²/2 where |e| ≤ delta, else delta·(|e| − delta/2), e = Y − D: (N, C) → (N,)."""
    size = np.abs(Y - D)
    near = np.minimum(size, delta)
    return (near * (size - near / 2)).sum(axis=1)


@op("max(−delta, min(delta, {Y} − {D}))")
def huber_sum_gradient(Y: Array, D: Array, delta: float) -> Array:
    """gradY of the sum over the outputs: the error, cut at ±delta."""
    return np.maximum(-delta, np.minimum(delta, Y - D))


@op("Σ_j min(|{Y} − {D}|, delta)⊙(|{Y} − {D}| − min(|{Y} − {D}|, delta) / 2) / C")
def huber(Y: Array, D: Array, delta: float) -> Array:
    """The mean over the C outputs of each row, (N, C) → (N,)."""
    return huber_sum(Y, D, delta=delta) / Y.shape[1]


@op("max(−delta, min(delta, {Y} − {D})) / C")
def huber_gradient(Y: Array, D: Array, delta: float) -> Array:
    """gradY: the error, cut at ±delta, over the number of outputs."""
    return huber_sum_gradient(Y, D, delta=delta) / Y.shape[1]


@dataclass(frozen=True, kw_only=True)
class Huber(OverOutputs):
    """The Huber loss; averaged over the batch too, it is PyTorch's HuberLoss."""

    delta: Positive = 1.0
    """The error from which on the loss is a straight line."""

    value = huber
    gradient = huber_gradient
    others: ClassVar = (huber_sum, huber_sum_gradient)


def line(Y: Array, D: Array, delta: float) -> Array:
    """Return the loss whose straight line does not meet the parabola."""
    size = np.abs(Y - D)
    return np.where(size > delta, delta * size, size * size / 2).sum(axis=1) / Y.shape[1]


def squares(Y: Array, D: Array, delta: float) -> Array:
    """Return half the squared error throughout."""
    return ((Y - D) * (Y - D)).sum(axis=1) / 2 / Y.shape[1]


wrong(huber, "it is not divided by the number of outputs", lambda Y, D, delta: huber(Y, D, delta=delta) * Y.shape[1])
wrong(huber, "it stays squared beyond delta", squares)
wrong(huber, "the line beyond delta lacks − delta/2", line)
wrong(huber, "the factor ½ is missing", lambda Y, D, delta: 2 * huber(Y, D, delta=delta))
wrong(huber_gradient, "it is not cut at delta", lambda Y, D, delta: (Y - D) / Y.shape[1])
flipped(huber_gradient, lambda Y, D, delta: huber_gradient(D, Y, delta=delta))
wrong(
    huber_gradient,
    "it is not divided by the number of outputs",
    lambda Y, D, delta: huber_gradient(Y, D, delta=delta) * Y.shape[1],
)
wrong_as(huber, huber_sum)
wrong_as(huber_gradient, huber_sum_gradient)
