"""Pasted text → claims: what programs print and people write, with names somewhere before the numbers."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from typing import Any

from .....errors import InputError, Place, Problem
from ...claimed import Claimed
from ..crossed import by_cell, by_column
from ..digits import from_texts, no_tensor, odd_value, trimmed
from ..holders import held, holder_at, in_module
from ..pages import Steps, limited
from .brackets import BracketError
from .entries import Reader
from .entry import Entry
from .labels import Label
from .layers import per_layer
from .layout import joined
from .steps import by_step
from .types import rounding

NO_TENSORS = "no tensors found; they look like Y1 = [[1, 2]]"
DECIMALS = 8
"""How many decimals numpy prints."""


def read_paste(text: str, file: str) -> Steps[Claimed]:
    """Read a claim per tensor, by training step.

    Raises InputError where numbers are left out, or brackets do not fit together.
    """
    try:
        found = limited(claims_in(Reader(text).entries(), text, file), file)
    except BracketError as error:
        raise InputError(Problem(places(text, file)(error.token.start), "", error.message)) from None
    if not found:
        raise InputError(Problem(Place(file), "", NO_TENSORS))
    claims = finished([claim for _, claim in found])
    return by_step([(step, claim) for (step, _), claim in zip(found, claims, strict=True)])


def claims_in(entries: Iterable[Entry], text: str, file: str) -> Iterator[tuple[int | None, Claimed]]:
    """Yield the step and the claim of every tensor."""
    place, holder = places(text, file), holder_at(text)
    for entry in entries:
        gradients, module = holder(entry.label.start)
        name = held(gradients, in_module(module, entry.label.name))
        where = place(entry.label.start)
        yield from ((entry.step, claim) for claim in claims_of(replace(entry, label=Label(name, 0)), text, where))


def claims_of(entry: Entry, text: str, place: Place) -> Iterator[Claimed]:
    """Yield the claim of an entry, or one per layer where it lists them."""
    name = entry.label.name
    eps = max(rounding(text, value.start, value.end) for value in entry.values)
    texts = joined(entry.values, entry.layout)
    listed = {} if entry.odd else parts_of(entry, texts)
    if entry.odd:
        yield no_tensor(name, place, odd_value(entry.odd))
    elif listed:
        yield from (from_texts(part, place, cells, eps) for part, cells in listed.items())
    else:
        yield from_texts(name, place, texts, eps)


def parts_of(entry: Entry, texts: Any) -> dict[str, Any]:
    """Return the tensors that an entry has several of, by name: those of a table's columns or cells, or of layers."""
    name = entry.label.name
    crossed = by_cell(name, entry.above, texts) if name else by_column(entry.above, texts)
    return crossed or per_layer(name, texts, entry.values[0].called)


def finished(claims: list[Claimed]) -> list[Claimed]:
    """Trim claims by what a whole paste says about its tensors: how many decimals were printed."""
    decimals = max((claim.written.decimals for claim in claims if not claim.note), default=0)
    return [claim if claim.note else trimmed(claim, min(decimals, DECIMALS) or DECIMALS) for claim in claims]


def places(text: str, file: str) -> Callable[[int], Place]:
    """Return the place of a position: as place_at, but for many of them, which counts lines from the last one."""
    last, line = 0, 1

    def place(position: int) -> Place:
        nonlocal last, line
        between = text.count("\n", min(last, position), max(last, position))
        line += between if position >= last else -between
        last = position
        return Place(file, line, position - text.rfind("\n", 0, position))

    return place
