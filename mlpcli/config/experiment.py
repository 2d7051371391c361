"""An experiment: a network, its title and what it is claimed to compute. Its fields are the keys of a config."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any, Literal

import numpy as np

from ..errors import Place
from ..nn.network import ORIGIN, Classes, Network
from ..nn.op import Array
from ..nn.rows import Rows
from ..nn.schedules import Pace
from ..tables.encoding import Encoding
from .engines import DEFAULT, EngineName
from .patience import Patience, Steps
from .points import Grading
from .split import HeldOut, OtherTable, Part, Split, labels_of
from .table import TableSource
from .weighting import ClassWeights

Nested = str | list["Nested"]


@dataclass(frozen=True)
class Claim:
    """A tensor's values as somebody wrote them, digit for digit; the written digits set the tolerance."""

    name: str
    text: Nested
    place: Place
    rtol: float | None = None
    atol: float | None = None


@dataclass(frozen=True, kw_only=True)
class Experiment(Network):
    """What a config file describes, checked."""

    title: str = ""
    """A line above what is printed."""
    table: TableSource | None = None
    """Where inputs and targets come from, by the names of columns."""
    unit: float = field(default=1.0, metadata={"internal": True})
    """What targets that are numbers were divided by."""
    encoding: Encoding | None = field(default=None, metadata={"internal": True})
    """How the table became numbers."""
    ids: tuple[str, ...] | None = field(default=None, metadata={"internal": True})
    """What tells the rows of the table apart."""
    said: tuple[str, ...] = field(default=(), metadata={"internal": True})
    """How the table was read, for the user to see."""
    epochs: Steps | None = None
    """How often a training goes through the examples; not beside `steps`."""
    steps: Steps | None = None
    """How many steps a training takes; not beside `epochs`."""
    batch_size: Steps | None = field(default=None, metadata=ORIGIN)
    """Examples per step; all of them unless given."""
    shuffle: bool = field(default=True, metadata=ORIGIN)
    """Whether each epoch takes the examples in an order of its own; if not, every command takes batch after batch."""
    class_weights: ClassWeights | None = field(default=None, metadata=ORIGIN)
    """How much the examples of each class count: balanced is n / (K·n_k), which is 1 on the average."""
    validation: Part | Split | HeldOut | OtherTable | None = None
    """Examples held out: a part of them, chosen in one of several ways, or others."""
    patience: Steps | Patience | None = None
    """Epochs without a lower loss, or a better metric, on the examples held out after which the training stops."""
    dtype: Literal["float64", "float32"] = field(default="float64", metadata=ORIGIN)
    """What a training computes in."""
    engine: EngineName = DEFAULT
    """What takes the steps of a training, numpy or jax; a run may move from one to the other."""
    device: Literal["cpu", "gpu"] | None = None
    """What jax runs on: the best there is unless given."""
    precision: Literal["tf32", "bf16"] | None = None
    """What jax computes products of float32 in, if not in float32."""
    expect: tuple[Claim, ...] = ()
    """Claimed values by tensor name, or {value: ..., rtol: ..., atol: ...}; `~` is a cell that nobody claims."""
    errata: Mapping[str, str] = field(default_factory=dict)
    """Claims known to be wrong, and why."""
    require: tuple[str, ...] = ()
    """Names, or patterns of names, of tensors that a dump must have."""
    exact: bool = False
    """Whether numbers of four decimals or more are exact; else a dump may come of others that were rounded to them."""
    grading: Grading = field(default_factory=Grading)
    """What a dump earns, and what is told of a mistake."""
    place: Place = field(default=Place(""), metadata={"internal": True})
    """Where the targets stand, which notes are about; the document where there are none."""
    places: Mapping[str, Place] = field(default_factory=dict, metadata={"internal": True})
    """Where each key's value stands."""

    @property
    def held_count(self) -> int:
        """How many of the examples are held out."""
        return self.split.held(self.count)

    @property
    def split(self) -> Split:
        """How examples are held out; none are where others are given."""
        held = self.validation
        return held if isinstance(held, Split) else Split(part=held if isinstance(held, float) else None)

    @cached_property
    def rows(self) -> tuple[Array, Array]:
        """The numbers of the rows to train on, and of those held out."""
        split = self.split
        asked = split.stratify or (split.stratify is None and split.folds)
        labels = labels_of(self.targets) if asked and self.targets is not None else None
        labels = None if labels is None or len(labels) != self.count else labels
        return split.rows(self.count, self.seed, self.shuffle, labels)

    @property
    def early_stopping(self) -> Patience | None:
        """When the training stops early."""
        return Patience(epochs=self.patience) if isinstance(self.patience, int) else self.patience

    @property
    def count(self) -> int:
        """The number of examples; a single one may be written without its outer brackets."""
        return len(self.inputs) if self.inputs is not None and self.inputs.ndim > 1 else 1

    @property
    def target_count(self) -> int | None:
        """The number of targets, if there are any."""
        targets = self.targets.classes if isinstance(self.targets, Classes) else self.targets
        return None if targets is None else len(targets)

    @property
    def batch(self) -> int:
        """Examples per step."""
        return min(self.batch_size or sys.maxsize, max(1, self.count - self.held_count))

    def paced(self) -> Experiment:
        """Count what changes in the course of a training in epochs, or in steps where the config counts them."""
        unit = -(-max(1, self.count - self.held_count) // self.batch)
        total = self.epochs * unit if self.epochs else self.steps
        return replace(self, pace=Pace(unit if self.epochs else 1, total))

    @property
    def target_width(self) -> int | None:
        """The number of outputs that the targets need; None where that is not known."""
        if self.encoding is not None:
            return self.encoding.output_width
        if isinstance(self.targets, Classes):
            numbers = np.asarray(getattr(self.targets.classes, "array", self.targets.classes))
            return max(1, int(numbers.max()) - self.targets.first + 1) if np.isfinite(numbers).all() else None
        return self.targets.shape[1] if self.targets is not None and self.targets.ndim == 2 else None

    def sized(self) -> Experiment:
        """Give the last linear layer as many units as the targets need, where it says no number."""
        last = max((k for k, layer in enumerate(self.layers) if layer.starts_block), default=None)
        width = None if last is None or self.weights is not None else self.target_width
        if last is None or width is None:
            return self
        layers = (*self.layers[:last], self.layers[last].sized(width), *self.layers[last + 1 :])
        return replace(self, layers=layers)

    def fitted(self) -> Experiment:
        """Scale the columns of a table by the means and deviations of the rows to train on."""
        if self.encoding is None or self.encoding.inputs is not None or not isinstance(self.inputs, Rows):
            return self
        numbers = self.targets if isinstance(self.targets, Rows) and self.encoding.numeric else None
        encoding = self.encoding.fitted(self.inputs.array, numbers and numbers.array, self.rows[0])
        held = self.validation
        held = encoding.scaled(held) if isinstance(held, HeldOut) else held  # the rows of another table
        found: Experiment = encoding.scaled(replace(self, encoding=encoding, validation=held))
        return found

    def in_units(self, values: Array) -> Array:
        """Return outputs or targets (N, C) of a network in the person's units, where its targets are numbers."""
        scaling = self.encoding.outputs if self.encoding is not None and self.encoding.numeric else None
        return values * self.unit if scaling is None else scaling.undo(values)

    def canonical(self) -> Experiment:
        """With a row per sample, however the config's conventions have them."""
        if self.conventions.samples == "rows":
            return self
        if isinstance(validation := self.validation, HeldOut):
            validation = replace(validation, inputs=turned(validation.inputs), targets=turned(validation.targets))
        inputs, targets, G = (turned(value) for value in (self.inputs, self.targets, self.grad_output))
        return replace(self, inputs=inputs, targets=targets, grad_output=G, validation=validation)

    @property
    def ordered(self) -> bool:
        """Whether steps take batches in the order of the examples."""
        return self.batch_size is not None and not self.shuffle

    def in_order(self) -> Experiment:
        """Keep the examples to train on, and the size of a batch, where the steps take batches in order."""
        if not self.ordered:
            return self
        values = (self.inputs, self.targets, self.grad_output)
        inputs, targets, G = (without(value, self.rows[1]) for value in values)
        weights = without(self.sample_weights, self.rows[1])
        return replace(self, size=self.batch, inputs=inputs, targets=targets, grad_output=G, sample_weights=weights)

    @property
    def unheeded(self) -> tuple[str, ...]:
        """What the user should know where all examples are taken at once, though batches are smaller."""
        if not self.shuffle or not self.batch_size or self.batch_size >= self.count:
            return ()
        return (
            f"all {self.count} examples are taken at once, as batches of {self.batch_size} are shuffled: write "
            "shuffle: false to take them in order, or epochs to train in earnest",
        )

    def shaped(self) -> Experiment:
        """Bring rows to two dimensions: a single input is a row, single numbers as targets are a column."""
        inputs, targets = self.inputs, self.targets
        if inputs is not None and inputs.ndim == 1:
            inputs = replace(inputs, array=inputs.array.reshape(1, -1))
        if targets is not None and not isinstance(targets, Classes) and targets.ndim == 1:
            single = inputs is None or len(inputs) == 1
            targets = replace(targets, array=targets.array.reshape((1, -1) if single else (-1, 1)))
        return replace(self, inputs=inputs, targets=targets)

    def in_column(self) -> Experiment:
        """Turn single numbers as targets into a column, if there is one per input."""
        D = self.targets
        if D is None or isinstance(D, Classes) or D.ndim != 1 or not 1 < self.count == len(D):
            return self
        return replace(self, targets=D.reshape(-1, 1))

    def sample(self) -> Experiment:
        """Take the first batch for its data, in place of rows that are read when they are needed."""
        first, inputs, targets = slice(0, self.batch), self.inputs, self.targets
        if isinstance(targets, Classes):
            targets = replace(targets, classes=targets.classes.floats(first, "float64"))
        elif targets is not None:
            targets = targets.floats(first, "float64")
        inputs = inputs if inputs is None else inputs.floats(first, "float64")
        weights = None if self.sample_weights is None else self.sample_weights[first]
        return replace(self, inputs=inputs, targets=targets, sample_weights=weights, in_earnest=True)


def turned(value: Any) -> Any:
    """Examples with their axes in the other order; numbers of classes, and a single sample, have one axis."""
    if value is None or isinstance(value, Classes) or value.ndim != 2:
        return value
    return replace(value, array=value.array.T) if isinstance(value, Rows) else value.T


def without(value: Any, held: Array) -> Any:
    """Examples without those held out; numbers of classes may stand in rows."""
    if value is None or not len(held):
        return value
    if isinstance(value, Classes):
        return replace(value, classes=without(value.classes.reshape(-1), held))
    return np.delete(value, held[held < len(value)], axis=0)
