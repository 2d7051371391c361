"""Vectors of all parameters or gradients in a row, `[W1(:); b1(:); W2(:); b2(:)]`: each part is a tensor's."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import accumulate, pairwise
from typing import Literal

import numpy as np

from ...nn.program import Program
from ...nn.run import Trace
from ...values.noisy import noisy
from .claimed import Claimed
from .fits import alike
from .words import BY_EXAMPLE, meanings
from .written import Written, agreement

MAX_COLUMNS = 4
"""Vectors beside each other at most, as of derived and of measured gradients."""


@dataclass(frozen=True)
class Order:
    """Which tensors follow each other in a vector, and how each is laid out: by columns or by rows."""

    names: tuple[str, ...]
    layout: Literal["F", "C"]


def parted(claims: Iterable[Claimed], program: Program, trace: Trace) -> list[Claimed]:
    """Return the claims, those that hold all parameters or their gradients as one claim for each of these."""
    found = list[Claimed]()
    for claim in claims:
        own = claim.name in trace and trace[claim.name].size == claim.written.value.size
        own = own or any(meaning.kind in BY_EXAMPLE for meaning in meanings(claim.name)[:1])
        vectors = [] if own else list(columns(claim, size(program, trace)))
        parts = [best(vector, claim, program, trace) for vector in vectors]
        found += [part for one in unlike(parts) for part in one] if parts else [claim]
    return found


def size(program: Program, trace: Trace) -> int:
    return sum(trace[name].size for name in program.parameters)


def columns(claim: Claimed, length: int) -> Iterator[Written]:
    """Yield the vectors of a claim that are as long as all parameters together."""
    written = claim.written
    shape = written.shape
    if claim.note or length < 2 or length not in shape or written.value.size > MAX_COLUMNS * length:
        return
    axis = shape.index(length)
    table = written.each(lambda cells: np.moveaxis(np.asarray(cells), axis, 0).reshape(length, -1))
    for column in range(table.shape[1]):
        yield table.each(partial(np.take, indices=column, axis=1))


def unlike(parts: Sequence[list[Claimed]]) -> list[list[Claimed]]:
    """Return vectors that are not the same as the one before: gradients are printed beside measured ones."""
    kept = list(parts[:1])
    for one in parts[1:]:
        if any(not np.array_equal(a.written.value, b.written.value) for a, b in zip(one, kept[-1], strict=True)):
            kept.append(one)
    return kept


def best(vector: Written, claim: Claimed, program: Program, trace: Trace) -> list[Claimed]:
    """Return the parts of a vector in the order that fits the computed tensors best."""
    return max((cut(vector, claim, order, trace) for order in orders(program)), key=partial(fit, trace=trace))


def orders(program: Program) -> Iterator[Order]:
    """Yield the orders that vectors have: gradients, parameters or updated ones; layer by layer, or weights first.

    In each layer the biases may come first, as of a matrix that has them in its first column.
    """
    own = list(program.parameters)
    by_kind = sorted(own, key=lambda name: program.tensors[name].shape[0] == 1)
    biases_first = sorted(own, key=lambda name: (block_of(program, name), program.tensors[name].shape[0] != 1))
    for kind in (program.gradients, {name: name for name in own}, program.successors):
        for names in (own, by_kind, biases_first):
            if all(name in kind for name in names):
                tensors = tuple(kind[name] for name in names)
                yield from (Order(tensors, "F"), Order(tensors, "C"))


def block_of(program: Program, name: str) -> int:
    label = program.tensors[name].label
    return label.block if label else 0


def cut(vector: Written, claim: Claimed, order: Order, trace: Trace) -> list[Claimed]:
    ends = [0, *accumulate(trace[name].size for name in order.names)]
    parts = []
    for name, (start, end) in zip(order.names, pairwise(ends), strict=True):
        shaped = partial(as_matrix, cells=slice(start, end), shape=trace[name].shape, layout=order.layout)
        parts.append(replace(claim, name=name, written=vector.each(shaped)))
    return parts


def as_matrix(vector: np.ndarray, cells: slice, shape: tuple[int, ...], layout: Literal["F", "C"]) -> np.ndarray:
    return vector[cells].reshape(shape, order=layout)


def fit(parts: Sequence[Claimed], trace: Trace) -> tuple[float, float]:
    """Return how many of the numbers agree, and how much alike the tensors are but for a factor each."""
    agreeing = sum(float(agreement(part.written, noisy(trace[part.name])).sum()) for part in parts)
    return agreeing, sum(part.written.value.size * alike(part.written.value, trace[part.name]) for part in parts)
