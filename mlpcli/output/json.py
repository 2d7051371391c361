"""Documents as JSON, every digit: the stable format for programs."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from fractions import Fraction
from typing import Any

import numpy as np

from .document import (
    Columns,
    Document,
    Findings,
    Grades,
    NamedTensor,
    Part,
    Record,
    Submission,
    Table,
    Tensors,
    rounded,
)
from .formats import Rendering

SCHEMA = 1


def render(document: Document, rendering: Rendering) -> str:
    """Write {"schema", "command", "config", ...}: the sections by name, or all they hold, a tensor or row per line.

    Where every section names a config of its own, neither command nor config is said, and the lines are indented.
    """
    named = {"command": document.command} | ({"config": document.config} if document.config else {})
    if not document.key:
        return gathered(document, {"schema": SCHEMA} | named)
    own = not document.config
    sections = [joined(section.parts) for section in document.sections]
    head = {"schema": SCHEMA} | ({} if own else named)
    return dumps(head | {document.key: sections} | joined(document.closing), indent=1 if own else None) + "\n"


def gathered(document: Document, head: dict[str, Any]) -> str:
    """Gather what the sections hold in one object, each item with its case and step where there are several."""
    lists: dict[str, list[str]] = {}
    inline = set()
    for section in document.sections:
        for part in section.parts:
            if isinstance(part, Tensors | Table | Findings):
                lists.setdefault(part.key, []).extend(dumps(section.numbers | item) for item in items(part))
                inline |= {part.key} if isinstance(part, Findings) else set()
            else:
                head |= fields(part)
    text = dumps(head)[:-1]
    for key, found in lists.items():
        text += f", {dumps(key)}: " + (f"[{', '.join(found)}]" if key in inline else "[\n" + ",\n".join(found) + "\n]")
    return text + "}\n"


def joined(parts: tuple[Part, ...]) -> dict[str, Any]:
    """Join what all the parts hold in one object."""
    found: dict[str, Any] = {}
    for part in parts:
        found |= {part.key: items(part)} if isinstance(part, Tensors | Table | Findings) else fields(part)
    return found


def fields(part: Part) -> dict[str, Any]:
    """Return what a part adds to the object that it is in."""
    if isinstance(part, Columns):
        return {name: strict(column.tolist()) for name, column in part.values.items()}
    if not isinstance(part, Record):
        return {}  # a note is for people
    values: dict[str, Any] = strict(part.values)
    return {part.key: values} if part.key else values


def items(part: Tensors | Table | Findings) -> list[dict[str, Any]]:
    """Return what a part lists."""
    if isinstance(part, Tensors):
        return [described(tensor) for tensor in part.items]
    if isinstance(part, Grades):
        return [graded(item) for item in part.items]
    if isinstance(part, Findings):
        return [strict(item.fields) for item in part.items if item.fields is not None]
    rows = (zip(part.headings, row, strict=True) for row in part.rows)
    return [{name: strict(cell) for name, cell in row if cell is not None} for row in rows]


def graded(item: Submission) -> dict[str, Any]:
    """Describe a submission and what each of its tensors earns."""
    head = {"name": item.name, "gradable": not item.problems, "score": item.score, "max_score": item.max_score}
    points = ({"points": rounded(test.points), "max_points": rounded(test.max_points)} for test in item.tests)
    tests = [{**vars(test), **both} for test, both in zip(item.tests, points, strict=True)]
    return head | {"tests": tests, "remarks": list(item.remarks), "problems": list(item.problems)}


def described(tensor: NamedTensor) -> dict[str, Any]:
    """Describe a tensor; with proven bounds by the nearest floats and how far off they are at most."""
    value, shape = tensor.value, list(tensor.value.shape)
    found = {"name": tensor.name, "section": tensor.section, "shape": shape, "formula": tensor.formula}
    if value.dtype == object:
        radii = np.vectorize(radius, otypes=[np.float64])(value).tolist()
        return found | {"value": strict(np.asarray(value, np.float64).tolist()), "radius": strict(radii)}
    return found | {"value": strict(value.tolist())}


def radius(cell: Any) -> float:
    """Return a bound on how far the true value is from the float that stands for it."""
    low, high = cell.bounds()
    middle = float(cell)
    if not isinstance(low, Fraction) or math.isinf(middle):
        return 0.0 if low == middle else math.nan if math.isnan(middle) else math.inf
    distance = max(abs(low - Fraction(middle)), abs(high - Fraction(middle)))
    return math.nextafter(float(distance), math.inf) if distance else 0.0


def strict(value: Any) -> Any:
    """Replace nan and inf, which JSON does not have, by the strings "nan", "inf" and "-inf"."""
    if isinstance(value, float):
        return value if math.isfinite(value) else str(float(value))
    if isinstance(value, list | tuple):
        return [strict(item) for item in value]
    return {name: strict(item) for name, item in value.items()} if isinstance(value, Mapping) else value


def dumps(value: Any, indent: int | None = None) -> str:
    return json.dumps(value, ensure_ascii=False, allow_nan=False, indent=indent)
