"""Numbers that somebody named one by one, as by hand: `h0 = 0.77`, `h1 = 0.65` are cells of one tensor.

The numbers tell which cells they are; a wrong one is the cell that its name counts to, beside those that are right.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Literal

import numpy as np

from ...nn.run import Trace
from ...values.noisy import noisy
from .claimed import Claimed
from .written import Written, agreement, read_texts

LAST_NUMBER = re.compile(r"(\d+)(?=\D*$)")
FEW, ENOUGH = 3, 6
"""How many digits a number needs to be a cell of a tensor that its name may mean, and of any tensor."""
Order = Literal["C", "F"]
"""Row by row, or column by column."""
Cell = tuple[str, int]
"""A tensor and the place in it, in the order of its numbers."""


def cells_of(
    claims: Sequence[Claimed], trace: Trace, free: Callable[[str], bool], meant: Mapping[str, Sequence[str]]
) -> dict[str, Cell]:
    """Return the cells that single numbers are, by their names."""
    found = {claim.name: cell for claim in claims if (cell := by_value(claim, trace, free, meant.get(claim.name, ())))}
    for order in ("C", "F"):
        found |= beside(claims, found, trace, order)
    return found


def by_value(claim: Claimed, trace: Trace, free: Callable[[str], bool], meant: Sequence[str]) -> Cell | None:
    """Return the only cell that has the number of a claim, among the tensors that are meant, or else among all."""
    text = str(claim.written.text.flat[0])
    digits = len(re.sub(r"[eE].*|\D", "", text).lstrip("0"))
    for names, least in ((meant, FEW), (list(trace), ENOUGH)):
        if digits < least:
            continue
        hits = [(n, i) for n in names if free(n) and trace[n].size > 1 for i in agreeing(claim.written, trace[n])]
        tensors = list(dict.fromkeys(name for name, _ in hits))
        if hits and len([hit for hit in hits if hit[0] == tensors[0]]) == 1:
            return hits[0]
    return None


def agreeing(written: Written, computed: np.ndarray) -> list[int]:
    """Return the cells of a tensor that a number agrees with."""
    wide = written.each(lambda cells: np.broadcast_to(np.ravel(cells)[0], computed.shape))  # copies no text
    return [int(i) for i in np.flatnonzero(agreement(wide, noisy(computed)))]


def beside(claims: Sequence[Claimed], found: Mapping[str, Cell], trace: Trace, order: Order) -> dict[str, Cell]:
    """Return the cells of numbers that are none's, by how the others of their names count: by rows or by columns.

    The numbers of a name may go on from tensor to tensor.
    """
    places: dict[str, set[Cell]] = {}
    for name, (tensor, index) in found.items():
        number = LAST_NUMBER.search(name)
        if number:
            at = turned(index, trace[tensor].shape, "C", order)
            places.setdefault(LAST_NUMBER.sub("#", name), set()).add((tensor, at - int(number[1])))
    counted: dict[str, Cell] = {}
    for claim in claims:
        number, starts = LAST_NUMBER.search(claim.name), places.get(LAST_NUMBER.sub("#", claim.name), set())
        if claim.name in found or not number or len({tensor for tensor, _ in starts}) < len(starts):
            continue
        inside = [(t, first + int(number[1])) for t, first in starts if 0 <= first + int(number[1]) < trace[t].size]
        cells = [(tensor, turned(index, trace[tensor].shape, order, "C")) for tensor, index in inside]
        if len(cells) == 1 and cells[0] not in [*found.values(), *counted.values()]:
            counted[claim.name] = cells[0]
    return counted


def turned(index: int, shape: tuple[int, ...], order: Order, other: Order) -> int:
    """Return the place of a cell that is counted in one order as it is counted in another."""
    return int(np.ravel_multi_index(np.unravel_index(index, shape, order), shape, order=other))


def gathered(claims: Sequence[Claimed], cells: Mapping[str, Cell], trace: Trace) -> dict[str, Claimed]:
    """Return a claim per tensor, of the cells that are claimed."""
    parts: dict[str, dict[int, Claimed]] = {}
    for claim in claims:
        if claim.name in cells:
            tensor, index = cells[claim.name]
            parts.setdefault(tensor, {})[index] = claim
    return {tensor: merged(tensor, of, trace[tensor].shape) for tensor, of in parts.items()}


def merged(tensor: str, parts: Mapping[int, Claimed], shape: tuple[int, ...]) -> Claimed:
    first = next(iter(parts.values()))
    texts = np.full(shape, "~", dtype=object)
    for index, claim in parts.items():
        texts.flat[index] = str(claim.written.text.flat[0])
    written = replace(read_texts(texts.tolist()), eps=first.written.eps)
    for index, claim in parts.items():
        written.half_unit.flat[index] = max(written.half_unit.flat[index], claim.written.half_unit.flat[0])
    return Claimed(tensor, written, first.place, source=", ".join(claim.name for claim in parts.values()))
