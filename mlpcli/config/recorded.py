"""Numbers written into the YAML text of a config, under `expect:`; all else of the text stays as it is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import yaml

from ..errors import InputError, Place, Problem
from .beside import modeline, relative
from .nodes import Parser, Scalar
from .resolved import flow as spelled

Written = str | list["Written"]
"""A number as text, or a list of some, or rows of them."""
KEY = "expect"
WIDTH = 120


def record(text: str, name: str, number: int, values: Mapping[str, Written]) -> str:
    """Return the text of a config with these values under `expect:` of the document of a number from 1.

    A value that is there takes its new numbers in the place of the old ones; others follow the last. Raises InputError
    where the text leaves no place for them.
    """
    roots = [node for node in yaml.compose_all(text, Parser) if not empty(node)]
    root = roots[number - 1]
    edits = Edits(text, name)
    edits.document(root, dict(values))
    return edits.applied()


def extending(config: Path, folder: Path) -> str:
    """Return the text of a config in a folder that extends another one, and says nothing else yet.

    Raises InputError for a path that no YAML can hold.
    """
    path = relative(config, folder)
    if any("\ud800" <= c <= "\udfff" for c in path):  # bytes of a file's name that are no UTF-8
        raise InputError(Problem(Place(path), "", "a path that is no UTF-8 cannot stand under extends"))
    link = Scalar(Place(str(folder)), path, plain=True)
    return f"{modeline(folder)}extends: {spelled(link)}\n"


def empty(node: Any) -> bool:
    return node is None or (isinstance(node, yaml.ScalarNode) and not node.value and not node.style)


class Edits:
    """Gathers what to put where, and puts it there in the end."""

    def __init__(self, text: str, name: str) -> None:
        self.text, self.name = text, name
        self.newline = "\r\n" if "\r\n" in text else "\n"
        self.found: list[tuple[int, int, str]] = []

    def applied(self) -> str:
        text = self.text
        for start, end, new in sorted(self.found, reverse=True):
            text = text[:start] + new + text[end:]
        return text

    def place(self, node: Any) -> Place:
        return Place(self.name, node.start_mark.line + 1, node.start_mark.column + 1)

    def put(self, node: Any, new: str) -> None:
        """Put a text in the place of a node."""
        self.found.append((node.start_mark.index, end_of(node), new))

    def add(self, mapping: Any, entries: Mapping[str, str]) -> None:
        """Put keys after the last of a mapping."""
        if not entries:
            return
        lines = [f"{name}: {text}" for name, text in entries.items()]
        if mapping.flow_style:
            at = mapping.end_mark.index - 1
            self.found.append((at, at, (", " if mapping.value else "") + ", ".join(lines)))
        else:
            at = self.line_end(end_of(mapping))
            indent = self.newline + " " * mapping.start_mark.column
            self.found.append((at, at, "".join(indent + line for line in lines)))

    def document(self, root: Any, values: dict[str, Written]) -> None:
        """Put the values into a document."""
        entry = next(((key, value) for key, value in root.value if key.value == KEY), None)
        if entry is None:
            self.begin(root, values)
        elif isinstance(entry[1], yaml.MappingNode):
            self.update(*entry, values)
        else:  # a key without a value
            self.found.append((entry[0].end_mark.index + 1, end_of(entry[1]), self.block(values, 2)))

    def begin(self, root: Any, values: dict[str, Written]) -> None:
        """Put `expect:` after the last key."""
        if root.flow_style:
            inside = ", ".join(f"{key}: {flow(value)}" for key, value in values.items())
            self.add(root, {KEY: f"{{{inside}}}"})
        else:
            at = self.line_end(end_of(root))
            self.found.append((at, at, f"{self.newline}{KEY}:{self.block(values, 2)}"))

    def update(self, key: Any, mapping: Any, values: dict[str, Written]) -> None:
        """Put values in the place of those that are there, and others after them."""
        self.refuse_alias(key, mapping)
        for name, value in mapping.value:
            if name.value in values:
                self.refuse_alias(name, value)
                old = value
                if isinstance(value, yaml.MappingNode):  # with a tolerance of its own
                    old = next(inner for inner_key, inner in value.value if inner_key.value == "value")
                self.replace(name, old, values.pop(name.value))
        if not values:
            return
        if mapping.flow_style:
            self.add(mapping, {name: flow(value) for name, value in values.items()})
        else:
            at = self.line_end(end_of(mapping))
            self.found.append((at, at, self.block(values, mapping.start_mark.column)))

    def refuse_alias(self, key: Any, value: Any) -> None:
        """Raise InputError for what stands elsewhere in the text."""
        if value.start_mark.index < key.end_mark.index:
            raise InputError(
                Problem(self.place(key), "", "an alias stands here: write out what it is of, to record it")
            )

    def replace(self, key: Any, old: Any, new: Written) -> None:
        """Put new numbers where old ones are, on one line or a row per line as those are."""
        lines = isinstance(old, yaml.SequenceNode) and not old.flow_style
        if lines and isinstance(new, list):
            indent = self.newline + " " * old.start_mark.column
            self.found.append((old.start_mark.index, end_of(old), indent.join(f"- {flow(row)}" for row in new)))
        elif lines:
            self.found.append((key.end_mark.index, end_of(old), f": {flow(new)}"))
        else:
            self.found.append((old.start_mark.index, end_of(old), flow(new)))

    def block(self, values: Mapping[str, Written], indent: int) -> str:
        """Write a line per value, or per row of a large one, each after a line break."""
        pad, lines = " " * indent, list[str]()
        for name, value in values.items():
            line = f"{pad}{name}: {flow(value)}"
            if len(line) <= WIDTH or not isinstance(value, list) or not isinstance(value[0], list):
                lines.append(line)
            else:
                lines += [f"{pad}{name}:", *(f"{pad}  - {flow(row)}" for row in value)]
        return "".join(self.newline + line for line in lines)

    def line_end(self, index: int) -> int:
        """Return where the line of a position ends, after its comment."""
        at = self.text.find("\n", index)
        return len(self.text) if at < 0 else at - (self.text[at - 1] == "\r")


def end_of(node: Any) -> int:
    """Return where a node ends; a block's own mark is after the comments that follow it."""
    if isinstance(node, yaml.CollectionNode) and not node.flow_style and node.value:
        last = node.value[-1]
        return end_of(last[1] if isinstance(last, tuple) else last)
    index: int = node.end_mark.index
    return index


def flow(value: Written) -> str:
    """Write a value on one line."""
    return f"[{', '.join(map(flow, value))}]" if isinstance(value, list) else value


def as_written(rows: Sequence[Sequence[str]], depth: int) -> Written:
    """Return rows of numbers as a number, a list of them, or rows."""
    if depth == 2:
        return [list(row) for row in rows]
    flat: list[Written] = [cell for row in rows for cell in row]
    return flat[0] if depth == 0 else flat
