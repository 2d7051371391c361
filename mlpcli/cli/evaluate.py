"""`mlp evaluate`."""

from __future__ import annotations

from pathlib import Path

import click

from .emit import Shown, emit
from .model import load_model, model_options
from .options import document_options


@click.command()
@model_options
@click.option(
    "--on",
    type=click.Choice(["held-out", "trained", "all"]),
    help="Which examples. Default: those held out; all where none are, or where --set names other inputs.",
)
@document_options
def command(model: Path, weights: str | None, overrides: tuple[str, ...], on: str | None, shown: Shown) -> None:
    """Print loss, accuracy and confusion matrix of a trained network, a run's folder or a config with `weights`.

    \b
    mlp evaluate configs/toy.yaml
    mlp evaluate digits
    mlp evaluate digits --set 'inputs={file: new.csv}' --set 'targets={classes: {file: labels.csv}}'
    """
    from ..train.assess import assess
    from ..train.report import result

    config, experiment, compiled = load_model(model, weights, overrides)
    others = any(change.startswith("inputs") for change in overrides)
    values = assess(experiment, compiled, on or ("all" if others else None))
    emit(result("evaluate", config, experiment.title, values), shown)
