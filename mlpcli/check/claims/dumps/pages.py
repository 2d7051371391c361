"""Dumps of several cases or training steps: which of them are compared."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import islice
from typing import TypeVar

from ....errors import InputError, Place, Problem

T = TypeVar("T")
Page = tuple[str, str]
"""The case and the step of a tensor, both empty where the dump has only one."""
MAX_TENSORS = 12_000
"""Tensors of a dump at most, those of all its steps: each takes as long as a hundred numbers."""
ONLY = 0
"""The case of a config that has no other."""
Steps = dict[int, list[T]]
"""Training steps, counted from 1, and what a dump has of each."""


def limited(found: Iterable[T], file: str) -> list[T]:
    """Return what there is of tensors. Raises InputError where they are more than are read."""
    taken = list(islice(found, MAX_TENSORS + 1))
    if len(taken) > MAX_TENSORS:
        raise too_many(file)
    return taken


def too_many(file: str) -> InputError:
    message = f"more than {MAX_TENSORS:,} tensors, those of all steps together; leave out what is not to be judged"
    return InputError(Problem(Place(file), "", message))


def steps_of(case: int, entries: Sequence[tuple[Page, T]], file: str) -> Steps[T]:
    """Return the entries of a case, or of the only one, by step. Raises InputError if there is no such case.

    Where the config has one case alone (0), what a dump has of several is of steps that follow each other.
    """
    cases = list(dict.fromkeys(page[0] for page, _ in entries))
    if case == ONLY and len(cases) > 1 and not any(step for (_, step), _ in entries):
        return steps_of(ONLY, [(("", case or "1"), entry) for (case, _), entry in entries], file)
    if len(cases) > 1 and not {str(case or 1), ""} & set(cases):
        few = ", ".join(cases[:8]) + (", …" if len(cases) > 8 else "")
        raise InputError(Problem(Place(file), "", f"it holds the cases {few} and no case {case or 1}: which is meant?"))
    taken = cases if len(cases) < 2 else [str(case or 1), ""]
    steps: Steps[T] = {}
    for (found, step), entry in entries:
        if found in taken:
            steps.setdefault(int(step) if step.isdecimal() and len(step) < 10 else 1, []).append(entry)
    return dict(sorted(steps.items())) or {1: []}
