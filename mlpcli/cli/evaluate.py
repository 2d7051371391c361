"""`mlp evaluate`."""

from __future__ import annotations

from pathlib import Path

import click

from .model import loaded, model_options


@click.command()
@model_options
@click.option(
    "--on",
    type=click.Choice(["held-out", "trained", "all"]),
    help="Which examples. Default: those held out; all where none are, or where --set names other inputs.",
)
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
def command(
    model: Path, weights: str | None, overrides: tuple[str, ...], color: str, on: str | None, form: str
) -> None:
    """Loss, accuracy and confusion matrix of a trained network, a run's folder or a config with `weights`.

    \b
    mlp evaluate configs/toy.yaml
    mlp evaluate digits
    mlp evaluate digits --set 'inputs={file: new.csv}' --set 'targets={classes: {file: labels.csv}}'
    """
    from ..output import summary
    from ..train.assess import assessed
    from .run import emit

    config, experiment, program = loaded(model, weights, overrides)
    others = any(change.startswith("inputs") for change in overrides)
    values = assessed(experiment, program, on or ("all" if others else None))
    comments = {"confusion": "a row a true class, a column a predicted one"}
    if form == "json":
        emit(summary.json("evaluate", config, values), None, color)
    else:
        emit(summary.text(values, experiment.title, comments), None, color)
