"""What the cells of a page open: their arithmetic, by name and by value."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from html import escape
from typing import Any

import numpy as np

from ...nn.arithmetic import recorded
from ...values.expression import Expression, Index
from ..arithmetic import ExpressionWriter
from ..document import NamedTensor, Origin
from ..numbers import number

MOST = 4000
"""Cells of a section that can be opened."""
MARK = re.compile("\ue000(\\d+)\ue001")
"""Stands for a link while the text around it is escaped."""


def escaped(text: str) -> str:
    """Write words; control characters are left out."""
    return escape("".join(c for c in text if c.isprintable() or c == "\n"))


class Cells:
    """The cells of a section that can be opened: those of tensors that are computed and shown whole."""

    def __init__(self, origin: Origin | None = None, prefix: str = "", precision: int = 8) -> None:
        self.origin, self.prefix, self.precision = origin, prefix, precision
        self.ids: dict[str, str] = {}
        self.shown: dict[str, NamedTensor] = {}

    def choose(self, tensors: Sequence[NamedTensor]) -> None:
        """Choose the tensors whose cells can be opened, from the first on, and as many as a page takes."""
        if self.origin is None:
            return
        left = MOST
        for place, tensor in enumerate(tensors):
            if tensor.name in self.origin.program.by_name and tensor.value.size <= left:
                left -= tensor.value.size
                self.ids[tensor.name] = f"{self.prefix}t{place}"
            self.shown[tensor.name] = tensor

    def button(self, tensor: NamedTensor, index: tuple[int, ...], text: str) -> str:
        """Write a number as what opens its arithmetic, if it has some."""
        if tensor.name not in self.ids:
            return f"<span>{text}</span>"
        own = index[2 - tensor.value.ndim :]
        return f'<button popovertarget="{self.id_of(tensor.name, own)}">{text}</button>'

    def id_of(self, name: str, index: Index) -> str:
        return "-".join([self.ids[name], *map(str, index)])

    def opened(self) -> Iterator[str]:
        """Write what each cell opens."""
        if self.origin is None:
            return
        for name in self.ids:
            step = self.origin.program.by_name[name]
            values = {operand: floats(self.origin.trace[operand]) for operand in step.operands}
            with np.errstate(all="ignore"):
                found = recorded(step, values)
                for index in np.ndindex(self.shown[name].value.shape):
                    yield self.popover(name, index, found.at(index))

    def popover(self, name: str, index: Index, computed: Expression) -> str:
        """Write a cell: its formula, its arithmetic by name and by value, its value."""
        tensor = self.shown[name]
        linked: list[str] = []

        def link(cell: Expression) -> str:
            linked.append(self.link(cell))
            return f"\ue000{len(linked) - 1}\ue001"

        names = escape(ExpressionWriter(link, lambda rest: f"… and {len(rest)} more terms").line(computed))
        names = MARK.sub(lambda match: linked[int(match[1])], names)
        numbers = escape(ExpressionWriter(self.value, self.together).line(computed))
        value = escaped(number(float(tensor.value[index]), float(tensor.noise[index]), self.precision))
        own = self.id_of(name, index)
        lines = "".join(f"<p>= {line}</p>" for line in dict.fromkeys((names, numbers, value)))
        close = f'<button class="close" popovertarget="{own}" popovertargetaction="hide" title="close">✕</button>'
        return f'<div popover id="{own}">{close}<h4>{escaped(label(name, index))}</h4>{lines}</div>'

    def link(self, cell: Expression) -> str:
        """Write the name of a cell, as what opens it where it can be opened."""
        text = escaped(label(cell.text, cell.index))
        if cell.text not in self.ids:
            return text
        return f'<button popovertarget="{self.id_of(cell.text, cell.index)}">{text}</button>'

    def value(self, cell: Expression) -> str:
        tensor = self.shown.get(cell.text)
        noise = float(tensor.noise[cell.index]) if tensor is not None else 0.0
        return number(float(cell.value), noise, self.precision)

    def together(self, rest: list[Expression]) -> str:
        total = float(sum(term.value for term in rest))
        return f"… and {len(rest)} more terms, together {number(total, 0, self.precision)}"


def floats(value: Any) -> Any:
    return np.asarray(getattr(value, "value", value), np.float64)


def label(name: str, index: Index) -> str:
    return f"{name}[{','.join(map(str, index))}]" if index else name
