"""How good answers are: outputs and targets (N, C) → numbers, by the names that the field gives them.

What is not defined is nan: an area under a curve of one class, R² of targets that are all the same.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from ..nn.op import Array

NAN = math.nan


def confusion_matrix(true: Array, predicted: Array, width: int) -> Array:
    """Count the examples of each true class, a row, by the class predicted, a column."""
    return np.bincount(true * width + predicted, minlength=width * width).reshape(width, width)


def per_class(confusion: Array) -> dict[str, Array]:
    """Return of each class against all others precision, recall and F1; a division by 0 gives 0."""
    hits, predicted, true = confusion.diagonal(), confusion.sum(axis=0), confusion.sum(axis=1)
    ratios = {"precision": (hits, predicted), "recall": (hits, true), "f1": (2 * hits, predicted + true)}
    return {name: a / np.maximum(b, 1) for name, (a, b) in ratios.items()}


def balanced_accuracy(confusion: Array) -> float:
    """Return the mean recall of the classes that occur."""
    return mean_of(per_class(confusion)["recall"], confusion.sum(axis=1) > 0)


def macro_f1(confusion: Array) -> float:
    """Return the mean F1 of the classes that occur or are predicted."""
    return mean_of(per_class(confusion)["f1"], confusion.sum(axis=0) + confusion.sum(axis=1) > 0)


def mean_of(values: Array, which: Array) -> float:
    return float(values[which].mean()) if which.any() else NAN


def roc_auc(scores: Array, positive: Array) -> float:
    """Return the part of the pairs of a positive example and another that the scores order rightly; ties count half.

    Mann and Whitney, 1947: counted in whole numbers, so that nothing is rounded but the last division.
    """
    ones = int(positive.sum())
    zeros = len(positive) - ones
    if not ones or not zeros:
        return NAN
    _, place, counts = np.unique(scores, return_inverse=True, return_counts=True)
    twice_ranks = 2 * np.cumsum(counts) - counts + 1
    return float((int(twice_ranks[place[positive]].sum()) - ones * (ones + 1)) / (2 * ones * zeros))


def log_loss(probabilities: Array, chosen: Array) -> float:
    """Return the mean −log of the probability (N, C) of the class chosen; 0 and 1 are off by one rounding at least."""
    eps = np.finfo(probabilities.dtype).eps
    likely = np.clip(probabilities, eps, 1 - eps)
    return float(-np.log(likely[np.arange(len(chosen)), chosen]).mean())


def of_numbers(outputs: Array, targets: Array) -> dict[str, Array]:
    """Return of each target R², MAE and RMSE, in its unit."""
    errors = outputs - targets
    squares, spread = (errors**2).sum(axis=0), ((targets - targets.mean(axis=0)) ** 2).sum(axis=0)
    varies = (targets != targets[:1]).any(axis=0)
    with np.errstate(all="ignore"):
        r2 = np.where(varies, 1 - squares / spread, NAN)
    return {"r2": r2, "mae": np.abs(errors).mean(axis=0), "rmse": np.sqrt(squares / len(errors))}


def defined(values: dict[str, Any]) -> dict[str, Any]:
    """Leave out what is not defined."""
    return {name: value for name, value in values.items() if not (isinstance(value, float) and math.isnan(value))}
