"""Adam. Kingma and Ba, 2015; with decoupled weight decay, AdamW, Loshchilov and Hutter, 2019."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ..build import Builder
from ..op import Array, op, wrong
from ..options import Decay, NonNegative, Positive
from .optimizer import Optimizer, Rate, state
from .sgd import decayed


@op("b1·{M} + (1 − b1)·{G}")
def first_moment(M: Array, G: Array, b1: float) -> Array:
    """The average of the gradients, the last ones most."""
    return b1 * M + (1 - b1) * G


@op("b2·{V} + (1 − b2)·{G}²")
def second_moment(V: Array, G: Array, b2: float) -> Array:
    """The average of their squares."""
    return b2 * V + (1 - b2) * (G * G)


@op("{P}·b")
def power(P: Array, b: float) -> Array:
    """b to the power of the number of steps taken."""
    return P * b


@op("{W} − lr·{M} / (1 − {P1}) / (√({V} / (1 − {P2})) + eps)")
def adam(W: Array, M: Array, V: Array, P1: Array, P2: Array, lr: float, eps: float) -> Array:
    """W − lr·m̂/(√v̂ + eps): both averages start at 0 and are corrected for it (algorithm 1 of the paper)."""
    return W - lr * (M / (1 - P1)) / (np.sqrt(V / (1 - P2)) + eps)


@op("{W} − lr·weight_decay·{W}")
def shrunk(W: Array, lr: float, weight_decay: float) -> Array:
    """The parameter after weight decay apart from the gradient (algorithm 2 of Loshchilov and Hutter)."""
    return W - lr * weight_decay * W


def uncorrected(W: Array, M: Array, V: Array, P1: Array, P2: Array, lr: float, eps: float) -> Array:
    """The step without the corrections for the start at 0."""
    return W - lr * M / (np.sqrt(V) + eps)


def eps_inside(W: Array, M: Array, V: Array, P1: Array, P2: Array, lr: float, eps: float) -> Array:
    """The step with eps inside the root."""
    return W - lr * (M / (1 - P1)) / np.sqrt(V / (1 - P2) + eps)


wrong(first_moment, "b1 and 1 − b1 are swapped", lambda M, G, b1: (1 - b1) * M + b1 * G)
wrong(first_moment, "the factor 1 − b1 is missing", lambda M, G, b1: b1 * M + G)
wrong(second_moment, "b2 and 1 − b2 are swapped", lambda V, G, b2: (1 - b2) * V + b2 * G * G)
wrong(second_moment, "the factor 1 − b2 is missing", lambda V, G, b2: b2 * V + G * G)
wrong(second_moment, "the gradient is not squared", lambda V, G, b2: b2 * V + (1 - b2) * G)
wrong(adam, "the step is added, not subtracted", lambda W, *x, **s: 2 * W - adam(W, *x, **s))
wrong(adam, "the averages are not corrected for their start at 0", uncorrected)
wrong(adam, "the first average is not corrected", lambda W, M, V, P1, *x, **s: adam(W, M, V, P1 * 0, *x, **s))
wrong(adam, "the second average is not corrected", lambda W, M, V, P1, P2, *x, **s: adam(W, M, V, P1, P2 * 0, *x, **s))
wrong(adam, "eps stands inside the root", eps_inside)
wrong(adam, "the parameter is not updated", lambda W, *x, lr, eps: W)
wrong(shrunk, "the learning rate is missing", lambda W, lr, weight_decay: W - weight_decay * W)


@dataclass(frozen=True, kw_only=True)
class Adam(Optimizer):
    """Steps as long as the learning rate where gradients agree; weight decay is added to the gradient."""

    beta1: Decay = 0.9
    beta2: Decay = 0.999
    eps: Positive = 1e-8
    weight_decay: NonNegative = 0.0

    def update(self, p: Builder, parameter: str, gradient: str, rate: Rate) -> None:
        if self.weight_decay:
            name = p.names.derived("decayed", parameter)
            gradient = p.step(name, decayed, gradient, parameter, weight_decay=self.weight_decay)
        self.adapt(p, parameter, parameter, gradient, rate)

    def adapt(self, p: Builder, parameter: str, start: str, gradient: str, rate: Rate) -> None:
        """Append the moments and the step from `start`, the parameter or its decayed value."""
        P1, P2 = powers(p, self.beta1, "first_power"), powers(p, self.beta2, "second_power")
        old_first, M = state(p, "first_moment", parameter)
        old_second, V = state(p, "second_moment", parameter)
        p.step(M, first_moment, old_first, gradient, b1=self.beta1)
        p.step(V, second_moment, old_second, gradient, b2=self.beta2)
        p.step(p.names.derived("updated", parameter), adam, start, M, V, P1, P2, lr=rate, eps=self.eps)


@dataclass(frozen=True, kw_only=True)
class AdamW(Adam):
    """Adam with weight decay apart from the gradient."""

    weight_decay: NonNegative = 0.01

    def update(self, p: Builder, parameter: str, gradient: str, rate: Rate) -> None:
        start = parameter
        if self.weight_decay:
            name = p.names.derived("shrunk", parameter)
            start = p.step(name, shrunk, parameter, lr=rate, weight_decay=self.weight_decay)
        self.adapt(p, parameter, start, gradient, rate)


def powers(p: Builder, b: float, kind: str) -> str:
    """The name of b to the power of the number of steps, this one included: one for all parameters."""
    old: str = getattr(p.names.notation, kind)
    new = p.names.derived("updated", old)
    if new not in p.carry:
        p.give(p.names.unique(old), np.ones(()))
        p.carry[new] = old
        p.step(new, power, old, b=b)
    return new
