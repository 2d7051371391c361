"""Inputs in a file that is not read, where the weights say how many numbers an example has."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import numpy as np

from ..files.numerals import NUMBER
from ..nn.build import NetworkError
from ..nn.network import compile_network
from ..nn.rows import Rows
from .convert import Converter
from .experiment import Experiment
from .nodes import Mapping, Scalar
from .renewed import file_of
from .scalars import BAD


def in_a_file(node: Mapping) -> bool:
    """Return whether a config names a file of its inputs."""
    return "inputs" in node.entries and file_of(node.entries["inputs"][1]) is not None


def without_inputs(node: Mapping) -> Mapping:
    return Mapping(node.place, {key: entry for key, entry in node.entries.items() if key != "inputs"})


def with_example(experiment: Experiment, node: Mapping, converter: Converter) -> Experiment | None:
    """Return the experiment with an example of zeros, or else what the file holds; None where that cannot be read."""
    inputs: Any = node.entries["inputs"][1]
    said = inputs.entries["divide"][1] if "divide" in inputs.entries else None
    divide = float(said.text) if isinstance(said, Scalar) and NUMBER.fullmatch(said.text) else None
    for width in widths(experiment):
        shape = (1, width) if experiment.conventions.samples == "rows" else (width, 1)
        found = replace(experiment, inputs=Rows(np.zeros(shape), divide))
        if fits(found):
            return found
    rows = converter.examples(inputs, "inputs")
    return None if rows is BAD else replace(experiment, inputs=rows)


def widths(experiment: Experiment) -> Iterator[int]:
    """Yield what the weights leave as the number of inputs; nothing where weights are drawn."""
    saved = experiment.weights.arrays.values() if experiment.weights else ()
    if not saved and any(layer.draws_weights for layer in experiment.layers):
        return
    arrays = [*saved, *(getattr(layer, "W", None) for layer in experiment.layers)]
    sizes = {size for array in arrays if array is not None and array.ndim == 2 for size in array.shape}
    joined = int(experiment.conventions.joins)
    yield from sorted({size - held for size in sizes for held in (0, joined) if size > held})


def fits(experiment: Experiment) -> bool:
    """Return whether the network takes these inputs."""
    network = replace(experiment.canonical().sized(), targets=None, loss=None, validation=None)
    try:
        compile_network(network.sample(), "forward")
    except NetworkError:
        return False
    return True
