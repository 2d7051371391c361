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
    """A .csv, .tsv, .txt, .parquet or .json, packed or not; this or a query."""
    query: str | None = None
    """One SELECT over files that it names; it can read those and no others."""
    target: tuple[str, ...] = ()
    """The column to tell, or several: with a cross-entropy its values are classes, else numbers."""
    features: tuple[str, ...] = ()
    """Columns by name, glob (`bill_*`), number (`-1`) or range (`a:d`); all but target and id unless given."""
    ignore: tuple[str, ...] = ()
    """Columns that are left out."""
    categories: tuple[str, ...] = ()
    """Columns that are categories, though they hold numbers."""
    id: str | None = None
    """The column that tells rows apart; it stands beside what is predicted."""
    weight: str | None = None
    """The column that says how much each row counts in the loss; no feature then."""
    missing: Missing = "error"
    """A gap is an error, drops its row, or becomes the mean or a level of its own; so does a level that is new."""
    scale: Scale = "standard"
    """How numbers are scaled, by the rows trained on."""
    scale_target: ScaleTarget | None = None
    """Of targets that are numbers. Standard where the network ends in a linear layer, unless given."""
    encoding: str | None = None
    """How the text is encoded, such as utf-16. Keys from here on: where what was found is not right."""
    separator: str | None = None
    """What stands between columns."""
    quote: str | None = None
    """What stands around a text with a separator in it."""
    decimal: Literal[".", ","] | None = None
    """What stands before the decimals."""
    thousands: str | None = None
    """What groups digits."""
    comment: str | None = None
    """What a comment begins with."""
    skip: Annotated[int, Range(0, 1000)] | None = None
    """Lines before the table."""
    header: bool | None = None
    """Whether the first line has the names of the columns."""
    nulls: tuple[str, ...] | None = None
    """Words that are gaps."""

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
    drops: bool = False
    """Whether rows with gaps may be left out: not where each is to be told something."""
