"""Where a training went wrong: its last steps once more, tensor by tensor."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from ..nn.op import Array
from ..nn.program import Program
from .fit import Diverged, Fit


def explained(fit: Fit, error: Diverged) -> str:
    """The step, the first tensor in it that is not finite, and what may help."""
    state = dict(error.state)
    for step in range(error.known, error.step + 1):
        program = step_program(fit, state, step)
        trace = program.run(lambda value: value)
        for name, value in trace.items():
            if not np.isfinite(value).all():
                return sentence(fit, step, name, value)
        state = {
            name: trace.get(new, value) for (name, value), new in zip(state.items(), news(program, state), strict=True)
        }
    return f"{error}; clean the data, or try {smaller(fit)}"


def news(program: Program, state: dict[str, Array]) -> list[str]:
    """For each tensor of the state the name of its new value."""
    new = {old: name for name, old in program.carry.items()}
    return [new.get(name, name) for name in state]


def step_program(fit: Fit, state: dict[str, Array], step: int) -> Program:
    """The program of one training step, on the state before it and on its own batch."""
    job = fit.job
    order = fit.order(step // job.steps_per_epoch)
    first = step % job.steps_per_epoch * job.batch_size
    X, D = job.examples.batch(order[first : first + job.batch_size])
    scheduled = {name: np.asarray(rule(step)) for name, rule in job.program.scheduled.items()}
    rows = dict(zip(job.program.rows, (X, D), strict=True))
    given = {name: {**state, **scheduled, **rows}[name] for name in job.program.given}
    return replace(job.program, given=given, batch_size=len(X), steps_taken=step)


def sentence(fit: Fit, step: int, name: str, value: Array) -> str:
    job = fit.job
    bad = int((~np.isfinite(value)).sum())
    where = f"step {step + 1} (epoch {step // job.steps_per_epoch + 1})"
    what = f"{name} is the first tensor that is not finite: {bad:,} of {value.size:,} numbers"
    if name in job.program.rows:
        return f"{where}: {what}; clean the data"
    return f"{where}: {what}; try {smaller(fit)}"


def smaller(fit: Fit) -> str:
    optimizer = fit.job.network.optimizer
    return f"a learning_rate below {optimizer.learning_rate if optimizer else 0:g}, clip_norm, or a warm-up"
