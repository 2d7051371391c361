"""What a training comes to: its last metrics, and how good what it learned is beside a constant prediction."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from ..config.experiment import Experiment
from ..nn.op import Array
from ..nn.run import State
from .assess import Assessment, judge, mean_target, names_of
from .fit import Fit, held_program
from .measure import break_down
from .weights import of_state

DRAWN, PICTURES = 500, 6
"""Points that are kept to be drawn at most, and of how many targets."""


@dataclass(frozen=True)
class Conclusion:
    """What a training comes to."""

    values: dict[str, Any]
    prefix: str
    """Before the names of metrics that have a counterpart under `constant`."""
    right: str
    """The metric of right answers."""
    prediction: Array
    """The constant prediction (C,)."""
    parts: dict[str, Any]
    """What is known of each class, label or target, and of numbers some points (true, predicted) to draw."""
    worse: str
    """The sentence that says so where the network is worse than a constant prediction; else nothing."""


def conclude(fit: Fit, experiment: Experiment, records: Sequence[dict[str, Any]]) -> Conclusion:
    """Judge what a training learned, on the examples held out if there are any, else on those trained on."""
    job = fit.job
    experiment = replace(experiment, encoding=job.encoding)
    program, state = fit.held_program or held_program(job), State(of_state(job.program, fit.result()))
    held = len(job.held) > 0
    examples, rows = (job.held_examples, job.held) if held else (job.examples, job.train)
    found = judge(experiment, program, state, examples, rows, mean_target(job.examples, job.train))
    prefix = "validation_" if held else "trained_"
    values = (
        outcome(fit, records) | {prefix + name: value for name, value in found.network.items()} | stop(fit, records)
    )
    names = names_of(experiment, found.kind, found.targets.shape[1])
    constant = experiment.in_units(found.prediction)
    parts = break_down(found.kind, found.outputs, found.targets, names, constant) | points(found, names)
    return Conclusion(
        values | {"constant": found.constant}, prefix, found.right, found.prediction, parts, sentence(found, held)
    )


def points(found: Assessment, names: Sequence[Any]) -> dict[str, Any]:
    """Return for each target that is a number some examples as (true, predicted)."""
    if found.kind != "numbers":
        return {}
    rows = np.linspace(0, len(found.targets) - 1, min(len(found.targets), DRAWN), dtype=np.intp)
    pairs = {str(n): np.stack([found.targets[rows, j], found.outputs[rows, j]], axis=1) for j, n in enumerate(names)}
    return {"points": {name: values.tolist() for name, values in list(pairs.items())[:PICTURES]}}


def outcome(fit: Fit, records: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """Return the last metrics, or those of the best epoch where there is patience."""
    best = [record for record in records if record["epoch"] == fit.best.epoch]
    chosen = (best or records[-1:] or [{"epoch": 0, "step": fit.step}])[-1]
    return {name: value for name, value in chosen.items() if name != "seconds"}


def stop(fit: Fit, records: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """Return how far a training with patience went."""
    if fit.job.patience is None:
        return {}
    return {"stopped_early": fit.stopped_early, "last_epoch": records[-1]["epoch"] if records else 0}


def sentence(found: Assessment, held: bool) -> str:
    """Return what to say of a network that is worse than a constant prediction."""
    if not found.worse:
        return ""
    where = "held out" if held else "trained on"
    own, other = (values["loss"] for values in (found.network, found.constant))
    return (
        f"worse than a constant prediction on the examples {where}: its loss is {own:.4g}, that of the mean of the "
        f"targets trained on {other:.4g}"
    )
