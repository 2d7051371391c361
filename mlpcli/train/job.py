"""An experiment → what is trained on what, and the tensors it starts from."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

import numpy as np

from ..config.experiment import Experiment
from ..config.foreign import meant
from ..config.split import HeldOut
from ..errors import InputError, Problem, quoted
from ..nn.network import Classes, Compiled
from ..nn.op import Array
from ..nn.program import Program
from .engines import ENGINES, UnavailableError
from .examples import Examples, LabelError
from .fit import Job
from .hosts import Hosts
from .kinds import Kind, counter, kind_of
from .measure import METRICS


def prepare(experiment: Experiment, compiled: Compiled, hosts: Hosts | None = None) -> tuple[Job, dict[str, Array]]:
    """Prepare the training that a config describes, and its first state. Raises InputError where data do not fit."""
    wrong: list[Problem] = []
    experiment = experiment.fitted()
    train, held = experiment.rows
    with noted(wrong):
        machine = machine_of(experiment, hosts)
    with noted(wrong):
        check_last_batch(experiment, compiled, len(train))
    with noted(wrong):
        width = output_width(compiled.program)
        examples = held_examples = examples_of(experiment, experiment, width)
        if isinstance(experiment.validation, HeldOut):
            held_examples = examples_held_out(experiment, experiment.validation, examples)
            held = np.arange(len(held_examples))
        kind = kind_of(experiment, examples)
        check_patience(experiment, kind, len(held))
    if wrong:
        raise InputError(*wrong)
    total = experiment.epochs * -(-len(train) // experiment.batch) if experiment.epochs else experiment.steps
    job = Job(
        network=replace(experiment.sample(), expect=(), layers=experiment.layers),
        program=compiled.program,
        examples=examples,
        train=train,
        held=held,
        held_examples=held_examples,
        batch_size=experiment.batch,
        total=total or 1,
        shuffle=experiment.shuffle,
        patience=experiment.early_stopping,
        kind=kind,
        right=counter(kind, compiled.program),
        dtype=np.dtype(experiment.dtype),
        engine=experiment.engine,
        dialect=compiled.dialect,
        encoding=experiment.encoding,
        machine=machine,
        device=experiment.device,
        precision=experiment.precision,
        hosts=hosts,
    )
    return job, start(experiment, compiled)


@contextmanager
def noted(problems: list[Problem]) -> Iterator[None]:
    """Note what is wrong, so that what is wrong elsewhere is told with it."""
    try:
        yield
    except InputError as error:
        problems += error.problems


def check_patience(experiment: Experiment, kind: Kind, held: int) -> None:
    """Raise InputError where a training is to stop early and nothing is measured that it could stop by."""
    patience = experiment.early_stopping
    if patience is None:
        return
    if not held:
        raise problem(experiment, "patience", "needs examples held out: give validation")
    known = ("loss", *METRICS[kind])
    if patience.metric not in known:
        hint = meant("metric", patience.metric, known, "measured here are")
        raise problem(experiment, "patience.metric", f"unknown metric {quoted(patience.metric)}{hint}")


def machine_of(experiment: Experiment, hosts: Hosts | None) -> str:
    """Return what the steps are to be taken on. Raises InputError where that is not to be had."""
    try:
        return ENGINES[experiment.engine].machine(experiment, hosts)
    except UnavailableError as error:
        raise problem(experiment, error.key, str(error)) from None


def examples_of(experiment: Experiment, source: Experiment | HeldOut, width: int, path: str = "") -> Examples:
    """Read a config's examples or those it holds out. Raises InputError where inputs and targets do not fit."""
    inputs, targets = source.inputs, source.targets
    assert inputs is not None
    assert targets is not None
    count = len(targets.classes if isinstance(targets, Classes) else targets)
    if count != len(inputs):
        raise problem(experiment, f"{path}targets", f"{count} targets for {len(inputs)} inputs")
    if not isinstance(targets, Classes) and targets.shape[1:] != (width,):
        raise problem(experiment, f"{path}targets", f"shape {targets.shape}, but an output has {width} numbers")
    try:
        weights = experiment.sample_weights if source is experiment else None
        return Examples(inputs, targets, width, experiment.dtype, weights)
    except LabelError as error:
        raise problem(experiment, f"{path}targets.classes", str(error)) from None


def examples_held_out(experiment: Experiment, source: HeldOut, examples: Examples) -> Examples:
    """Read the examples that a config gives to be held out. Raises InputError where they do not fit."""
    found = examples_of(experiment, source, examples.widths[1], "validation.")
    if found.widths[0] != examples.widths[0]:
        message = f"{found.widths[0]} numbers an input, where the examples to train on have {examples.widths[0]}"
        raise problem(experiment, "validation.inputs", message)
    return found


def problem(experiment: Experiment, path: str, message: str) -> InputError:
    places = experiment.places
    return InputError(Problem(places.get(path.partition(".")[0], experiment.place), path, message))


def check_last_batch(experiment: Experiment, compiled: Compiled, count: int) -> None:
    """Raise InputError where a layer takes the unbiased variance of batches, and one of them has a single example."""
    asked = compiled.depends & {"batch_variance", "running_variance"}
    unbiased = any(getattr(experiment.conventions, name) == "unbiased" for name in asked)
    if unbiased and count % experiment.batch == 1:
        message = f"the last batch of {count} examples has 1, whose unbiased variance does not exist; take another size"
        raise problem(experiment, "batch_size", message)


def output_width(program: Program) -> int:
    """Return the number of outputs, which is that of the numbers in a target."""
    return int(program.tensors[program.target or ""].shape[1])


def start(experiment: Experiment, compiled: Compiled) -> dict[str, Array]:
    """Return the state to start from: what is drawn is taken over, what the config holds is copied."""
    held = [value for layer in experiment.layers for value in vars(layer).values() if isinstance(value, np.ndarray)]
    held += experiment.weights.arrays.values() if experiment.weights else []
    state = compiled.state(experiment.dtype).tensors
    return {
        name: np.array(value, order="C", copy=any(np.may_share_memory(value, other) for other in held) or None)
        for name, value in state.items()
    }
