"""What a training learned, how good it is and what it predicts, as documents."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from ..nn.op import Array
from ..output.document import Columns, Document, NamedTensor, Record, Section, Tensors
from .fit import Fit

COMMENTS = {"confusion": "a row per true class, a column per predicted one"}


def result(command: str, config: str, title: str, values: Mapping[str, Any]) -> Document:
    """Return the numbers that a training or an evaluation comes to."""
    return Document(command, (Section((Record(values, "result", COMMENTS),), title),), config)


def outcome(fit: Fit, records: list[dict[str, Any]]) -> dict[str, Any]:
    """Return the last metrics, or those of the best epoch where there is patience."""
    best = [record for record in records if record["epoch"] == fit.best.epoch]
    chosen = (best or records[-1:] or [{"epoch": 0, "step": fit.step}])[-1]
    result = {name: value for name, value in chosen.items() if name != "seconds"}
    if fit.job.patience is not None:
        result |= {"stopped_early": fit.stopped_early, "last_epoch": records[-1]["epoch"] if records else 0}
    return result


def predictions(outputs: Array, classes: Array | None) -> Document:
    """Return the outputs for every input, and where there are classes, the class in front."""
    front = {} if classes is None else {"classes": classes}
    return Document("predict", (Section((Columns(front | {"outputs": outputs}),)),))


def learned(weights: Mapping[str, Array]) -> Document:
    """Return the weights of a network, in the type that they have."""
    found = (NamedTensor(name, "weights", "trained", value, np.zeros(value.shape)) for name, value in weights.items())
    return Document("export", (Section((Tensors(tuple(found)),)),))
