"""`expect:` → claims, digit for digit as written."""

from __future__ import annotations

from typing import Any

from ..errors import quoted
from .convert import Converter
from .experiment import Claim, Nested
from .nodes import Mapping, Node, Scalar, Sequence
from .scalars import BAD, NOT_FINITE, NUMBER, in_quotes


def read_claims(node: Node, converter: Converter) -> Any:
    """One claim a key, in the order of the file."""
    if not isinstance(node, Mapping):
        return converter.fail(node.place, "expect", "a mapping is needed here: tensor names and their values")
    claims = []
    for name, (place, value) in node.entries.items():
        text = nested(value, f"expect.{name}", converter)
        if text is not BAD:
            claims.append(Claim(name, text, place))
    return tuple(claims) if len(claims) == len(node.entries) else BAD


def nested(node: Node, path: str, converter: Converter, depth: int = 0) -> Nested | Any:
    """The written numbers, nested as written: a number, a list, or rows of one length."""
    if isinstance(node, Mapping):
        return converter.fail(node.place, path, "a mapping stands where numbers are needed")
    if isinstance(node, Scalar):
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
    """Names of claims known to be wrong, and why."""
    if not isinstance(node, Mapping):
        return converter.fail(node.place, "errata", "a mapping is needed here: tensor names and why they are wrong")
    reasons = {name: converter.text(value, f"errata.{name}") for name, (_, value) in node.entries.items()}
    return BAD if BAD in reasons.values() else reasons
