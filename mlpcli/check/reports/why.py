"""One cell as arithmetic, as a document: its formula, the cells it comes from by name and by value, the result."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from ...config.load import Case
from ...errors import InputError, Place, Problem, quoted, suggestion
from ...nn.run import Trace
from ...output.arithmetic import ExpressionWriter
from ...output.document import Document, Section, Table
from ...output.lines import commented
from ...output.numbers import number
from ...values.expression import Expression, Index
from ..claims.names import canonical_names
from ..why import Source, arithmetic

MAX_EXPLAINED = 1000
"""Cells that are explained in turn, at any depth."""
HEADINGS = ("name", "index", "formula", "value", "names", "numbers", "operands", "claimed", "with_claimed_operands")


@dataclass
class Explained:
    """A cell and what it comes from, written out; only the value where it is not followed further."""

    level: int
    name: str
    index: Index
    formula: str
    value: str
    raw: float
    names: str = ""
    numbers: str = ""
    claimed: str | None = None
    from_claimed: str = ""
    """The arithmetic with the operands as they are claimed."""
    operands: list[str] = field(default_factory=list)

    @property
    def label(self) -> str:
        return label(self.name, self.index)


def label(name: str, index: Index) -> str:
    return f"{name}[{','.join(map(str, index))}]" if index else name


def located(case: Case, cell: str, trace: Trace) -> tuple[str, Index]:
    """Find the tensor and the index that a cell's name means. Raises InputError where there is no such cell."""
    match = re.fullmatch(r"\s*([^\[\]]+?)\s*(?:\[([\d\s,]*)\])?\s*", cell)
    if match is None:
        raise no_cell(f"{quoted(cell)} names no cell: write gradW3[2,1], row and column counted from 0")
    name = canonical_names(case).get(match[1])
    if name is None:
        names = case.program.order
        known = suggestion(match[1], names) or f": there are {', '.join(names)}"
        raise no_cell(f"no tensor {quoted(match[1])}{known}")
    shape = trace[name].shape
    index = tuple(int(part) for part in (match[2] or "").split(",") if part.strip())
    if len(index) < len(shape) and all(n == 1 for n in shape[: len(shape) - len(index)]):
        index = (0,) * (len(shape) - len(index)) + index
    if len(index) != len(shape) or any(i >= n for i, n in zip(index, shape, strict=True)):
        last = label(name, tuple(n - 1 for n in shape))
        raise no_cell(f"{name} has shape {shape}: its last cell is {last}")
    return name, index


def no_cell(message: str) -> InputError:
    return InputError(Problem(Place("cell"), "", message))


class Explainer:
    """Follows a cell back, every cell once."""

    def __init__(self, found: Source, precision: int) -> None:
        self.found = found
        self.precision = precision
        self.seen: set[tuple[str, Index]] = set()

    def explain(self, name: str, index: Index, depth: int) -> list[Explained]:
        """Explain a cell by its arithmetic, and its operands `depth` levels back."""
        tensor = self.found.trace[name]
        cell = Expression("cell", tensor.value[index], (), name, index)
        return list(self.follow(cell, 0, depth))

    def follow(self, cell: Expression, level: int, depth: int) -> Iterator[Explained]:
        key = (cell.text, cell.index)
        result = Explained(
            level, *key, self.found.formula(cell.text), self.written(cell), float(cell.value), claimed=self.claim(cell)
        )
        yield result
        if key in self.seen or len(self.seen) > MAX_EXPLAINED or (level and depth < 1):
            return
        self.seen.add(key)
        for operand in self.fill(result):
            if depth:
                yield from self.follow(operand, level + 1, depth - 1)

    def fill(self, result: Explained) -> list[Expression]:
        """Write the arithmetic of a cell; returns the cells that stand in it."""
        found = arithmetic(self.found, result.name, result.index)
        if found is None:
            return []
        names = ExpressionWriter(
            lambda cell: label(cell.text, cell.index), lambda rest: f"… and {len(rest)} more terms"
        )
        result.names = names.line(found.computed)
        result.numbers = ExpressionWriter(self.written, self.together).line(found.computed)
        result.operands = [label(*key) for key in names.cells]
        if found.claimed is not None:
            value = number(float(found.claimed.value), 0, self.precision)
            result.from_claimed = f"{ExpressionWriter(self.as_claimed, self.together).line(found.claimed)} = {value}"
        return list(names.cells.values())

    def written(self, cell: Expression) -> str:
        """Return the value of a cell, to the digits that mean something."""
        tensor = self.found.trace.get(cell.text)
        noise = float(tensor.noise[cell.index]) if tensor is not None else 0.0
        return number(float(cell.value), noise, self.precision)

    def claim(self, cell: Expression) -> str | None:
        return self.found.written(cell.text, cell.index)

    def as_claimed(self, cell: Expression) -> str:
        return self.claim(cell) or self.written(cell)

    def together(self, rest: list[Expression]) -> str:
        total = float(sum(term.value for term in rest))
        return f"… and {len(rest)} more terms, together {number(total, 0, self.precision)}"


def report(config: str, cells: list[Explained]) -> Document:
    """Report a row per cell, the asked one first; those it comes from are indented below it."""
    text = tuple(line for cell in cells for line in lines(cell))
    return Document("why", (Section((Table("cells", HEADINGS, tuple(map(row, cells)), text),)),), config)


def row(cell: Explained) -> tuple[Any, ...]:
    arithmetic = (cell.names, cell.numbers, cell.operands) if cell.names else (None, None, None)
    return (cell.name, list(cell.index), cell.formula, cell.raw, *arithmetic, cell.claimed, cell.from_claimed or None)


def lines(cell: Explained) -> Iterator[str]:
    pad = "  " * cell.level
    if not cell.names:
        claimed = f"; claimed: {cell.claimed}" if cell.claimed is not None else ""
        yield commented(f"{pad}{cell.label} = {cell.value}", cell.formula + claimed)
        return
    yield f"{pad}{cell.label} = {cell.formula}"
    for line in dict.fromkeys((cell.names, cell.numbers, cell.value)):
        yield f"{pad}  = {line}"
    if cell.claimed is not None:
        yield f"{pad}  claimed: {cell.claimed}"
    if cell.from_claimed:
        yield f"{pad}  with the claimed operands: {cell.from_claimed}"
