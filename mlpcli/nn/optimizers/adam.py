"""Adam. Kingma and Ba, 2015; with decoupled weight decay, AdamW, Loshchilov and Hutter, 2019."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from ..build import Builder
from ..initializers import constant
from ..op import Array, Op, op, wrong
from ..options import Decay, NonNegative, Positive
from .optimizer import Optimizer, Rate, state
from .sgd import decayed


@op("beta1·{M} + (1 − beta1)·{G}")
def first_moment(M: Array, G: Array, beta1: float) -> Array:
    """Return the average of the gradients, the last ones most."""
    return beta1 * M + (1 - beta1) * G


@op("beta2·{V} + (1 − beta2)·{G}²")
def second_moment(V: Array, G: Array, beta2: float) -> Array:
    """Return the average of their squares."""
    return beta2 * V + (1 - beta2) * (G * G)


@op("{P:scalar}·beta1")
def first_power(P: Array, beta1: float) -> Array:
    """Compute beta1 to the power of the number of steps taken."""
    return P * beta1


@op("{P:scalar}·beta2")
def second_power(P: Array, beta2: float) -> Array:
    """Compute beta2 to the power of the number of steps taken."""
    return P * beta2


@op("{W} − lr·{M} / (1 − {P1:scalar}) / (√({V} / (1 − {P2:scalar})) + eps)")
def adam(W: Array, M: Array, V: Array, P1: Array, P2: Array, lr: float, eps: float) -> Array:
    """Compute W − lr·m̂/(√v̂ + eps): both averages start at 0 and are corrected for it (the paper's algorithm 1)."""
    return W - lr * (M / (1 - P1)) / (np.sqrt(V / (1 - P2)) + eps)


@op("{W} − lr·weight_decay·{W}")
def shrunk(W: Array, lr: float, weight_decay: float) -> Array:
    """Return the parameter after weight decay apart from the gradient (algorithm 2 of Loshchilov and Hutter)."""
    return W - lr * weight_decay * W


@dataclass(frozen=True, kw_only=True)
class Adam(Optimizer):
    """Steps as long as the learning rate where gradients agree; weight decay is added to the gradient."""

    templates: ClassVar = {
        "first_moment": "m{name}",
        "second_moment": "v{name}",
        "shrunk": "{name}_shrunk",
        "first_power": "b1_power",
        "second_power": "b2_power",
    }

    beta1: Decay = 0.9
    """The weight of the old average of the gradients."""
    beta2: Decay = 0.999
    """The weight of the old average of their squares."""
    eps: Positive = 1e-8
    """What is added to the root."""
    weight_decay: NonNegative = 0.0
    """Adds weight_decay·W to the gradient."""

    def update(self, p: Builder, parameter: str, gradient: str, rate: Rate) -> None:
        if self.weight_decay:
            name = p.names.derived("decayed", parameter)
            gradient = p.step(name, decayed, gradient, parameter, weight_decay=self.weight_decay)
        self.adapt(p, parameter, parameter, gradient, rate)

    def adapt(self, p: Builder, parameter: str, start: str, gradient: str, rate: Rate) -> None:
        """Append the moments and the step from `start`, the parameter or its decayed value."""
        P1 = power(p, "first_power", first_power, beta1=self.beta1)
        P2 = power(p, "second_power", second_power, beta2=self.beta2)
        old_first, M = state(p, "first_moment", parameter)
        old_second, V = state(p, "second_moment", parameter)
        p.step(M, first_moment, old_first, gradient, beta1=self.beta1)
        p.step(V, second_moment, old_second, gradient, beta2=self.beta2)
        p.step(p.names.derived("updated", parameter), adam, start, M, V, P1, P2, lr=rate, eps=self.eps)


@dataclass(frozen=True, kw_only=True)
class AdamW(Adam):
    """Adam with weight decay apart from the gradient."""

    weight_decay: NonNegative = 0.01
    """Takes lr·weight_decay·W from the parameter, apart from the gradient."""

    def update(self, p: Builder, parameter: str, gradient: str, rate: Rate) -> None:
        start = parameter
        if self.weight_decay:
            name = p.names.derived("shrunk", parameter)
            start = p.step(name, shrunk, parameter, lr=rate, weight_decay=self.weight_decay)
        self.adapt(p, parameter, start, gradient, rate)


def power(p: Builder, kind: str, op: Op, **settings: float) -> str:
    """Declare a power with the number of steps, this one included, for all parameters; returns its name."""
    known = (tensor for tensor in p.tensors.values() if tensor.label and tensor.label.kind == kind)
    if found := next(known, None):
        return found.successor
    old = p.state(p.names.of(kind), (), constant(np.ones(())))
    new = p.names.derived("updated", old)
    p.succeed(old, new)
    return p.step(new, op, old, **settings)


def uncorrected(W: Array, M: Array, V: Array, P1: Array, P2: Array, lr: float, eps: float) -> Array:
    """Return the step without the corrections for the start at 0."""
    return W - lr * M / (np.sqrt(V) + eps)


def eps_inside(W: Array, M: Array, V: Array, P1: Array, P2: Array, lr: float, eps: float) -> Array:
    """Return the step with eps inside the root."""
    return W - lr * (M / (1 - P1)) / np.sqrt(V / (1 - P2) + eps)


wrong(first_moment, "beta1 and 1 − beta1 are swapped", lambda M, G, beta1: (1 - beta1) * M + beta1 * G)
wrong(first_moment, "the factor 1 − beta1 is missing", lambda M, G, beta1: beta1 * M + G)
wrong(second_moment, "beta2 and 1 − beta2 are swapped", lambda V, G, beta2: (1 - beta2) * V + beta2 * G * G)
wrong(second_moment, "the factor 1 − beta2 is missing", lambda V, G, beta2: beta2 * V + G * G)
wrong(second_moment, "the gradient is not squared", lambda V, G, beta2: beta2 * V + (1 - beta2) * G)
wrong(adam, "the step is added, not subtracted", lambda W, *x, **s: 2 * W - adam(W, *x, **s))
wrong(adam, "the averages are not corrected for their start at 0", uncorrected)
wrong(adam, "the first average is not corrected", lambda W, M, V, P1, *x, **s: adam(W, M, V, P1 * 0, *x, **s))
wrong(adam, "the second average is not corrected", lambda W, M, V, P1, P2, *x, **s: adam(W, M, V, P1, P2 * 0, *x, **s))
wrong(adam, "eps stands inside the root", eps_inside)
wrong(adam, "the old value is lost", lambda W, *x, **s: adam(W, *x, **s) - W)
wrong(adam, "the parameter is not updated", lambda W, *x, **s: W)
wrong(shrunk, "the learning rate is missing", lambda W, lr, weight_decay: W - weight_decay * W)
