"""The network before each step of its training, as the config has it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from ..config.load import Case
from ..errors import InputError, Problem
from ..nn.run import Setup

MAX_STEP = 10_000


def setups(case: Case, last: int) -> Iterator[tuple[int, Setup]]:
    """Yield the setup before each step, from 1."""
    if not 1 <= last <= MAX_STEP:
        message = f"step {last} of a training is not judged: steps are from 1 to {MAX_STEP:,}"
        raise InputError(Problem(case.experiment.place, "", message))
    setup = case.setup
    for step in range(1, last + 1):
        yield step, setup
        setup = setup.next(setup.trace) if step < last else setup


def at_step(case: Case, setup: Setup, step: int) -> Case:
    """Return a case as it stands before a step of its training."""
    if step == 1:
        return case
    title = f"{case.experiment.title}, step {step}".removeprefix(", ")
    return replace(case, later=setup, experiment=replace(case.experiment, title=title))
