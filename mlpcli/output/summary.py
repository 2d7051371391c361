"""Named numbers and small tables, as YAML and as JSON."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from .json import SCHEMA, dumps, strict
from .numbers import number
from .text import commented, listed, one_line


def text(
    values: Mapping[str, Any], title: str = "", comments: Mapping[str, str] | None = None, precision: int = 8
) -> str:
    """`name: value` a line; a table is a list of rows."""
    lines = [f"# {one_line(title)}"] if one_line(title) else []
    for name, value in values.items():
        comment = (comments or {}).get(name)
        if isinstance(value, list):
            head = f"{name}:"
            lines.append(commented(head, comment) if comment else head)
            lines += [f"  - {listed([scalar(cell, precision) for cell in row])}" for row in value]
        else:
            line = f"{name}: {scalar(value, precision)}"
            lines.append(commented(line, comment) if comment else line)
    return "\n".join(lines) + "\n"


def json(command: str, config: str, values: Mapping[str, Any]) -> str:
    """{"schema", "command", "config", "result"}."""
    result = {name: strict(value) if isinstance(value, float | list) else value for name, value in values.items()}
    return dumps({"schema": SCHEMA, "command": command, "config": config, "result": result}) + "\n"


def scalar(value: Any, precision: int) -> str:
    if isinstance(value, bool | str):
        return str(value).lower() if isinstance(value, bool) else value
    return number(float(value), 0.0, precision) if isinstance(value, float | np.floating) else str(value)


def written(values: Mapping[str, Any], precision: int) -> str:
    """The values on one line."""
    return ", ".join(f"{name} {scalar(value, precision)}" for name, value in values.items())
