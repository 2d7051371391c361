"""Building a program: layers, losses and optimizers append their steps to a `Builder`, which checks shapes."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, cast

import numpy as np

from ..values.shapes import N, Shape, Shaped, shaped, symbolic
from .conventions import Asked, Conventions
from .initializers import Make, constant
from .names import Names
from .op import Array, Op, averaged, summed
from .program import Program, Role, Rule, Step, Tensor
from .saved import Saved
from .schedules import Pace
from .shapes import compute_shape

Path = tuple[str | int, ...]
"""Where in the config something stands: ("layers", 2, "W")."""


class NetworkError(Exception):
    """The network cannot be built. `problems` holds every reason as (path in the config, sentence)."""

    def __init__(self, problems: list[tuple[Path, str]]) -> None:
        super().__init__("; ".join(message for _, message in problems))
        self.problems = problems


@dataclass(frozen=True)
class Signal:
    """A tensor with a row per example: its name and its width."""

    name: str
    width: int


class Builder:
    """A program under construction."""

    def __init__(
        self, conventions: Conventions, mode: str, seed: int, pace: Pace, weights: Saved | None, blocks: int
    ) -> None:
        self.asked = Asked(conventions)
        self.conventions = cast(Conventions, self.asked)
        self.mode = mode
        self.pace = pace
        self.seed = seed
        self.weights = weights
        self.used: set[str] = set()
        """Names of the weights that came with the network and have found their place."""
        self.names = Names(conventions.notation, blocks)
        self.rows = self.fewest = 0
        """How many examples the data at hand have, and the smallest batch of them: no step depends on it."""
        self.section = "forward"
        self.path: Path = ()
        self.problems: list[tuple[Path, str]] = []
        self.tensors: dict[str, Tensor] = {}
        self.values: dict[str, Shaped] = {}
        self.initial: dict[str, Make] = {}
        """Given tensor → what makes its first numbers; in the order in which they are drawn."""
        self.weights_stored: dict[str, str] = {}
        """Weights of linear layers → how they are stored."""
        self.steps: list[Step] = []
        self.routes: dict[str, tuple[Step, ...]] = {}
        self.notes: list[str] = []
        self.penalties: list[str] = []
        self.penalized: dict[str, Callable[..., str]] = {}
        """Weight in a penalty of the loss → what appends its gradient, from an op and its operands."""

    @property
    def training(self) -> bool:
        """Whether batches have statistics of their own, and what is drawn counts."""
        self.asked.names.add("mode")
        return self.mode == "train"

    @contextmanager
    def at(self, *path: str | int, templates: Mapping[str, str] | None = None) -> Iterator[None]:
        """Put the problems found inside down to this place in the config; names may follow other templates there."""
        outer, self.path = self.path, (*self.path, *path)
        before = self.names.defaults
        self.names.defaults = before if templates is None else templates
        if path[0] == "layers":
            self.names.layer = int(path[1])
        yield
        self.path, self.names.defaults = outer, before

    def problem(self, message: str, *path: str | int) -> None:
        found = ((*self.path, *path), message)
        if found not in self.problems:  # an optimizer says the same for every parameter
            self.problems.append(found)

    def check_weights(self) -> None:
        """Note a problem unless all weights that came with the network have found their place."""
        needless = self.weights.needless(self.used) if self.weights and not self.problems else []
        if self.weights and needless:
            more = f" and {len(needless) - 3} more" if len(needless) > 3 else ""
            self.problem(f"{self.weights.source} has {', '.join(needless[:3])}{more}: no layer has it", "weights")

    # what is given

    def give(self, name: str, role: Role, shape: Shape, make: Make | None, **about: Any) -> str:
        """Declare a tensor that is known before the first step, and what makes its first numbers."""
        label = self.names.labels[name]
        self.tensors[name] = Tensor(name=name, shape=shape, role=role, label=label, **about)
        self.values[name] = shaped(shape)
        if make is not None:
            self.initial[name] = make
        return name

    def batch(self, name: str, role: Role, value: Array) -> str:
        """Declare rows of the data: inputs or targets."""
        return self.give(name, role, (N, *value.shape[1:]), constant(value))

    def weight(self, name: str, field: str, make: Make, shape: Shape, **about: Any) -> str:
        """Declare a tensor that is a layer's field: what is saved of a network."""
        return self.give(name, about.pop("role", "weight"), shape, make, field=(int(self.path[1]), field), **about)

    def parameter(self, kind: str, field: str, make: Make, shape: Shape, freeze: tuple[str, ...]) -> str:
        """Declare a weight that is trained unless its field is frozen."""
        return self.weight(self.names.of(kind), field, make, shape, trained=field not in freeze)

    def state(self, name: str, shape: Shape, make: Make) -> str:
        """Declare a tensor that an optimizer carries from step to step."""
        return self.give(name, "state", shape, make)

    def rule(self, name: str, role: Role, shape: Shape, rule: Rule) -> str:
        """Declare a tensor that is scheduled or drawn anew at every step, by a rule."""
        return self.give(name, role, shape, None, rule=rule)

    def succeed(self, old: str, new: str) -> None:
        """Let a computed tensor take the place of a given one before the next step of training."""
        self.tensors[old] = replace(self.tensors[old], successor=new)

    # what is computed

    def step(self, name: str, op: Op, *operands: str, **settings: Any) -> str:
        """Append `name = op(operands; settings)`. A setting that is the name of a scalar is the next operand."""
        step = self.made(name, op, *operands, **settings)
        self.steps.append(step)
        self.values[name] = self.inferred(step)
        label = self.names.labels.get(name)
        shape = symbolic(self.values[name].shape)
        self.tensors[name] = Tensor(name=name, shape=shape, section=self.section, label=label)
        return name

    def made(self, name: str, op: Op, *operands: str, **settings: Any) -> Step:
        scalars = tuple(value for value in settings.values() if isinstance(value, str))
        fixed = {key: value for key, value in settings.items() if not isinstance(value, str)}
        return Step(name, op, (*operands, *scalars), self.section, fixed)

    def inferred(self, step: Step) -> Shaped:
        """Infer the shape of what a step computes; of a network with a problem it may be any."""
        try:
            value = compute_shape(step, self.values)
        except ValueError:
            if not (self.problems or self.names.collisions):
                raise
            value = next((self.values[name] for name in step.operands), Shaped(()))
        return value

    def route(self, name: str, op: Op, *operands: str, **settings: Any) -> None:
        """Note another way to compute a tensor."""
        self.routes[name] = (*self.routes.get(name, ()), self.made(name, op, *operands, **settings))

    def gradient(self, name: str) -> str:
        """Return the name of the gradient of a tensor."""
        return self.names.derived("gradient", name)

    def gradient_step(self, name: str, op: Op, *operands: str, **settings: Any) -> str:
        """Append the step that computes the gradient of a tensor."""
        gradient = self.step(self.gradient(name), op, *operands, **settings)
        self.tensors[name] = replace(self.tensors[name], gradient=gradient)
        return gradient

    def parameter_gradient(self, field: str, name: str, op: Op, *operands: str) -> str:
        """Append the gradient of a parameter, averaged over the batch where the convention says so."""
        chosen = averaged(op) if field in self.conventions.average else summed(op)
        append = self.penalized.get(name, partial(self.gradient_step, name))
        return append(chosen, *operands)

    @property
    def input(self) -> str:
        """Name of the inputs."""
        return next(tensor.name for tensor in self.tensors.values() if tensor.role == "input")

    @property
    def parameters(self) -> list[str]:
        """Names of the weights that are trained."""
        return [tensor.name for tensor in self.tensors.values() if tensor.trained]

    # what comes with a layer

    def saved(self, kind: str, field: str, layout: str = "") -> Array | None:
        """Return what the weights that come with the network have for the next tensor of this kind."""
        if self.weights is None:
            return None
        name, index = self.names.upcoming(kind), int(self.path[1])
        keys = self.weights.keys(name, index, field)
        self.used.update(keys)
        if not keys:
            self.problem(self.weights.missing(name, index, field))
        elif len(keys) > 1:
            self.problem(f"{self.weights.source} has {' and '.join(keys[:3])}: which is {name}?")
        return self.weights.value(keys[0], field, layout, self.conventions.threshold) if keys else None

    def row(self, value: Array | None, kind: str, default: float, width: int, field: str) -> Array:
        """Return a checked 1×width row vector such as B, gamma or running_mean; the default where none is given."""
        saved = self.saved(kind, field)
        value = value if saved is None else saved
        if value is None:
            return np.full((1, width), float(default))
        stored = self.conventions.stored(field)
        fitting = ((width,), (1, width) if stored == "row" else (width, 1))
        if value.size != width or value.shape not in fitting:
            self.problem(f"{shape(value)} where a {stored} of {width} is needed, one number per output", field)
            return np.full((1, width), float(default))
        return value.reshape(1, width)

    def seen(self, *lengths: int) -> tuple[int, ...]:
        """Return a shape with a row per sample as the config has it."""
        return lengths if self.conventions.samples == "rows" else lengths[::-1]

    def finish(self, **readings: Any) -> Program:
        """Return the program. Raises NetworkError with every problem."""
        for name, kinds in self.names.collisions.items():
            both = " and ".join(kinds)
            self.problem(f"{name} would be the name of two tensors: of {both}", "conventions", "notation")
        if self.problems:
            raise NetworkError(self.problems)
        given = {name: tensor for name, tensor in self.tensors.items() if tensor.role != "computed"}
        computed = {name: tensor for name, tensor in self.tensors.items() if tensor.role == "computed"}
        penalties = tuple(self.penalties)
        return Program({**given, **computed}, tuple(self.steps), self.routes, penalties=penalties, **readings)


def shape(value: Array) -> str:
    """Write a shape as people do: (3, 2)."""
    return str(tuple(value.shape))
