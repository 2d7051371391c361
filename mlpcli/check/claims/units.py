"""Numbers that somebody named unit by unit, as by hand: `net_h1 = 0.38`, `net_h2 = 0.39` are the row `net_h`."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import accumulate, combinations, pairwise, product
from statistics import mean

import numpy as np

from .claimed import Claimed
from .fits import AGREES
from .words import BY_EXAMPLE, RAISED, meanings
from .written import Written

FIGURES = (re.compile(r"\d+"), re.compile(r"\d"))
"""Numbers in names; each digit may be one: z12 is unit 2 of layer 1."""
EMPTY = re.compile(r"\[[\s,]*\]|\([\s,]*\)|\{[\s,]*\}|[_^,.\s-]+(?=$|[_^,)\]}])|(?<=\s)\s+")
"""What is left of a name where its numbers were."""
MOST = 4
"""Numbers in a name at most."""
Fit = Callable[[Claimed], float]
Family = dict[tuple[int, ...], Claimed]
"""Claims whose names differ in the numbers of units, by these."""
Grid = Sequence[Sequence[Claimed | None]]


def by_unit(claims: Sequence[Claimed], widths: Sequence[int], rows: int, fit: Fit) -> list[Claimed]:
    """Return the claims, those of single units that make a row or a matrix together as one.

    `widths` are how many units the layers have, `rows` is how many examples there are, each of which may have a number
    for the unit; `fit` is how well a claim fits what its name may mean: 0 where its shape is another.
    """
    kinds: dict[tuple[str, int], list[Claimed]] = {}
    for claim in claims:
        size, name = claim.written.value.size, said(claim)
        told = not claim.note and claim.written.claimed.all() and FIGURES[0].search(name)
        if told and (size == 1 or (size == rows and kind_of(claim) in BY_EXAMPLE)):
            kinds.setdefault((FIGURES[0].sub("#", name), size), []).append(claim)
    found = list(claims)
    for alike in kinds.values():
        read = [made for families in readings(alike) if (made := gathered(families, widths, fit))]
        best = likeliest(read, fit)
        if best and (not all(map(fit, alike)) or is_rather(best, alike, fit)):
            at = found.index(alike[0])
            found = [*found[:at], *best, *(claim for claim in found[at:] if claim not in alike)]
    return found


def likeliest(read: Sequence[list[Claimed]], fit: Fit) -> list[Claimed]:
    """Return the first of several readings, or another of which the numbers agree and those of the first do not."""
    best = max(read, key=lambda made: mean(map(fit, made)), default=[])
    return best if best and mean(map(fit, best)) >= AGREES else next(iter(read), [])


def is_rather(read: Sequence[Claimed], alike: Sequence[Claimed], fit: Fit) -> bool:
    """Return whether claims that fit a tensor each, by themselves, are rather those of units.

    Numbers tell that agree, and more of them; and where none do, that names have two numbers.
    """
    own, joined = mean(map(fit, alike)), mean(map(fit, read))
    if joined < AGREES > own:
        return len(FIGURES[0].findall(said(alike[0]))) > 1
    return len(alike) > 1 and joined > own


def said(claim: Claimed) -> str:
    """Return a name with small digits in full size."""
    return claim.name.translate(RAISED)


def kind_of(claim: Claimed) -> str:
    """Return what kind of tensor a name without its numbers means first."""
    return next((meaning.kind for meaning in meanings(FIGURES[0].sub("", said(claim)))), "")


def readings(alike: Sequence[Claimed]) -> Iterator[dict[str, Family]]:
    """Yield the ways in which numbers of names may be those of units: of one, or of the two that a weight is between.

    The claims come by their names without them. The last number is the likeliest.
    """
    for figure, length in product(FIGURES, (2, 1) if kind_of(alike[0]) == "weight" else (1,)):
        count = min(len(figure.findall(said(claim))) for claim in alike)
        for places in reversed(list(combinations(range(min(count, MOST)), length))):
            families: dict[str, Family] = {}
            for claim in alike:
                stem, units = without(said(claim), figure, places)
                families.setdefault(stem, {})[units] = claim
            if sum(map(len, families.values())) == len(alike):
                yield families


def without(name: str, figure: re.Pattern[str], places: Sequence[int]) -> tuple[str, tuple[int, ...]]:
    """Return a name without some of its numbers, and these."""
    figures = list(figure.finditer(name))
    for place in reversed(places):
        name = name[: figures[place].start()] + name[figures[place].end() :]
    while (less := EMPTY.sub("", name)) != name:
        name = less
    return name, tuple(int(figures[place][0]) for place in places)


def gathered(families: Mapping[str, Family], widths: Sequence[int], fit: Fit) -> list[Claimed]:
    """Return a claim for every row or matrix, each in the first form that fits; none if one fits nothing."""
    found = list[Claimed]()
    for stem, family in families.items():
        if len(next(iter(family))) == 1 and not of_a_layer(stem, widths):
            return []
        forms = ([in_one(name, grid) for name, grid in numbered(stem, form)] for form in grids(family, widths))
        made = next((form for form in forms if form and all(map(fit, form))), None)
        if made is None:
            return []
        found += made
    return found


def of_a_layer(stem: str, widths: Sequence[int]) -> bool:
    """Return whether a name without the numbers of units may be meant: b1 and b2 are of layers, as W1 and W2 are."""
    first = next(iter(meanings(stem)), None)
    return (
        first is None or first.kind in BY_EXAMPLE or bool(first.place) or first.number is not None or len(widths) == 1
    )


def grids(family: Family, widths: Sequence[int]) -> Iterator[list[Grid]]:
    """Yield the forms that claims may have together: one row, one for each layer, or a row with gaps."""
    if len(next(iter(family))) == 2:
        yield list(matrices(family))
        return
    first, last = min(family)[0], max(family)[0]
    if last - first + 1 == len(family):
        units = [family[i,] for i in range(first, last + 1)]
        yield [[units]]
        if len(units) == sum(widths):  # nodes are counted through all layers
            yield [[units[start:end]] for start, end in pairwise([0, *accumulate(widths)])]
    if next(iter(family.values())).written.value.size > 1:
        return
    begin = min(first, 1)
    for width in sorted({n for n in widths if n > last - begin}):
        yield [[[family.get((begin + i,)) for i in range(width)]]]


def matrices(family: Family) -> Iterator[Grid]:
    """Yield the matrices of weights between units: rows that count the same ones are of one layer."""
    columns: dict[int, tuple[int, ...]] = {}
    for i, j in sorted(family):
        columns[i] = (*columns.get(i, ()), j)
    for same in dict.fromkeys(columns.values()):
        yield [[family[i, j] for j in same] for i, counted in columns.items() if counted == same]


def numbered(stem: str, form: Sequence[Grid]) -> Iterator[tuple[str, Grid]]:
    """Yield what the layers of one name are called."""
    for k, grid in enumerate(form, 1):
        yield f"{stem}{k}" if len(form) > 1 else stem, grid


def in_one(name: str, grid: Grid) -> Claimed:
    """Return claims as one, each number with its own digits; nothing is claimed in a gap."""
    claims = [claim for line in grid for claim in line if claim]
    first = claims[0].written
    value, half_unit, text = (np.full(first.value.size, cell, dtype=object) for cell in (np.nan, np.inf, "~"))
    gap = Written(value, half_unit, text)
    flat = [claim.written.each(np.ravel) if claim else gap for line in grid for claim in line]
    shape = (len(grid), len(grid[0])) if first.value.size == 1 else (first.value.size, len(flat))
    values, halves, texts = (np.array([getattr(w, key) for w in flat]).T for key in ("value", "half_unit", "text"))
    half_unit, text = halves.astype(float).reshape(shape), texts.astype(object).reshape(shape)
    written = Written(values.astype(float).reshape(shape), half_unit, text, first.eps, first.printed)
    return Claimed(name, written, claims[0].place, source=", ".join(claim.name for claim in claims))
