"""Words and numbers of a config: nodes → str, bool, int and float, with what is wrong noted."""

from __future__ import annotations

import math
import re
from collections.abc import Collection, Mapping
from typing import Any

import numpy as np

from ..errors import InputError, Place, Problem, quoted, suggestion
from ..files.numerals import NOT_FINITE, NUMBER
from .foreign import meant
from .nodes import Node, Numbers, Scalar, Sequence

INTEGER = re.compile(r"[-+]?\d+", re.ASCII)
BOOLEANS = {"true": True, "false": False}
NULLS = {"", "~", "null"}
MAX_PROBLEMS = 100


class Bad:
    """Stands for a value whose problem has been noted."""


BAD: Any = Bad()


class Scalars:
    """Reads single values and collects what is wrong with them."""

    def __init__(self) -> None:
        self.problems: list[Problem] = []

    def fail(self, place: Place, path: str, message: str) -> Any:
        """Note a problem. Raises InputError once there are more than MAX_PROBLEMS: nobody reads them all."""
        if len(self.problems) == MAX_PROBLEMS:
            more = Problem(Place(place.file), "", f"more problems follow; these are the first {MAX_PROBLEMS}")
            raise InputError(*self.problems, more)
        self.problems.append(Problem(place, path, message))
        return BAD

    def scalar(self, node: Node, path: str, what: str) -> str | None:
        if isinstance(node, Scalar):
            return node.text
        kind = "a list" if isinstance(node, Sequence) else "a mapping"
        self.fail(node.place, path, f"{kind} stands where {what} is needed")
        return None

    def text(self, node: Node, path: str) -> Any:
        text = self.scalar(node, path, "text")
        return BAD if text is None else text

    def word(self, node: Node, known: Collection[str], path: str) -> Any:
        text = self.scalar(node, path, "one of " + ", ".join(known))
        if text is None or text in known:
            return BAD if text is None else text
        hint = suggestion(text, known) or f"; it is one of {', '.join(known)}"
        return self.fail(node.place, path, f"unknown value {quoted(text)}{hint}")

    def known(self, node: Node, noun: str, table: Collection[str], path: str) -> Any:
        """Return a name that is in the table."""
        article = "an" if noun[0] in "aeiou" else "a"
        name = self.scalar(node, path, f"the name of {article} {noun}")
        if name is None or name in table:
            return BAD if name is None else name
        if name in NULLS:
            return self.fail(node.place, path, f"the name of {article} {noun} is missing: {', '.join(table)}")
        return self.fail(node.place, path, f"unknown {noun} {quoted(name)}{meant(noun, name, table)}")

    def entry(self, node: Node, noun: str, table: Mapping[str, Any], path: str) -> Any:
        """Return what the table has under a name."""
        name = self.known(node, noun, table, path)
        return BAD if name is BAD else table[name]

    def boolean(self, node: Node, path: str) -> Any:
        text = self.scalar(node, path, "true or false")
        if text is None:
            return BAD
        if not (isinstance(node, Scalar) and node.plain and text.lower() in BOOLEANS):
            return self.fail(node.place, path, f"{quoted(text)} is neither true nor false")
        return BOOLEANS[text.lower()]

    def integer(self, node: Node, path: str) -> Any:
        text = self.scalar(node, path, "a whole number")
        if text is None:
            return BAD
        if not (isinstance(node, Scalar) and node.plain and INTEGER.fullmatch(text)):
            return self.fail(node.place, path, f"{quoted(text)} is not a whole number{in_quotes(node)}")
        if len(text.lstrip("+-0")) > 18:
            return self.fail(node.place, path, f"{quoted(text)} is too large: it has more than 18 digits")
        return int(text)

    def number(self, node: Node, path: str) -> Any:
        text = self.scalar(node, path, "a number")
        if text is None:
            return BAD
        if isinstance(node, Scalar) and node.plain and NUMBER.fullmatch(text):
            value = float(text)
            if math.isfinite(value):
                return value
            return self.fail(node.place, path, f"{quoted(text)} is too large: beyond 1.8e308")
        if NOT_FINITE.fullmatch(text):
            return self.fail(node.place, path, f"{quoted(text)} is not a finite number")
        return self.fail(node.place, path, f"{quoted(text)} is not a number{in_quotes(node)}")

    def numbers(self, node: Numbers, path: str) -> Any:
        """Return a copy of an array as float64: a row, or rows of finite numbers."""
        value = np.array(node.value, np.float64)
        if value.ndim > 2 or not value.size:
            what = "an empty array" if not value.size else f"an array of {value.ndim} dimensions"
            return self.fail(node.place, path, f"{what} stands where rows of numbers are needed")
        if np.isfinite(value).all():
            return value
        index = np.argwhere(~np.isfinite(value))[0].tolist()
        where = "".join(f"[{i}]" for i in index)
        return self.fail(node.place, path + where, f"'{value[tuple(index)]}' is not a finite number")


def in_quotes(node: Node) -> str:
    """Return what to say of a number that is a text because of its quotes."""
    quotes = isinstance(node, Scalar) and not node.plain and NUMBER.fullmatch(node.text)
    return ", because it stands in quotes" if quotes else ""
