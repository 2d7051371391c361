"""An optimizer: every step divided by the size of all gradients so far."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from mlpcli.nn.op import op, wrong
from mlpcli.nn.optimizers import Optimizer, state
from mlpcli.nn.options import Positive


@op("{S} + {G}²")
def gathered(S, G):
    return S + G * G


@op("{W} − lr·{G} / (√({S}) + eps)")
def adagrad(W, G, S, lr, eps):
    return W - lr * (G / (np.sqrt(S) + eps))


@dataclass(frozen=True, kw_only=True)
class AdaGrad(Optimizer):
    """Steps that get shorter with every gradient."""

    eps: Positive = 1e-8

    templates: ClassVar = {"gathered": "s{name}"}

    def update(self, p, parameter, gradient, rate):
        old, S = state(p, "gathered", parameter)
        p.step(S, gathered, old, gradient)
        p.step(p.names.derived("updated", parameter), adagrad, parameter, gradient, S, lr=rate, eps=self.eps)


wrong(gathered, "the gradient is not squared", lambda S, G: S + G)
wrong(adagrad, "the root is missing", lambda W, G, S, lr, eps: W - lr * (G / (S + eps)))
