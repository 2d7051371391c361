"""`expect:` → claims, digit for digit as written."""

from __future__ import annotations

from typing import Any

from ..errors import quoted
from .convert import BAD, NOT_FINITE, NUMBER, Converter
from .experiment import Claim, Nested
from .nodes import Mapping, Node, Scalar


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


def nested(node: Node, path: str, converter: Converter) -> Nested | Any:
    """The written numbers, nested as written."""
    if isinstance(node, Mapping):
        return converter.fail(node.place, path, "numbers are needed here")
    if isinstance(node, Scalar):
        if NUMBER.fullmatch(node.text) or NOT_FINITE.fullmatch(node.text):
            return node.text
        return converter.fail(node.place, path, f"{quoted(node.text)} is not a number")
    items = [nested(item, f"{path}[{i}]", converter) for i, item in enumerate(node.items)]
    return BAD if BAD in items else items
