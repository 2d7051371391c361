"""How a person sees a program: the same tensors, some of them with their axes in the other order.

The program is always computed in one canonical form: samples are rows, W is (inputs, outputs). Who stores W the other
way round sees the transpose of it and of all that belongs to it: its gradient, its velocity, its new value. `see` turns
a program into one on tensors as they are seen, which everything that shows or compares numbers then runs.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, replace
from typing import Any

from .op import Array, Op
from .program import Program, Step, Tensor
from .run import Setup, State


@dataclass(frozen=True)
class Dialect:
    """The tensors that are seen with their axes in the other order."""

    turned: frozenset[str] = frozenset()

    @classmethod
    def of(cls, program: Program, turned: Collection[str]) -> Dialect:
        """Return the dialect in which these tensors are turned, and all that belongs to them."""
        found = set(turned)
        for name in program.order:
            label = program.tensors[name].label
            if label and label.of in found and len(program.tensors[name].shape) == 2:
                found.add(name)
        return cls(frozenset(found))

    def see(self, program: Program) -> Program:
        """Return the program on tensors as they are seen."""
        if not self.turned:
            return program
        return replace(
            program,
            tensors={name: self.tensor(tensor) for name, tensor in program.tensors.items()},
            steps=tuple(map(self.step, program.steps)),
            routes={name: tuple(map(self.step, steps)) for name, steps in program.routes.items()},
        )

    def turn(self, tensors: Mapping[str, Array]) -> dict[str, Array]:
        """Turn canonical tensors into tensors as they are seen, or the other way round."""
        return {name: value.T if name in self.turned else value for name, value in tensors.items()}

    def setup(self, setup: Setup) -> Setup:
        """Return a program and its numbers as they are seen."""
        state = State(self.turn(setup.state.tensors), setup.state.steps)
        return Setup(self.see(setup.program), state, self.turn(setup.batch))

    def tensor(self, tensor: Tensor) -> Tensor:
        return replace(tensor, shape=tensor.shape[::-1]) if tensor.name in self.turned else tensor

    def step(self, step: Step) -> Step:
        """Return a step on tensors as they are seen."""
        operands = [i for i, name in enumerate(step.operands) if name in self.turned]
        result = step.name in self.turned
        return replace(step, op=seen(step.op, operands, result)) if operands or result else step


def seen(op: Op, turned: Collection[int], result_turned: bool) -> Op:
    """Return an op on operands of which some are seen with their axes in the other order, and its mistakes."""

    def wrapped(function: Callable[..., Array]) -> Callable[..., Array]:
        def run(*operands: Array, **settings: Any) -> Array:
            canonical = (x.T if i in turned else x for i, x in enumerate(operands))
            result = function(*canonical, **settings)
            return result.T if result_turned else result

        return run

    mistakes = [replace(m, function=wrapped(m.function), sentence=m.turned or m.sentence) for m in op.mistakes]
    names = tuple(op.parameters[i] for i in turned)
    return replace(op, function=wrapped(op.function), turned=names, result_turned=result_turned, mistakes=mistakes)
