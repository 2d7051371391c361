"""What a command has to say: pages of tensors, one page a case and a training step."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from ..nn.program import Program, Trace
from ..values.value import Value


@dataclass(frozen=True)
class Tensor:
    """A named value and where it comes from."""

    name: str
    section: str
    formula: str
    value: Any
    noise: Any


@dataclass(frozen=True)
class Page:
    """The tensors of one case at one training step; `case` and `step` are None where there is only one."""

    tensors: list[Tensor]
    title: str = ""
    case: int | None = None
    step: int | None = None

    @property
    def key(self) -> str:
        """What a tensor's name is prefixed with in formats that have no pages."""
        parts = ((self.case, "case"), (self.step, "step"))
        return "".join(f"{word}{number}/" for number, word in parts if number is not None)


@dataclass(frozen=True)
class Report:
    """Everything one command prints."""

    command: str
    config: str
    pages: list[Page]


def tensors(program: Program, trace: Trace, only: tuple[str, ...] = ()) -> list[Tensor]:
    """The computed tensors in order; with patterns, the computed and the given ones that match any of them."""
    from fnmatch import fnmatchcase

    given = [Tensor(name, "given", "given", *parts(trace[name])) for name in program.given] if only else []
    computed = [Tensor(s.name, s.section, s.formula, *parts(trace[s.name])) for s in program.steps]
    return [t for t in given + computed if not only or any(fnmatchcase(t.name, pattern) for pattern in only)]


def parts(value: Any) -> tuple[Any, Any]:
    if isinstance(value, Value):
        return value.value, value.noise
    value = np.asarray(value)
    return value, np.zeros(value.shape)
