"""`mlp predict`."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from .model import loaded, model_options


@click.command()
@model_options
@click.option("--format", "form", type=click.Choice(["text", "csv", "json", "npz"]), help="Default: text, or as -o.")
@click.option("-o", "--output", type=click.Path(dir_okay=False), metavar="FILE", help="Write to a file.")
def command(
    model: Path, weights: str | None, overrides: tuple[str, ...], color: str, form: str | None, output: str | None
) -> None:
    """The outputs of a trained network for its inputs, and where it tells classes apart, the class.

    \b
    mlp predict configs/toy.yaml
    mlp predict digits --set 'inputs={file: new.csv}'
    """
    from ..output import predictions
    from ..train.assess import predicted
    from .options import SUFFIXES
    from .run import emit

    form = form or SUFFIXES.get(Path(output or "").suffix.lower(), "text")
    if form == "npz" and not output and sys.stdout and sys.stdout.isatty():
        raise click.UsageError("--format npz is binary: name a file with -o, or redirect it")
    _, experiment, program = loaded(model, weights, overrides, targets=False)
    outputs, classes = predicted(experiment, program)
    emit(predictions.render(form, outputs, classes), output, color)
