"""`grading:` of a config: what each tensor is worth, and what is told of a mistake."""

from __future__ import annotations

from dataclasses import fields
from typing import Any

from ..nn.conventions import Conventions
from .convert import Converter
from .nodes import Mapping, Node, Sequence
from .points import Grading
from .scalars import BAD


def read_grading(node: Node, converter: Converter) -> Any:
    """Read `{points: {W1_new: 2}, consequences: full, reveal: mistake, accept: [average]}`."""
    if not isinstance(node, Mapping):
        keys = ", ".join(field.name for field in fields(Grading))
        return converter.fail(node.place, "grading", f"a mapping is needed here, with keys of {keys}")
    values = converter.values(node, Grading, "grading", skip=("points", "accept"))
    if "points" in node.entries:
        values["points"] = read_points(node.entries["points"][1], converter)
    if "accept" in node.entries:
        values["accept"] = read_accepted(node.entries["accept"][1], converter)
    return BAD if BAD in values.values() else Grading(**values)


def read_points(node: Node, converter: Converter) -> Any:
    """Read the points of each name or pattern of names."""
    if not isinstance(node, Mapping):
        message = "a mapping is needed here: names of tensors, or patterns, and their points"
        return converter.fail(node.place, "grading.points", message)
    found = {}
    for name, (_, value) in node.entries.items():
        path = f"grading.points.{name}"
        found[name] = converter.number(value, path)
        if found[name] is not BAD and found[name] < 0:
            found[name] = converter.fail(value.place, path, f"'{found[name]:g}' is not at least 0")
    return BAD if BAD in found.values() else found


def read_accepted(node: Node, converter: Converter) -> Any:
    """Read the names of conventions in which a submission may differ."""
    known = [field.name for field in fields(Conventions)]
    items = node.items if isinstance(node, Sequence) else [node]
    names = [converter.word(item, known, f"grading.accept[{i}]") for i, item in enumerate(items)]
    return BAD if BAD in names else tuple(names)
