"""A network as a config describes it, and its compilation to a program of named steps."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Annotated, Literal

import numpy as np

from .build import Builder, NetworkError, Signal, shape
from .classes import Classes
from .compiled import Compiled
from .conventions import Conventions
from .dialect import Dialect
from .layers import Call, Layer
from .losses import Loss
from .notes import divided_twice, not_of_the_total
from .objective import top_gradient
from .op import Array
from .optimizers import Optimizer
from .options import Range
from .rows import Examples
from .saved import Saved
from .schedules import Pace

Goal = Literal["forward", "backward", "update", "furthest"]
"""How far to compile; `furthest` is as far as what is given allows."""


ORIGIN = {"origin": True}
"""The metadata of fields that every step of a training depends on, apart from the data."""


@dataclass(frozen=True, kw_only=True)
class Network:
    """Everything that the maths needs."""

    layers: tuple[Layer, ...] = field(default=(), metadata=ORIGIN)
    """From the inputs to the outputs; a layer without options is its name."""
    inputs: Examples | None = None
    """A row per example (a column under conventions that say so); a single one needs no outer brackets."""
    targets: Examples | Classes | None = None
    """As the inputs, or classes: one-hot rows are made of them."""
    sample_weights: Examples | None = None
    """How much each example counts in the loss."""
    loss: Loss | None = field(default=None, metadata=ORIGIN)
    """What the outputs are judged by; needs targets."""
    grad_output: Array | None = None
    """In place of a loss, the gradient at the last layer's output: to look at a lone layer."""
    optimizer: Optimizer | None = field(default=None, metadata=ORIGIN)
    """What a step does with the gradients."""
    conventions: Conventions = field(default_factory=Conventions, metadata=ORIGIN)
    """A preset, or changes to one: {preset: torch, average: [W]}."""
    chosen: frozenset[str] = field(default=frozenset(), metadata={"internal": True})
    """The conventions that are given by themselves, not by a preset."""
    mode: Literal["train", "eval"] = field(default="train", metadata=ORIGIN)
    """Batch normalization by the batch's statistics, or by the running ones; no dropout in eval."""
    seed: Annotated[int, Range(0)] = field(default=0, metadata=ORIGIN)
    """What weights, masks, the order of examples and those held out are drawn by."""
    weights: Saved | None = None
    """A file whose tensors take the place of what the layers say, under any names that fit in one way."""
    pace: Pace = field(default=Pace(), metadata={"internal": True})
    size: int | None = field(default=None, metadata={"internal": True})
    """Examples per step, taken in order; all of them unless given."""
    in_earnest: bool = field(default=False, metadata={"internal": True})
    """Whether it is there to be trained: no total with penalties is printed."""


def compile_network(network: Network, goal: Goal) -> Compiled:
    """Compile up to outputs and loss (`forward`), gradients (`backward`) or new parameters (`update`).

    Raises NetworkError with every problem: shapes that do not fit, something that the goal needs and is not there.
    """
    if goal == "furthest":
        goal = furthest(network)
    blocks = sum(layer.starts_block for layer in network.layers)
    weights = network.weights
    if weights is not None and network.inputs is not None:
        weights = weights.fitted(network.layers, network.inputs.shape[-1])
    p = Builder(network.conventions, network.mode, network.seed, network.pace, weights, blocks)
    network = replace(network, loss=network.loss and network.loss.under(p.conventions))
    for name, sentence in network.conventions.contradictions():
        p.problem(sentence, "conventions", name)
    tape: list[Call] = []
    output = forward(p, network, tape)
    p.check_weights()
    check_goal(p, network, goal)
    start = top_gradient(p, network, tape, output, goal)
    if goal != "forward" and not p.problems:
        backward(p, tape, start.gradient)
        p.notes += divided_twice(p, start.gradient, network.optimizer if goal == "update" else None)
        if (network.size or p.rows) > 1 and not network.in_earnest:
            p.notes += not_of_the_total(p, start.gradient, start.objective)
        if goal == "update" and network.optimizer is not None:
            network.optimizer.check_conventions(p, network.conventions, network.chosen)
            update(p, network.optimizer)
    depends = frozenset(p.asked.names)
    program = p.finish(objective=start.objective, differentiated=start.at)
    dialect = Dialect.of(program, network.conventions, p.weights_stored)
    return Compiled(program, p.initial, network.seed, dialect, tuple(p.notes), depends, network.size)


def furthest(network: Network) -> Goal:
    """Return the last goal that the network has everything for."""
    if network.grad_output is None and (network.loss is None or network.targets is None):
        return "forward"
    return "update" if network.optimizer else "backward"


def forward(p: Builder, network: Network, tape: list[Call]) -> Signal:
    """Append every layer; the tape remembers them for the way back."""
    x = given_input(p, network)
    for index, layer in enumerate(network.layers):
        with p.at("layers", index, templates=layer.templates):
            tape.append(layer.forward(p, x))
            x = tape[-1].y
    closing = network.loss.closing() if network.loss and tape else None
    if closing and not isinstance(tape[-1].layer, type(closing)):
        tape.append(closing.forward(p, x))
        x = tape[-1].y
    return x


def given_input(p: Builder, network: Network) -> Signal:
    """Declare the inputs, one row each; without layers they are the output Y that the loss is given."""
    X = network.inputs
    if X is None:
        p.problem("inputs are missing")
        X = np.zeros((1, 1))
    if X.ndim == 1:
        X = X.reshape(1, -1)
    if X.ndim != 2 or not X.size:
        p.problem(f"inputs have shape {shape(X)}; they must be rows of numbers", "inputs")
        X = np.zeros((1, 1))
    p.rows = p.fewest = len(X)
    if network.size is not None:
        p.fewest = min(p.rows % network.size or network.size, p.rows)
    name = p.batch(p.names.of("input" if network.layers else "activation"), "input", X)
    return Signal(name, X.shape[1])


def check_goal(p: Builder, network: Network, goal: Goal) -> None:
    """Note what the goal needs and is not there."""
    if network.grad_output is not None and network.loss is not None:
        p.problem("grad_output stands in place of a loss: give one of the two", "grad_output")
    if goal == "forward":
        return
    if network.grad_output is None and network.loss is None:
        p.problem("a backward pass needs loss and targets, or grad_output")
    if network.loss is not None and network.targets is None:
        p.problem("the loss needs targets", "loss")
    if goal == "update" and network.optimizer is None:
        p.problem("training needs learning_rate or optimizer")


def backward(p: Builder, tape: list[Call], gradient: str) -> None:
    """Append every layer's gradients, last layer first."""
    p.section = "backward"
    for call in reversed(tape):
        gradient = call.layer.backward(p, call, gradient)


def update(p: Builder, optimizer: Optimizer) -> None:
    """Append the new value of every parameter that is not frozen."""
    p.section = "update"
    with p.at("optimizer", templates=optimizer.templates):
        optimizer.updates(p, p.parameters)


__all__ = ["Classes", "Compiled", "Goal", "Network", "NetworkError", "compile_network"]
