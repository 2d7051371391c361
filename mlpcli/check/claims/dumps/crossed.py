"""Tables whose numbers have a name above them, or one above and one beside: a column per tensor, a row per unit.

node  net     out          h1      h2             net_h1  net_h2
h1    0.3775  0.5933  net  0.3775  0.3925         -0.8    0.1
h2    0.3925  0.5969  out  0.5933  0.5969         -0.4    1.1
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from ..words import meanings

UNIT = re.compile(
    r"(?:hidden|output|h|o|y)?[ _-]{0,2}(?:layer)?[ _-]{0,2}(?:neuron|unit|node)?[ _#-]{0,2}\d{1,3}", re.IGNORECASE
)
QUANTITIES = frozenset({"linear", "activation", "bias"})
"""What each unit has one number of."""


def is_unit(name: str) -> bool:
    """Return whether a name is that of a unit: h1, hidden neuron 2, node 3."""
    return bool(UNIT.fullmatch(name)) and not name.isdecimal()


def is_quantity(name: str) -> bool:
    """Return whether a name says what units have, and of no layer: net, out, delta."""
    return not re.search(r"\d", name) and any(meaning.kind in QUANTITIES for meaning in meanings(name)[:1])


def by_column(above: Sequence[str], rows: Any) -> dict[str, list[Any]]:
    """Return the columns of rows by the names above them; none where these are not as many."""
    rows = rows if isinstance(rows, list) and any(isinstance(row, list) for row in rows) else [rows]
    if not above or not all(isinstance(row, list) for row in rows):
        return {}
    width = len(above)
    if all(len(row) == width + 1 and row[0] == str(i) for i, row in enumerate(rows)):
        rows = [row[1:] for row in rows]  # pandas numbers them
    if len(set(above)) < width or any(len(row) != width or any(isinstance(x, list) for x in row) for row in rows):
        return {}
    return {name: [row[i] for row in rows] for i, name in enumerate(above)}


def by_cell(name: str, above: Sequence[str], row: Any) -> dict[str, Any]:
    """Return the numbers of a row by what is above and beside them: one says the unit, the other what it has."""
    if not isinstance(row, list) or len(above) - len(row) not in (0, 1) or any(isinstance(x, list) for x in row):
        return {}
    heads = above[len(above) - len(row) :]
    if is_unit(name) and all(map(is_quantity, heads)):
        return {f"{head} {name}": cell for head, cell in zip(heads, row, strict=True)}
    if is_quantity(name) and all(map(is_unit, heads)):
        return {f"{name} {head}": cell for head, cell in zip(heads, row, strict=True)}
    return {}
