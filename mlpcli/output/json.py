"""Tensors as JSON, every digit: the stable format for programs."""

from __future__ import annotations

import json
import math
from typing import Any

from .report import Page, Report, Tensor

SCHEMA = 1


def render(report: Report, precision: int, full: bool) -> str:
    """{"schema", "command", "config", "tensors": [...]}, a tensor a line; `case` and `step` where there are several."""
    head = {"schema": SCHEMA, "command": report.command, "config": report.config}
    lines = [dumps(described(page, tensor)) for page in report.pages for tensor in page.tensors]
    return dumps(head)[:-1] + ', "tensors": [\n' + ",\n".join(lines) + "\n]}\n"


def described(page: Page, tensor: Tensor) -> dict[str, Any]:
    keys = {"case": page.case, "step": page.step}
    return {key: number for key, number in keys.items() if number is not None} | {
        "name": tensor.name,
        "section": tensor.section,
        "shape": list(tensor.value.shape),
        "formula": tensor.formula,
        "value": strict(tensor.value.tolist()),
    }


def strict(value: Any) -> Any:
    """JSON has no nan and no inf: they become the strings "nan", "inf" and "-inf"."""
    if isinstance(value, list):
        return [strict(item) for item in value]
    return value if math.isfinite(value) else str(float(value))


def dumps(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, allow_nan=False)
