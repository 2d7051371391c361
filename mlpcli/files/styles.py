"""How numbers are written: which mark stands before decimals, and which between thousands."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from ..errors import quoted
from .streams import ArrayError

USUAL = "usual"
"""The key of a mark before decimals that is likely, beside those that a config sets."""
MINUS = "\u2212"
POWER = r"([eE][-+]?\d+)?"
SIGN = f"[-+{MINUS}]?"
POINT = re.compile(rf"{SIGN}\d*\.\d+{POWER}", re.ASCII)
COMMA = re.compile(rf"{SIGN}\d*,\d+{POWER}", re.ASCII)
BY_COMMA = re.compile(SIGN + r"\d{1,3}(,\d{3})+(\.\d+)?", re.ASCII)
BY_POINT = re.compile(SIGN + r"\d{1,3}(\.\d{3})+(,\d+)?", re.ASCII)
BY_OTHER = re.compile(SIGN + r"\d{1,3}(?:([ '’\u00a0\u202f])\d{3})+([.,]\d+)?", re.ASCII)


def find_style(name: str, cells: Iterable[str], given: Mapping[str, Any]) -> tuple[str, str]:
    """Return the decimal mark and that of thousands. Raises ArrayError where numbers can be read in two ways.

    What is `usual` decides where no number says which: 1.500 is one and a half, but where commas are usual, thousands.
    """
    points = commas = by_comma = by_point = other = ""  # a cell that is surely written so
    either = three = ""  # and one that may be written so
    below = False
    for cell in cells:
        if BY_COMMA.fullmatch(cell):
            sure = "." in cell or cell.count(",") > 1
            by_comma = by_comma or (cell if sure else "")
            points = points or (cell if "." in cell else "")
            either = either or ("" if sure else cell)
        elif BY_POINT.fullmatch(cell):
            sure = "," in cell or cell.count(".") > 1
            by_point = by_point or (cell if sure else "")
            three = three or ("" if sure else cell)
            below = below or cell.lstrip(f"+-{MINUS}")[0] == "0"
            commas = commas or (cell if "," in cell else "")
        elif POINT.fullmatch(cell):
            points = points or cell
        elif COMMA.fullmatch(cell):
            commas = commas or cell
        elif found := BY_OTHER.fullmatch(cell):
            other = other or found[1]
            decimals = found[2] or ""
            points = points or (cell if "." in decimals else "")
            commas = commas or (cell if "," in decimals else "")
    decimal = given.get("decimal")
    if decimal is None:
        usual = given.get(USUAL, "") if not points and not by_comma else ""
        commas = commas or (usual if usual == "," else "")
        grouped = by_point or (three if given.get("thousands") == "." else "")
        decimal = "," if commas or (grouped and not points) else "."
        if commas and (points or by_comma):
            told = f"{quoted(points or by_comma)} and {quoted(commas)}"
            raise ArrayError(f"{name} holds {told}: say which with decimal: '.' or decimal: ','", "decimal")
    if "thousands" in given:
        return decimal, given["thousands"] if given["thousands"] != decimal else ""
    if either and decimal == "." and not points and not by_comma and "decimal" not in given:
        told = f"{quoted(either)} may be a whole number, or one with decimals"
        raise ArrayError(f"{name}: {told}: write thousands: ',' or decimal: ','", "thousands")
    if three and decimal == "." and not (points or below or by_comma or either) and not {"decimal", USUAL} & {*given}:
        told = f"{quoted(three)} may be a whole number, or one with decimals"
        raise ArrayError(f"{name}: {told}: write thousands: '.' or decimal: '.'", "thousands")
    if decimal == ".":
        return decimal, "," if by_comma or either else other
    return decimal, "." if by_point or has_points(by_point, commas, cells) else other


def has_points(sure: str, commas: str, cells: Iterable[str]) -> bool:
    """Return whether points stand between thousands, where commas are known to stand before decimals."""
    return bool(sure) or (bool(commas) and any(BY_POINT.fullmatch(cell) for cell in cells))


def number_pattern(decimal: str, thousands: str) -> re.Pattern[str]:
    """Return what a whole number or one with decimals looks like in this style."""
    mark, group = re.escape(decimal), re.escape(thousands)
    whole = rf"(\d{{1,3}}({group}\d{{3}})+|\d+)" if thousands else r"\d+"
    return re.compile(rf"{SIGN}({whole}({mark}\d*)?|{mark}\d+){POWER}", re.ASCII)
