"""Stochastic gradient descent, with momentum in both printed forms. Handout 3.7; Sutskever et al., 2013."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ..build import Builder
from ..op import Array, op
from ..options import Decay, NonNegative, Positive
from .optimizer import Optimizer


@op("{W} − lr·{G}")
def sgd(W: Array, G: Array, lr: float) -> Array:
    """W − lr·gradW. Handout 3.7."""
    return W - lr * G


@op("{G} + weight_decay·{W}")
def decayed(G: Array, W: Array, weight_decay: float) -> Array:
    """The gradient with that of weight_decay·½ΣW² added."""
    return G + weight_decay * W


@op("mu·{V} + {G}")
def velocity(V: Array, G: Array, mu: float) -> Array:
    """Momentum that gathers gradients, as in PyTorch."""
    return mu * V + G


@op("{G} + mu·{V}")
def nesterov(G: Array, V: Array, mu: float) -> Array:
    """The gradient seen one step of momentum ahead, as in PyTorch."""
    return G + mu * V


@op("mu·{V} − lr·{G}")
def velocity_step(V: Array, G: Array, mu: float, lr: float) -> Array:
    """Momentum that gathers steps, the learning rate in them."""
    return mu * V - lr * G


@op("{W} + {V}")
def moved(W: Array, V: Array) -> Array:
    """The parameter after one step of momentum."""
    return W + V


@op("{W} + mu·{V} − lr·{G}")
def nesterov_step(W: Array, V: Array, G: Array, mu: float, lr: float) -> Array:
    """The parameter after a step whose momentum is looked at one step ahead (Sutskever et al., 2013)."""
    return W + mu * V - lr * G


@dataclass(frozen=True, kw_only=True)
class SGD(Optimizer):
    """W − lr·gradW; the convention `momentum` chooses the form of the velocity."""

    learning_rate: Positive
    momentum: Decay = 0.0
    nesterov: bool = False
    weight_decay: NonNegative = 0.0

    def update(self, p: Builder, parameter: str, gradient: str) -> None:
        lr, mu = self.learning_rate, self.momentum
        updated = p.names.derived("updated", parameter)
        p.carry[updated] = parameter
        if self.weight_decay:
            name = p.names.derived("decayed", parameter)
            gradient = p.step(name, decayed, gradient, parameter, weight_decay=self.weight_decay)
        if not mu:
            if self.nesterov:
                p.problem("nesterov needs momentum above 0", "nesterov")
            p.step(updated, sgd, parameter, gradient, lr=lr)
            return
        old = p.give(p.names.derived("velocity", parameter), np.zeros_like(p.given[parameter]))
        V = p.names.derived("updated", old)
        p.carry[V] = old
        if p.conventions.momentum == "step":
            p.step(V, velocity_step, old, gradient, mu=mu, lr=lr)
            if self.nesterov:
                p.step(updated, nesterov_step, parameter, V, gradient, mu=mu, lr=lr)
            else:
                p.step(updated, moved, parameter, V)
            return
        p.step(V, velocity, old, gradient, mu=mu)
        if self.nesterov:
            ahead = p.names.derived("ahead", parameter)
            V = p.step(ahead, nesterov, gradient, V, mu=mu)
        p.step(updated, sgd, parameter, V, lr=lr)
