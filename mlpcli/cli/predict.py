"""`mlp predict`."""

from __future__ import annotations

from pathlib import Path

import click

from .emit import Shown, emit
from .model import load_model, model_options
from .options import document_options


@click.command()
@model_options
@document_options
def command(model: Path, weights: str | None, overrides: tuple[str, ...], shown: Shown) -> None:
    """Print the outputs of a trained network for its inputs, and where it tells classes apart, the class.

    \b
    mlp predict configs/toy.yaml
    mlp predict digits --set 'inputs={file: new.csv}'
    """
    from ..train.assess import predict
    from ..train.report import predictions

    _, experiment, compiled = load_model(model, weights, overrides, targets=False)
    emit(predictions(*predict(experiment, compiled)), shown)
