"""A trained network on examples: how good it is, and what it says."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from ..config.experiment import Experiment, HeldOut
from ..errors import InputError, Problem
from ..nn.network import Classes, Compiled
from ..nn.op import Array
from ..nn.run import run
from .examples import split
from .job import examples_of, labelled, output_width
from .score import AT_ONCE, evaluate


def assess(experiment: Experiment, compiled: Compiled, on: str | None) -> dict[str, Any]:
    """Assess a network on the examples asked for: loss, and where targets are classes accuracy and confusion matrix."""
    if experiment.loss is None or experiment.targets is None:
        raise InputError(Problem(experiment.place, "targets", "loss and targets are needed to evaluate"))
    program, state = compiled.program, compiled.state(experiment.dtype)
    width = output_width(program)
    source: Experiment | HeldOut = experiment
    trained, held = split(experiment.count, experiment.held_count, experiment.seed, experiment.shuffle)
    if isinstance(experiment.validation, HeldOut) and on in (None, "held-out"):
        source, held = experiment.validation, np.arange(len(experiment.validation.inputs))
    if on == "held-out" and not len(held):
        raise InputError(Problem(experiment.place, "validation", "no examples are held out"))
    on = on or ("held-out" if len(held) else "all")
    rows = {"held-out": held, "trained": trained, "all": np.arange(experiment.count)}[on]
    examples = examples_of(experiment, source, width)
    classes = labelled(experiment, examples)
    confusion = np.zeros((width, width), int)
    score = evaluate(program, state, examples, rows, classes, confusion)
    found: dict[str, Any] = {"evaluated": on, "examples": score.examples, **score.metrics()}
    return found | ({"confusion": confusion.tolist()} if classes else {})


def predict(experiment: Experiment, compiled: Compiled) -> tuple[Array, Array | None]:
    """Return the outputs for every input, and of targets that are classes the class, numbered as in the config."""
    assert experiment.inputs is not None
    outputs = np.concatenate(list(outputs_of(experiment, compiled)))
    if not isinstance(experiment.targets, Classes):
        return outputs, None
    return outputs, outputs.argmax(axis=1) + experiment.targets.first


def outputs_of(experiment: Experiment, compiled: Compiled) -> Iterator[Array]:
    """Yield the last tensor of the forward pass, some rows at a time."""
    program, state = compiled.program, compiled.state(experiment.dtype)
    last = [step for step in program.steps if step.section == "forward"][-1]
    for start in range(0, experiment.count, AT_ONCE):
        X = experiment.inputs.floats(slice(start, start + AT_ONCE), experiment.dtype)  # type: ignore[union-attr]
        yield run(program, state, {program.input: X}, lambda value: value, until=last.name)[last.name]
