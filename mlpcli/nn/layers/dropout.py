"""Dropout: in training every number is left out with probability `rate`. Srivastava et al., 2014.

Inverted: what is kept is divided by 1 − rate, so that nothing needs to be done in evaluation.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from ...values.shapes import N
from ..build import Builder, Signal
from ..op import Array, op, wrong
from ..options import Decay
from ..program import Rule
from .layer import Call, Layer


@op("{X}⊙{mask} / (1 − rate)")
def dropout(X: Array, mask: Array, rate: float) -> Array:
    """Return X (N, M)/(1 − rate) where mask (N, M) is 1, and 0 where it is 0."""
    return X * mask / (1 - rate)


@op("{G}⊙{mask} / (1 − rate)")
def dropout_gradient(G: Array, mask: Array, rate: float) -> Array:
    """Compute gradX (N, M), through the same mask."""
    return G * mask / (1 - rate)


@dataclass(frozen=True, kw_only=True)
class Dropout(Layer):
    """Leaves out numbers by a mask that is drawn anew at every step; does nothing in evaluation."""

    rate: Decay = 0.5
    """The part of the numbers that is set to 0 in training."""

    templates: ClassVar = {"mask": "mask{l}", "dropout": "Y{l}drop"}

    def forward(self, p: Builder, x: Signal) -> Call:
        if not p.training:
            return Call(self, x, x)
        mask = p.rule(p.names.of("mask"), "drawn", (N, x.width), self.rule(p.seed, int(p.path[1]), x.width))
        y = p.step(p.names.of("dropout"), dropout, x.name, mask, rate=self.rate)
        return Call(self, x, Signal(y, x.width), {"mask": mask})

    def rule(self, seed: int, layer: int, width: int) -> Rule:
        """Return the mask's rule, a function of seed, layer and step alone: the same after a training is resumed."""

        def mask(step: int, rows: int) -> Array:
            kept = np.random.default_rng((seed, layer, step)).random((rows, width)) >= self.rate
            return kept.astype(np.float64)

        return mask

    def backward(self, p: Builder, call: Call, grad: str) -> str:
        if call.y == call.x:
            return grad
        return p.gradient_step(call.x.name, dropout_gradient, grad, call.names["mask"], rate=self.rate)


wrong(dropout, "the mask is not applied", lambda X, mask, rate: X)
wrong(dropout, "it is not divided by 1 − rate", lambda X, mask, rate: X * mask)
wrong(dropout, "it is multiplied by 1 − rate, not divided", lambda X, mask, rate: X * mask * (1 - rate))
wrong(dropout, "it is divided by rate", lambda X, mask, rate: X * mask / rate)
wrong(dropout, "what the mask leaves out is kept, and the rest left out", lambda X, mask, rate: X * (1 - mask))
wrong(dropout_gradient, "the mask is not applied", lambda G, mask, rate: G)
wrong(dropout_gradient, "it is not divided by 1 − rate", lambda G, mask, rate: G * mask)
