"""How a table becomes numbers: levels of categories, scales, labels of classes. It belongs to the trained network."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any, Literal

import numpy as np

from ..nn.rows import Rows, Scaling

SCHEMA = 1
Missing = Literal["error", "drop", "mean", "level"]
Scale = Literal["standard", "minmax", "none"]
ScaleTarget = Literal["standard", "none"]
GAP = "missing"
"""What the level of a gap is called."""
BLOCK = 2**16


@dataclass(frozen=True)
class Feature:
    """A column of a table that goes into the network, as one number, or a number per level."""

    name: str
    kind: Literal["number", "boolean", "category"]
    levels: tuple[str, ...] = ()
    gap: bool = False
    """Whether one more number says that there is a gap."""

    @property
    def width(self) -> int:
        return (len(self.levels) if self.kind == "category" else 1) + self.gap

    @property
    def inputs(self) -> list[str]:
        """Names of the numbers that it becomes."""
        own = [f"{self.name}={level}" for level in self.levels] if self.kind == "category" else [self.name]
        return own + ([f"{self.name}={GAP}"] if self.gap else [])


@dataclass(frozen=True)
class Target:
    """A column that the network is to tell: a number, one of classes, or which of two."""

    name: str
    kind: Literal["number", "binary", "classes"]
    labels: tuple[str, ...] = ()
    """Of classes in the order of the outputs; of two the one that 0 means, and the one that 1 means."""


@dataclass(frozen=True)
class Encoding:
    """What was done to a table, to do it to another, and to undo it in what is predicted."""

    features: tuple[Feature, ...]
    targets: tuple[Target, ...]
    id: str = ""
    missing: Missing = "error"
    scale: Scale = "standard"
    scale_target: ScaleTarget = "none"
    header: bool = True
    """Whether the table named its columns."""
    decimal: str = "."
    """What stood before decimals in it."""
    columns: int = 0
    """How many it had, where it did not name them; 0 where nobody counted."""
    inputs: Scaling | None = None
    """Known once it is known which rows are trained on."""
    outputs: Scaling | None = None

    @property
    def width(self) -> int:
        """The number of inputs."""
        return sum(feature.width for feature in self.features)

    @property
    def classes(self) -> tuple[str, ...] | None:
        """The labels of classes, where the target is one of several."""
        return self.targets[0].labels if self.targets and self.targets[0].kind == "classes" else None

    @property
    def numeric(self) -> bool:
        """Whether the targets are numbers with a unit."""
        return all(target.kind == "number" for target in self.targets)

    @property
    def output_width(self) -> int:
        return len(self.classes) if self.classes else len(self.targets)

    @property
    def output_names(self) -> tuple[str, ...]:
        """What each output is: a class, or a target."""
        return self.classes or tuple(target.name for target in self.targets)

    def fitted(self, X: Any, D: Any | None, rows: Any) -> Encoding:
        """Return it with the means and scales of these rows of inputs (N, I) and of targets (N, C) that are numbers."""
        inputs = scaling_of(
            X, rows, self.scale, [f.kind == "number" and k == 0 for f in self.features for k in range(f.width)]
        )
        scaled = self.scale_target == "standard"
        outputs = None if D is None else scaling_of(D, rows, "standard" if scaled else "none", [True] * D.shape[1])
        return replace(self, inputs=inputs, outputs=outputs)

    def scaled(self, examples: Any) -> Any:
        """Return a dataclass of inputs and targets, that are rows of a table, with the scales of both."""
        inputs, targets = replace(examples.inputs, scaling=self.inputs), examples.targets
        if isinstance(targets, Rows) and self.numeric:
            targets = replace(targets, scaling=self.outputs)
        return replace(examples, inputs=inputs, targets=targets)

    def to_json(self) -> str:
        """Write it with every digit."""
        found = {"schema": SCHEMA, **asdict(replace(self, inputs=None, outputs=None))}
        for key, scaling in (("inputs", self.inputs), ("outputs", self.outputs)):
            found[key] = scaling and {name: value.tolist() for name, value in vars(scaling).items()}
        return json.dumps(found, ensure_ascii=False, indent=1) + "\n"


def of_json(text: str) -> Encoding:
    """Read what `to_json` wrote. Raises ValueError where it is damaged."""
    try:
        found = json.loads(text)
        if found.pop("schema") != SCHEMA:
            raise ValueError("it is of another version of mlp")
        features = tuple(Feature(**tupled(one, "levels")) for one in found.pop("features"))
        targets = tuple(Target(**tupled(one, "labels")) for one in found.pop("targets"))
        scalings: dict[str, Any] = {key: scaling_from(found.pop(key)) for key in ("inputs", "outputs")}
        encoding = Encoding(features, targets, **found, **scalings)
        if encoding.inputs is None or len(encoding.inputs.shift) != encoding.width:
            raise ValueError("its scales are not those of its features")
    except (KeyError, TypeError, AttributeError, RecursionError) as error:
        raise ValueError(f"{type(error).__name__} in it") from None
    return encoding


def tupled(found: Mapping[str, Any], key: str) -> dict[str, Any]:
    return {**found, key: tuple(map(str, found[key]))}


def scaling_from(found: Any) -> Scaling | None:
    if found is None:
        return None
    arrays = {name: np.array(value, np.float64) for name, value in found.items()}
    if {value.shape for value in arrays.values()} != {arrays["shift"].shape} or not all(
        map(is_finite, arrays.values())
    ):
        raise ValueError("its scales are no rows of numbers")
    return Scaling(**arrays)


def is_finite(value: Any) -> bool:
    return value.ndim == 1 and bool(np.isfinite(value).all())


def scaling_of(X: Any, rows: Any, scale: Scale, scaled: list[bool]) -> Scaling:
    """Return shift, scale and mean of each column (I,) over these rows, gaps left out; some columns stay as they are.

    `standard` divides by the standard deviation over N, as scikit-learn's StandardScaler does; what is constant by 1.
    """
    width = X.shape[1]
    total, count, squares = np.zeros(width), np.zeros(width), np.zeros(width)
    low, high = np.full(width, np.inf), np.full(width, -np.inf)
    parts = [rows[start : start + BLOCK] for start in range(0, len(rows), BLOCK)]
    for part in parts:
        block, known = without_gaps(X[part])
        total += block.sum(axis=0)
        count += known
        if scale == "minmax":
            low = np.fmin(low, np.fmin.reduce(X[part], axis=0))
            high = np.fmax(high, np.fmax.reduce(X[part], axis=0))
    mean = total / np.maximum(count, 1)
    for part in parts if scale == "standard" else ():
        away, _ = without_gaps(X[part] - mean)
        squares += np.einsum("ij,ij->j", away, away)
    shift, size = np.zeros(width), np.ones(width)
    if scale == "standard":
        shift, size = mean, np.sqrt(squares / np.maximum(count, 1))
    elif scale == "minmax":
        shift, size = np.where(count > 0, low, 0), np.where(count > 0, high - low, 1)
    size = np.where((size > 0) & (size > 1e-12 * np.abs(mean)), size, 1.0)
    chosen = np.array(scaled)
    return Scaling(np.where(chosen, shift, 0.0), np.where(chosen, size, 1.0), mean)


def without_gaps(block: Any) -> tuple[Any, Any]:
    """Return rows with 0 in place of nan, and how many numbers there are in each column."""
    gaps = np.isnan(block)
    return (np.where(gaps, 0.0, block), (~gaps).sum(axis=0)) if gaps.any() else (block, len(block))
