"""How much each example counts: its own weight times that of its class."""

from __future__ import annotations

from collections.abc import Mapping as Mappings
from typing import TYPE_CHECKING, Annotated, Any

import numpy as np

from ..errors import quoted, suggestion
from ..nn.classes import Classes
from ..nn.op import Array
from .nodes import Mapping, Node, Scalar, Sequence
from .scalars import BAD
from .split import labels_of

if TYPE_CHECKING:
    from .convert import Converter
    from .experiment import Experiment

BALANCED = "balanced"
LARGEST = 2**31
"""The number of a class."""
ClassWeights = Annotated[Any, "class weights"]
"""`balanced`, or class → weight."""


def read_class_weights(converter: Converter, node: Node, path: str) -> Any:
    """Read `balanced`, weights in the order of the classes, or each after its class."""
    if isinstance(node, Scalar):
        known = node.text == BALANCED
        return (
            node.text if known else converter.fail(node.place, path, "balanced, or a weight per class, is needed here")
        )
    if isinstance(node, Sequence):
        items: dict[Any, Node] = dict(enumerate(node.items))
    else:
        items = {key: value for key, (_, value) in node.entries.items()} if isinstance(node, Mapping) else {}
    weights = {key: converter.number(item, f"{path}[{key}]") for key, item in items.items()}
    if BAD in weights.values():
        return BAD
    if not weights or min(weights.values()) < 0 or not any(weights.values()):
        return converter.fail(node.place, path, "each weight must be at least 0, and one of them above")
    return weights


class WeightError(ValueError):
    """Weights that are not those of these examples; `key` is the one of the config they stand under."""

    def __init__(self, key: str, message: str) -> None:
        super().__init__(message)
        self.key = key


def weights_of(experiment: Experiment) -> Array | None:
    """Return how much each example counts (N,); None where all count the same. Raises WeightError.

    Balanced are weights in inverse proportion to how often a class occurs among the examples trained on, n / (K·n_k):
    1 on the average.
    """
    own, given = experiment.sample_weights, experiment.class_weights
    if own is None and given is None:
        return None
    found = np.ones(experiment.count)
    if own is not None:
        found = np.asarray(own.floats(...) if hasattr(own, "floats") else own, np.float64).reshape(-1)
        if len(found) != experiment.count:
            raise WeightError("sample_weights", f"{len(found)} weights for {experiment.count} inputs")
        if (found < 0).any() or not found.any():
            raise WeightError("sample_weights", "each must be at least 0, and one of them above")
    if given is None:
        return found
    labels = classes_of(experiment)
    if len(labels) != experiment.count:
        raise WeightError("targets", f"{len(labels)} targets for {experiment.count} inputs")
    if given == BALANCED:
        trained, counts = np.unique(labels[experiment.rows[0]], return_counts=True)
        table = dict(zip(trained.tolist(), (counts.sum() / len(counts) / counts).tolist(), strict=True))
        return found * np.array([table.get(label, 1.0) for label in labels.tolist()])
    return found * by_class(given, labels, experiment)


def classes_of(experiment: Experiment) -> Array:
    """Return the number of the class of each example (N,), from 0. Raises WeightError where targets are no classes."""
    targets: Any = experiment.targets
    if isinstance(targets, Classes):
        labels = np.asarray(labels_of(targets))
        odd = labels[~((labels == np.floor(labels)) & (np.abs(labels) <= LARGEST))]
        if odd.size:
            raise WeightError("targets", f"{odd[0]:g} is no number of a class")
        return labels.astype(np.intp) - targets.first
    D: Array = np.asarray(targets.floats(...) if hasattr(targets, "floats") else targets)
    if D.ndim != 2 or not ((D == 0) | (D == 1)).all() or (D.shape[1] > 1 and (D.sum(axis=1) != 1).any()):
        raise WeightError("class_weights", "these targets are no classes, one per example")
    return D[:, 0].astype(np.intp) if D.shape[1] == 1 else D.argmax(axis=1)


def by_class(given: Mappings[Any, float], labels: Array, experiment: Experiment) -> Array:
    """Return the weight of each example by its class: in order, or by the class's name. Raises WeightError."""
    listed = isinstance(next(iter(given)), int)
    table = {label: given.get(label if listed else name_of(label, experiment)) for label in np.unique(labels).tolist()}
    missing = [name_of(label, experiment) for label, weight in table.items() if weight is None]
    if missing:
        raise WeightError("class_weights", f"class {quoted(missing[0])} has no weight")
    known = {name_of(label, experiment) for label in table}
    unknown = [] if listed else [key for key in given if key not in known]
    if unknown:
        hint = suggestion(unknown[0], known) or f"; there are {', '.join(sorted(known)[:8])}"
        raise WeightError("class_weights", f"no example has the class {quoted(unknown[0])}{hint}")
    return np.array([table[label] for label in labels.tolist()])


def name_of(label: int, experiment: Experiment) -> str:
    """Return what a class is called in the config: by its label in the table, or the number that it has."""
    targets: Any = experiment.targets
    if experiment.encoding is not None:
        return str((experiment.encoding.classes or experiment.encoding.targets[0].labels)[label])
    if isinstance(targets, Classes):
        return str(label + targets.first)
    return str(label if targets.shape[1] == 1 else label + 1)
