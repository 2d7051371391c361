"""Arrays of formulas as spreadsheets have them: a number type that writes down what each cell computes.

Tensors stand on a sheet as blocks of cells. An op that runs on such blocks gives a formula per cell. Products and sums
of whole rows and columns are functions of ranges, so that a sheet shows at a glance what goes into a cell.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from itertools import product
from typing import Any

import numpy as np

from .special import cdf_ufunc, density_ufunc
from .value import Value

COMPARISON, SUM, PRODUCT, ATOM = range(4)
"""How tightly a formula binds, from loose to tight."""


@dataclass(frozen=True, slots=True)
class Term:
    """A formula or a part of one."""

    text: str
    level: int = ATOM

    def within(self, least: int) -> str:
        """Write it for a place that takes only what binds at least this tightly."""
        return self.text if self.level >= least else f"({self.text})"


@dataclass(frozen=True)
class Block:
    """Where a matrix stands: its first cell, rows and columns counted from 0, and how many there are."""

    row: int
    column: int
    rows: int
    columns: int
    turned: bool = False
    """Whether it is read with its axes in the other order."""
    sheet: str = ""
    """The name of its sheet as formulas have it, with what goes behind it; empty for the sheet it is used on."""

    def range(self, rows: slice, columns: slice) -> str:
        """Return the reference to some of its rows and columns, as they are read."""
        if self.turned:
            rows, columns = columns, rows
        kept = range(self.rows)[rows], range(self.columns)[columns]
        first, last = (address(self.row + kept[0][i], self.column + kept[1][i]) for i in (0, -1))
        return self.sheet + (first if first == last else f"{first}:{last}")

    def cells(self) -> Any:
        """Return the reference to each of its cells."""
        shape = (self.columns, self.rows) if self.turned else (self.rows, self.columns)
        found = np.empty(shape, object)
        for i, j in product(*map(range, shape)):
            found[i, j] = Term(self.range(slice(i, i + 1), slice(j, j + 1)))
        return found


def address(row: int, column: int) -> str:
    """Return the name of a cell: B3 is row 2, column 1."""
    letters, column = "", column + 1
    while column:
        column, digit = divmod(column - 1, 26)
        letters = chr(ord("A") + digit) + letters
    return f"{letters}{row + 1}"


class Spreadsheet(Value):
    """An array of formulas; with a block where they are references to cells that stand side by side."""

    def __init__(self, terms: Any, block: Block | None = None) -> None:
        self.terms = np.asarray(terms, object)
        self.shape = self.terms.shape
        self.block = block if len(self.shape) == 2 else None
        self.line = block if len(self.shape) == 1 else None
        """Where a vector stands, as one row."""

    def apply(self, function: Any, *operands: Any) -> Any:
        both = [terms(x) for x in operands]
        if function is np.matmul:
            return Spreadsheet(matmul(*both))
        return Spreadsheet(np.frompyfunc(RULES[function], len(both), 1)(*(x.terms for x in both)))

    def choose(self, condition: Any, chosen: Any, other: Any) -> Any:
        rule = np.frompyfunc(lambda c, x, y: Term(f"IF({c.text},{x.text},{y.text})"), 3, 1)
        return Spreadsheet(rule(*(terms(x).terms for x in (condition, chosen, other))))

    @property
    def T(self) -> Spreadsheet:
        return Spreadsheet(self.terms.T, self.block and replace(self.block, turned=not self.block.turned))

    def __getitem__(self, rows: Any) -> Spreadsheet:
        return Spreadsheet(self.terms[rows])

    def stack(self, upper: Any, lower: Any) -> Spreadsheet:
        return Spreadsheet(np.concatenate((terms(upper).terms, terms(lower).terms)))

    def reduce(self, function: Any, axis: int | None, keepdims: bool) -> Any:
        name = "SUM" if function is np.add else "MAX"
        found = np.empty(np.zeros(self.shape).sum(axis=axis, keepdims=keepdims).shape, object)
        for index in np.ndindex(found.shape):
            found[index] = self.total(name, index, axis, keepdims)
        return Spreadsheet(found)

    def total(self, name: str, index: tuple[int, ...], axis: int | None, keepdims: bool) -> Term:
        """Return the sum, or the largest, of a row, a column or everything."""
        everything = (slice(None),) * len(self.shape)
        kept = everything
        if axis is not None:
            place = axis % len(self.shape)
            fixed = index if keepdims else (*index[:place], 0, *index[place:])
            kept = tuple(slice(None) if i == place else slice(k, k + 1) for i, k in enumerate(fixed))
        if self.block or self.line:
            block = self.block or self.line
            assert block
            return Term(f"{name}({block.range(*(kept if self.block else (slice(None), *kept)))})")
        cells = np.ravel(np.asarray(self.terms[kept], object))
        if name == "SUM":
            return Term("+".join(cell.within(SUM) for cell in cells), SUM if len(cells) > 1 else cells[0].level)
        return called(name)(*cells)


def standing(block: Block, dimensions: int) -> Spreadsheet:
    """Return the tensor that stands in a block: a matrix, a vector in its row, or the number in its cell."""
    cells = block.cells()
    return Spreadsheet((cells[0, 0], cells[0], cells)[dimensions], block)


def terms(x: Any) -> Spreadsheet:
    """Return numbers of a formula as terms."""
    if isinstance(x, Spreadsheet):
        return x
    return Spreadsheet(np.frompyfunc(constant, 1, 1)(np.asarray(x)))


def constant(value: Any) -> Term:
    if isinstance(value, bool | np.bool_):
        return Term("TRUE" if value else "FALSE")
    text = repr(float(value)).removesuffix(".0")
    return Term(text, SUM if text.startswith("-") else ATOM)


def matmul(left: Spreadsheet, right: Spreadsheet) -> Any:
    """Return the products of rows and columns: of ranges where both stand on a sheet, else written out."""
    found = np.empty((left.shape[0], right.shape[1]), object)
    for i, j in np.ndindex(found.shape):
        if left.block and right.block:
            rows = left.block.range(slice(i, i + 1), slice(None))
            columns = right.block.range(slice(None), slice(j, j + 1))
            found[i, j] = along(rows, left.block.turned, columns, right.block.turned)
        else:
            pairs = zip(left.terms[i], right.terms[:, j], strict=True)
            found[i, j] = Term("+".join(times(x, y).within(PRODUCT) for x, y in pairs), SUM)
    return found


def along(rows: str, upright: bool, columns: str, flat: bool) -> Term:
    """Return the sum of products along two ranges: the matrix product of the one that lies and the one that stands."""
    if upright == flat:
        return Term(f"MMULT({columns},{rows})" if upright else f"MMULT({rows},{columns})")
    return Term(f"SUMPRODUCT({rows},{columns})")


def times(x: Term, y: Term) -> Term:
    return Term(f"{x.within(PRODUCT)}*{y.within(ATOM)}", PRODUCT)


def called(name: str) -> Callable[..., Term]:
    return lambda *operands: Term(f"{name}({','.join(x.text for x in operands)})")


def compared(sign: str) -> Callable[..., Term]:
    return lambda x, y: Term(f"{x.within(SUM)}{sign}{y.within(SUM)}", COMPARISON)


RULES: dict[Any, Callable[..., Term]] = {
    np.add: lambda x, y: Term(f"{x.within(SUM)}+{y.within(PRODUCT)}", SUM),
    np.subtract: lambda x, y: Term(f"{x.within(SUM)}-{y.within(PRODUCT)}", SUM),
    np.multiply: times,
    np.divide: lambda x, y: Term(f"{x.within(PRODUCT)}/{y.within(ATOM)}", PRODUCT),
    np.negative: lambda x: Term(f"-{x.within(PRODUCT)}", SUM),
    np.absolute: called("ABS"),
    np.maximum: called("MAX"),
    np.minimum: called("MIN"),
    np.sqrt: called("SQRT"),
    np.exp: called("EXP"),
    np.expm1: lambda x: Term(f"EXP({x.text})-1", SUM),
    np.log: called("LN"),
    np.log1p: lambda x: Term(f"LN(1+{x.within(PRODUCT)})"),
    np.tanh: called("TANH"),
    cdf_ufunc: called("NORMSDIST"),
    density_ufunc: lambda x: Term(f"EXP(-{x.within(ATOM)}*{x.within(ATOM)}/2)/SQRT(2*PI())", PRODUCT),
    np.greater: compared(">"),
    np.greater_equal: compared(">="),
    np.less: compared("<"),
    np.less_equal: compared("<="),
    np.equal: compared("="),
    np.not_equal: compared("<>"),
}
