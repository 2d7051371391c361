"""What `predict`, `evaluate` and `export` have in common: a trained network, from a run's folder or a config."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from .options import F, case_option, stacked

if TYPE_CHECKING:
    from ..config.experiment import Experiment
    from ..nn.network import Compiled


def model_options(function: F) -> F:
    """Add MODEL and what changes it."""
    options = (
        click.argument("model", type=click.Path(exists=True, path_type=Path)),
        case_option,
        click.option("--weights", metavar="FILE", type=click.Path(), help="Weights: .npz or .safetensors."),
        click.option("--set", "overrides", multiple=True, metavar="PATH=VALUE", help="Change a key: inputs={file: …}."),
    )
    return stacked(function, options)


def data_argument(function: F) -> F:
    """Add TABLE, a file in place of the one that was trained on."""
    return click.argument("data", metavar="[TABLE]", required=False, type=click.Path(path_type=Path))(function)


def threshold_option(function: F) -> F:
    """Add the probability that divides yes from no."""
    help = "The probability from which on a sigmoid says yes. Default: 0.5."
    return click.option("--threshold", type=click.FloatRange(0, 1), help=help)(function)


def load_model(
    model: Path,
    number: int | None,
    weights: str | None,
    overrides: tuple[str, ...],
    targets: bool = True,
    data: Path | None = None,
    examples: bool = True,
) -> tuple[str, Experiment, Compiled]:
    """Return the config's name, the experiment, and its forward pass in evaluation mode on the first batch, up to the
    loss if there are targets; the examples may come from another file, and need not be read.
    """
    from ..train.model import read_model

    config = model / "config.yaml" if model.is_dir() else model
    case = read_model(model, overrides, number, weights, targets, data, examples)
    if case.experiment.weights is None and any(layer.draws_weights for layer in case.experiment.layers):
        click.echo(f"{config}: note: the weights are as they were drawn; trained ones: --weights FILE", err=True)
    for note in case.experiment.said:
        click.echo(f"{case.experiment.place}: note: {note}", err=True)
    return str(config), case.experiment, case.compiled
