"""`mlp predict`."""

from __future__ import annotations

from pathlib import Path

import click

from .emit import Shown, emit
from .model import data_argument, load_model, model_options, threshold_option
from .options import document_options


@click.command()
@model_options
@data_argument
@threshold_option
@document_options
def command(
    model: Path,
    number: int | None,
    weights: str | None,
    overrides: tuple[str, ...],
    data: Path | None,
    threshold: float | None,
    shown: Shown,
) -> None:
    """Print what a trained network predicts. It takes its own inputs, or those in TABLE, and prints
    classes, probabilities and numbers.

    Columns of a table are found by their names, in any order. It needs no targets.

    \b
    mlp predict configs/toy.yaml
    mlp predict iris new.csv -o predicted.csv
    mlp predict churn new.csv --threshold 0.3
    """
    from ..train.assess import predict
    from ..train.report import predictions

    _, experiment, compiled = load_model(model, number, weights, overrides, targets=False, data=data)
    emit(predictions(experiment, *predict(experiment, compiled, threshold)), shown)
