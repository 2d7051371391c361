"""Weights that are counted through all layers, as by hand: w1 to w4 are the matrix of the first, w5 to w8 the next."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import accumulate
from math import prod

from .claimed import Claimed
from .units import FIGURES, Fit, Grid, in_one, kind_of, said

Shape = tuple[int, ...]
NUMBER = FIGURES[0]


def through_all(claims: Sequence[Claimed], shapes: Sequence[Shape], by_rows: bool, fit: Fit) -> list[Claimed]:
    """Return the claims, weights whose numbers are those of whole layers as a matrix each, where its first one stood.

    They are counted unit by unit: by that which they lead to, rows of weights where `by_rows` and else columns, or by
    that which they come from where the numbers fit that better.
    """
    families = [family for family in by_name(claims) if layers_of(family, shapes)]
    both = [[m for family in families for m in matrices(family, shapes, rows)] for rows in (by_rows, not by_rows)]
    best = max(both, key=lambda made: sum(fit(matrix) for _, matrix in made))
    made, taken = {id(first): m for first, m in best}, {id(claim) for family in families for claim in family.values()}
    return [made.get(id(claim), claim) for claim in claims if id(claim) in made or id(claim) not in taken]


def by_name(claims: Sequence[Claimed]) -> Iterator[Mapping[int, Claimed]]:
    """Yield single weights by their numbers, those together whose names have no more than that apart."""
    families: dict[str, dict[int, Claimed]] = {}
    twice = set[str]()
    for claim in claims:
        name = said(claim)
        numbers = NUMBER.findall(name)
        if not claim.note and claim.written.value.size == 1 and len(numbers) == 1 and kind_of(claim) == "weight":
            stem = NUMBER.sub("#", name)
            twice |= {stem} if int(numbers[0]) in families.setdefault(stem, {}) else set()
            families[stem][int(numbers[0])] = claim
    yield from (family for stem, family in families.items() if stem not in twice)


def layers_of(family: Mapping[int, Claimed], shapes: Sequence[Shape]) -> list[tuple[int, int]]:
    """Return the layers whose weights are all there, each with its first number; none if any weight is of no such.

    Where no number is larger than there are layers, it may be that of a layer.
    """
    ends, low, high = [0, *accumulate(map(prod, shapes))], min(family), max(family)
    for first in (1, 0):
        whole = high - low + 1 == len(family) and {low - first, high - first + 1} <= {*ends}
        if whole and high > len(shapes):
            return [(k, end + first) for k, end in enumerate(ends[:-1]) if low <= end + first <= high]
    return []


def matrices(family: Mapping[int, Claimed], shapes: Sequence[Shape], rows: bool) -> Iterator[tuple[Claimed, Claimed]]:
    """Yield the first weight of each layer and its matrix, whose weights are counted row by row or column by column."""
    for layer, first in layers_of(family, shapes):
        height, width = shapes[layer]
        places = [[i * width + j if rows else j * height + i for j in range(width)] for i in range(height)]
        grid: Grid = [[family[first + place] for place in line] for line in places]
        yield family[first], in_one(NUMBER.sub(str(layer + 1), said(family[first])), grid)
