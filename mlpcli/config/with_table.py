"""The table of a config → the examples of its experiment, and those of another table that are held out."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

from ..files.streams import ArrayError
from ..nn.network import Classes
from ..nn.rows import Rows
from .apply_table import apply_table
from .convert import Converter
from .experiment import Experiment
from .nodes import Mapping, locate
from .read_table import read_table
from .split import HeldOut, OtherTable
from .table import Applied
from .training import Training


def with_table(experiment: Experiment, node: Mapping, converter: Converter, training: Training | None) -> Any:
    """Return the experiment with what its table holds; None, and a problem, where that cannot be."""
    source, place = experiment.table, locate(node, ("table",))
    assert source is not None
    if experiment.inputs is not None or experiment.targets is not None:
        converter.fail(place, "table", "stands in place of inputs and targets")
        return None
    if isinstance(experiment.validation, HeldOut):
        message = "these numbers are no rows of a table: hold out a part, or those of another one, {file: test.csv}"
        converter.fail(locate(node, ("validation",)), "validation", message)
        return None
    if source.weight and experiment.sample_weights is not None:
        converter.fail(locate(node, ("sample_weights",)), "sample_weights", "stand in the column of table.weight")
        return None
    try:
        if training and training.applied:
            read = apply_table(source, Path(place.file).parent, training.applied, training.data)
        elif training and training.data:
            raise ArrayError(
                f"{training.data.name} needs what a run keeps of the table it was trained on: name its folder"
            )
        else:
            read = read_table(experiment, place)
    except ArrayError as error:
        if error.about != "target" or experiment.loss is not None or "loss" not in node.entries:
            converter.fail(locate(node, ("table", error.about)), f"table.{error.about}", str(error))
        return None  # what a target may hold depends on the loss, which is a problem of its own
    found = replace(
        experiment, inputs=read.inputs, targets=read.targets, encoding=read.encoding, ids=read.ids, said=read.said
    )
    if read.weights is not None:
        found = replace(found, sample_weights=read.weights)
    if not converter.lazy:
        return in_memory(found.fitted())
    if isinstance(experiment.validation, OtherTable) and not (training and training.data):
        return with_held_out(found, experiment.validation, node, converter)
    return found


def with_held_out(experiment: Experiment, other: OtherTable, node: Mapping, converter: Converter) -> Any:
    """Return the experiment with the rows of another table held out; None, and a problem, where that cannot be."""
    assert experiment.table is not None
    assert experiment.encoding is not None
    place = locate(node, ("validation", "file"))
    file = Path(place.file).parent / other.file
    try:
        read = apply_table(experiment.table, file.parent, Applied(experiment.encoding, targets=True, drops=True), file)
    except ArrayError as error:
        converter.fail(place, "validation.file", str(error))
        return None
    assert read.targets is not None
    said = (*experiment.said, f"{file.name}: {len(read.inputs):,} rows held out", *read.said)
    return replace(experiment, validation=HeldOut(inputs=read.inputs, targets=read.targets), said=said)


def in_memory(experiment: Experiment) -> Experiment:
    """Return it with arrays of floats in place of rows that are read when they are needed."""
    inputs, targets = experiment.inputs, experiment.targets
    if isinstance(targets, Classes):
        targets = replace(targets, classes=targets.classes.floats(...))
    elif isinstance(targets, Rows):
        targets = targets.floats(...)
    return replace(experiment, inputs=inputs.floats(...) if isinstance(inputs, Rows) else inputs, targets=targets)
