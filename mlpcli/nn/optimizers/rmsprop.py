"""RMSProp: each step divided by the size of the last gradients. Tieleman and Hinton, 2012, lecture 6.5."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from ..build import Builder
from ..op import Array, op, wrong
from ..options import Decay, NonNegative, Positive
from .optimizer import Optimizer, Rate, state
from .sgd import decayed


@op("alpha·{V} + (1 − alpha)·{G}²")
def mean_square(V: Array, G: Array, alpha: float) -> Array:
    """Return the average of the squared gradients, the last ones most."""
    return alpha * V + (1 - alpha) * (G * G)


@op("{W} − lr·{G} / (√({V}) + eps)")
def rmsprop(W: Array, G: Array, V: Array, lr: float, eps: float) -> Array:
    """Compute W − lr·G/(√V + eps), eps outside the root as PyTorch has it."""
    return W - lr * (G / (np.sqrt(V) + eps))


@dataclass(frozen=True, kw_only=True)
class RMSProp(Optimizer):
    """Steps of about the learning rate, whatever the size of the gradients."""

    alpha: Decay = 0.99
    """The weight of the old average of the squares."""
    eps: Positive = 1e-8
    """What is added to the root."""
    weight_decay: NonNegative = 0.0
    """Adds weight_decay·W to the gradient."""

    templates: ClassVar = {"second_moment": "v{name}"}

    def update(self, p: Builder, parameter: str, gradient: str, rate: Rate) -> None:
        if self.weight_decay:
            name = p.names.derived("decayed", parameter)
            gradient = p.step(name, decayed, gradient, parameter, weight_decay=self.weight_decay)
        old, V = state(p, "second_moment", parameter)
        p.step(V, mean_square, old, gradient, alpha=self.alpha)
        p.step(p.names.derived("updated", parameter), rmsprop, parameter, gradient, V, lr=rate, eps=self.eps)


def eps_inside(W: Array, G: Array, V: Array, lr: float, eps: float) -> Array:
    """Return the step with eps inside the root."""
    return W - lr * G / np.sqrt(V + eps)


wrong(mean_square, "alpha and 1 − alpha are swapped", lambda V, G, alpha: (1 - alpha) * V + alpha * G * G)
wrong(mean_square, "the factor 1 − alpha is missing", lambda V, G, alpha: alpha * V + G * G)
wrong(mean_square, "the gradient is not squared", lambda V, G, alpha: alpha * V + (1 - alpha) * G)
wrong(rmsprop, "the step is added, not subtracted", lambda W, *x, **s: 2 * W - rmsprop(W, *x, **s))
wrong(rmsprop, "the root is missing", lambda W, G, V, lr, eps: W - lr * G / (V + eps))
wrong(rmsprop, "eps stands inside the root", eps_inside)
wrong(rmsprop, "the old value is lost", lambda W, *x, **s: rmsprop(W, *x, **s) - W)
wrong(rmsprop, "the parameter is not updated", lambda W, G, V, lr, eps: W)
