"""`mlp export`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from ..errors import needs
from .emit import Shown, emit
from .model import load_model, model_options
from .options import document_options

if TYPE_CHECKING:
    from ..config.experiment import Experiment
    from ..nn.compiled import Compiled

SUFFIX = ".onnx"


@click.command()
@model_options
@click.option(
    "--names",
    type=click.Choice(["mlp", "torch", "keras", "sklearn"]),
    default="mlp",
    show_default=True,
    help="W1, B1, … or 0.weight, … as (out, in), layer0/kernel, … or coefs_0, … as (in, out).",
)
@click.option("--onnx", metavar="FILE", type=click.Path(dir_okay=False), help="The network as a model of ONNX.")
@document_options
def command(
    model: Path,
    number: int | None,
    weights: str | None,
    overrides: tuple[str, ...],
    names: str,
    onnx: str | None,
    shown: Shown,
) -> None:
    """Write the weights of a network, or the network as ONNX. Weights go into an .npz or .safetensors file;
    `weights: FILE` in a config reads them.

    A model of ONNX has the forward pass too, with the scaling of inputs and outputs, in float32; of a table with
    categories each column is an input, as it stands in the file.

    \b
    mlp export configs/toy.yaml -o toy.npz
    mlp export digits -o digits.safetensors --names torch
    mlp export digits --onnx digits.onnx
    """
    if onnx and (shown.output or names != "mlp"):
        raise click.UsageError("--onnx writes a file of its own: without -o and --names")
    if onnx and not onnx.lower().endswith(SUFFIX):
        raise click.UsageError(f"--onnx {onnx}: a model of ONNX goes into a {SUFFIX} file")
    from ..errors import InputError, Place, Problem
    from ..train.report import learned
    from ..train.weights import NAMES

    _, experiment, compiled = load_model(model, number, weights, overrides, targets=False, examples=False)
    if onnx:
        write_onnx(experiment, compiled, onnx)
        return
    if shown.format.rounds:
        place = Place(shown.output or f"--format {shown.name}")
        raise InputError(Problem(place, "", "weights go into a .npz or a .safetensors file"))
    state = compiled.state(experiment.dtype).tensors
    found = {name: state[name] for name in compiled.program.fields}
    try:
        written = NAMES[names](compiled.program, found) if names in NAMES else compiled.dialect.turn(found)
    except ValueError as error:
        raise click.UsageError(f"--names {names}: {error}") from None
    emit(learned(written), shown)


def write_onnx(experiment: Experiment, compiled: Compiled, output: str) -> None:
    """Write the network as a model of ONNX."""
    from ..files.write import write_file
    from ..output.onnx.model import write_model
    from ..train.weights import around

    state = compiled.state(experiment.dtype).tensors
    try:
        content = write_model(compiled.program, state, around(experiment), experiment.title)
    except ImportError:
        raise click.UsageError(f"--onnx {needs('onnx', 'onnx')}") from None
    write_file(Path(output), content)
