"""`expect:` → claims, digit for digit as written."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from ..errors import Place, quoted
from ..files.numerals import NOT_FINITE, NUMBER
from ..nn.options import NonNegative
from .convert import Converter
from .experiment import Claim, Nested
from .nodes import Mapping, Node, Scalar, Sequence
from .scalars import BAD, in_quotes

UNKNOWN = ("~", "_", "null")
"""Words that stand for a number that is not claimed."""


def read_claims(node: Node, converter: Converter) -> Any:
    """Read one claim per key, in the order of the file."""
    if not isinstance(node, Mapping):
        return converter.fail(node.place, "expect", "a mapping is needed here: tensor names and their values")
    claims = [read_claim(name, place, value, converter) for name, (place, value) in node.entries.items()]
    return BAD if BAD in claims else tuple(claims)


def read_claim(name: str, place: Place, node: Node, converter: Converter) -> Any:
    """Read `Y1: [[1, 2]]`, or `Y1: {value: [[1, 2]], rtol: 1e-3, atol: 1e-6}` with a tolerance of its own."""
    path = f"expect.{name}"
    if not isinstance(node, Mapping):
        text = nested(node, path, converter)
        return BAD if text is BAD else Claim(name, text, place)
    values = converter.values(node, Tolerance, path, skip=("value",))
    if "value" not in node.entries:
        return converter.fail(node.place, f"{path}.value", "is missing: the claimed numbers")
    text = nested(node.entries["value"][1], f"{path}.value", converter)
    return BAD if text is BAD or BAD in values.values() else Claim(name, text, place, **values)


@dataclass(frozen=True)
class Tolerance:
    """How far a claim may be off, in place of what its digits say."""

    rtol: NonNegative | None = None
    """As part of a number."""
    atol: NonNegative | None = None
    """As a number."""


def nested(node: Node, path: str, converter: Converter, depth: int = 0) -> Nested | Any:
    """Return the written numbers, nested as written: a number, a list, or rows of one length."""
    if isinstance(node, Mapping):
        return converter.fail(node.place, path, "a mapping stands where numbers are needed")
    if isinstance(node, Scalar):
        if node.plain and node.text in UNKNOWN:
            return node.text
        if node.plain and (NUMBER.fullmatch(node.text) or NOT_FINITE.fullmatch(node.text)):
            return node.text
        return converter.fail(node.place, path, f"{quoted(node.text)} is not a number{in_quotes(node)}")
    if depth == 2:
        return converter.fail(node.place, path, "a list too deep: rows of numbers have two levels")
    items = [nested(item, f"{path}[{i}]", converter, depth + 1) for i, item in enumerate(node.items)]
    odd = next((item for item in node.items if length(item) != length(node.items[0])), None)
    if odd is not None:
        return converter.fail(odd.place, path, "rows of different lengths")
    return BAD if BAD in items else items


def length(node: Node) -> int | None:
    return len(node.items) if isinstance(node, Sequence) else None


def read_errata(node: Node, converter: Converter) -> Any:
    """Read the names of claims known to be wrong, and why."""
    if not isinstance(node, Mapping):
        return converter.fail(node.place, "errata", "a mapping is needed here: tensor names and why they are wrong")
    reasons = {name: converter.text(value, f"errata.{name}") for name, (_, value) in node.entries.items()}
    for name, (place, _) in node.entries.items():
        if not reasons[name]:
            reasons[name] = converter.fail(place, f"errata.{name}", "a reason is needed here: why it is wrong")
    return BAD if BAD in reasons.values() else reasons
