"""What a network answers: one class of several, one of two, labels, numbers, or how likely each class is."""

from __future__ import annotations

from typing import Literal

import numpy as np

from ..config.experiment import Experiment
from ..nn.network import Classes
from ..nn.program import Program
from .examples import Examples
from .score import Count, loss_step, output_of

Kind = Literal["classes", "binary", "labels", "numbers", "likelihoods"]
SAMPLE = 10_000
"""Targets looked at to tell what they are."""


def kind_of(experiment: Experiment, examples: Examples) -> Kind:
    """Tell what the targets are: classes are written as such, or rows with a single 1; labels are rows of 0 and 1."""
    if isinstance(experiment.targets, Classes):
        return "classes"
    D = examples.targets(np.linspace(0, len(examples) - 1, min(len(examples), SAMPLE), dtype=np.intp))
    bits = ((D == 0) | (D == 1)).all()
    if bits and D.shape[1] > 1 and (D.sum(axis=1) == 1).all():
        return "classes"
    last = experiment.layers[-1] if experiment.layers else None
    likely = experiment.loss is not None and experiment.loss.of_probabilities
    if bits and (likely or (last is not None and last.probabilities)):
        return "labels" if D.shape[1] > 1 else "binary"
    return "likelihoods" if likely else "numbers"


def counter(kind: Kind, program: Program) -> Count | None:
    """Return what tells which answers are right, from what the loss is computed from and the targets."""
    if kind == "classes":
        return lambda Y, D: Y.argmax(axis=1) == D.argmax(axis=1)
    if kind != "binary":
        return None
    joined = loss_step(program).operands[0] != output_of(program)
    middle = 0 if joined else 0.5  # a loss that is joined with the sigmoid is computed from the logits
    return lambda Y, D: (middle <= Y) == (D == 1)
