"""Building a program: layers, losses and optimizers append their steps to a `Builder`, which checks shapes."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np

from .conventions import Conventions
from .names import NOTATIONS, Names
from .op import Array, Op, averaged, summed
from .program import Program, Step

Path = tuple[str | int, ...]
"""Where in the config something stands: ("layers", 2, "W")."""


class NetworkError(Exception):
    """The network cannot be built. `problems` holds every reason as (path in the config, sentence)."""

    def __init__(self, problems: list[tuple[Path, str]]) -> None:
        super().__init__("; ".join(message for _, message in problems))
        self.problems = problems


@dataclass(frozen=True)
class Tensor:
    """A named batch of rows and their width."""

    name: str
    width: int


class Builder:
    """A program under construction."""

    def __init__(self, conventions: Conventions, mode: str, seed: int) -> None:
        self.conventions = conventions
        self.seed = seed
        self.training = mode == "train"
        self.names = Names(NOTATIONS[conventions.notation])
        self.batch_size = 0
        self.section = "forward"
        self.path: Path = ()
        self.problems: list[tuple[Path, str]] = []
        self.given: dict[str, Array] = {}
        self.steps: list[Step] = []
        self.parameters: list[str] = []
        self.gradients: dict[str, str] = {}
        self.carry: dict[str, str] = {}
        self.rows: list[str] = []
        self.notes: list[str] = []

    @cached_property
    def random(self) -> np.random.Generator:
        """What weights are drawn from, layer by layer; importing it takes time that most configs need not spend."""
        return np.random.default_rng(self.seed)

    @contextmanager
    def at(self, *path: str | int) -> Iterator[None]:
        """Problems found inside belong to this place in the config."""
        outer, self.path = self.path, (*self.path, *path)
        yield
        self.path = outer

    def problem(self, message: str, *path: str | int) -> None:
        found = ((*self.path, *path), message)
        if found not in self.problems:  # an optimizer says the same for every parameter
            self.problems.append(found)

    def give(self, name: str, value: Array) -> str:
        """A tensor that is known before the first step."""
        self.given[name] = value
        return name

    def step(self, name: str, op: Op, *operands: str, **settings: Any) -> str:
        """Append `name = op(operands; settings)`."""
        self.steps.append(Step(name, op, operands, self.section, settings))
        return name

    def route(self, op: Op, *operands: str) -> None:
        """The tensor of the last step may be computed so too."""
        last = self.steps[-1]
        self.steps[-1] = replace(last, routes=(Step(last.name, op, operands, last.section),))

    def parameter(self, kind: str, field: str, value: Array, freeze: tuple[str, ...]) -> str:
        """A given tensor that is trained unless its field is frozen."""
        name = self.give(self.names.of(kind), value)
        if field not in freeze:
            self.parameters.append(name)
        return name

    def row(self, value: Array | None, default: float, width: int, field: str) -> Array:
        """A 1×width row vector such as B, gamma or running_mean, checked; the default where none is given."""
        if value is None:
            return np.full((1, width), float(default))
        if value.size != width or value.shape not in ((width,), (1, width)):
            self.problem(f"{shape(value)} where a row of {width} is needed, one number an output", field)
            return np.full((1, width), float(default))
        return value.reshape(1, width)

    def gradient(self, name: str) -> str:
        """The name of the gradient of a tensor."""
        return self.names.derived("gradient", name)

    def gradient_step(self, name: str, op: Op, *operands: str, **settings: Any) -> str:
        """Append the step that computes the gradient of a tensor."""
        self.gradients[name] = self.step(self.gradient(name), op, *operands, **settings)
        return self.gradients[name]

    def parameter_gradient(self, field: str, name: str, op: Op, *operands: str) -> str:
        """Append the gradient of a parameter, averaged over the batch where the convention says so."""
        chosen = averaged(op) if field in self.conventions.average else summed(op)
        return self.gradient_step(name, chosen, *operands)

    def finish(self, **readings: Any) -> Program:
        """The program, or a NetworkError with every problem."""
        if self.problems:
            raise NetworkError(self.problems)
        return Program(
            given=self.given,
            steps=tuple(self.steps),
            parameters=tuple(self.parameters),
            gradients=self.gradients,
            carry=self.carry,
            batch_size=self.batch_size,
            rows=tuple(self.rows),
            notes=tuple(self.notes),
            **readings,
        )


def shape(value: Array) -> str:
    """A shape as people write it: (3, 2)."""
    return str(tuple(value.shape))
