"""The loss of a network and the gradient that its backward pass starts from, as steps of its program."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from .build import Builder, Signal
from .classes import Classes
from .layers import Call
from .losses import Fusion, Loss, mean
from .losses.importance import weighted_loss, weighted_rows
from .losses.penalty import penalize
from .notes import in_names
from .op import Array, Op, averaged, summed

if TYPE_CHECKING:
    from .network import Goal, Network


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
    w = importance(p, network)
    objective = loss_steps(p, network.loss, fusion, tape, output, D, w)
    if goal == "forward":
        return Start(objective=objective)
    return loss_gradient(p, network.loss, fusion, tape, output, D, w, objective)


def importance(p: Builder, network: Network) -> str:
    """Declare how much each example counts (N,); nothing where all count the same."""
    if network.sample_weights is None or network.loss is None:
        return ""
    w = network.sample_weights.reshape(-1)
    if len(w) != p.rows or (w < 0).any():
        wrong = f"{len(w)} weights for {p.rows} inputs" if len(w) != p.rows else "a weight is negative"
        p.problem(wrong, "sample_weights")
        return ""
    with p.at("loss", templates=network.loss.templates):
        return p.batch(p.names.of("importance"), "importance", w)


def loss_steps(p: Builder, loss: Loss, fusion: Fusion | None, tape: list[Call], output: Signal, D: str, w: str) -> str:
    """Append the loss, one number an input, its mean where that is asked for, and its penalties; return the last."""
    p.section = "loss"
    name = p.names.of("loss")
    if fusion:
        p.step(name, fusion.value, tape[-1].x.name, D, **loss.settings())
        p.route(name, loss.ops[0], output.name, D, **loss.settings())
    else:
        p.step(name, loss.ops[0], output.name, D, **loss.settings())
    if w:
        with p.at("loss", templates=loss.templates):
            name = p.step(p.names.of("weighted_loss"), weighted_loss, name, w)
    if p.conventions.loss == "mean":
        name = p.step(p.names.of("data_loss" if loss.penalties else "mean_loss"), mean, name)
    return penalize(p, loss, name)


def loss_gradient(
    p: Builder, loss: Loss, fusion: Fusion | None, tape: list[Call], output: Signal, D: str, w: str, objective: str
) -> Start:
    """Append the gradient of the loss: at the output, or with a fusion at what went into the last layer."""
    p.section = "backward"
    # Softmax cross-entropy of given probabilities: the gradient belongs to logits that the config does not have.
    unseen = loss.fusions(p.conventions)[0] if loss.closing() and not fusion else None
    base = fusion or unseen
    over_batch = averaged if (p.conventions.loss_gradient or p.conventions.loss) == "mean" else summed

    def append(step: Callable[..., str], name: str, op: Op) -> str:
        """Append the gradient of a tensor, each row of it times the weight of its example where these are given."""
        if not w:
            return step(name, over_batch(op), output.name, D, **loss.settings())
        all_alike = p.step(p.names.derived("unweighted", name), op, output.name, D, **loss.settings())
        return step(name, over_batch(weighted_rows), all_alike, w)

    if base and p.conventions.output_gradient == "shown":
        append(p.gradient_step, output.name, loss.ops[1])
    op = base.gradient if base else loss.ops[1]
    if unseen:
        return Start(append(lambda name, *step, **k: p.step(p.gradient(name), *step, **k), "Z", op), None, objective)
    at = tape.pop().x.name if fusion else output.name
    return Start(append(p.gradient_step, at, op), at, objective)


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
