"""`mlp show`."""

from __future__ import annotations

import click

from .emit import Shown, emit
from .options import case_option, config_options, config_or_run, document_options


@click.command()
@config_options
@case_option
@document_options
def command(config: str | None, overrides: tuple[str, ...], mode: str | None, number: int | None, shown: Shown) -> None:
    """List the program: every tensor's name, shape and formula. The number of parameters stands beside it.

    \b
    mlp show configs/toy.yaml
    mlp show configs/toy.yaml --format mermaid
    """
    from ..config.load import load
    from ..output.document import Document
    from ..output.programs import graph, listing

    path, changes = config_or_run(config, overrides, mode)
    cases = load(path, "furthest", changes, number=number)
    numbers = range(1, len(cases) + 1) if len(cases) > 1 else [None]
    found = [(case.setup, case.experiment, n) for case, n in zip(cases, numbers, strict=True)]
    drawn = Document("show", tuple(graph(setup, about.title, n) for setup, about, n in found), path)
    sections = tuple(listing(setup, about.title, about.conventions, n) for setup, about, n in found)
    emit(Document("show", sections, path, key="cases", instead=drawn), shown)
