"""How a person sees a program: the same tensors, some with their axes in the other order, some with their sign turned.

The program is always computed in one canonical form: samples are rows, W is (inputs, outputs), gradients point up. Who
has samples in columns, stores W the other way round or takes target − output for the error sees the transpose or the
negative of some tensors. `see` turns a program into one on tensors as they are seen, which everything that shows or
compares numbers then runs.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from typing import Any

from .conventions import Conventions
from .joined import Joined
from .names import SUFFIXES
from .notations import templates_of
from .op import Array, Mistake, Op
from .program import Program, Step, Tensor
from .run import Setup, State

POINTING = ("gradient", *SUFFIXES, "first_moment")
"""Kinds of gradients, and of their averages."""


@dataclass(frozen=True)
class Dialect:
    """The tensors that are seen with their axes in the other order, with the other sign, or joined to one."""

    turned: frozenset[str] = frozenset()
    negated: frozenset[str] = frozenset()
    count: str = "N"
    """What the number of samples is called in formulas."""
    joined: Joined = field(default_factory=Joined)
    """The weights and biases that are seen as one matrix each."""
    flat: frozenset[str] = frozenset()
    """The rows that are seen without their axis of one."""

    @classmethod
    def of(cls, program: Program, conventions: Conventions, weights: Mapping[str, str]) -> Dialect:
        """Return the dialect of a config's conventions; `weights` says of every W and B how it is stored.

        What belongs to one of them, as its gradient and its velocity do, is stored as it is.
        """
        stored, turned = dict(weights), set[str]()
        for name in program.order:
            tensor = program.tensors[name]
            label = tensor.label
            if len(tensor.shape) != 2:
                continue
            if label and label.of in stored:
                stored[name] = stored[label.of]
            usual = "out_in" if conventions.samples == "columns" else "in_out"
            if stored.get(name, usual) in ("out_in", "column"):
                turned.add(name)
        negated = pointing(program, conventions.momentum) if conventions.error == "target_minus_output" else set[str]()
        negated ^= of_biases(program, squares=False) if conventions.threshold else set()
        flat = of_biases(program) if conventions.biases == "flat" else set[str]()
        count = templates_of(conventions.notation).get("count", "N")
        joined = Joined.of(program, conventions.biases == "first") if conventions.joins else Joined()
        return cls(frozenset(turned), frozenset(negated), count, joined, frozenset(flat))

    def see(self, program: Program) -> Program:
        """Return the program on tensors as they are seen."""
        if self == Dialect():
            return program
        program = self.joined.see(program)
        return replace(
            program,
            tensors={name: self.tensor(tensor) for name, tensor in program.tensors.items()},
            steps=tuple(map(self.step, program.steps)),
            routes={name: tuple(map(self.step, steps)) for name, steps in program.routes.items()},
        )

    def turn(self, tensors: Mapping[str, Array]) -> dict[str, Array]:
        """Return tensors as they are seen, from canonical ones."""
        return {name: self.turn_one(name, value) for name, value in self.joined.turn(tensors).items()}

    def turn_one(self, name: str, value: Array) -> Array:
        value = value.T if name in self.turned else value
        value = value[0] if name in self.flat else value
        return -value if name in self.negated else value

    def setup(self, setup: Setup) -> Setup:
        """Return a program and its numbers as they are seen."""
        state = State(self.turn(setup.state.tensors), setup.state.steps)
        return Setup(self.see(setup.program), state, self.turn(setup.batch))

    def tensor(self, tensor: Tensor) -> Tensor:
        if tensor.name in self.flat:
            return replace(tensor, shape=tensor.shape[1:])
        if tensor.name not in self.turned:
            return tensor
        rule = tensor.rule
        turned = (lambda step, rows: rule(step, rows).T) if rule else None
        return replace(tensor, shape=tensor.shape[::-1], rule=turned)

    def step(self, step: Step) -> Step:
        """Return a step on tensors as they are seen."""
        view = View(
            turned=tuple(i for i, name in enumerate(step.operands) if name in self.turned),
            negated=tuple(i for i, name in enumerate(step.operands) if name in self.negated),
            result_turned=step.name in self.turned,
            result_negated=step.name in self.negated,
            result_flat=step.name in self.flat,
            count=self.count,
        )
        return replace(step, op=view.of(step.op)) if view != View() else step


def pointing(program: Program, momentum: str) -> set[str]:
    """Return what points the other way where the error is target − output: a velocity too that averages gradients."""
    kinds, found = {*POINTING, *(() if momentum == "step" else ("velocity",))}, set[str]()
    for name in program.order:
        label = program.tensors[name].label
        if label and (label.kind in kinds or (label.kind == "updated" and label.of in found)):
            found.add(name)
    return found


def of_biases(program: Program, squares: bool = True) -> set[str]:
    """Return the biases and what belongs to them: averages of the squares of their gradients, if these count too."""
    found = set[str]()
    for name in program.order:
        tensor = program.tensors[name]
        follows = tensor.label and tensor.label.of in found and (squares or tensor.label.kind != "second_moment")
        if follows or (tensor.field and tensor.field[1] == "B"):
            found.add(name)
    return found


@dataclass(frozen=True)
class View:
    """Which operands of a step, counted from 0, and whether its result are seen turned or negated."""

    turned: tuple[int, ...] = ()
    negated: tuple[int, ...] = ()
    result_turned: bool = False
    result_negated: bool = False
    result_flat: bool = False
    count: str = "N"
    """What a reader calls the number of samples."""

    def of(self, op: Op) -> Op:
        """Return an op on operands as they are seen, and its mistakes."""
        return seen(self, op, *op.mistakes)

    def sentence(self, mistake: Mistake, other: bool) -> str:
        """Return a mistake's sentence for who sees the step so; `other` of the two factors of a product is turned."""
        return (self.result_negated and mistake.negated) or (other and mistake.turned) or mistake.sentence

    def function(self, canonical: Callable[..., Array]) -> Callable[..., Array]:
        """Return a function of operands as they are seen, from one of canonical operands."""

        def run(*operands: Array, **settings: Any) -> Array:
            values = [x.T if i in self.turned else x for i, x in enumerate(operands)]
            values = [-x if i in self.negated else x for i, x in enumerate(values)]
            result = canonical(*values, **settings)
            result = result.T if self.result_turned else result
            if self.result_flat and len(result.shape) == 2 and len(result) == 1:
                result = result[0]
            return -result if self.result_negated else result

        return run


@cache
def seen(view: View, op: Op, *declared: Mistake) -> Op:
    # Who sees one factor of a product turned and not the other sees ᵀ where the canonical form has none.
    other = (0 in view.turned) != (1 in view.turned)
    mistakes = [replace(m, function=view.function(m.function), sentence=view.sentence(m, other)) for m in declared]
    return replace(
        op,
        function=view.function(op.function),
        mistakes=mistakes,
        turned=tuple(op.parameters[i] for i in view.turned),
        negated=tuple(op.parameters[i] for i in view.negated),
        result_turned=view.result_turned,
        result_negated=view.result_negated,
        count=view.count,
    )
