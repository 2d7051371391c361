"""How good the answers of a network are, in all and of each class, label or target."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from ..nn.op import Array
from .kinds import Kind
from .metrics import balanced_accuracy, confusion_matrix, defined, log_loss, macro_f1, of_numbers, per_class, roc_auc

TOLERANCE = 1e-4
"""How far probabilities may be from a sum of 1."""
CHOSEN = 0.5
"""The probability from which on a label is taken to be there, unless another is asked for."""
LOWER = ("loss", "log_loss", "mae", "rmse")
"""Metrics of which less is better."""
CONSTANT = "constant_"
"""Before the names of metrics of a constant prediction, where they stand beside those of the network."""
EXAMPLES = "examples"
OF_CLASSES = ("accuracy", "balanced_accuracy", "macro_f1", "roc_auc", "log_loss")
METRICS: dict[Kind, tuple[str, ...]] = {
    "classes": OF_CLASSES,
    "binary": OF_CLASSES,
    "labels": ("exact_match", "macro_f1", "roc_auc"),
    "numbers": ("r2", "mae", "rmse"),
    "likelihoods": (),
}
"""What is measured of each kind of answers, beside the loss."""


def better(name: str, one: float, other: float) -> bool:
    """Return whether a value of a metric is better than another."""
    return one < other if name in LOWER else one > other


def no_better(network: Mapping[str, float], constant: Mapping[str, float], right: str = "accuracy") -> bool:
    """Return whether a network is no better than a constant prediction: by its loss, nor by what it gets `right`.

    Probabilities that are too sure of themselves have a large loss where most answers are right. One class for every
    example may be right more often than the class of the constant prediction, but is one itself.
    """
    if not constant or network["loss"] <= constant["loss"]:
        return False
    return not (right in network and all(network[name] > constant[name] for name in (right, "balanced_accuracy")))


def measure(kind: Kind, outputs: Array, targets: Array, threshold: float = CHOSEN) -> dict[str, float]:
    """Return the metrics of all the answers by name, less those that are not defined."""
    if kind == "labels":
        rows = label_rows(outputs, targets, threshold)
        exact = float(((outputs >= threshold) == (targets == 1)).all(axis=1).mean())
        means = {"macro_f1": [row["f1"] for row in rows], "roc_auc": [row["roc_auc"] for row in rows]}
        return defined({"exact_match": exact} | {name: mean(values) for name, values in means.items()})
    if kind == "numbers":
        return defined({name: mean(values.tolist()) for name, values in of_numbers(outputs, targets).items()})
    if kind == "likelihoods":
        return {}
    scores, true, predicted = classified(kind, outputs, targets, threshold)
    confusion = confusion_matrix(true, predicted, scores.shape[1])
    found = {
        "accuracy": float((true == predicted).mean()),
        "balanced_accuracy": balanced_accuracy(confusion),
        "macro_f1": macro_f1(confusion),
        "roc_auc": mean([roc_auc(scores[:, c], true == c) for c in ranked(scores.shape[1])]),
    }
    if ((scores >= 0) & (scores <= 1)).all() and (np.abs(scores.sum(axis=1) - 1) < TOLERANCE).all():
        found["log_loss"] = log_loss(scores, true)
    return defined(found)


def break_down(
    kind: Kind,
    outputs: Array,
    targets: Array,
    names: Sequence[Any],
    constant: Array,
    threshold: float = CHOSEN,
) -> dict[str, Any]:
    """Return a record for each class, label or target by its name, and for classes the confusion matrix.

    Each is measured beside a constant prediction (C,) too; numbers are in their unit.
    """
    always = np.broadcast_to(constant, outputs.shape)
    if kind == "labels":
        rows, beside = (label_rows(given, targets, threshold) for given in (outputs, always))
        return {"labels": records("label", names, rows, beside)}
    if kind == "numbers" and outputs.shape[1] > 1:
        rows, beside = (
            [{name: float(values[j]) for name, values in columns.items()} for j in range(outputs.shape[1])]
            for columns in (of_numbers(outputs, targets), of_numbers(constant, targets))
        )
        return {"targets": records("target", names, rows, beside)}
    if kind not in ("classes", "binary"):
        return {}
    rows, beside = (class_rows(*classified(kind, given, targets, threshold)) for given in (outputs, always))
    scores, true, predicted = classified(kind, outputs, targets, threshold)
    confusion = confusion_matrix(true, predicted, scores.shape[1])
    return {"classes": records("class", names, rows, beside), "confusion": confusion.tolist()}


def records(
    key: str, names: Sequence[Any], rows: Sequence[dict[str, Any]], beside: Sequence[dict[str, Any]]
) -> list[dict[str, Any]]:
    """Return the metrics of each name, less those that are not defined, beside those of a constant prediction."""
    return [
        {key: name} | defined(row | {CONSTANT + metric: x for metric, x in other.items() if metric != EXAMPLES})
        for name, row, other in zip(names, rows, beside, strict=True)
    ]


def class_rows(scores: Array, true: Array, predicted: Array) -> list[dict[str, Any]]:
    """Return precision, recall and more of each class, against all others."""
    confusion = confusion_matrix(true, predicted, scores.shape[1])
    ratios, counts = per_class(confusion), confusion.sum(axis=1)
    return [
        {EXAMPLES: int(counts[c])}
        | {name: float(values[c]) for name, values in ratios.items()}
        | {"roc_auc": roc_auc(scores[:, c], true == c)}
        for c in range(len(counts))
    ]


def ranked(width: int) -> range:
    """Return the classes whose scores are ranked: of two the second, whose scores say all."""
    return range(1 if width == 2 else 0, width)


def classified(kind: Kind, outputs: Array, targets: Array, threshold: float) -> tuple[Array, Array, Array]:
    """Return a score for each class (N, C), and the numbers of the true class and of that predicted."""
    if kind == "binary":
        true, predicted = (targets[:, 0] == 1).astype(np.intp), (outputs[:, 0] >= threshold).astype(np.intp)
        return np.hstack([1 - outputs, outputs]), true, predicted
    return outputs, targets.argmax(axis=1), outputs.argmax(axis=1)


def label_rows(outputs: Array, targets: Array, threshold: float) -> list[dict[str, Any]]:
    """Return precision, recall and more of each label that an example may have."""
    found = []
    for Y, D in zip(outputs.T, targets.T == 1, strict=True):
        confusion = confusion_matrix(D.astype(np.intp), np.greater_equal(Y, threshold).astype(np.intp), 2)
        ratios = {name: float(values[1]) for name, values in per_class(confusion).items()}
        accuracy = float(confusion.trace() / max(1, len(D)))
        found.append({EXAMPLES: int(D.sum()), "accuracy": accuracy, **ratios, "roc_auc": roc_auc(Y, D)})
    return found


def mean(values: Sequence[float]) -> float:
    """Return the mean of those that are defined; nan where none is."""
    there = [value for value in values if not np.isnan(value)]
    return float(np.mean(there)) if there else float("nan")
