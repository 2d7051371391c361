"""Which steps of a program training needs, and when: an update as soon as nobody reads the old value any more."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

from ...nn.program import Program, Step


def needed(program: Program, wanted: Iterable[str]) -> list[Step]:
    """Return the steps that the wanted tensors depend on, by a shorter route where the program knows one."""
    names, found = set(wanted), []
    for step in reversed(program.steps):
        if step.name in names:
            found.append(shortest(program, step))
            names.update(found[-1].operands)
    return found[::-1]


def shortest(program: Program, step: Step) -> Step:
    """Return the step, or a route to its tensor that needs fewer tensors and none that the step does without."""
    for route in program.routes.get(step.name, ()):
        if ancestors(program, route) < ancestors(program, step):
            step = route
    return step


def ancestors(program: Program, step: Step) -> set[str]:
    """Return all tensors that a step depends on."""
    found, waiting = set[str](), list(step.operands)
    while waiting:
        name = waiting.pop()
        if name not in found:
            found.add(name)
            waiting += program.by_name[name].operands if name in program.by_name else ()
    return found


def early(steps: list[Step], successors: Mapping[str, str]) -> list[Step]:
    """Move updates up, so that a gradient need not be kept until all of them are there."""
    old = {new: name for name, new in successors.items()}
    ordered = [step for step in steps if step.section != "update"]
    for step in steps:
        if step.section == "update":
            ordered.insert(first_place(ordered, set(step.operands), old.get(step.name)), step)
    return ordered


def first_place(ordered: list[Step], after: Collection[str], old: str | None) -> int:
    """Return the index behind the last step that computes what is needed or reads what is overwritten."""
    places = [i for i, step in enumerate(ordered) if step.name in after or (old is not None and old in step.operands)]
    return places[-1] + 1 if places else 0
