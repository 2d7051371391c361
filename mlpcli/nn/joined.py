"""Weights and biases that a person stores as one matrix: Theta = [b, W], where a 1 goes in beside the inputs.

The program computes with W (I, J) and B (1, J). Who has both in one T (1 + I, J) has the gradient, the velocity and the
update of T too, of which one row is B's and the others are W's: `see` makes of every such pair of tensors one, and of
the two steps that compute them one step.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any

import numpy as np

from .op import PENALIZED, PENALTY, Array, Mistake
from .part import Function, Part
from .program import Program, Step, Tensor


@dataclass(frozen=True)
class Joined:
    """The pairs, and where a bias stands in its matrix."""

    weights: Mapping[str, str] = field(default_factory=dict)
    """What is a bias's, such as its gradient → the same of its weights, which is what both are called."""
    first: bool = True
    """Whether the bias is the first row of T, or the last."""

    @classmethod
    def of(cls, program: Program, first: bool) -> Joined:
        """Return the pairs of a program: its biases and weights, and what belongs to both in the same way."""
        fields = {tensor.field: name for name, tensor in program.tensors.items()}
        labels = {(t.label.kind, t.label.of): name for name, t in program.tensors.items() if t.label}
        weights = dict[str, str]()
        for name in program.order:
            tensor = program.tensors[name]
            own = tensor.label and (tensor.label.kind, weights.get(tensor.label.of, ""))
            if tensor.field and tensor.field[1] == "B":
                weights[name] = fields[(tensor.field[0], "W")]
            elif own and own[1] and own in labels:
                weights[name] = labels[own]
        return cls(weights, first)

    @property
    def members(self) -> set[str]:
        """Names of all that is one of a pair."""
        return {*self.weights, *self.weights.values()}

    @property
    def bias(self) -> slice:
        """The rows of a joined tensor that are the bias's."""
        return slice(1) if self.first else slice(-1, None)

    @property
    def others(self) -> slice:
        """The rows of a joined tensor that are the weights'."""
        return slice(1, None) if self.first else slice(-1)

    def name(self, member: str) -> str:
        """Return what a tensor is called that a tensor of the program is, or is a part of."""
        return self.weights.get(member, member)

    def rows(self, name: str) -> slice | None:
        """Return which rows of a joined tensor a tensor of the program is; none if it is all."""
        if name not in self.members:
            return None
        return self.bias if name in self.weights else self.others

    def stack(self, bias: Array, weights: Array) -> Array:
        return np.concatenate((bias, weights) if self.first else (weights, bias))

    def turn(self, tensors: Mapping[str, Array]) -> dict[str, Array]:
        """Return tensors as they are seen: of each pair, the one matrix."""
        pairs = {name: bias for bias, name in self.weights.items() if bias in tensors}
        return {
            name: self.stack(tensors[pairs[name]], value) if name in pairs else value
            for name, value in tensors.items()
            if name not in self.weights
        }

    def see(self, program: Program) -> Program:
        """Return the program on the joined tensors."""
        if not self.weights:
            return program
        steps = tuple(self.steps(program))
        names = [name for name in program.given if name not in self.weights] + [step.name for step in steps]
        tensors = {name: self.tensor(program.tensors[name]) for name in names}
        routes = {name: tuple(map(self.one, ways)) for name, ways in program.routes.items() if name not in self.members}
        return replace(program, tensors=tensors, steps=steps, routes=routes)

    def tensor(self, tensor: Tensor) -> Tensor:
        if tensor.name not in self.members:
            return tensor
        rows, width = tensor.shape
        return replace(tensor, shape=(int(rows) + 1, width))

    def steps(self, program: Program) -> Iterator[Step]:
        """Yield the steps, those of a pair as one, in the place of the later."""
        waiting = dict[str, Step]()
        for step in program.steps:
            name = self.name(step.name)
            if name not in self.members:
                yield self.one(step)
            elif name in waiting:
                weight, bias = sorted((step, waiting[name]), key=lambda s: s.name in self.weights)
                label = program.tensors[weight.name].label
                yield self.pair(weight, bias, label.of if label and label.kind == "updated" else "")
            else:
                waiting[name] = step

    def one(self, step: Step) -> Step:
        """Return a step that reads joined tensors."""
        if self.members.isdisjoint(step.operands):
            return step
        part = Part(self, step, self.operands(step))
        mistakes = [part.mistake(m, part.function(m.function)) for m in step.op.mistakes]
        if step.op.name.endswith(PENALTY) and self.weights.keys().isdisjoint(step.operands):
            whole = Part(Joined(), step, part.names)
            mistakes.append(Mistake("the biases are penalized too", whole.function()))
        op = replace(step.op, function=part.function(), source=part.source(), mistakes=mistakes)
        return part.step_of(replace(op, parameters=(*part.parameters, *step.settings)), step.settings)

    def pair(self, weight: Step, bias: Step, changed: str = "") -> Step:
        """Return the step that computes a joined tensor; where both steps do the same cell by cell, it does that.

        `changed` is the tensor of which it is the new value.
        """
        if self.alike(weight, bias):
            return self.in_part(weight, changed)
        names, settings = self.operands(weight, bias), {**weight.settings, **bias.settings}
        both, other = Part(self, weight, names), Part(self, bias, names)
        averages = weight.op.averages and bias.op.averages
        sources = both.source(not averages), other.source(not averages)
        op = replace(
            weight.op,
            function=self.stacked(both.function(), other.function()),
            source="[{}; {}]".format(*sources[:: -1 if self.first else 1]),
            parameters=(*both.parameters, *settings),
            averages=averages,
            mistakes=[*self.mistakes(both, other), *self.penalized(both, other)],
        )
        return both.step_of(op, settings)

    def alike(self, weight: Step, bias: Step) -> bool:
        """Return whether two steps of a pair do the same, each with its own."""
        own, other = ((s.op.source, s.op.averages, s.settings, *map(self.name, s.operands)) for s in (weight, bias))
        return own == other

    def in_part(self, step: Step, changed: str) -> Step:
        """Return a step that changes this joined tensor, with the mistakes of who changes a part of it alone."""
        if changed not in step.operands:
            return step
        at = step.operands.index(changed)

        def updated(*operands: Array, only: bool, **settings: Any) -> Array:
            new, old = step.op(*operands, **settings), operands[at]
            return self.stack(*((new[self.bias], old[self.others]) if only else (old[self.bias], new[self.others])))

        left = Mistake("the biases are not updated", partial(updated, only=False))
        alone = Mistake("only the biases are updated", partial(updated, only=True))
        return replace(step, op=replace(step.op, mistakes=[*step.op.mistakes, left, alone]))

    def operands(self, *steps: Step) -> list[str]:
        return list(dict.fromkeys(self.name(operand) for step in steps for operand in step.operands))

    def stacked(self, weight: Function, bias: Function) -> Function:
        """Return the function that computes both parts of a joined tensor."""
        return lambda *operands, **settings: self.stack(bias(*operands, **settings), weight(*operands, **settings))

    def mistakes(self, weight: Part, bias: Part) -> Iterator[Mistake]:
        """Yield the mistakes of a pair: in both parts where both can have it, and in one of them."""
        others = {m.sentence: m for m in bias.step.op.mistakes}
        for m in weight.step.op.mistakes:
            also = others.get(m.sentence)
            other = bias.function(also.function if also else None)
            yield weight.mistake(m, self.stacked(weight.function(m.function), other))
            if also:
                found = weight.mistake(m, self.stacked(weight.function(m.function), bias.function()))
                yield replace(found, sentence=f"of the weights, {found.sentence}")
        for m in others.values():
            found = bias.mistake(m, self.stacked(weight.function(), bias.function(m.function)))
            yield replace(found, sentence=f"of the bias, {found.sentence}")

    def penalized(self, weight: Part, bias: Part) -> Iterator[Mistake]:
        """Yield a penalty of the biases too, of a pair of gradients of which the weights' has one."""
        if weight.step.op.name != PENALIZED or bias.step.op.name == PENALIZED:
            return
        places = [at for at, _ in weight.taken[1:]]
        rows, penalize, gradient = self.bias, weight.step.op.function, bias.function()

        def penalized(*operands: Array, **settings: Any) -> Array:
            T, *rest = (operands[at] for at in places)
            own = {name: settings[name] for name in weight.step.settings}
            return penalize(gradient(*operands, **settings), T[rows], *rest, **own)

        yield Mistake("the biases are penalized too", self.stacked(weight.function(), penalized))
