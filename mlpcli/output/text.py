"""Tensors as YAML that a person reads, diffs and pastes: names, values, formulas as comments."""

from __future__ import annotations

from typing import Any

import numpy as np

from .numbers import number_rows
from .report import Page, Report, Tensor

COMMENT_COLUMN = 40
LARGE = 1000
"""Tensors of more numbers than this are summarized."""
SHOWN_ROWS = 3
SHOWN_COLUMNS = 6


def render(report: Report, precision: int, full: bool) -> str:
    """A YAML document a page, grouped under comments."""
    pages = [page(p, precision, full) for p in report.pages]
    return pages[0] if len(pages) == 1 else "".join(f"---\n{text}" for text in pages)


def page(content: Page, precision: int, full: bool) -> str:
    head = [f"# {one_line(content.title)}"] if one_line(content.title) else []
    if content.step is not None:
        head.append(f"# step {content.step}")
    groups: list[list[str]] = [head] if head else []
    section = None
    for tensor in content.tensors:
        if tensor.section != section:
            section = tensor.section
            groups.append([f"# {section}"])
        summary = tensor.value.size > LARGE and not full
        groups[-1] += summarized(tensor, precision) if summary else written(tensor, precision)
    return "\n\n".join("\n".join(group) for group in groups) + "\n"


def one_line(text: str) -> str:
    return "".join(c for c in " ".join(text.split()) if c.isprintable())


def written(tensor: Tensor, precision: int) -> list[str]:
    """`Y1lin: [[31, 20, 7]]     # X·W1 + B1`, or a row a line."""
    rows = number_rows(*matrix(tensor), precision)
    if tensor.value.ndim == 0:
        return [commented(f"{tensor.name}: {rows[0][0]}", tensor.formula)]
    if tensor.value.ndim == 1:
        return [commented(f"{tensor.name}: {listed(rows[0])}", tensor.formula)]
    if len(rows) == 1:
        return [commented(f"{tensor.name}: [{listed(rows[0])}]", tensor.formula)]
    return [commented(f"{tensor.name}:", tensor.formula), *(f"  - {listed(row)}" for row in rows)]


def summarized(tensor: Tensor, precision: int) -> list[str]:
    """Shape, range and the first rows, all as comments."""
    value, noise = matrix(tensor)
    floats = np.asarray(value, np.float64)
    low, high = (int(f()) for f in (floats.argmin, floats.argmax))
    ends = number_rows(value.ravel()[[[low, high]]], noise.ravel()[[[low, high]]], precision)[0]
    shape = "×".join(map(str, tensor.value.shape))
    lines = [f"# {tensor.name}: {shape}, from {ends[0]} to {ends[1]}; --full shows all", f"#   = {tensor.formula}"]
    corner = number_rows(value[:SHOWN_ROWS, :SHOWN_COLUMNS], noise[:SHOWN_ROWS, :SHOWN_COLUMNS], precision)
    dots = ", …" if value.shape[1] > SHOWN_COLUMNS else ""
    return lines + [f"#   - [{', '.join(row)}{dots}]" for row in corner]


def matrix(tensor: Tensor) -> tuple[Any, Any]:
    shape = tensor.value.shape if tensor.value.ndim == 2 else (1, -1)
    return tensor.value.reshape(shape), tensor.noise.reshape(shape)


def listed(cells: list[str]) -> str:
    return f"[{', '.join(cells)}]"


def commented(text: str, comment: str) -> str:
    return f"{text:<{COMMENT_COLUMN - 2}}  # {comment}"
