"""`mlp export`."""

from __future__ import annotations

from pathlib import Path

import click

from .model import loaded, model_options


@click.command()
@model_options
@click.option("-o", "--output", required=True, type=click.Path(dir_okay=False, path_type=Path), metavar="FILE")
@click.option(
    "--names",
    type=click.Choice(["mlp", "torch"]),
    default="mlp",
    show_default=True,
    help="W1, B1, … or 0.weight, 0.bias, … with weights as (out, in).",
)
def command(model: Path, weights: str | None, overrides: tuple[str, ...], color: str, output: Path, names: str) -> None:
    """Write the weights of a network to an .npz or .safetensors file; `weights: FILE` in a config reads them.

    \b
    mlp export configs/toy.yaml -o toy.npz
    mlp export digits -o digits.safetensors --names torch
    """
    from ..files.write import write_file
    from ..train.weights import encoded, to_torch

    _, experiment, program = loaded(model, weights, overrides, targets=False)
    found = {name: program.given[name] for name in program.fields}
    write_file(output, encoded(output, to_torch(program, experiment, found) if names == "torch" else found))
