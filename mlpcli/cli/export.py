"""`mlp export`."""

from __future__ import annotations

from pathlib import Path

import click

from .emit import Shown, emit
from .model import load_model, model_options
from .options import document_options


@click.command()
@model_options
@click.option(
    "--names",
    type=click.Choice(["mlp", "torch"]),
    default="mlp",
    show_default=True,
    help="W1, B1, … or 0.weight, 0.bias, … with weights as (out, in).",
)
@document_options
def command(model: Path, weights: str | None, overrides: tuple[str, ...], names: str, shown: Shown) -> None:
    """Write the weights of a network to an .npz or .safetensors file; `weights: FILE` in a config reads them.

    \b
    mlp export configs/toy.yaml -o toy.npz
    mlp export digits -o digits.safetensors --names torch
    """
    from ..errors import InputError, Place, Problem
    from ..train.report import learned
    from ..train.weights import to_torch

    _, experiment, compiled = load_model(model, weights, overrides, targets=False)
    if shown.format.rounds:
        place = Place(shown.output or f"--format {shown.name}")
        raise InputError(Problem(place, "", "weights go into a .npz or a .safetensors file"))
    state = compiled.state(experiment.dtype).tensors
    found = {name: state[name] for name in compiled.program.fields}
    emit(learned(to_torch(compiled.program, found) if names == "torch" else compiled.dialect.turn(found)), shown)
