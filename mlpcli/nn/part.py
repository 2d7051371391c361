"""A step of the program as a part of a step on tensors that join weights and biases."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from .op import Array, Mistake, Op
from .program import Step

if TYPE_CHECKING:
    from .joined import Joined

PLACE = re.compile(r"\{(\w+)(:scalar)?\}")
"""The place of an operand in a formula."""

Function = Callable[..., Array]


@dataclass(frozen=True)
class Part:
    """A step of the program as a part of a step on joined tensors, which has these operands."""

    joined: Joined
    step: Step
    names: list[str]

    @property
    def parameters(self) -> list[str]:
        return [f"x{number}" for number in range(len(self.names))]

    @property
    def taken(self) -> list[tuple[int, slice | None]]:
        """Of every operand of the step, the number of the joined step's operand, and its rows."""
        return [(self.names.index(self.joined.name(name)), self.joined.rows(name)) for name in self.step.operands]

    def step_of(self, op: Op, settings: Mapping[str, Any]) -> Step:
        """Return the joined step that has this op."""
        return replace(self.step, op=op, operands=tuple(self.names), settings=settings)

    def function(self, own: Function | None = None) -> Function:
        """Return the step's function, or one in its place, of the joined step's operands and settings."""
        chosen, taken = own or self.step.op.function, self.taken

        def run(*operands: Array, **settings: Any) -> Array:
            values = [operands[at][rows] if rows else operands[at] for at, rows in taken]
            return chosen(*values, **{name: settings[name] for name in self.step.settings})

        return run

    def source(self, over_n: bool = False) -> str:
        """Return the formula in the joined step's operands; over N if that is to be said and so."""
        text = self.placed(self.step.op.source, rows=True)
        if not (over_n and self.step.op.averages):
            return text
        return f"({text}) / N" if " + " in text or " − " in text else f"{text} / N"

    def mistake(self, mistake: Mistake, function: Function) -> Mistake:
        """Return a mistake of the step, in the joined step's operands and with its function."""
        texts = (mistake.sentence, mistake.turned, mistake.negated)
        sentence, turned, negated = (self.placed(text, rows=False) for text in texts)
        return Mistake(sentence, function, turned, negated)

    def placed(self, text: str, rows: bool) -> str:
        """Return a text with the places of the joined step's operands, and which rows of them are meant."""
        own = dict(zip(self.step.op.parameters, self.taken, strict=False))

        def place(match: re.Match[str]) -> str:
            at, taken = own[match[1]]
            return f"{{x{at}{match[2] or ''}}}" + (f"[{text_of(taken)}]" if rows and taken else "")

        return PLACE.sub(place, text)


def text_of(rows: slice) -> str:
    """Return rows as numpy says them: `1:`."""
    return ":".join("" if end is None else str(end) for end in (rows.start, rows.stop))
