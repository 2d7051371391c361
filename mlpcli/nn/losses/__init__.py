"""Losses, each in a file of its own. A new loss is one new file and one line here."""

from __future__ import annotations

from ..tables import ClassTable
from .loss import Fusion, Loss, mean

LOSSES: ClassTable[Loss] = ClassTable(
    __name__,
    {
        "l2": "l2.L2",
        "mse": "mse.MSE",
        "mae": "mae.MAE",
        "huber": "huber.Huber",
        "cross_entropy": "cross_entropy.CrossEntropy",
        "softmax_cross_entropy": "softmax_cross_entropy.SoftmaxCrossEntropy",
        "binary_cross_entropy": "binary_cross_entropy.BinaryCrossEntropy",
    },
)

__all__ = ["LOSSES", "Fusion", "Loss", "mean"]
