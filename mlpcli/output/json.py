"""Tensors as JSON, every digit: the stable format for programs."""

from __future__ import annotations

import json
import math
from fractions import Fraction
from typing import Any

import numpy as np

from .report import Page, Report, Tensor

SCHEMA = 1


def render(report: Report, precision: int, full: bool) -> str:
    """{"schema", "command", "config", "tensors": [...]}, a tensor a line; `case` and `step` where there are several."""
    head = {"schema": SCHEMA, "command": report.command, "config": report.config}
    lines = [dumps(described(page, tensor)) for page in report.pages for tensor in page.tensors]
    return dumps(head)[:-1] + ', "tensors": [\n' + ",\n".join(lines) + "\n]}\n"


def described(page: Page, tensor: Tensor) -> dict[str, Any]:
    keys = {"case": page.case, "step": page.step}
    return (
        {key: number for key, number in keys.items() if number is not None}
        | {
            "name": tensor.name,
            "section": tensor.section,
            "shape": list(tensor.value.shape),
            "formula": tensor.formula,
        }
        | values(tensor.value)
    )


def values(value: Any) -> dict[str, Any]:
    """The floats; with proven bounds the nearest ones, and how far the true values may be from them at most."""
    found = {"value": strict(np.asarray(value, np.float64).tolist() if value.dtype == object else value.tolist())}
    if value.dtype == object:
        found["radius"] = strict(np.vectorize(radius, otypes=[np.float64])(value).tolist())
    return found


def radius(cell: Any) -> float:
    """A bound on how far the true value is from the float that stands for it."""
    low, high = cell.bounds()
    middle = float(cell)
    if not isinstance(low, Fraction) or math.isinf(middle):
        return 0.0 if low == middle else math.nan if math.isnan(middle) else math.inf
    distance = max(abs(low - Fraction(middle)), abs(high - Fraction(middle)))
    return math.nextafter(float(distance), math.inf) if distance else 0.0


def strict(value: Any) -> Any:
    """JSON has no nan and no inf: they become the strings "nan", "inf" and "-inf"."""
    if isinstance(value, list):
        return [strict(item) for item in value]
    return value if math.isfinite(value) else str(float(value))


def dumps(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, allow_nan=False)
