"""What forward, backward and train have in common: load, run, gather the tensors."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, Any

import click

from ..errors import needs
from ..output.formats import Rendering
from ..values.table import NUMBERS, Numbers
from .emit import Shown, emit
from .options import config_or_run

if TYPE_CHECKING:
    from ..config.load import Case
    from ..nn.network import Goal
    from ..output.document import NamedTensor, Section

FLOAT_DIGITS = 17
"""Significant digits that tell every float from its neighbours."""

Sections = Callable[[Any, "int | None", Callable[[Any], Any], tuple[str, ...]], "Iterator[Section]"]
"""(case, its number if there are several, number type, names wanted) → sections."""


@dataclass(frozen=True)
class Request:
    """The options of a command that prints tensors."""

    config: str | None
    overrides: tuple[str, ...]
    mode: str | None
    number: int | None
    only: tuple[str, ...]
    precision: int
    full: bool
    dtype: str | None
    shown: Shown
    engine: str | None = None
    """What computes the tensors, where it is not numpy."""

    @property
    def rendering(self) -> Rendering:
        return Rendering(self.precision, self.full)

    @property
    def digits(self) -> int:
        """How many digits of a number the format writes at most."""
        return self.precision if self.shown.format.rounds else FLOAT_DIGITS


def print_goal(command: str, goal: Goal, **options: Any) -> None:
    """Load the config up to a goal, run every case and print its tensors."""
    from ..config.load import load

    request = Request(**options)
    config, changes = config_or_run(request.config, request.overrides, request.mode)
    cases = load(config, goal, changes, number=request.number)
    print_tensors(command, replace(request, config=config), cases, one_run)


def print_tensors(command: str, request: Request, cases: list[Case], sections: Sections) -> None:
    """Run every case and print its tensors."""
    from ..output.document import Document, Tensors

    request.shown.require(command, frozenset({Tensors}))
    printed: list[Section] = []
    for number, case in enumerate(cases, 1):
        numbers = chosen_numbers(request.dtype or case.experiment.dtype or "float64", request.engine)
        for note in case.compiled.notes:
            click.echo(f"{case.experiment.place}: note: {note}", err=True)
        printed += computed(partial(sections, case, number if len(cases) > 1 else None), numbers, request)
    if request.only and not list(tensors_of(printed)):
        known = [name for case in cases for name in case.program.order]
        raise click.UsageError(f"--only {' '.join(request.only)} matches none of {', '.join(dict.fromkeys(known))}")
    emit(Document(command, tuple(printed), request.config or ""), request.shown, request.rendering)


def tensors_of(sections: list[Section]) -> Iterator[NamedTensor]:
    """Yield the tensors of all sections."""
    from ..output.document import Tensors

    yield from (tensor for s in sections for part in s.parts if isinstance(part, Tensors) for tensor in part.items)


def computed(sections: Callable[..., Iterator[Section]], numbers: Numbers, request: Request) -> list[Section]:
    """Compute the tensors in a number type, until all printed digits are known."""

    def enough(found: list[Section]) -> bool:
        from ..output.proven import enclosed

        cells = (cell for tensor in tensors_of(found) for cell in tensor.value.flat)
        return all(enclosed(cell.bounds(), request.digits)[1] for cell in cells)

    return numbers.settle(lambda: list(sections(numbers.lift, request.only)), enough)


def chosen_numbers(dtype: str, engine: str | None) -> Numbers:
    """Return a number type, of numpy or of another library."""
    if engine in (None, "numpy"):
        return number_type(dtype)
    from ..train.execute.elsewhere import numbers_of

    return numbers_of(engine, dtype)


def number_type(name: str) -> Numbers:
    """Return a number type of the table. Raises UsageError where what it needs is not installed."""
    found = NUMBERS[name]
    try:
        return found.make()
    except ImportError as error:
        if not found.package:
            raise
        raise click.UsageError(f"--dtype {name} {needs(found.package, found.extra)}") from error


def one_run(case: Case, number: int | None, numbers: Callable[[Any], Any], only: tuple[str, ...]) -> Iterator[Section]:
    """Run a case; returns its tensors."""
    from ..output.programs import run_sections

    yield from run_sections(case.setup, case.experiment.title, number, numbers, only)
