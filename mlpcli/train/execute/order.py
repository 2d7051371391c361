"""Which steps of a program training needs, and when: an update as soon as nobody reads the old value any more."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

from ...nn.program import Program, Step


def needed(program: Program, wanted: Iterable[str]) -> list[Step]:
    """The steps that the wanted tensors depend on, by the short way where the program knows one."""
    steps = [program.shortcuts.get(step.name, step) for step in program.steps]
    names = set(wanted)
    found = []
    for step in reversed(steps):
        if step.name in names:
            found.append(step)
            names.update(step.operands)
    return found[::-1]


def early(steps: list[Step], carry: Mapping[str, str]) -> list[Step]:
    """Updates moved up, so that a gradient need not be kept until all of them are there."""
    ordered = [step for step in steps if step.section != "update"]
    for step in steps:
        if step.section == "update":
            after = set(step.operands)
            ordered.insert(first_place(ordered, after, carry.get(step.name)), step)
    return ordered


def first_place(ordered: list[Step], after: Collection[str], old: str | None) -> int:
    """The index behind the last step that computes what is needed or reads what is overwritten."""
    places = [i for i, step in enumerate(ordered) if step.name in after or (old is not None and old in step.operands)]
    return places[-1] + 1 if places else 0
