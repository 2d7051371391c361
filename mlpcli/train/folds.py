"""Cross-validation: a training per fold, which is held out of it, and the mean and spread of what they come to."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from ..config.experiment import Experiment
from ..nn.network import compile_network
from ..nn.op import Array
from .conclusion import Conclusion
from .fit import Job
from .job import prepare
from .measure import no_better


def folds(experiment: Experiment) -> Iterator[tuple[Experiment, Job, dict[str, Array]]]:
    """Yield the training of each fold: all start from the same weights."""
    split = experiment.split
    for fold in range(split.folds or 0):
        own = replace(experiment, validation=replace(split, fold=fold)).paced()
        yield own, *prepare(own, compile_network(own.sample(), "update"))


def summary(found: Sequence[Conclusion]) -> dict[str, Any]:
    """Return the mean and the spread of each metric over the folds, and the metrics of each.

    The spread is the standard deviation of a sample: the root of the squares over the number of folds less 1.
    """
    kept = ("epoch", found[0].prefix)
    rows = [
        {"fold": k} | {name: value for name, value in one.values.items() if name.startswith(kept)}
        for k, one in enumerate(found, 1)
    ]
    names = [name for name in rows[0] if name.startswith(found[0].prefix)]
    defined = {name: [row[name] for row in rows if name in row] for name in names}
    metrics = {name: {"mean": mean(values), "spread": spread(values)} for name, values in defined.items()}
    return {"folds": len(found), **metrics, "each": rows, "constant": constant(found)}


def constant(found: Sequence[Conclusion]) -> dict[str, float]:
    """Return the mean over the folds of the metrics of a constant prediction."""
    rows: list[Mapping[str, float]] = [one.values["constant"] for one in found]
    return {name: mean([row[name] for row in rows if name in row]) for name in rows[0]}


def worse(found: Sequence[Conclusion]) -> bool:
    """Return whether the networks are no better than constant predictions, on the mean of the folds."""
    prefix = found[0].prefix
    network = {n.removeprefix(prefix): v["mean"] for n, v in summary(found).items() if n.startswith(prefix)}
    return no_better(network, constant(found), found[0].right)


def mean(values: Sequence[float]) -> float:
    return float(np.mean(values))


def spread(values: Sequence[float]) -> float:
    return float(np.std(values, ddof=1)) if len(values) > 1 else 0.0
