"""A network as a config describes it, and its compilation to a program of named steps."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Annotated, Literal

import numpy as np

from .build import Builder, NetworkError, Signal, shape
from .compiled import Compiled
from .conventions import Conventions
from .dialect import Dialect
from .layers import Call, Layer
from .losses import Fusion, Loss, mean
from .losses.penalty import penalize
from .notes import divided_twice, in_names, not_of_the_total
from .op import Array, averaged, summed
from .optimizers import Optimizer
from .options import Range
from .rows import Examples
from .saved import Saved
from .schedules import Pace

Goal = Literal["forward", "backward", "update", "furthest"]
"""How far to compile; `furthest` is as far as what is given allows."""


@dataclass(frozen=True)
class Classes:
    """Targets as class numbers, counted from `first`: one-hot rows once the number of outputs is known."""

    classes: Examples
    first: int = 1


ORIGIN = {"origin": True}
"""The metadata of fields that every step of a training depends on, apart from the data."""


@dataclass(frozen=True, kw_only=True)
class Network:
    """Everything that the maths needs."""

    layers: tuple[Layer, ...] = field(default=(), metadata=ORIGIN)
    inputs: Examples | None = None
    targets: Examples | Classes | None = None
    loss: Loss | None = field(default=None, metadata=ORIGIN)
    grad_output: Array | None = None
    optimizer: Optimizer | None = field(default=None, metadata=ORIGIN)
    conventions: Conventions = field(default_factory=Conventions, metadata=ORIGIN)
    chosen: frozenset[str] = field(default=frozenset(), metadata={"internal": True})
    """The conventions that are given by themselves, not by a preset."""
    mode: Literal["train", "eval"] = field(default="train", metadata=ORIGIN)
    seed: Annotated[int, Range(0)] = field(default=0, metadata=ORIGIN)
    weights: Saved | None = None
    """Parameters and running statistics by name, in place of what the layers say."""
    pace: Pace = field(default=Pace(), metadata={"internal": True})
    size: int | None = field(default=None, metadata={"internal": True})
    """Examples per step, taken in order; all of them unless given."""


def compile_network(network: Network, goal: Goal) -> Compiled:
    """Compile up to outputs and loss (`forward`), gradients (`backward`) or new parameters (`update`).

    Raises NetworkError with every problem: shapes that do not fit, something that the goal needs and is not there.
    """
    if goal == "furthest":
        goal = furthest(network)
    blocks = sum(layer.starts_block for layer in network.layers)
    p = Builder(network.conventions, network.mode, network.seed, network.pace, network.weights, blocks)
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
        if (network.size or p.rows) > 1:
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


@dataclass(frozen=True)
class Start:
    """Where the backward pass starts: the gradient's name, the tensor it is taken at, the loss it derives."""

    gradient: str = ""
    at: str | None = None
    objective: str | None = None


def top_gradient(p: Builder, network: Network, tape: list[Call], output: Signal, goal: Goal) -> Start:
    """Append the loss and its gradient, or take the gradient that is given."""
    if network.grad_output is not None and goal != "forward":
        G = rows_like(p, network.grad_output, output, "grad_output")
        gradient = p.batch(p.gradient(output.name), "target", G)
        p.tensors[output.name] = replace(p.tensors[output.name], gradient=gradient)
        return Start(gradient, output.name)
    if network.loss is None or network.targets is None:
        return Start()
    rows = target_rows(p, network.targets, output)
    D = p.batch(p.names.of("target"), "target", rows)
    p.notes += in_names(p, network.loss.notes(rows, network.conventions), output.name, D)
    fusions = network.loss.fusions(p.conventions) if tape else ()
    fusion = next((f for f in fusions if isinstance(tape[-1].layer, f.layer)), None)
    objective = loss_steps(p, network.loss, fusion, tape, output, D)
    if goal == "forward":
        return Start(objective=objective)
    return loss_gradient(p, network.loss, fusion, tape, output, D, objective)


def loss_steps(p: Builder, loss: Loss, fusion: Fusion | None, tape: list[Call], output: Signal, D: str) -> str:
    """Append the loss, one number an input, its mean where that is asked for, and its penalties; return the last."""
    p.section = "loss"
    name = p.names.of("loss")
    if fusion:
        p.step(name, fusion.value, tape[-1].x.name, D, **loss.settings())
        p.route(name, loss.ops[0], output.name, D, **loss.settings())
    else:
        p.step(name, loss.ops[0], output.name, D, **loss.settings())
    if p.conventions.loss == "mean":
        name = p.step(p.names.of("data_loss" if loss.penalties else "mean_loss"), mean, name)
    return penalize(p, loss, name)


def loss_gradient(
    p: Builder, loss: Loss, fusion: Fusion | None, tape: list[Call], output: Signal, D: str, objective: str
) -> Start:
    """Append the gradient of the loss: at the output, or with a fusion at what went into the last layer."""
    p.section = "backward"
    # Softmax cross-entropy of given probabilities: the gradient belongs to logits that the config does not have.
    unseen = loss.fusions(p.conventions)[0] if loss.closing() and not fusion else None
    base = fusion or unseen
    over_batch = averaged if (p.conventions.loss_gradient or p.conventions.loss) == "mean" else summed
    op = over_batch(base.gradient if base else loss.ops[1])
    if base and p.conventions.output_gradient == "shown":
        p.gradient_step(output.name, over_batch(loss.ops[1]), output.name, D, **loss.settings())
    if unseen:
        return Start(p.step(p.gradient("Z"), op, output.name, D, **loss.settings()), None, objective)
    at = tape.pop().x.name if fusion else output.name
    return Start(p.gradient_step(at, op, output.name, D, **loss.settings()), at, objective)


def target_rows(p: Builder, targets: Array | Classes, output: Signal) -> Array:
    """Return D, one row per input: as given and checked, or one-hot rows from class numbers."""
    if not isinstance(targets, Classes):
        return rows_like(p, targets, output, "targets")
    numbers = targets.classes.reshape(-1)
    last = targets.first + output.width - 1
    if len(numbers) != p.rows:
        p.problem(f"{len(numbers)} classes for {p.rows} inputs", "targets", "classes")
        return np.zeros((p.rows, output.width))
    wrong = (numbers != np.floor(numbers)) | (numbers < targets.first) | (numbers > last)
    if wrong.any():
        p.problem(f"class {numbers[wrong][0]:g} is none of {targets.first} to {last}", "targets", "classes")
        return np.zeros((p.rows, output.width))
    rows = np.zeros((p.rows, output.width))
    rows[np.arange(p.rows), numbers.astype(int) - targets.first] = 1
    return rows


def rows_like(p: Builder, value: Array, output: Signal, key: str) -> Array:
    """Check rows that must have the output's shape; a single row may be written without its outer brackets."""
    rows = value.reshape(1, -1) if value.ndim == 1 else value
    if rows.shape != (p.rows, output.width):
        expected = (p.rows, output.width)
        p.problem(f"shape {p.seen(*rows.shape)}, but {output.name} has shape {p.seen(*expected)}", key)
        return np.zeros(expected)
    return rows


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
