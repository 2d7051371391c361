"""A sheet of a workbook: tensors below each other, each with its name, its formula and its cells."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import Any

import numpy as np

from ...errors import InputError, Place, Problem
from ...nn.program import Step
from ...nn.run import compute
from ...values.spreadsheet import Block, Spreadsheet, standing
from ..document import Columns, Findings, NamedTensor, Note, Origin, Part, Record, Section, Table, Tensors, Worksheet
from ..formats import Rendering
from ..lines import one_line
from ..matrices import matrix
from ..people import cell, column_tensors, said
from ..programs import doubles

LAST_ROW, LAST_COLUMN = 2**20, 2**14
LONGEST = 8000
"""Characters of a formula; spreadsheets take 8,192."""
WIDTH, WIDEST = 13, 80
FIRST = 1
"""The column that numbers begin in, behind the names."""


class Sheet:
    """A sheet that is written from its top to its end."""

    def __init__(self, sheet: Any, styles: Mapping[str, Any]) -> None:
        self.sheet, self.styles = sheet, styles
        self.row = 0
        self.blocks: dict[str, Block] = {}
        """Where each tensor and each setting stands."""
        self.dimensions: dict[str, int] = {}
        self.successors: Mapping[str, str] = {}
        self.section: Section | None = None
        sheet.set_column(0, 60, WIDTH)

    def title(self, text: str) -> None:
        self.words(text, "title")
        self.row += 1

    def words(self, text: str, style: str, column: int = 0) -> None:
        self.sheet.write_string(self.row, column, one_line(text), self.styles[style])

    def write(self, part: Part, before: Sheet | None) -> None:
        """Write a part; `before` is the sheet of the training step before it."""
        if isinstance(part, Tensors | Worksheet):
            self.tensors(part.tensors if isinstance(part, Worksheet) else part, before)
        elif isinstance(part, Columns):
            for tensor in column_tensors(part):
                self.numbers(tensor, "")
        elif isinstance(part, Table):
            self.rows(part.headings, part.rows)
        elif isinstance(part, Note):
            self.lines([part.text])
        else:
            if isinstance(part, Findings):
                found = ((item.subject, item.verdict or item.state, item.message) for item in part.items)
                self.rows((*part.headings, "message"), found)
            self.lines(said(part, Rendering())) if isinstance(part, Record) else None

    def lines(self, sentences: Iterable[str]) -> None:
        for sentence in sentences:
            self.words(sentence, "computed")
            self.row += 1

    def rows(self, headings: tuple[str, ...], rows: Iterable[tuple[Any, ...]]) -> None:
        """Write a table, numbers as numbers."""
        rows = list(rows)
        for column, name in enumerate(headings):
            self.words(name, "name", column)
            longest = max((len(cell(row[column])) for row in rows), default=0)
            self.sheet.set_column(column, column, min(max(WIDTH, longest), WIDEST))
        self.row += 1
        for row in rows:
            for column, item in enumerate(row):
                if isinstance(item, int | float) and not isinstance(item, bool) and math.isfinite(item):
                    self.sheet.write_number(self.row, column, item)
                else:
                    self.words(cell(item), "computed", column)
            self.row += 1
        self.row += 1

    def tensors(self, part: Tensors, before: Sheet | None) -> None:
        """Write tensors and what they are computed from: also what nobody asked for, where formulas refer to it."""
        origin, section = part.origin, ""
        shown = list(part.given + part.items) if origin is None else everything(part, origin)
        blanks = any(tensor.blank for tensor in shown)
        if origin:
            self.settings(origin)
            self.successors = origin.program.successors
        for tensor in shown:
            if tensor.section != section:
                section = tensor.section
                self.words(section, "section")
                self.row += 1
            step = origin.program.by_name.get(tensor.name) if origin and not blanks else None
            if step:
                self.formulas(tensor, step)
            elif before and before.successors.get(tensor.name) in before.blocks:
                self.references(tensor, before, before.successors[tensor.name])
            else:
                self.numbers(tensor, "blank" if tensor.blank else "given")

    def settings(self, origin: Origin) -> None:
        """Write the settings of all steps, each value of a name once, for formulas to refer to."""
        for step in origin.program.steps:
            for name, value in step.settings.items():
                key = setting_key(name, value)
                if key in self.blocks or np.ndim(value):
                    continue
                if not self.blocks:
                    self.words("settings", "section")
                    self.row += 1
                self.words(name, "name")
                self.number(self.row, FIRST, float(value), "given")
                self.blocks[key] = Block(self.row, FIRST, 1, 1)
                self.row += 1

    def place(self, tensor: NamedTensor) -> Block:
        """Write a tensor's formula, and below it its name; return where its numbers go, to the right of that."""
        value, _ = matrix(tensor)
        rows, columns = value.shape
        if self.row + rows + 2 > LAST_ROW or FIRST + columns > LAST_COLUMN:
            message = f"{tensor.name} of {rows}×{columns} does not fit on a sheet of {LAST_ROW:,}×{LAST_COLUMN:,}"
            raise InputError(Problem(Place("--format xlsx"), "", message))
        self.words(tensor.formula, "formula", FIRST)
        self.row += 1
        self.words(tensor.name, "name")
        block = Block(self.row, FIRST, rows, columns)
        self.blocks[tensor.name], self.dimensions[tensor.name] = block, tensor.value.ndim
        self.row += rows + 1
        return block

    def numbers(self, tensor: NamedTensor, style: str) -> None:
        """Write numbers as they are, or cells for those that are left out."""
        block = self.place(tensor)
        for (i, j), value in np.ndenumerate(matrix(tensor)[0]):
            if tensor.blank:
                self.sheet.write_blank(block.row + i, block.column + j, None, self.styles["blank"])
            else:
                self.number(block.row + i, block.column + j, float(value), style or "computed")

    def number(self, row: int, column: int, value: float, style: str) -> None:
        if math.isfinite(value):
            self.sheet.write_number(row, column, value, self.styles[style])
        else:
            self.sheet.write_string(row, column, str(value), self.styles[style])

    def formulas(self, tensor: NamedTensor, step: Step) -> None:
        """Write a step's formula for every cell, with the number that it gives."""
        operands = {name: standing(self.blocks[name], self.dimensions[name]) for name in step.operands}
        settings = {name: self.setting(name, value) for name, value in step.settings.items()}
        found: Spreadsheet = compute(replace(step, settings=settings), operands, lambda setting: setting)
        terms = found.terms.reshape(matrix(tensor)[0].shape)
        if max(len(term.text) for term in terms.flat) > LONGEST:
            tensor = replace(tensor, formula=f"{tensor.formula} (numbers: a formula would be too long)")
            self.numbers(tensor, "computed")
        else:
            self.fill(tensor, lambda index: str(terms[index].text))

    def references(self, tensor: NamedTensor, before: Sheet, name: str) -> None:
        """Write a tensor as what the step before, on a sheet of its own, has made of it."""
        block = replace(before.blocks[name], sheet=f"'{before.sheet.get_name()}'!")
        cells = block.cells()
        self.fill(replace(tensor, formula=f"{name} of the step before"), lambda index: str(cells[index].text))

    def fill(self, tensor: NamedTensor, formula: Callable[[tuple[int, int]], str]) -> None:
        block = self.place(tensor)
        for index, value in np.ndenumerate(matrix(tensor)[0]):
            known = float(value) if math.isfinite(float(value)) else "#NUM!"
            row, column = block.row + index[0], block.column + index[1]
            self.sheet.write_formula(row, column, f"={formula(index)}", self.styles["computed"], known)

    def setting(self, name: str, value: Any) -> Any:
        """Return a setting as the reference to its cell, or its numbers where it is an array."""
        block = self.blocks.get(setting_key(name, value))
        return standing(block, 0) if block else value


def setting_key(name: str, value: Any) -> str:
    return f"setting {name} {value!r}"


def everything(part: Tensors, origin: Origin) -> list[NamedTensor]:
    """Return the tensors in order, and before them those that they are computed from."""
    shown = {tensor.name: tensor for tensor in (*part.given, *part.items)}
    needed = set(shown)
    for step in reversed(origin.program.steps):
        needed |= set(step.operands) if step.name in needed else set()
    if needed == set(shown):
        return list(shown.values())
    return [shown[name] if name in shown else named(origin, name) for name in origin.program.order if name in needed]


def named(origin: Origin, name: str) -> NamedTensor:
    step = origin.program.by_name.get(name)
    return NamedTensor(name, step.section if step else "given", step.formula if step else "given",
                       *doubles(origin.trace[name]))  # fmt: skip
