"""A network as a config describes it, and its compilation to a program of named steps."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Annotated, Any, Literal

import numpy as np

from .build import Builder, NetworkError, Pace, Tensor, shape
from .conventions import Conventions
from .layers import Call, Layer
from .losses import Fusion, Loss, mean
from .op import Array, averaged, summed
from .optimizers import Optimizer
from .options import Range
from .program import Program
from .rows import Examples
from .saved import Saved

Goal = Literal["forward", "backward", "update", "furthest"]
"""How far to compile; `furthest` is as far as what is given allows."""


@dataclass(frozen=True)
class Classes:
    """Targets as class numbers, counted from `first`: one-hot rows once the number of outputs is known."""

    classes: Examples
    first: int = 1


@dataclass(frozen=True, kw_only=True)
class Network:
    """Everything that the maths needs."""

    layers: tuple[Layer, ...] = ()
    inputs: Examples | None = None
    targets: Examples | Classes | None = None
    loss: Loss | None = None
    grad_output: Array | None = None
    optimizer: Optimizer | None = None
    conventions: Conventions = field(default_factory=Conventions)
    mode: Literal["train", "eval"] = "train"
    seed: Annotated[int, Range(0)] = 0
    weights: Saved | None = None
    """Parameters and running statistics by name, in place of what the layers say."""
    pace: Pace = field(default=Pace(), metadata={"internal": True})


def compile_network(network: Network, goal: Goal, dtype: Any = np.float64) -> Program:
    """The program up to outputs and loss (`forward`), gradients (`backward`) or new parameters (`update`).

    Weights that are drawn have the given dtype. Raises NetworkError with every problem: shapes that do not fit,
    something that the goal needs and is not there.
    """
    if goal == "furthest":
        goal = furthest(network)
    p = Builder(network.conventions, network.mode, network.seed, network.pace, network.weights, dtype)
    tape: list[Call] = []
    output = forward(p, network, tape)
    p.check_weights()
    check_goal(p, network, goal)
    start = top_gradient(p, network, tape, output, goal)
    if goal != "forward" and not p.problems:
        backward(p, tape, start.gradient)
        if goal == "update" and network.optimizer is not None:
            update(p, network.optimizer)
    return p.finish(objective=start.objective, differentiated=start.at)


def furthest(network: Network) -> Goal:
    """The last goal that the network has everything for."""
    if network.grad_output is None and (network.loss is None or network.targets is None):
        return "forward"
    return "update" if network.optimizer else "backward"


def forward(p: Builder, network: Network, tape: list[Call]) -> Tensor:
    """Append every layer; the tape remembers them for the way back."""
    x = given_input(p, network)
    for index, layer in enumerate(network.layers):
        with p.at("layers", index):
            tape.append(layer.forward(p, x))
            x = tape[-1].y
    closing = network.loss.closing() if network.loss and tape else None
    if closing and not isinstance(tape[-1].layer, type(closing)):
        tape.append(closing.forward(p, x))
        x = tape[-1].y
    return x


def given_input(p: Builder, network: Network) -> Tensor:
    """The inputs, one row each; without layers they are the output Y that the loss is given."""
    X = network.inputs
    if X is None:
        p.problem("inputs are missing")
        X = np.zeros((1, 1))
    if X.ndim == 1:
        X = X.reshape(1, -1)
    if X.ndim != 2 or not X.size:
        p.problem(f"inputs have shape {shape(X)}; they must be rows of numbers", "inputs")
        X = np.zeros((1, 1))
    p.batch_size = len(X)
    name = p.names.unique(p.names.notation.input) if network.layers else p.names.of("activation")
    p.rows.append(p.give(name, X))
    return Tensor(name, X.shape[1])


def check_goal(p: Builder, network: Network, goal: Goal) -> None:
    """What the goal needs and is not there."""
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


def top_gradient(p: Builder, network: Network, tape: list[Call], output: Tensor, goal: Goal) -> Start:
    """Append the loss and its gradient, or take the gradient that is given."""
    if network.grad_output is not None and goal != "forward":
        G = rows_like(p, network.grad_output, output, "grad_output")
        p.gradients[output.name] = p.give(p.gradient(output.name), G)
        p.rows.append(p.gradients[output.name])
        return Start(p.gradients[output.name], output.name)
    if network.loss is None or network.targets is None:
        return Start()
    D = p.give(p.names.unique(p.names.notation.target), target_rows(p, network.targets, output))
    p.rows.append(D)
    p.notes += network.loss.notes(p.given[D], network.conventions)
    fusions = network.loss.fusions(network.conventions) if tape else ()
    fusion = next((f for f in fusions if isinstance(tape[-1].layer, f.layer)), None)
    objective = loss_steps(p, network.loss, fusion, tape, output, D)
    if goal == "forward":
        return Start(objective=objective)
    return loss_gradient(p, network.loss, fusion, tape, output, D, objective)


def loss_steps(p: Builder, loss: Loss, fusion: Fusion | None, tape: list[Call], output: Tensor, D: str) -> str:
    """Append the loss, one number an input, and its mean where the convention asks for it; the name of the last."""
    p.section = "loss"
    name = p.names.unique(p.names.notation.loss)
    if fusion:
        p.step(name, fusion.value, tape[-1].x.name, D)
        p.route(loss.value, output.name, D)
    else:
        p.step(name, loss.value, output.name, D)
    if p.conventions.loss == "sum":
        return name
    return p.step(p.names.unique(p.names.notation.mean_loss), mean, name)


def loss_gradient(
    p: Builder, loss: Loss, fusion: Fusion | None, tape: list[Call], output: Tensor, D: str, objective: str
) -> Start:
    """Append the gradient of the loss: at the output, or with a fusion at what went into the last layer."""
    p.section = "backward"
    # Softmax cross-entropy of given probabilities: the gradient belongs to logits that the config does not have.
    unseen = loss.fusions(p.conventions)[0] if loss.closing() and not fusion else None
    base = fusion or unseen
    op = base.gradient if base else loss.gradient
    op = averaged(op) if p.conventions.loss == "mean" else summed(op)
    if unseen:
        return Start(p.step(p.gradient("Z"), op, output.name, D), None, objective)
    at = tape.pop().x.name if fusion else output.name
    return Start(p.gradient_step(at, op, output.name, D), at, objective)


def target_rows(p: Builder, targets: Array | Classes, output: Tensor) -> Array:
    """D, one row an input: as given and checked, or one-hot rows from class numbers."""
    if not isinstance(targets, Classes):
        return rows_like(p, targets, output, "targets")
    numbers = targets.classes.reshape(-1)
    last = targets.first + output.width - 1
    if len(numbers) != p.batch_size:
        p.problem(f"{len(numbers)} classes for {p.batch_size} inputs", "targets", "classes")
        return np.zeros((p.batch_size, output.width))
    wrong = (numbers != np.floor(numbers)) | (numbers < targets.first) | (numbers > last)
    if wrong.any():
        p.problem(f"class {numbers[wrong][0]:g} is none of {targets.first} to {last}", "targets", "classes")
        return np.zeros((p.batch_size, output.width))
    rows = np.zeros((p.batch_size, output.width))
    rows[np.arange(p.batch_size), numbers.astype(int) - targets.first] = 1
    return rows


def rows_like(p: Builder, value: Array, output: Tensor, key: str) -> Array:
    """Rows that must have the output's shape; a single row may be written without its outer brackets."""
    rows = value.reshape(1, -1) if value.ndim == 1 else value
    if rows.shape != (p.batch_size, output.width):
        expected = (p.batch_size, output.width)
        p.problem(f"shape {shape(value)}, but {output.name} has shape {expected}", key)
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
    with p.at("optimizer"):
        optimizer.updates(p, p.parameters)


__all__ = ["Classes", "Goal", "Network", "NetworkError", "compile_network"]
