"""Several steps of training as one longer program.

Tensors of the first step keep their names, those of step t are called `name@t`; what is carried on is one tensor: the
W1 of step 2 is the W1_new of step 1. A mistake of the loop, such as a step that starts from an old state, is then a
step with another operand, as any mistake.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from .program import Program, Rule, Step, Tensor
from .run import Setup

Names = Mapping[str, str]
"""Tensor of the program of one step → what it is called in the longer one."""


def unroll(program: Program, steps: int) -> Program:
    """Unroll some steps of training on the batches and by the rules of each, from the state before the first."""
    tensors, made, routes = dict[str, Tensor](), list[Step](), dict[str, tuple[Step, ...]]()
    for number in range(1, steps + 1):
        names = names_at(program, number)
        for name, tensor in program.tensors.items():
            if number == 1 or tensor.role == "computed" or follows_its_step(tensor):
                tensors[names[name]] = renamed_tensor(tensor, names, number - 1, names[program.input])
        made += replicas(program.steps, names)
        routes |= {names[name]: tuple(replicas(ways, names)) for name, ways in program.routes.items()}
    last = names_at(program, steps)
    for name, new in program.successors.items():
        tensors[name] = replace(tensors[name], successor=last[new])
    ordered = sorted(tensors.values(), key=lambda tensor: tensor.role == "computed")
    objective = last.get(program.objective or "")
    return Program({t.name: t for t in ordered}, tuple(made), routes, objective, program.differentiated, length=steps)


def unroll_setup(setup: Setup, steps: int) -> Setup:
    """Unroll steps on numbers: each takes its own batch."""
    batch = {
        names_at(setup.program, number)[name]: value
        for number in range(1, steps + 1)
        for name, value in setup.batch_of(number - 1).items()
    }
    return Setup(unroll(setup.program, steps), setup.state, batch)


def names_at(program: Program, number: int) -> dict[str, str]:
    """Name the tensors of one step, counted from 1; what it starts from is what the one before has made."""
    if number == 1:
        return {name: name for name in program.tensors}
    before, names = names_at(program, number - 1) if number > 2 else {}, {}
    for name, tensor in program.tensors.items():
        if tensor.role == "computed" or follows_its_step(tensor):
            names[name] = f"{name}@{number}"
        else:
            names[name] = before.get(tensor.successor, tensor.successor) or name
    return names


def follows_its_step(tensor: Tensor) -> bool:
    """Return whether a tensor is given anew at every step."""
    return tensor.role in ("input", "target", "scheduled", "drawn")


def replicas(steps: tuple[Step, ...], names: Names) -> list[Step]:
    """Return the steps under other names."""
    return [replace(s, name=names[s.name], operands=tuple(names[name] for name in s.operands)) for s in steps]


def renamed_tensor(tensor: Tensor, names: Names, before: int, inputs: str) -> Tensor:
    """Return the tensor of a step that comes after some others and has inputs of its own."""
    gradient = names.get(tensor.gradient, "")
    rule = tensor.rule and later(tensor.rule, before)
    rows_of = inputs if rule else ""
    return replace(tensor, name=names[tensor.name], gradient=gradient, successor="", rule=rule, rows_of=rows_of)


def later(rule: Rule, before: int) -> Rule:
    """Return a rule for a step that comes after some others."""
    return lambda step, rows: rule(step + before, rows)
