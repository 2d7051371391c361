"""Expressions as a person writes them out."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import islice

from ..values.expression import Expression, Index, minus, unwrap

SHOWN_TERMS = 12
"""A sum of more terms than this shows its largest ones."""
SHOWN_CELLS = 60
"""A sum over more cells and numbers than this does not show terms that are 0."""
SHOWN_CONDITIONS = 3


@dataclass
class ExpressionWriter:
    """Writes expressions out, and gathers the cells and conditions that were written."""

    cell: Callable[[Expression], str]
    """How a cell is written: its name, or its value."""
    rest: Callable[[list[Expression]], str]
    """How the terms of a sum that are not shown are summed up."""
    cells: dict[tuple[str, Index], Expression] = field(default_factory=dict)
    conditions: dict[str, None] = field(default_factory=dict)

    def line(self, x: Expression) -> str:
        """Write an expression with the conditions that chose its parts."""
        text = self.write(x)
        if not self.conditions:
            return text
        shown = list(self.conditions)[:SHOWN_CONDITIONS]
        more = len(self.conditions) - len(shown)
        return f"{text}, where {' and '.join(shown)}{f' and {more} more conditions' if more else ''}"

    def write(self, x: Expression) -> str:
        written: str = getattr(self, f"write_{x.kind}")(x)
        return written

    def write_number(self, x: Expression) -> str:
        return f"{x.value:.8g}"

    def write_cell(self, x: Expression) -> str:
        self.cells.setdefault((x.text, x.index), x)
        return self.cell(x)

    def write_where(self, x: Expression) -> str:
        return self.write(self.noted(x))

    def noted(self, x: Expression) -> Expression:
        """Return an expression without the conditions that chose it, which are gathered."""
        while x.kind == "where":
            x, condition = x.args
            self.conditions.setdefault(self.write(condition))
        return x

    def write_compare(self, x: Expression) -> str:
        left, right = (self.write(unwrap(side)) for side in x.args)
        return f"{left} {x.text} {right}"

    def write_sum(self, x: Expression) -> str:
        shown, rest = shortened(x.args)
        text = ""
        for term in map(self.noted, shown):
            sign, term = ("−", minus(term)) if negative(term) else ("+", term)
            written = self.inner(term, "sum", "minus")
            text += f" {sign} {written}" if text else f"{sign}{written}".removeprefix("+")
        return text + (f" + {self.rest(rest)}" if rest else "")

    def write_minus(self, x: Expression) -> str:
        (negated,) = x.args
        written = self.inner(negated, "sum", "minus")
        return f"−({written})" if written.startswith("-") else f"−{written}"

    def write_product(self, x: Expression) -> str:
        return "·".join(self.inner(factor, "sum", "minus", "quotient") for factor in x.args)

    def write_quotient(self, x: Expression) -> str:
        upper, lower = x.args
        return f"{self.inner(upper, 'sum', 'minus')} / {self.inner(lower, 'sum', 'minus', 'product', 'quotient')}"

    def write_power(self, x: Expression) -> str:
        (base,) = x.args
        written = self.inner(base, "sum", "minus", "product", "quotient", "power")
        exponent = x.text.translate(str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹"))
        return f"({written}){exponent}" if written.startswith("-") else f"{written}{exponent}"

    def write_call(self, x: Expression) -> str:
        if x.text == "|":
            return f"|{self.write(x.args[0])}|"
        if x.text == "max" and all(arg.kind == "cell" for arg in x.args):
            largest = self.write(max(x.args, key=lambda arg: arg.value))
            self.conditions.setdefault(f"{largest} is the largest")
            return largest
        return f"{x.text}({', '.join(map(self.write, x.args))})"

    def inner(self, x: Expression, *grouped: str) -> str:
        """Write an expression inside another, in brackets if it is of these kinds."""
        text = self.write(x)
        return f"({text})" if unwrap(x).kind in grouped else text


def negative(term: Expression) -> bool:
    """Return whether a term is written with a minus before it."""
    return term.kind == "minus" or (term.kind == "number" and term.value < 0)


def shortened(terms: tuple[Expression, ...]) -> tuple[list[Expression], list[Expression]]:
    """Return the terms to show, in their order, and the others: in a long sum zeros, and all but the largest."""
    if len(terms) <= SHOWN_TERMS and not crowded(terms):
        return list(terms), []
    ranked = sorted(range(len(terms)), key=lambda i: -abs(terms[i].value))
    largest = {i for i in ranked[:SHOWN_TERMS] if terms[i].value != 0} or {0}
    shown = [term for i, term in enumerate(terms) if i in largest]
    return shown, [term for i, term in enumerate(terms) if i not in largest]


def crowded(terms: tuple[Expression, ...]) -> bool:
    """Return whether many cells stand in the terms of a sum."""
    return next(islice(leaves(terms), SHOWN_CELLS, None), None) is not None


def leaves(expressions: tuple[Expression, ...]) -> Iterator[Expression]:
    for x in expressions:
        yield from leaves(x.args) if x.args else (x,)
