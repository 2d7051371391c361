"""What forward, backward and train have in common: load, run, render, write."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from .options import SUFFIXES, all_overrides, chosen_config, use_color

if TYPE_CHECKING:
    from ..config.load import Case
    from ..nn.network import Goal
    from ..output.report import Page

FLOAT_DIGITS = 17
"""Significant digits that tell every float from its neighbours."""

Pages = Callable[[Any, "int | None", Callable[[Any], Any], tuple[str, ...]], "Iterator[Page]"]
"""(case, its number if there are several, number type, names wanted) → pages."""


@dataclass(frozen=True)
class Request:
    """The options of a command that prints tensors."""

    config: str | None
    overrides: tuple[str, ...]
    mode: str | None
    form: str | None
    output: str | None
    only: tuple[str, ...]
    precision: int
    full: bool
    dtype: str | None
    color: str


def print_goal(command: str, goal: Goal, **options: Any) -> None:
    """Load the config up to a goal, run every case and print its tensors."""
    from ..config.load import load

    request = Request(**options)
    config = chosen_config(request.config)
    cases = load(config, goal, all_overrides(request.overrides, request.mode))
    print_tensors(command, replace(request, config=config), cases, one_page)


def print_tensors(command: str, request: Request, cases: list[Case], pages: Pages) -> None:
    """Run every case and print its tensors."""
    from ..output import render
    from ..output.report import Report

    form = request.form or (SUFFIXES.get(Path(request.output).suffix.lower(), "text") if request.output else "text")
    if form == "npz" and not request.output and sys.stdout and sys.stdout.isatty():
        raise click.UsageError("--format npz is binary: name a file with -o, or redirect it")
    compute = proven_pages if request.dtype == "ball" else float_pages
    printed: list[Page] = []
    for number, case in enumerate(cases, 1):
        for note in case.program.notes:
            click.echo(f"{case.experiment.place}: note: {note}", err=True)
        typed = replace(request, dtype=request.dtype or case.experiment.dtype)
        printed += compute(partial(pages, case, number if len(cases) > 1 else None), form, typed)
    if request.only and not any(page.tensors for page in printed):
        known = [name for case in cases for name in (*case.program.given, *(s.name for s in case.program.steps))]
        raise click.UsageError(f"--only {' '.join(request.only)} matches none of {', '.join(dict.fromkeys(known))}")
    report = Report(command, request.config or "", printed)
    emit(render(form, report, request.precision, request.full), request.output, request.color)


def float_pages(pages: Callable[..., Iterator[Page]], form: str, request: Request) -> list[Page]:
    """Numbers that know their rounding noise: text prints none of it, and ReLU at 0 ± 1e-17 does not go by it."""
    import numpy as np

    from ..values.noisy import noisy

    return list(pages(partial(noisy, dtype=np.dtype(request.dtype)), request.only))


def proven_pages(pages: Callable[..., Iterator[Page]], form: str, request: Request) -> list[Page]:
    """Pages of numbers with proven bounds, narrow enough for what is printed."""
    ball = ball_arithmetic()
    from ..output.numbers import enclosed

    digits = request.precision if form == "text" else FLOAT_DIGITS

    def enough(found: list[Page]) -> bool:
        cells = (cell for page in found for tensor in page.tensors for cell in tensor.value.flat)
        return all(enclosed(cell.bounds(), digits)[1] for cell in cells)

    found: list[Page] = ball.proven(lambda: list(pages(ball.lift, request.only)), enough)
    return found


def ball_arithmetic() -> Any:
    """The number type with proven bounds. Raises UsageError where what it needs is not installed."""
    try:
        return import_module("..values.balls", __package__)
    except ImportError as error:
        if error.name != "flint":
            raise
        message = "--dtype ball needs python-flint, the extra `ball`: pip install python-flint"
        raise click.UsageError(message) from None


def one_page(case: Case, number: int | None, numbers: Callable[[Any], Any], only: tuple[str, ...]) -> Iterator[Page]:
    """The tensors of one run."""
    from ..output.report import Page, tensors

    trace = case.program.run(numbers)
    yield Page(tensors(case.program, trace, only), case.experiment.title, number)


def emit(content: str | bytes, output: str | None, color: str) -> None:
    """Write to the file, or to standard output in colour if it is wanted."""
    from ..files.write import write_file, write_stdout

    if output is not None:
        write_file(Path(output), content.encode() if isinstance(content, str) else content)
        return
    if isinstance(content, str) and use_color(color):
        from ..output.color import colored

        content = colored(content)
    write_stdout(content.encode() if isinstance(content, str) else content)
