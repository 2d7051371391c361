"""Building a program: layers, losses and optimizers append their steps to a `Builder`, which checks shapes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np

from .conventions import Conventions
from .names import NOTATIONS, Names
from .op import Array, Op, averaged, summed
from .program import Program, Step
from .saved import Saved

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


@dataclass(frozen=True)
class Pace:
    """How steps are counted by what changes in the course of a training."""

    unit: int = 1
    """Steps in the unit that the config counts in: an epoch, or 1."""
    total: int | None = None
    """Steps of the whole training, where that is known."""


class Builder:
    """A program under construction."""

    def __init__(
        self, conventions: Conventions, mode: str, seed: int, pace: Pace, weights: Saved | None, dtype: Any
    ) -> None:
        self.conventions = conventions
        self.pace = pace
        self.seed = seed
        self.weights = weights
        self.used: set[str] = set()
        """Names of the weights that came with the network and have found their place."""
        self.dtype = dtype
        self.training = mode == "train"
        self.names = Names(NOTATIONS[conventions.notation])
        self.batch_size = 0
        self.section = "forward"
        self.path: Path = ()
        self.problems: list[tuple[Path, str]] = []
        self.given: dict[str, Array] = {}
        self.steps: list[Step] = []
        self.parameters: list[str] = []
        self.fields: dict[str, tuple[int, str]] = {}
        self.gradients: dict[str, str] = {}
        self.carry: dict[str, str] = {}
        self.shortcuts: dict[str, Step] = {}
        self.scheduled: dict[str, Callable[[int], float]] = {}
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

    def check_weights(self) -> None:
        """All weights that came with the network must have found their place."""
        needless = self.weights.needless(self.used) if self.weights and not self.problems else []
        if self.weights and needless:
            more = f" and {len(needless) - 3} more" if len(needless) > 3 else ""
            self.problem(f"{self.weights.source} has {', '.join(needless[:3])}{more}: no layer has it", "weights")

    def give(self, name: str, value: Array) -> str:
        """A tensor that is known before the first step."""
        self.given[name] = value
        return name

    def step(self, name: str, op: Op, *operands: str, **settings: Any) -> str:
        """Append `name = op(operands; settings)`. A setting that is the name of a scalar is the next operand."""
        scalars = tuple(value for value in settings.values() if isinstance(value, str))
        fixed = {key: value for key, value in settings.items() if not isinstance(value, str)}
        self.steps.append(Step(name, op, (*operands, *scalars), self.section, fixed))
        return name

    def schedule(self, name: str, rule: Callable[[int], float]) -> str:
        """A scalar that is given anew at every step, by a rule from the number of steps taken."""
        self.scheduled[name] = rule
        return self.give(name, np.asarray(rule(0)))

    def shortcut(self, name: str, op: Op, *operands: str, **settings: Any) -> None:
        """Another way to compute a tensor of the program, from fewer operands."""
        self.shortcuts[name] = Step(name, op, operands, self.section, settings)

    def weight(self, name: str, field: str, value: Array) -> str:
        """A given tensor that is a layer's field: what is saved of a network."""
        self.fields[name] = (int(self.path[1]), field)
        return self.give(name, value)

    def route(self, op: Op, *operands: str) -> None:
        """The tensor of the last step may be computed so too."""
        last = self.steps[-1]
        self.steps[-1] = replace(last, routes=(Step(last.name, op, operands, last.section),))

    def parameter(self, kind: str, field: str, value: Array, freeze: tuple[str, ...]) -> str:
        """A given tensor that is trained unless its field is frozen."""
        name = self.weight(self.names.of(kind), field, value)
        if field not in freeze:
            self.parameters.append(name)
        return name

    def saved(self, kind: str, field: str, layout: str = "") -> Array | None:
        """What the weights that come with the network have for the next tensor of this kind."""
        if self.weights is None:
            return None
        name, index = self.names.upcoming(kind), int(self.path[1])
        keys = self.weights.keys(name, index, field)
        self.used.update(keys)
        if not keys:
            self.problem(self.weights.missing(name, index, field))
        elif len(keys) > 1:
            self.problem(f"{self.weights.source} has {' and '.join(keys[:3])}: which is {name}?")
        return self.weights.value(keys[0], field, layout) if keys else None

    def row(self, value: Array | None, kind: str, default: float, width: int, field: str) -> Array:
        """A 1×width row vector such as B, gamma or running_mean, checked; the default where none is given."""
        saved = self.saved(kind, field)
        value = value if saved is None else saved
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
            fields=self.fields,
            gradients=self.gradients,
            carry=self.carry,
            shortcuts=self.shortcuts,
            scheduled=self.scheduled,
            batch_size=self.batch_size,
            rows=tuple(self.rows),
            notes=tuple(self.notes),
            **readings,
        )


def shape(value: Array) -> str:
    """A shape as people write it: (3, 2)."""
    return str(tuple(value.shape))
