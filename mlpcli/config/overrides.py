"""`--set path=value`: change any key of a config from the command line."""

from __future__ import annotations

import re
from collections.abc import Sequence as Sequences
from dataclasses import replace

from ..errors import InputError, Place, Problem, quoted, suggestion
from .convert import Converter
from .merge import merge, open_short_form, spell_out
from .nodes import MAX_DEPTH, Mapping, Node, Scalar, Sequence, parse_yaml

PART = re.compile(r"\.?([^.\[\]=]+)|\[(\d{1,9})\]")


Override = tuple[str, Node]
"""A path of keys, and the value to put there."""


def text_at(path: str, text: str) -> Override:
    """Return the override that puts a text there, whatever characters are in it."""
    return path, Scalar(Place(f"--set {path}", 1, 1), text, plain=False)


def option_at(option: str, path: str, value: object, inner: str = "") -> Override:
    """Return the override that an option of its own stands for, of a key or one inside it: what is wrong names it."""
    place = Place(option)
    node = Scalar(place, str(value), plain=True)
    return path, Mapping(place, {inner: (place, node)}) if inner else node


def apply_overrides(root: Mapping, overrides: Sequences[str | Override], converter: Converter) -> Mapping:
    """Return the config with each value at its path, as if the file said so; notes what leads nowhere."""
    for override in overrides:
        try:
            root = apply_override(root, *(parsed(override) if isinstance(override, str) else override))
        except InputError as error:
            for problem in error.problems:
                converter.fail(problem.place, problem.path, problem.message)
    return root


def parsed(override: str) -> Override:
    """Return the path and the value of `path=value`. Raises InputError for anything else."""
    path, separator, text = override.partition("=")
    place = Place(f"--set {path}")
    if not separator or not path:
        message = f"{quoted(override)} is not path=value, such as learning_rate=0.1"
        raise InputError(Problem(Place("--set"), "", message))
    values = parse_yaml(text, place.file)
    if len(values) > 1:
        raise InputError(Problem(place, "", f"{len(values)} values where one is needed"))
    return path, values[0] if values else Scalar(Place(place.file, 1, 1), "", plain=True)


def apply_override(root: Mapping, path: str, value: Node) -> Mapping:
    """Return the config with the value at the path. Raises InputError if the path leads nowhere."""
    place = Place(value.place.file)
    parts = path_parts(path, place)
    if not parts:
        raise InputError(Problem(place, "", "a path of keys is needed, such as layers[1].eps"))
    if parts[0] == "extends":
        raise InputError(Problem(place, "", "extends cannot be set: name the other file as CONFIG"))
    key = str(parts[0])
    inside = open_short_form(root, key) if len(parts) > 1 else None
    if inside is not None:
        root = merge(root, Mapping(root.place, {key: (place, inside)}))
    changed = put(root, parts, value, place)
    assert isinstance(changed, Mapping)
    return merge(root, Mapping(root.place, {key: changed.entries[key]}))


def path_parts(path: str, place: Place) -> list[str | int]:
    """Split layers[1].eps into layers, 1, eps."""
    parts: list[str | int] = []
    position = 0
    while position < len(path):
        match = PART.match(path, position)
        if match is None:
            raise InputError(Problem(place, "", f"{quoted(path)} is no path such as layers[1].eps"))
        parts.append(match[1] if match[1] is not None else int(match[2]))
        position = match.end()
    if len(parts) > MAX_DEPTH:
        raise InputError(Problem(place, "", f"a path of more than {MAX_DEPTH} steps"))
    return parts


def put(node: Node, parts: Sequences[str | int], value: Node, place: Place) -> Node:
    """Return the node with the value at the path, copied on the way: what an alias shares with it stays as it was."""
    if not parts:
        return value
    part, rest = parts[0], parts[1:]
    if isinstance(node, Mapping) and isinstance(part, str) and (part in node.entries or not rest):
        old = node.entries[part][1] if rest else value
        if rest and isinstance(old, Scalar) and isinstance(rest[0], str):
            old = spell_out(old, part)
        return replace(node, entries={**node.entries, part: (value.place, put(old, rest, value, place))})
    if isinstance(node, Sequence) and isinstance(part, int) and part < len(node.items):
        items = [*node.items]
        old = items[part]
        if rest and isinstance(old, Scalar) and isinstance(rest[0], str):
            old = spell_out(old, part)
        items[part] = put(old, rest, value, place)
        return replace(node, items=items)
    raise InputError(Problem(place, "", nothing_there(node, part)))


def nothing_there(node: Node, part: str | int) -> str:
    """Return why a step of the path leads nowhere."""
    if isinstance(node, Scalar):
        return f"it leads into {quoted(node.text)}, which has no keys and no items; set that to a mapping"
    if isinstance(node, Sequence):
        what = f"item {part}" if isinstance(part, int) else f"key {quoted(part)}"
        return f"there is no {what} in a list of {len(node.items)}; the first is [0]"
    if isinstance(part, int):
        return f"there is no item {part} in a mapping; its keys are {', '.join(node.entries)}"
    return f"there is no key {quoted(part)}{suggestion(part, node.entries)} to go into"
