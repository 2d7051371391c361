"""Outputs of a network, a row an input, with the class in front where there are classes."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

import numpy as np

from .json import SCHEMA, dumps, strict
from .numbers import number_rows
from .text import listed


def render(form: str, outputs: Any, classes: Any) -> str | bytes:
    """As text (YAML), csv, json or npz."""
    forms: dict[str, Callable[[Any, Any], str | bytes]] = {"text": text, "csv": csv, "json": json, "npz": npz}
    return forms[form](outputs, classes)


def text(outputs: Any, classes: Any) -> str:
    """`classes: [3, 7]` and a row of outputs a line."""
    rows = number_rows(outputs, np.zeros(outputs.shape), 8)
    lines = [] if classes is None else [f"classes: {listed([str(number) for number in classes])}"]
    return "\n".join([*lines, "outputs:", *(f"  - {listed(row)}" for row in rows)]) + "\n"


def csv(outputs: Any, classes: Any) -> str:
    """A line an input, every digit."""
    fronts = [""] * len(outputs) if classes is None else [f"{number}," for number in classes]
    return "".join(front + ",".join(map(repr, row)) + "\n" for front, row in zip(fronts, outputs.tolist(), strict=True))


def json(outputs: Any, classes: Any) -> str:
    head: dict[str, Any] = {"schema": SCHEMA, "command": "predict"}
    head |= {} if classes is None else {"classes": classes.tolist()}
    return dumps(head | {"outputs": strict(outputs.tolist())}) + "\n"


def npz(outputs: Any, classes: Any) -> bytes:
    stream = io.BytesIO()
    arrays = {"outputs": outputs} | ({} if classes is None else {"classes": classes})
    np.savez(stream, allow_pickle=False, **arrays)
    return stream.getvalue()
