"""What documents say of a program: the tensors of a run, and the list of what it computes."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from fnmatch import fnmatchcase
from typing import Any

import numpy as np

from ..nn.conventions import Conventions
from ..nn.program import Program
from ..nn.run import Setup, Trace
from ..values.noisy import noisy
from ..values.value import Value
from .document import Graph, NamedTensor, Node, Origin, Part, Record, Section, Table, Tensors, Worksheet
from .lines import commented, heading


def tensors(program: Program, trace: Trace, only: tuple[str, ...] = ()) -> Tensors:
    """Return the computed tensors in order; with patterns, the computed and the given ones that match any of them."""
    made = {name for _, name, _ in computed(program)}
    given = [("given", name, "given") for name in program.given if name not in made]
    rows = [*given, *computed(program)] if only else computed(program)
    wanted = [row for row in rows if not only or any(fnmatchcase(row[1], pattern) for pattern in only)]

    def named(rows: Iterable[tuple[str, str, str]]) -> tuple[NamedTensor, ...]:
        return tuple(NamedTensor(name, section, formula, *doubles(trace[name])) for section, name, formula in rows)

    return Tensors(named(wanted), () if only else named(given), Origin(program, trace))


def run_sections(
    setup: Setup,
    title: str,
    case: int | None = None,
    numbers: Callable[[Any], Any] = noisy,
    only: tuple[str, ...] = (),
    steps: int = 1,
    every: int = 1,
) -> Iterator[Section]:
    """Run the program for some steps of training; yield a section per `every` steps, numbered where there are several.

    `case` is the number of one of several.
    """
    for step in range(1, steps + 1):
        trace = setup.run(numbers)
        if step % every == 0:
            label = step if steps > 1 else None
            yield Section((tensors(setup.program, trace, only),), title, case, label)
        # Noise is judged within a step: a step starts from the numbers that the one before it arrived at.
        if step < steps:
            setup = setup.next({name: parts(value)[0] for name, value in trace.items()})


def with_blanks(section: Section, blank: tuple[str, ...]) -> Section:
    """Return a section with the computed tensors left out whose names match any of the patterns."""

    def left_out(tensor: NamedTensor) -> NamedTensor:
        named = any(fnmatchcase(tensor.name, pattern) for pattern in blank)
        return replace(tensor, blank=named and tensor.section != "given")

    def part_of(part: Part) -> Part:
        if not isinstance(part, Tensors):
            return part
        return Worksheet(replace(part, items=tuple(map(left_out, part.items))))

    return replace(section, parts=tuple(map(part_of, section.parts)))


def graph(setup: Setup, title: str, case: int | None) -> Section:
    """Return the program as a graph: given tensors, and each computed one with those that it is computed from."""
    program = setup.program
    given = (Node(name, "given", role(program, name)) for name in program.given)
    steps = (Node(step.name, step.section, step.formula, tuple(dict.fromkeys(step.operands))) for step in program.steps)
    return Section((Graph((*given, *steps)),), title, case)


def computed(program: Program) -> Iterator[tuple[str, str, str]]:
    """Yield section, name and formula of what a run makes: steps, and what is drawn before the first that needs it."""
    drawn = {name for name in program.rules if program.tensors[name].role == "drawn"}
    for step in program.steps:
        for name in step.operands:
            if name in drawn:
                drawn.remove(name)
                yield step.section, name, "drawn by the seed"
        yield step.section, step.name, step.formula


def doubles(value: Any) -> tuple[Any, Any]:
    """Return value and noise with floats in double precision: no digit changes, and files hold what JSON says."""
    value, noise = parts(value)
    return (value if value.dtype == object else value.astype(np.float64, copy=False)), noise


def parts(value: Any) -> tuple[Any, Any]:
    if isinstance(value, Value):
        return value.value, value.noise
    value = np.asarray(value)
    return value, np.zeros(value.shape)


def listing(setup: Setup, title: str, conventions: Conventions, case: int | None) -> Section:
    """List every tensor's name, shape and formula, the number of parameters, and conventions that are not the default.

    `case` is the number of one of several.
    """
    from .conventions import spell, summary  # show alone needs them

    program, trace = setup.program, setup.run()
    given = [(name, "given", role(program, name)) for name in program.given]
    rows = [*given, *((step.name, step.section, step.formula) for step in program.steps)]
    shaped = [(name, section, list(trace[name].shape), formula) for name, section, formula in rows]
    count = sum(trace[name].size for name in program.parameters)
    text: list[str] = []
    for number, (name, section, shape, formula) in enumerate(shaped):
        if not number or section != shaped[number - 1][1]:
            text += ["", f"# {section}"] if text else [f"# {section}"]
        text.append(commented(f"{name}: {shape}", formula))
    head = [*(["---"] if case else []), *heading(title), *([""] if heading(title) else [])]
    total = ["", commented(f"parameters: {count}", "numbers that training changes")]
    preset = summary(conventions)
    if conventions != Conventions():
        total.append(f"conventions: {spell(preset)}")
    table = Table("tensors", ("name", "section", "shape", "formula"), tuple(shaped), tuple(text))
    record = Record({"parameters": count, "conventions": preset}, text_lines=tuple(total))
    parts = (Record({"title": title}, text_lines=tuple(head)), table, record)
    return Section(parts, title, case)


def role(program: Program, name: str) -> str:
    """Return what a tensor that is known beforehand is: trained, carried from step to step, or given."""
    if name in program.parameters:
        return "trained"
    return "state" if name in program.successors else "given"
