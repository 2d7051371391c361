"""Tensors as CSV, a number a line: case,step,name,row,column,value."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from .report import Page, Report

HEADER = "case,step,name,row,column,value"


def render(report: Report, precision: int, full: bool) -> str:
    """Rows and columns count from 0; they are empty where a tensor has none."""
    return "\n".join([HEADER, *(line for page in report.pages for line in lines(page))]) + "\n"


def lines(page: Page) -> Iterator[str]:
    case, step = ("" if number is None else str(number) for number in (page.case, page.step))
    for tensor in page.tensors:
        for index, value in np.ndenumerate(tensor.value):
            row, column = [*map(str, index), "", ""][:2]
            yield f"{case},{step},{tensor.name},{row},{column},{float(value)!r}"
