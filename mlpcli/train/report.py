"""What a training learned, how good it is and what it predicts, as documents."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from ..nn.op import Array
from ..output.document import Columns, Document, NamedTensor, Record, Section, Tensors

COMMENTS = {"confusion": "a row per true class, a column per predicted one"}


def result(command: str, config: str, title: str, values: Mapping[str, Any]) -> Document:
    """Return the numbers that a training or an evaluation comes to."""
    return Document(command, (Section((Record(values, "result", COMMENTS),), title),), config)


def predictions(outputs: Array, classes: Array | None) -> Document:
    """Return the outputs for every input, and where there are classes, the class in front."""
    front = {} if classes is None else {"classes": classes}
    return Document("predict", (Section((Columns(front | {"outputs": outputs}),)),))


def learned(weights: Mapping[str, Array]) -> Document:
    """Return the weights of a network, in the type that they have."""
    found = (NamedTensor(name, "weights", "trained", value, np.zeros(value.shape)) for name, value in weights.items())
    return Document("export", (Section((Tensors(tuple(found)),)),))
