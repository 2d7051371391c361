"""Weights and biases that a dump has apart and the program in one matrix: put together before they are judged."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import partial

import numpy as np

from .claimed import Claimed
from .words import Meaning, meanings
from .written import Written

Fit = Callable[[Claimed, str], float]


def together(claims: Sequence[Claimed], shapes: dict[str, tuple[int, ...]], fit: Fit) -> list[Claimed]:
    """Return the claims, weights joined with their biases where only both together have the shape of a tensor."""
    found = list(claims)
    for weights in claims:
        meaning = next((m for m in meanings(weights.name) if m.kind == "weight"), None)
        biases = next((c for c in found if meaning and c is not weights and is_bias(c, meaning)), None)
        if biases is None:
            continue
        made = [(name, whole) for name, shape in shapes.items() for whole in joined(weights, biases, shape)]
        best = max(made, key=lambda pair: fit(pair[1], pair[0]), default=None)
        if best and not any(fit(weights, name) for name in shapes):
            found[found.index(weights)] = best[1]
            found.remove(biases)
    return found


def is_bias(claim: Claimed, weights: Meaning) -> bool:
    """Return whether a claim is of the biases that belong to some weights."""
    return any(m == replace(weights, kind="bias") for m in meanings(claim.name))


def joined(weights: Claimed, biases: Claimed, shape: tuple[int, ...]) -> Iterator[Claimed]:
    """Yield the matrix of both, if it has this shape, with the biases first and last, as columns and as rows."""
    mine, line = weights.written, biases.written.each(np.ravel)
    if mine.value.ndim != 2 or len(shape) != 2 or weights.note or biases.note:
        return
    for axis in (1, 0):
        wanted = tuple(n + (i == axis) for i, n in enumerate(mine.shape))
        if shape in (wanted, wanted[::-1]) and line.value.size == mine.shape[1 - axis]:
            column = line.each(partial(np.expand_dims, axis=axis))
            yield replace(weights, written=side_by_side(column, mine, axis))
            yield replace(weights, written=side_by_side(mine, column, axis))


def side_by_side(first: Written, second: Written, axis: int) -> Written:
    value, half_unit, text = (
        np.concatenate([getattr(first, key), getattr(second, key)], axis) for key in ("value", "half_unit", "text")
    )
    return replace(first, value=value, half_unit=half_unit, text=text)
