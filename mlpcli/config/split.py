"""Which examples are trained on and which are held out."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Annotated, Any

import numpy as np

from ..nn.classes import Classes
from ..nn.op import Array
from ..nn.options import Range
from ..nn.rows import Examples

Part = Annotated[float, Range(0, 1, above=True, below=True)]


@dataclass(frozen=True, kw_only=True)
class HeldOut:
    """Examples given by themselves that a training does not learn from."""

    inputs: Examples
    """The inputs of the examples held out."""
    targets: Examples | Classes
    """Their targets."""


@dataclass(frozen=True, kw_only=True)
class OtherTable:
    """The rows of another table held out: a test set beside that of the config's `table`, with its columns."""

    file: str
    """A file with the columns of the table, written as that is."""


@dataclass(frozen=True, kw_only=True)
class Split:
    """Examples held out: a part drawn by the seed, the last part, or one fold of several in turn."""

    part: Part | None = None
    """A part of the examples, drawn by the seed."""
    last: Part | None = None
    """The last part in time, while those before it are shuffled."""
    folds: Annotated[int, Range(2, 1000)] | None = None
    """As many parts, of which each is held out once."""
    stratify: bool | None = None
    """Whether each class has its part; unless given, in folds of targets that are classes."""
    fold: int | None = field(default=None, metadata={"internal": True})
    """The fold held out, counted from 0; none is while they only stand in a config."""

    def problem(self, count: int, targets: Any) -> tuple[tuple[str, ...], str] | None:
        """Return what is wrong with it for a number of examples, after the keys that lead there; None if nothing is."""
        ways = [name for name in ("part", "last", "folds") if getattr(self, name) is not None]
        if len(ways) != 1:
            return (), f"part, last or folds: one of them, not {' and '.join(ways) or 'none'}"
        if self.stratify and self.last:
            return ("stratify",), "the last part has the classes that it has"
        if self.stratify and labels_of(targets) is None:
            return ("stratify",), "these targets are numbers, no classes"
        held = self.held(count)
        if self.folds:
            return (("folds",), f"{self.folds} folds of {count} examples") if self.folds > count else None
        if 0 < held < count:
            return None
        left = "none is left to train on" if held else "that is none"
        return (), f"{held} of {count} examples are held out: {left}"

    def held(self, count: int) -> int:
        """Return how many of the examples are held out."""
        if self.folds:
            return 0 if self.fold is None else len(range(self.fold, count, self.folds))
        return round(count * (self.part or self.last or 0))

    def rows(self, count: int, seed: int, shuffle: bool, labels: Array | None = None) -> tuple[Array, Array]:
        """Return the numbers of the rows to train on and of those held out, in order.

        They are drawn by the seed unless examples are taken in order, or the last part is held out. With labels (N,)
        each class has its part, but for roundings.
        """
        held = self.held(count)
        drawn = shuffle and self.last is None
        order = np.random.default_rng((seed, count)).permutation(count) if drawn else np.arange(count)
        if labels is not None:
            order = order[np.argsort(labels[order], kind="stable")]
        if self.folds:
            chosen = np.arange(count) % self.folds == (-1 if self.fold is None else self.fold)
        elif labels is not None:
            chosen = spread(labels[order], held)
        else:
            chosen = np.arange(count) >= count - held
        return np.sort(order[~chosen]), np.sort(order[chosen])


def spread(labels: Array, held: int) -> Array:
    """Choose the last ones of each run of equal labels (N,), in proportion to its length: (N,) of truths.

    What is lost by rounding down goes to the classes that lose most by it.
    """
    _, starts, counts = np.unique(labels, return_index=True, return_counts=True)
    shares = counts * held / len(labels)
    own = np.floor(shares).astype(np.intp)
    for extra in np.argsort(own - shares, kind="stable")[: held - int(own.sum())]:
        own[extra] += 1
    place = np.arange(len(labels)) - np.repeat(starts, counts)
    chosen: Array = place >= np.repeat(counts - own, counts)
    return chosen


def labels_of(targets: Any) -> Array | None:
    """Return the class of each example (N,) as a number; None where targets are numbers of any size.

    They are classes by name, or rows of 0 and 1.
    """
    classes = getattr(targets, "classes", None)
    rows = targets if classes is None else classes
    values: Array = np.asarray(rows.floats(slice(None)) if hasattr(rows, "floats") else rows)
    if classes is not None:
        return values.reshape(-1)
    if not ((values == 0) | (values == 1)).all():
        return None
    found: Array = np.unique(values.reshape(len(values), -1), axis=0, return_inverse=True)[1].reshape(-1)
    return found
