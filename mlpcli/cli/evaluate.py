"""`mlp evaluate`."""

from __future__ import annotations

from pathlib import Path

import click

from .emit import Shown, emit
from .model import data_argument, load_model, model_options, threshold_option
from .options import document_options


@click.command()
@model_options
@data_argument
@click.option(
    "--on",
    type=click.Choice(["held-out", "trained", "all"]),
    help="Which examples. Default: those held out; all where none are, or where TABLE or --set names others.",
)
@threshold_option
@document_options
def command(
    model: Path,
    number: int | None,
    weights: str | None,
    overrides: tuple[str, ...],
    data: Path | None,
    on: str | None,
    threshold: float | None,
    shown: Shown,
) -> None:
    """Print how good a trained network is. MODEL is a run's folder or a config with `weights`; a
    constant prediction stands beside it.

    Of classes accuracy, F1, area under the ROC curve, a line per class and the confusion matrix; of numbers R², MAE and
    RMSE.

    \b
    mlp evaluate configs/toy.yaml
    mlp evaluate digits
    mlp evaluate iris new.csv
    mlp evaluate churn --threshold 0.3
    mlp evaluate digits --set 'inputs={file: new.csv}' --set 'targets={classes: {file: labels.csv}}'
    """
    from ..train.assess import assess
    from ..train.folder import Folder
    from ..train.report import result

    config, experiment, compiled = load_model(model, number, weights, overrides, data=data)
    others = data is not None or any(change.startswith("inputs") for change in overrides)
    constant = Folder(model).constant_prediction() if others and model.is_dir() else None
    values = assess(experiment, compiled, on or ("all" if others else None), constant, threshold)
    emit(result("evaluate", config, experiment.title, values), shown)
