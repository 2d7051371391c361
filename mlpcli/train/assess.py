"""A trained network on examples: how good it is beside a constant prediction, and what it says."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from ..config.experiment import Experiment
from ..config.split import HeldOut
from ..errors import InputError, Place, Problem
from ..nn.network import Classes, Compiled
from ..nn.op import Array
from ..nn.program import Program
from ..nn.run import State, run
from .examples import Examples
from .job import examples_of, output_width
from .kinds import Kind, counter, kind_of
from .measure import CHOSEN, break_down, measure, no_better
from .score import AT_ONCE, answers

CHOICES = ("held-out", "trained", "all")
"""Which examples a network is assessed on."""


@dataclass(frozen=True)
class Assessment:
    """How good a network is on some examples, and how good a constant prediction is on the same."""

    kind: Kind
    right: str
    """The metric of right answers: each class counts the same where classes have weights."""
    network: dict[str, float]
    constant: dict[str, float]
    prediction: Array
    """The constant prediction (C,)."""
    outputs: Array
    targets: Array

    @property
    def worse(self) -> bool:
        """Whether the network is no better than the constant prediction."""
        return no_better(self.network, self.constant, self.right)


def judge(
    experiment: Experiment,
    program: Program,
    state: State,
    examples: Examples,
    rows: Array,
    constant: Array,
    threshold: float = CHOSEN,
) -> Assessment:
    """Judge the outputs for these rows of a forward program in evaluation mode, and a constant row of outputs."""
    kind = kind_of(experiment, examples)
    score, outputs, targets = answers(program, state, examples, rows, counter(kind, program), kept=True)
    beside = judge_constant(experiment, kind, constant, targets, threshold)
    outputs, targets = experiment.in_units(outputs), experiment.in_units(targets)
    network = {"loss": score.mean_loss, **measure(kind, outputs, targets, threshold)}
    right = "accuracy" if experiment.class_weights is None else "balanced_accuracy"
    return Assessment(kind, right, network, beside, constant, outputs, targets)


def judge_constant(
    experiment: Experiment, kind: Kind, constant: Array, targets: Array, threshold: float
) -> dict[str, float]:
    """Return the metrics of a constant prediction; none where the loss is of probabilities and these are none."""
    assert experiment.loss is not None
    if experiment.loss.of_probabilities and ((constant < 0) | (constant > 1)).any():
        return {}
    always = np.broadcast_to(constant.astype(targets.dtype), targets.shape)
    loss = experiment.loss.under(experiment.conventions)
    with np.errstate(all="ignore"):
        losses = loss.ops[0](always, targets, **loss.settings())
    always, targets = experiment.in_units(always), experiment.in_units(targets)
    return {"loss": float(losses.mean(dtype=np.float64)), **measure(kind, always, targets, threshold)}


def no_threshold() -> InputError:
    return InputError(Problem(Place("threshold"), "", "it is for outputs that are a probability each"))


def mean_target(examples: Examples, rows: Array) -> Array:
    """Return the mean of these targets (C,): the constant prediction, of classes how often each occurs."""
    parts = (rows[start : start + AT_ONCE] for start in range(0, len(rows), AT_ONCE))
    total: Array = sum(examples.targets(part).sum(axis=0, dtype=np.float64) for part in parts)
    return total / len(rows)


def assess(
    experiment: Experiment,
    compiled: Compiled,
    on: str | None,
    constant: Array | None = None,
    threshold: float | None = None,
) -> dict[str, Any]:
    """Assess a network on the examples asked for, in all and of each class, label or target.

    The constant prediction is the mean of the targets trained on, unless it is given.
    """
    if experiment.loss is None or experiment.targets is None:
        raise InputError(Problem(experiment.place, "targets", "loss and targets are needed to evaluate"))
    program, state = compiled.program, compiled.state(experiment.dtype)
    width = output_width(program)
    experiment = experiment.fitted()
    trained, held = experiment.rows
    examples = examples_of(experiment, experiment, width)
    constant = mean_target(examples, trained) if constant is None else constant
    if isinstance(experiment.validation, HeldOut) and on in (None, "held-out"):
        examples = examples_of(experiment, experiment.validation, width)
        held = np.arange(len(examples))
    if on == "held-out" and not len(held):
        raise InputError(Problem(experiment.place, "validation", "no examples are held out"))
    on = on or ("held-out" if len(held) else "all")
    rows = {"held-out": held, "trained": trained, "all": np.arange(experiment.count)}[on]
    chosen = CHOSEN if threshold is None else threshold
    found = judge(experiment, program, state, examples, rows, constant, chosen)
    if threshold is not None and found.kind not in ("binary", "labels"):
        raise no_threshold()
    names = names_of(experiment, found.kind, width)
    parts = break_down(found.kind, found.outputs, found.targets, names, experiment.in_units(constant), chosen)
    return {"evaluated": on, "examples": len(rows), **found.network, **parts, "constant": found.constant}


def names_of(experiment: Experiment, kind: Kind, width: int) -> list[Any]:
    """Return the name of each class, label or target."""
    if experiment.encoding is not None:
        targets = experiment.encoding.targets
        return list(targets[0].labels if kind == "binary" else experiment.encoding.output_names)
    if kind == "binary":
        return [0, 1]
    first = experiment.targets.first if isinstance(experiment.targets, Classes) else 1
    return list(range(first, first + width))


def predict(experiment: Experiment, compiled: Compiled, threshold: float | None = None) -> tuple[Array, Array | None]:
    """Return the outputs for every input, and of targets that are classes the class, numbered as in the config.

    Outputs that are numbers are in the unit of their targets. Where each is a probability of its own, such as that of
    one sigmoid, the classes are 1 from the threshold on, else 0: one per output.
    """
    experiment = experiment.fitted()
    outputs = experiment.in_units(np.concatenate(list(outputs_of(experiment, compiled))))
    encoding = experiment.encoding
    if threshold is not None and not apart(experiment):
        raise no_threshold()
    if apart(experiment):
        labels = (outputs >= (CHOSEN if threshold is None else threshold)).astype(np.intp)
        return outputs, labels if encoding is not None or labels.shape[1] > 1 else labels[:, 0]
    if encoding is not None and encoding.classes:
        return outputs, outputs.argmax(axis=1)
    if not isinstance(experiment.targets, Classes):
        return outputs, None
    return outputs, outputs.argmax(axis=1) + experiment.targets.first


def apart(experiment: Experiment) -> bool:
    """Return whether each output is a probability of its own, of a label that is there or not."""
    if experiment.encoding is not None:
        return any(target.kind == "binary" for target in experiment.encoding.targets)
    loss, last = experiment.loss, experiment.layers[-1] if experiment.layers else None
    return loss is not None and loss.targets == "binary" and last is not None and last.probabilities


def outputs_of(experiment: Experiment, compiled: Compiled) -> Iterator[Array]:
    """Yield the last tensor of the forward pass, some rows at a time."""
    program, state = compiled.program, compiled.state(experiment.dtype)
    last = [step for step in program.steps if step.section == "forward"][-1]
    for start in range(0, experiment.count, AT_ONCE):
        X = experiment.inputs.floats(slice(start, start + AT_ONCE), experiment.dtype)  # type: ignore[union-attr]
        yield run(program, state, {program.input: X}, lambda value: value, until=last.name)[last.name]
