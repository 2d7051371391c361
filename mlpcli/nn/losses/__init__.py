"""Losses, one per file. A new loss is one new file and one line here."""

from __future__ import annotations

from .binary_cross_entropy import BinaryCrossEntropy
from .cross_entropy import CrossEntropy
from .huber import Huber
from .l2 import L2
from .loss import Fusion, Loss, mean
from .mae import MAE
from .mse import MSE
from .softmax_cross_entropy import SoftmaxCrossEntropy

LOSSES: dict[str, type[Loss]] = {
    "l2": L2,
    "mse": MSE,
    "mae": MAE,
    "huber": Huber,
    "cross_entropy": CrossEntropy,
    "softmax_cross_entropy": SoftmaxCrossEntropy,
    "binary_cross_entropy": BinaryCrossEntropy,
}

__all__ = ["LOSSES", "Fusion", "Loss", "mean"]
