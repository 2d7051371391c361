"""A name of a text with the values that follow it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from .brackets import Value
from .labels import Label
from .layout import Layout


@dataclass
class Entry:
    """A name and the values that follow it: one, or one per row."""

    label: Label
    step: int | None
    values: list[Value] = field(default_factory=list)
    layout: Layout = field(default_factory=Layout)
    above: Sequence[str] = ()
    """The names of a table's columns."""

    @property
    def in_rows(self) -> bool:
        """Whether its values are rows: only rows follow a row."""
        return self.values[0].depth == 1

    @property
    def whole(self) -> bool:
        """Whether its rows are numbers, in the last as many as in the first."""
        first, last = self.values[0], self.values[-1]
        return self.in_rows and len(first.texts) == len(last.texts) and not last.odd

    @property
    def odd(self) -> str:
        """The first thing that is no number."""
        return next((value.odd for value in self.values if value.odd), "")
