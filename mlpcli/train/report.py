"""What a training learned, how good it is and what it predicts, as documents."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from ..config.experiment import Experiment
from ..nn.op import Array
from ..output.document import Columns, Document, NamedTensor, Record, Section, Table, Tensors
from ..output.numbers import scalar
from .answers import answers

COMMENTS = {
    "confusion": "a row per true class, a column per predicted one",
    "classes": "each class against all others",
}


def result(command: str, config: str, title: str, values: Mapping[str, Any], prefix: str = "") -> Document:
    """Return the numbers that a training or an evaluation comes to; beside them those of a constant prediction.

    The prefix is that of the metrics which have a counterpart under `constant`.
    """
    constant = values.get("constant", {})
    beside = {prefix + name: f"a constant prediction: {scalar(value, 4)}" for name, value in constant.items()}
    record = Record(values, "result", COMMENTS | beside, unsaid=("constant",))
    return Document(command, (Section((record,), title),), config)


def predictions(experiment: Experiment, outputs: Array, classes: Array | None) -> Document:
    """Return the outputs for every input, and where there are classes, the class in front; of a table by its names."""
    if experiment.encoding is not None:
        part: Columns | Table = answers(experiment.encoding, experiment.ids, outputs)
    else:
        part = Columns(({} if classes is None else {"classes": classes}) | {"outputs": outputs})
    return Document("predict", (Section((part,)),))


def learned(weights: Mapping[str, Array]) -> Document:
    """Return the weights of a network, in the type that they have."""
    found = (NamedTensor(name, "weights", "trained", value, np.zeros(value.shape)) for name, value in weights.items())
    return Document("export", (Section((Tensors(tuple(found)),)),))
