"""A loss: errors below the target weigh q, those above it 1 − q."""

from dataclasses import dataclass
from typing import Annotated

import numpy as np

from mlpcli.nn.losses import Loss
from mlpcli.nn.op import op, wrong
from mlpcli.nn.options import Range


@op("Σ_j max(q·({D} − {Y}), (1 − q)·({Y} − {D})) / C")
def pinball(Y, D, q):
    return np.maximum(q * (D - Y), (1 - q) * (Y - D)).sum(axis=1) / Y.shape[1]


@op("([{Y} > {D}] − q) / C")
def pinball_gradient(Y, D, q):
    return (np.where(Y > D, Y * 0 + 1, 0) - q) / Y.shape[1]


@dataclass(frozen=True, kw_only=True)
class Pinball(Loss):
    """The quantile loss."""

    q: Annotated[float, Range(0, 1)] = 0.5

    value = pinball
    gradient = pinball_gradient


wrong(pinball, "q and 1 − q are swapped", lambda Y, D, q: pinball(Y, D, q=1 - q))
wrong(pinball_gradient, "q is missing", lambda Y, D, q: np.where(Y > D, Y * 0 + 1, 0) / Y.shape[1])
