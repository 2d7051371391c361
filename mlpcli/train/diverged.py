"""Where a training went wrong: its last steps once more, tensor by tensor."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from ..nn.op import Array
from ..nn.run import Batch, Setup, State
from .advice import of_loss
from .engines import Diverged
from .fit import Fit


def explain_divergence(fit: Fit, error: Diverged) -> str:
    """Return the step, the first tensor in it that is not finite, and what may help."""
    if error.grown:
        return f"{error}; try {smaller(fit)}"
    setup = step_setup(fit, error.state, error.known)
    for step in range(error.known, error.step + 1):
        setup = replace(setup, batch=batch_of(fit, step))
        trace = setup.run(lambda value: value if np.ndim(value) else float(value))  # floats take an array's type
        for name, value in trace.items():
            if not np.isfinite(value).all():
                return sentence(fit, step, name, value)
        setup = setup.next(trace)
    return f"{error}; clean the data, or try {smaller(fit)}"


def step_setup(fit: Fit, state: Mapping[str, Array], step: int) -> Setup:
    """Return the program of one training step, on the state before it and on its own batch."""
    return Setup(fit.job.program, State(state, step), batch_of(fit, step))


def batch_of(fit: Fit, step: int) -> Batch:
    """Return the rows of a step, counted from 0."""
    job = fit.job
    order = job.order(step // job.steps_per_epoch)
    first = step % job.steps_per_epoch * job.batch_size
    rows = job.examples.batch(order[first : first + job.batch_size])
    return dict(zip(job.program.batch, rows, strict=True))


def sentence(fit: Fit, step: int, name: str, value: Array) -> str:
    job = fit.job
    bad = int((~np.isfinite(value)).sum())
    where = f"step {step + 1} (epoch {step // job.steps_per_epoch + 1})"
    what = f"{name} is the first tensor that is not finite: {bad:,} of {np.size(value):,} numbers"
    if name in job.program.batch:
        return f"{where}: {what}; clean the data"
    return f"{where}: {what}; try {smaller(fit)}"


def smaller(fit: Fit) -> str:
    """Return what to try."""
    optimizer = fit.job.network.optimizer
    shorter = f"a learning_rate below {optimizer.learning_rate if optimizer else 0:g}, clip_norm, or a warm-up"
    misused = of_loss(fit.job)
    return f"another loss: {misused}" if misused else shorter
