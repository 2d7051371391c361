"""How a table is written as text: everything that a reader of .csv, .tsv and .txt has to know before its first row."""

from __future__ import annotations

from dataclasses import dataclass

NULLS = ("", "NA", "N/A", "NaN", "nan", "null", "NULL", "?", "#N/A", "<NA>", "n/a")
"""Words for a missing value, in any column."""
NUMBER_NULLS = (
    "-",
    "--",
    ".",
    "None",
    "none",
    "missing",
    "na",
    "NONE",
    "unknown",
    "Nan",
    "NAN",
    "N.A.",
    "#VALUE!",
    "#DIV/0!",
    "#REF!",
    "#NUM!",
    "#NAME?",
    "#NULL!",
    "…",
)
"""Words for a missing number: among names they may be one."""
SEPARATORS = {",": "commas", ";": "semicolons", "\t": "tabs", "|": "bars", " ": "blanks"}


@dataclass(frozen=True)
class Dialect:
    """What was found, or set."""

    encoding: str = "utf-8"
    separator: str = ","
    quote: str = '"'
    decimal: str = "."
    thousands: str = ""
    comment: str = ""
    skip: int = 0
    """Lines above the header."""
    header: int = 1
    """Lines of names: the second one, of units, is left out."""
    start: int = 1
    """Lines above the first row, comments among them."""
    names: tuple[str, ...] = ()
    unnamed: frozenset[str] = frozenset()
    """Names that were made up, of columns that the header leaves empty."""
    numbers: frozenset[str] = frozenset()
    """Columns that hold numbers as far as was looked."""
    padded: frozenset[str] = frozenset()
    """Columns with whole numbers that begin with a zero."""
    nulls: tuple[str, ...] | None = None
    """Words for a missing value that were set, in place of those that are known."""

    def describe(self) -> str:
        """Return what differs from file to file, for one line on standard error."""
        parts = [SEPARATORS.get(self.separator, repr(self.separator)), self.encoding.upper()]
        if self.decimal == ",":
            parts.append("decimal commas")
        if self.thousands:
            parts.append(f"thousands marked by {self.thousands!r}")
        if self.quote == "'":
            parts.append("single quotes")
        if self.comment:
            parts.append(f"comments after {self.comment}")
        if self.skip:
            parts.append(f"{self.skip} line{'s' * (self.skip > 1)} above the header left out")
        parts.append({0: "no header", 1: "a header"}.get(self.header, "a header, and a second one left out"))
        return ", ".join(parts)
