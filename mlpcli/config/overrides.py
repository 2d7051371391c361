"""`--set path=value`: change any key of a config from the command line."""

from __future__ import annotations

import re

from ..errors import InputError, Place, Problem, quoted
from .nodes import Mapping, Node, Scalar, Sequence, parse_yaml

PART = re.compile(r"\.?([^.\[\]=]+)|\[(\d{1,9})\]")


def apply_override(root: Mapping, override: str) -> None:
    """Put the value at the path, as if the file said so. Raises InputError if the path leads nowhere."""
    path, separator, text = override.partition("=")
    name = f"--set {path}"
    if not separator or not path:
        raise InputError(
            Problem(Place("--set"), "", f"{quoted(override)} is not path=value, such as learning_rate=0.1")
        )
    parts: list[str | int] = []
    position = 0
    while position < len(path):
        match = PART.match(path, position)
        if match is None:
            raise InputError(Problem(Place(name), "", f"{quoted(path)} is no path such as layers[1].eps"))
        parts.append(match[1] if match[1] is not None else int(match[2]))
        position = match.end()
    values = parse_yaml(text, name)
    value = values[0] if values else Scalar(Place(name, 1, 1), "", plain=True)
    put(root, parts, value, name)


def put(node: Node, parts: list[str | int], value: Node, name: str) -> None:
    """Replace the node at the path; only the last key may be new."""
    *way, last = parts
    for part in way:
        node = step(node, part, name)
    if isinstance(node, Mapping) and isinstance(last, str):
        node.entries[last] = (value.place, value)
        return
    step(node, last, name)
    if isinstance(node, Sequence) and isinstance(last, int):
        node.items[last] = value


def step(node: Node, part: str | int, name: str) -> Node:
    if isinstance(node, Mapping) and part in node.entries:
        return node.entries[str(part)][1]
    if isinstance(node, Sequence) and isinstance(part, int) and part < len(node.items):
        return node.items[part]
    what = f"item {part}" if isinstance(part, int) else f"key {part!r}"
    raise InputError(Problem(Place(name), "", f"the config has no {what} there"))
