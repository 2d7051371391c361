"""Pasted text → claims: what numpy, PyTorch and people print, with names somewhere before the numbers."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from ....errors import InputError, Place, Problem, quoted
from ..claimed import Claimed
from .blank import blank_out, rounding
from .brackets import ELLIPSIS, SUBSCRIPT, Brackets, groups, problem
from .digits import from_texts, no_tensor, odd_value, trimmed
from .holders import held, holder_at
from .labels import FoundName, is_label, label_at_end, numbers_in, pairs
from .mend import mend

UNNAMED = "numbers without a name: write it before them, as in Y1 = [[1, 2]]"
DECIMALS = 8
"""How many decimals numpy prints."""


@dataclass
class Entry:
    """A name and the values that follow it: one, or one per row."""

    label: FoundName
    values: list[Brackets]


def read_paste(text: str, file: str) -> list[Claimed]:
    """Read a claim per tensor. Raises InputError where numbers have no name, are left out, or brackets do not fit."""
    place, holder = places(text, file), holder_at(text)
    claims: dict[str, Claimed] = {}
    for entry in Paste(mend(blank_out(text)), file).entries():
        start, name = entry.label.start, entry.label.name
        entry.label = replace(entry.label, name=held(holder(start), name))
        claim = claim_of(entry, text, place(entry.label.start))
        first = claims.setdefault(claim.name, claim)
        if first.written.text.tolist() != claim.written.text.tolist():
            message = f"{quoted(claim.name)} stands here twice with other numbers (first in line {first.place.line})"
            raise InputError(Problem(claim.place, "", message))
    if not claims:
        raise InputError(Problem(Place(file), "", "no tensors found; they look like Y1 = [[1, 2]]"))
    return finished(list(claims.values()))


def finished(claims: list[Claimed]) -> list[Claimed]:
    """Trim claims by what a whole paste says about its tensors: how many decimals were printed."""
    cells = [str(text) for claim in claims if not claim.note for text in claim.written.text.flat]
    decimals = max((len(cell.partition(".")[2]) for cell in cells if "e" not in cell.lower()), default=0)
    return [claim if claim.note else trimmed(claim, min(decimals, DECIMALS) or DECIMALS) for claim in claims]


class Paste:
    """Goes through a text line by line and bracket by bracket; the last name is that of the next numbers."""

    def __init__(self, text: str, file: str) -> None:
        self.text = text
        self.file = file
        self.found: list[Entry] = []
        self.current: Entry | None = None

    def entries(self) -> list[Entry]:
        """Return names with values, in the order of the text; of several documents those of the first."""
        position = 0
        for group in groups(self.text, self.file):
            if self.gap(position, group.start, True):
                return self.found
            self.value(group)
            position = group.end
        self.gap(position, len(self.text), False)
        return self.found

    def gap(self, start: int, end: int, followed: bool) -> bool:
        """Read the text between two brackets. Returns True where the first document ends in it."""
        lines = self.text[start:end].split("\n")
        for number, line in enumerate(lines):
            last = number == len(lines) - 1
            if line.rstrip() == "---" and self.found and not last:
                return True
            if last and followed:
                self.head(line, start)
            elif line.strip():
                self.line(line, start)
            start += len(line) + 1
        return False

    def head(self, line: str, start: int) -> None:
        """Read what stands before a bracket, in its line: a name, or nothing but marks where it is another row."""
        self.refuse_bracket(line, start)
        for label, values in pairs(line, start):
            self.name(label, [values])
        last = label_at_end(line, start)
        if last:
            self.name(last, [])

    def line(self, line: str, start: int) -> None:
        """Read a line without brackets."""
        row, named = numbers_in(line, start), list(pairs(line, start))
        self.refuse_bracket(line, start)
        if row or named:
            self.refuse_ellipsis(line, start)
        if row:
            self.value(row)
        for label, values in [] if row else named:
            self.name(label, [values])
        if not row and not named and any(c.isalnum() for c in line):
            self.current = None
            alone = label_at_end(line, start) if is_label(line) else None
            if alone:
                self.name(alone, [])

    def name(self, label: FoundName, values: list[Brackets]) -> None:
        self.current = Entry(label, values)
        if values:
            self.found.append(self.current)

    def value(self, group: Brackets) -> None:
        """Add a value to the current name: rows may follow each other, any other value comes alone."""
        entry = self.current
        if entry is None or (entry.values and not entry.values[0].depth == group.depth == 1):
            if group.odd:
                return  # brackets in a sentence
            raise problem(self.text, group.start, self.file, UNNAMED)
        if not entry.values:
            self.found.append(entry)
        entry.values.append(group)

    def refuse_ellipsis(self, line: str, start: int) -> None:
        dots = re.search(r"\.{3}|…", line)
        if dots:
            raise problem(self.text, start + dots.start(), self.file, ELLIPSIS)

    def refuse_bracket(self, line: str, start: int) -> None:
        stray = SUBSCRIPT.sub(lambda found: "." * len(found[0]), line).find("]")
        if stray >= 0:
            raise problem(self.text, start + stray, self.file, "this bracket was never opened")


def claim_of(entry: Entry, text: str, place: Place) -> Claimed:
    odd = next((group.odd for group in entry.values if group.odd), "")
    if odd:
        return no_tensor(entry.label.name, place, odd_value(odd))
    texts: Any = [group.texts for group in entry.values]
    eps = max(rounding(text, group.start, group.end) for group in entry.values)
    return from_texts(entry.label.name, place, texts if len(texts) > 1 else texts[0], eps)


def places(text: str, file: str) -> Callable[[int], Place]:
    """Return the place of a position: as place_at, but for many of them."""
    breaks = [found.start() for found in re.finditer("\n", text)]

    def place(position: int) -> Place:
        line = bisect_left(breaks, position)
        return Place(file, line + 1, position - (breaks[line - 1] if line else -1))

    return place
