"""Notebooks, .ipynb: what their cells have printed, and the values that they end with."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

from ....errors import InputError, Place, Problem
from ..claimed import Claimed
from .documents import parse_json
from .pages import Steps

TextReader = Callable[[str, str, int], Steps[Claimed]]
NAME = re.compile(r"[^\W\d]\w{0,60}(?:\.[^\W\d]\w{0,60}|\[[\w'\"]{1,60}\]){0,6}")
"""A name, an attribute of it, or what it has by a key or number."""
ESCAPES = re.compile(r"\x1b\[[0-9;]*[A-Za-z]")
"""The colours of a terminal."""
NOT_RUN = "no cell of it has any output; run it, and save it with its outputs"


def read_notebook(text: str, file: str, case: int, read: TextReader) -> Steps[Claimed]:
    """Read the outputs of all cells as one text, by the reader of texts. Raises InputError."""
    root = parse_json(text, file)
    outputs = list(printed(cells(root)))
    if not outputs:
        raise InputError(Problem(Place(file), "", NOT_RUN))
    starts, line = [], 1
    for _, output in outputs:
        starts.append(line)
        line += output.count("\n") + 1

    def moved(place: Place) -> Place:
        """Return the place in the output of a cell."""
        if not place.line:
            return place
        i = bisect_right(starts, place.line) - 1
        return Place(f"{file} cell {outputs[i][0]}", place.line - starts[i] + 1, place.column)

    try:
        found = read("\n".join(output for _, output in outputs), file, case)
    except InputError as error:
        raise InputError(*(replace(each, place=moved(each.place)) for each in error.problems)) from None
    return {step: [replace(claim, place=moved(claim.place)) for claim in claims] for step, claims in found.items()}


def cells(root: Any) -> list[Any]:
    """Return the cells of a notebook, of format 4 or 3."""
    if not isinstance(root, dict):
        return []
    found = root.get("cells")
    sheets = root.get("worksheets")
    if not isinstance(found, list) and isinstance(sheets, list):
        found = [cell for sheet in sheets if isinstance(sheet, dict) for cell in as_list(sheet.get("cells"))]
    return as_list(found)


def printed(found: list[Any]) -> Iterator[tuple[int, str]]:
    """Yield the number of each cell, from 1, and what it has printed; its value with the name that stands alone."""
    for number, cell in enumerate(found, 1):
        outputs = as_list(cell.get("outputs")) if isinstance(cell, dict) else []
        for output in outputs:
            if isinstance(output, dict):
                text = text_of(output)
                is_value = output.get("output_type") in ("execute_result", "pyout")
                if text.strip():
                    yield number, f"{name_of(cell)}{text}" if is_value else text


def text_of(output: dict[str, Any]) -> str:
    """Return the text of an output: a stream's, or what a value looks like. Errors and warnings are none."""
    if output.get("name", output.get("stream")) == "stderr":
        return ""
    data = output.get("data")
    found = data.get("text/plain") if isinstance(data, dict) else output.get("text")
    return ESCAPES.sub("", joined(found))


def name_of(cell: dict[str, Any]) -> str:
    """Return `W1 = ` if the last line of a cell is that name and nothing else."""
    lines = joined(cell.get("source", cell.get("input"))).split("\n")
    last = next((line for line in reversed(lines) if line.partition("#")[0].strip()), "")
    name = last.partition("#")[0].strip()
    return f"{name} = " if NAME.fullmatch(name) else ""


def joined(found: Any) -> str:
    """Return a text that is in one piece or in lines."""
    return "".join(line for line in as_list(found) if isinstance(line, str)) if not isinstance(found, str) else found


def as_list(found: Any) -> list[Any]:
    return found if isinstance(found, list) else []
