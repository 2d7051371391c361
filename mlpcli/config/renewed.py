"""A trained network's config with other files in place of those it was trained on: what was done to these stays."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from ..errors import InputError, Place, Problem
from .nodes import Mapping, Node, Scalar

KEPT = ("divide", "columns")
"""What was done to the numbers of a file."""


def renew(base: Mapping, node: Mapping, data: Path | None, targets: bool) -> Mapping:
    """Return the config with what it says of files in `base` said of others too, which have no say of their own.

    `data` takes the place of the file of inputs, and of that of targets where these are wanted. Raises InputError.
    """
    if "table" in node.entries:
        return node
    if data is not None:
        node = with_file(node, data, targets)
    entries = dict(node.entries)
    for key in ("inputs", "targets"):
        if key in entries and key in base.entries:
            place, new = entries[key]
            entries[key] = place, kept(base.entries[key][1], new)
    return Mapping(node.place, entries)


def kept(old: Node, new: Node) -> Node:
    """Return what is said anew, with what was said of the old and is not said of the new."""
    if old is new or not isinstance(old, Mapping) or not isinstance(new, Mapping):
        return new
    entries = dict(new.entries)
    keys = KEPT if "file" in new.entries else ("first",)
    entries |= {key: old.entries[key] for key in keys if key in old.entries and key not in entries}
    if "classes" in old.entries and "classes" in entries:
        place, classes = entries["classes"]
        entries["classes"] = place, kept(old.entries["classes"][1], classes)
    return Mapping(new.place, entries)


def with_file(node: Mapping, data: Path, targets: bool) -> Mapping:
    """Return the config with a file in place of that of its inputs and targets."""
    place, inputs = node.entries.get("inputs", (node.place, node))
    old = file_of(inputs)
    if old is None:
        raise InputError(Problem(inputs.place, "inputs", f"are no file that {data.name} could take the place of"))
    entries = {**node.entries, "inputs": (place, in_place_of(inputs, old, data))}
    if targets and "targets" in node.entries:
        at, known = node.entries["targets"]
        changed = in_place_of(known, old, data)
        if changed is known:
            message = f"do not come from {old.name}: name theirs, with --set 'targets={{...}}'"
            raise InputError(Problem(at, "targets", message))
        entries["targets"] = at, changed
    return Mapping(node.place, entries)


def file_of(node: Node) -> Path | None:
    """Return the file that a mapping names."""
    entry = node.entries.get("file") if isinstance(node, Mapping) else None
    return Path(entry[0].file).parent / entry[1].text if entry and isinstance(entry[1], Scalar) else None


def in_place_of(node: Node, old: Path, data: Path) -> Node:
    """Return the node with a file in place of the old one; the key of an archive stays where it is one again."""
    if not isinstance(node, Mapping):
        return node
    if "classes" in node.entries:
        place, classes = node.entries["classes"]
        changed = in_place_of(classes, old, data)
        return node if changed is classes else replace(node, entries={**node.entries, "classes": (place, changed)})
    if file_of(node) != old:
        return node
    place, at = node.entries["file"][0], Place("")
    entries = {**node.entries, "file": (place, Scalar(at, str(data.resolve()), plain=False))}
    if data.suffix.lower() != ".npz":
        entries.pop("key", None)
    return Mapping(node.place, entries)
