"""`mlp worksheet`."""

from __future__ import annotations

from dataclasses import replace
from fnmatch import fnmatchcase
from pathlib import Path
from typing import TYPE_CHECKING

import click

from ..output.formats import Rendering
from .emit import Shown, emit
from .options import TENSOR, case_option, config_options, config_or_run, document_options

if TYPE_CHECKING:
    from ..output.document import Document, Section

EVERYTHING = ("*",)


@click.command()
@config_options
@case_option
@click.option(
    "--blank", type=TENSOR, multiple=True, metavar="GLOB", help="Tensors to leave out: 'grad*'. Default: all computed."
)
@click.option("--steps", type=click.IntRange(1), default=1, show_default=True, help="Steps of training.")
@click.option("--precision", type=click.IntRange(1, 15), default=8, show_default=True, help="Significant digits.")
@document_options
def command(
    config: str | None,
    overrides: tuple[str, ...],
    mode: str | None,
    number: int | None,
    blank: tuple[str, ...],
    steps: int,
    precision: int,
    shown: Shown,
) -> None:
    """Print an exercise with the answers left out. With -o FILE also its key, FILE-key.

    As text it is YAML, which `mlp check --against` judges when it is filled in.

    \b
    mlp worksheet configs/toy.yaml --blank 'grad*' -o sheet.html
    """
    from ..config.load import load
    from ..output.document import Document, Worksheet
    from ..output.programs import run_sections

    path, changes = config_or_run(config, overrides, mode)
    cases = load(path, "furthest", changes, number=number)
    numbers = range(1, len(cases) + 1) if len(cases) > 1 else [None]
    names = [step.name for case in cases for step in case.program.steps]
    for pattern in blank:
        if not any(fnmatchcase(name, pattern) for name in names):
            raise click.UsageError(f"--blank {pattern} matches none of {', '.join(dict.fromkeys(names))}")
    sections: list[Section] = []
    for case, which in zip(cases, numbers, strict=True):
        sections += run_sections(case.setup, case.experiment.title, which, only=EVERYTHING, steps=steps)
    key = Document("worksheet", tuple(sections), path)
    shown.require("worksheet", frozenset({Worksheet}))
    for document, place in pages(key, blank or EVERYTHING, shown):
        emit(document, place, Rendering(precision))


def pages(key: Document, blank: tuple[str, ...], shown: Shown) -> list[tuple[Document, Shown]]:
    """Return the worksheet, and the key where there is a place beside it, and where they go."""
    if shown.output is None:
        return [(blanked(key, blank), shown)]
    output = Path(shown.output)
    beside = output.with_name(f"{output.stem}-key{output.suffix}")
    return [(key, replace(shown, output=str(beside))), (blanked(key, blank), shown)]


def blanked(key: Document, blank: tuple[str, ...]) -> Document:
    """Return the worksheet of a key: without the tensors whose names match any of the patterns."""
    from ..output.programs import with_blanks

    return replace(key, sections=tuple(with_blanks(section, blank) for section in key.sections))
