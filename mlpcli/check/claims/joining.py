"""Weights and biases that a dump has apart and the program in one matrix, or the other way: brought to its form."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from functools import partial
from typing import NamedTuple

import numpy as np

from .claimed import Claimed
from .fits import Fit
from .words import Meaning, meanings
from .written import Written

Pair = tuple[str, str]
ALIKE = 3.8
"""How well the parts of a single matrix fit at least: both by their shapes, and nearly but for a factor."""
SIDES = ((1, 0), (0, 0), (1, -1), (0, -1))
"""Where biases may stand in a matrix: axis and index."""


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


def apart(claims: Sequence[Claimed], pairs: Callable[[Claimed], Sequence[Pair]], fit: Fit) -> list[Claimed]:
    """Return the claims, matrices of weights with a column or row more as weights and the biases that it is.

    `pairs` are the weights that a claim may be about, each with its biases. Who has them in one matrix has so
    everywhere; a single matrix must be alike to both, since outputs in place of inputs make one larger too.
    """
    matrices = [c for c in claims if c.written.value.ndim == 2 and c.written.value.size and not c.note and pairs(c)]
    meant = {id(c): pairs(c) for c in matrices}
    separate = any(meaning.kind == "bias" for claim in claims for meaning in meanings(claim.name)[:1])
    if separate or any(fit(c, weights) for c in matrices for weights, _ in meant[id(c)]):
        return list(claims)
    sides = [{id(c): found for c in matrices if (found := best(c, meant[id(c)], side, fit))} for side in SIDES]
    side = max(sides, key=lambda side: sum(found.score for found in side.values()))  # of all matrices alike
    if len(side) < len(matrices) or (len(side) == 1 and min(found.score for found in side.values()) < ALIKE):
        return list(claims)
    return [part for c in claims for part in ((side[id(c)].weights, side[id(c)].biases) if id(c) in side else (c,))]


class Parts(NamedTuple):
    """What a matrix is parted into, and how well that fits."""

    score: float
    weights: Claimed
    biases: Claimed


def best(claim: Claimed, pairs: Iterable[Pair], side: tuple[int, int], fit: Fit) -> Parts | None:
    """Return the parts of a claim for the weights and biases that they fit best; none where their shapes are others."""
    made = [parts(claim, weights, biases, *side) for weights, biases in pairs]
    fitting = [both for both in made if all(fit(part, part.name) for part in both)]
    scored = (
        Parts(sum(fit(part, part.name) + fit.likeness(part, part.name) for part in both), *both) for both in fitting
    )
    return max(scored, default=None, key=lambda found: found.score)


def parts(claim: Claimed, weights: str, biases: str, axis: int, at: int) -> tuple[Claimed, Claimed]:
    """Return the weights without a line of a matrix, and this line."""
    rest = claim.written.each(partial(np.delete, obj=at, axis=axis))
    line = claim.written.each(partial(np.take, indices=at, axis=axis))
    named = replace(claim, source=claim.source or claim.name)
    return replace(named, name=weights, written=rest), replace(named, name=biases, written=line)


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
