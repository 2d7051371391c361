"""Say what a course has: a student who computes, a config of the teacher's, and names on both sides."""

from __future__ import annotations

import json

import numpy as np

from .exercise import Exercise
from .hand import Hand

LOSSES = {"ce": "softmax_cross_entropy", "bce": "binary_cross_entropy", "l2": "l2", "mse": "mse"}
ALL = {"z", "a", "loss", "da", "dz", "dw", "db", "w", "b"}


class Course:
    """Base of the courses; what they do alike is here."""

    key = ""
    average = "error"  # where the division by the batch size stands: error, gradients, update, or nowhere ("sum")
    axis = 0  # along which samples lie in the student's tensors
    out_in = False  # whether W is (outputs, inputs)
    ops: frozenset = frozenset(ALL)
    formats: tuple = ("print", "assign", "dict", "json", "yaml", "npz", "csv", "latex", "markdown", "lists", "ipython")

    def exercise(self, random) -> Exercise:
        raise NotImplementedError

    def run(self, ex: Exercise, hand: Hand) -> None:
        raise NotImplementedError

    def config(self, ex: Exercise, dialect: int) -> str:
        raise NotImplementedError

    def dialects(self, ex: Exercise) -> int:
        return 1

    def styles(self, ex: Exercise) -> list[dict[str, str]]:
        """List ways to name tensors: by operation, with {l}, {k} = l - 1, {n} = l + 1."""
        raise NotImplementedError

    def tool(self, dialect: int) -> dict[str, str]:
        """Give the names of the config's notation, several of them divided by |."""
        raise NotImplementedError

    def lists(self, style: dict[str, str]) -> dict[str, str]:
        """Give names for lists per layer."""
        return {}

    def forms(self) -> list[str]:
        """List forms of right work that only this course knows."""
        return []


HANDOUT = {
    **{
        "z": "Y{l}lin|Y{l}",
        "a": "Y{l}",
        "loss": "L|L_mean|L_sum",
        "da": "gradY{l}|gradY{l}lin",
        "dz": "gradY{l}lin|gradY{l}",
    },
    **{"dw": "gradW{l}", "db": "gradB{l}", "w": "W{l}_new", "b": "B{l}_new", "step": "W{l}_new"},
}


def fill(pattern: str, layer: int) -> str:
    return pattern.format(l=layer, k=layer - 1, n=layer + 1, j=2 * (layer - 1))


def flow(value) -> str:
    """Write numbers as YAML on one line."""
    return json.dumps(np.asarray(value).tolist())


def config_text(ex: Exercise, conventions: str, *, out_in=False, columns=False, bias="row", freeze=False) -> str:
    """Write the teacher's config."""
    lines = ["title: exercise", "layers:"]
    for layer in range(1, ex.depth + 1):
        W = ex.W[layer - 1].T if out_in else ex.W[layer - 1]
        options = f"type: linear, W: {flow(W)}"
        if ex.b is not None:
            b = ex.b[layer - 1]
            options += f", B: {flow(b[:, None] if bias == 'column' else b)}"
        elif freeze:
            options += ", freeze: [B]"
        lines += [f"  - {{{options}}}"] + ([f"  - {ex.acts[layer]}"] if ex.acts[layer] != "linear" else [])
    targets = f"{{classes: {ex.classes}, first: 0}}" if ex.classes else flow(ex.Y.T if columns else ex.Y)
    lines += [f"inputs: {flow(ex.X.T if columns else ex.X)}", f"targets: {targets}", f"loss: {LOSSES[ex.loss]}"]
    momentum = f", momentum: {ex.mu}" if ex.mu else ""
    lines += [f"optimizer: {{type: sgd, learning_rate: {ex.lr}{momentum}}}" if ex.mu else f"learning_rate: {ex.lr}"]
    return "\n".join([*lines, *([f"conventions: {conventions}"] if conventions else []), ""])
