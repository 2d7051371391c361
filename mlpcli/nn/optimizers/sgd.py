"""Stochastic gradient descent, with momentum in its three printed forms. Handout 3.7; Sutskever et al., 2013."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import ClassVar

from ..build import Builder
from ..conventions import Conventions
from ..op import Array, op, wrong
from ..options import Decay, NonNegative
from .optimizer import Optimizer, Rate, state


@op("{W} − lr·{G}")
def sgd(W: Array, G: Array, lr: float) -> Array:
    """Compute W − lr·gradW. Handout 3.7."""
    return W - lr * G


@op("{G} + weight_decay·{W}")
def decayed(G: Array, W: Array, weight_decay: float) -> Array:
    """Return the gradient with that of weight_decay·½ΣW² added."""
    return G + weight_decay * W


@op("mu·{V} + {G}")
def velocity(V: Array, G: Array, mu: float) -> Array:
    """Return momentum that gathers gradients, as in PyTorch."""
    return mu * V + G


@op("mu·{V} + (1 − mu)·{G}")
def velocity_average(V: Array, G: Array, mu: float) -> Array:
    """Momentum that averages gradients, the latest with weight 1 − mu, as in deeplearning.ai."""
    return mu * V + (1 - mu) * G


@op("{G} + mu·{V}")
def nesterov(G: Array, V: Array, mu: float) -> Array:
    """Return the gradient seen one step of momentum ahead, as in PyTorch."""
    return G + mu * V


@op("mu·{V} − lr·{G}")
def velocity_step(V: Array, G: Array, lr: float, mu: float) -> Array:
    """Return momentum that gathers steps, the learning rate in them."""
    return mu * V - lr * G


@op("{W} + {V}")
def moved(W: Array, V: Array) -> Array:
    """Return the parameter after one step of momentum."""
    return W + V


@op("{W} + mu·{V} − lr·{G}")
def nesterov_step(W: Array, V: Array, G: Array, lr: float, mu: float) -> Array:
    """Return the parameter after a step whose momentum is looked at one step ahead (Sutskever et al., 2013)."""
    return W + mu * V - lr * G


@op("{W} − lr·{G} / N")
def sgd_over_n(W: Array, G: Array, X: Array, lr: float) -> Array:
    """Compute the parameter after a step by gradients that are sums over the N rows of X. Nielsen, 2015, chapter 1."""
    return W - lr * G / len(X)


@op("−lr·{G}")
def change_of(G: Array, lr: float) -> Array:
    """Compute the change of a parameter: the step down its gradient."""
    return -(lr * G)


@op("−lr·{G} / N")
def change_over_n(G: Array, X: Array, lr: float) -> Array:
    """Compute the change of a parameter by gradients that are sums over the N rows of X."""
    return -(lr * G) / len(X)


@dataclass(frozen=True, kw_only=True)
class SGD(Optimizer):
    """W − lr·gradW; the convention `momentum` chooses the form of the velocity."""

    templates: ClassVar = {"velocity": "v{name}", "step": "{name}_step"}

    momentum: Decay = 0.0
    """mu, the weight of the old velocity."""
    nesterov: bool = False
    """Whether the gradient is looked at one step of momentum ahead."""
    weight_decay: NonNegative = 0.0
    """Adds weight_decay·W to the gradient."""

    def heeds(self, conventions: Conventions) -> Collection[str]:
        if not self.momentum:
            return ("rate", "steps")
        return ("steps",) if conventions.momentum == "step" else ()  # the velocity is the change of the parameter

    def update(self, p: Builder, parameter: str, gradient: str, rate: Rate) -> None:
        mu, updated = self.momentum, p.names.derived("updated", parameter)
        if self.weight_decay:
            name = p.names.derived("decayed", parameter)
            gradient = p.step(name, decayed, gradient, parameter, weight_decay=self.weight_decay)
        if not mu:
            if self.nesterov:
                p.problem("nesterov needs momentum above 0", "nesterov")
            self.plain(p, parameter, gradient, rate)
            return
        old, V = state(p, "velocity", parameter)
        if p.conventions.momentum == "step":
            p.step(V, velocity_step, old, gradient, lr=rate, mu=mu)
            if self.nesterov:
                p.step(updated, nesterov_step, parameter, V, gradient, lr=rate, mu=mu)
            else:
                p.step(updated, moved, parameter, V)
            return
        average = p.conventions.momentum == "ema"
        p.step(V, velocity_average if average else velocity, old, gradient, mu=mu)
        if self.nesterov and average:
            p.problem("nesterov is no average: momentum: ema goes without it", "nesterov")
        elif self.nesterov:
            ahead = p.names.derived("ahead", parameter)
            V = p.step(ahead, nesterov, gradient, V, mu=mu)
        p.step(updated, sgd, parameter, V, lr=rate)

    def plain(self, p: Builder, parameter: str, gradient: str, rate: Rate) -> None:
        """Append the step without momentum, and where the convention shows it, the change of the parameter before."""
        updated, over_n = p.names.derived("updated", parameter), p.conventions.rate == "over_n"
        rows = (p.input,) if over_n else ()
        if p.conventions.steps == "hidden":
            p.step(updated, sgd_over_n if over_n else sgd, parameter, gradient, *rows, lr=rate)
            return
        change = p.step(
            p.names.derived("step", parameter), change_over_n if over_n else change_of, gradient, *rows, lr=rate
        )
        p.step(updated, moved, parameter, change)


wrong(sgd, "the parameter is not updated", lambda W, G, lr: W)
wrong(sgd_over_n, "the parameter is not updated", lambda W, G, X, lr: W)
wrong(sgd, "the step is added, not subtracted", lambda W, G, lr: W + lr * G)
wrong(sgd_over_n, "the step is added, not subtracted", lambda W, G, X, lr: W + lr * (G / len(X)))
wrong(sgd_over_n, "the rate is not divided by N", lambda W, G, X, lr: W - lr * G)
wrong(sgd_over_n, "the step is divided by N twice", lambda W, G, X, lr: W - lr * G / len(X) / len(X))
wrong(sgd_over_n, "lr/N is missing", lambda W, G, X, lr: W - G)
wrong(sgd_over_n, "the old value is lost", lambda W, G, X, lr: -lr * G / len(X))
wrong(sgd_over_n, "the learning rate counts twice", lambda W, G, X, lr: W - lr * lr * G / len(X))
wrong(sgd_over_n, "lr/N counts twice", lambda W, G, X, lr: W - (lr / len(X)) * (lr / len(X)) * G)
wrong(change_of, "its sign is flipped", lambda G, lr: lr * G)
wrong(change_of, "the learning rate is missing", lambda G, lr: -G)
wrong(change_of, "the learning rate counts twice", lambda G, lr: -(lr * lr * G))
wrong(change_over_n, "its sign is flipped", lambda G, X, lr: lr * (G / len(X)))
wrong(change_over_n, "the rate is not divided by N", lambda G, X, lr: -(lr * G))
wrong(change_over_n, "the step is divided by N twice", lambda G, X, lr: -(lr * G) / len(X) / len(X))
wrong(sgd, "the learning rate is missing", lambda W, G, lr: W - G)
wrong(sgd, "the step is taken twice", lambda W, G, lr: W - 2 * lr * G)
wrong(sgd, "the gradient is divided by the learning rate", lambda W, G, lr: W - G / lr)
wrong(sgd, "the learning rate counts twice", lambda W, G, lr: W - lr * lr * G)
wrong(sgd, "the old value is lost", lambda W, G, lr: -lr * G)
wrong(moved, "the step is subtracted, not added", lambda W, V: W - V)
wrong(moved, "the old value is lost", lambda W, V: V)
wrong(moved, "the parameter is not updated", lambda W, V: W)
wrong(velocity_step, "its sign is flipped", lambda V, G, lr, mu: mu * V + lr * G)
wrong(velocity_step, "mu is missing", lambda V, G, lr, mu: V - lr * G)
wrong(velocity_step, "the learning rate is missing", lambda V, G, lr, mu: mu * V - G)
wrong(velocity_step, "the learning rate counts twice", lambda V, G, lr, mu: mu * V - lr * lr * G)
wrong(decayed, "the weight decay is subtracted", lambda G, W, weight_decay: G - weight_decay * W)
wrong(decayed, "the weight decay is missing", lambda G, W, weight_decay: G)
wrong(decayed, "the weight decay counts twice", lambda G, W, weight_decay: G + 2 * weight_decay * W)
wrong(velocity, "the gradient is weighed by 1 − mu", lambda V, G, mu: mu * V + (1 - mu) * G)
wrong(velocity, "its sign is flipped", lambda V, G, mu: mu * V - G)
wrong(velocity, "mu is missing", lambda V, G, mu: V + G)
wrong(velocity_average, "the gradient is not weighed by 1 − mu", velocity.function)
wrong(velocity_average, "mu and 1 − mu are swapped", lambda V, G, mu: (1 - mu) * V + mu * G)
wrong(velocity_average, "its sign is flipped", lambda V, G, mu: mu * V - (1 - mu) * G)
wrong(velocity_average, "mu is missing", lambda V, G, mu: V + (1 - mu) * G)
wrong(nesterov, "it looks no step ahead: plain momentum", lambda G, V, mu: V)
wrong(nesterov, "mu is missing", lambda G, V, mu: G + V)
wrong(velocity_step, "the learning rate is not in it (momentum's other form)", lambda V, G, lr, mu: mu * V + G)
wrong(velocity_step, "the gradient is weighed by 1 − mu", lambda V, G, lr, mu: mu * V - (1 - mu) * lr * G)
wrong(nesterov_step, "it looks no step ahead: plain momentum", lambda W, V, G, lr, mu: W + V)
