"""`table: {file: penguins.csv, target: species}`: what a config may say of a table."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any, Literal

from ..nn.options import Range
from ..tables.encoding import Encoding, Missing, Scale, ScaleTarget

DIALECT = ("encoding", "separator", "quote", "decimal", "thousands", "comment", "skip", "header", "nulls")
"""Keys that say how a text file is written; what they do not say is found."""


@dataclass(frozen=True, kw_only=True)
class TableSource:
    """A table in a file or from a query, and what its columns are for."""

    file: str | None = None
    query: str | None = None
    target: tuple[str, ...] = ()
    features: tuple[str, ...] = ()
    """Every column but target and id, unless given."""
    ignore: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    """Columns that are categories, though they hold numbers."""
    id: str | None = None
    missing: Missing = "error"
    scale: Scale = "standard"
    scale_target: ScaleTarget | None = None
    """Of targets that are numbers. Standard where the network ends in a linear layer, unless given."""
    encoding: str | None = None
    separator: str | None = None
    quote: str | None = None
    decimal: Literal[".", ","] | None = None
    thousands: str | None = None
    comment: str | None = None
    skip: Annotated[int, Range(0, 1000)] | None = None
    header: bool | None = None
    nulls: tuple[str, ...] | None = None

    @property
    def dialect(self) -> dict[str, Any]:
        """How the file is written, as far as it is said."""
        return {key: value for key in DIALECT if (value := getattr(self, key)) is not None}


@dataclass(frozen=True)
class Applied:
    """A table that a trained network is given, and how the one that it was trained on became numbers."""

    encoding: Encoding
    targets: bool = False
    """Whether the targets are read too."""
