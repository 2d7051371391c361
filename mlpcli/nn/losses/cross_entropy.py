"""The cross-entropy, L = −Σ D·log Y, of probabilities Y. Handout 2.3."""

from __future__ import annotations

import numpy as np

from ..conventions import Conventions
from ..layers import Softmax
from ..layers.softmax import log_softmax
from ..op import Array, op
from .loss import Fusion, Loss


@op("−Σ {D}⊙log({Y})")
def cross_entropy(Y: Array, D: Array) -> Array:
    """(N, C) → (N,); where D is 0 the term is 0, also at Y = 0. Handout 2.3."""
    return -np.where(D == 0, 0, D * np.log(np.where(D == 0, 1, Y))).sum(axis=1)


@op("−{D} / {Y}")
def cross_entropy_gradient(Y: Array, D: Array) -> Array:
    """gradY; where D is 0 it is 0, also at Y = 0."""
    return np.where(D == 0, 0, -D / np.where(D == 0, 1, Y))


@op("−Σ {D}⊙log softmax({Z})")
def cross_entropy_at_logits(Z: Array, D: Array) -> Array:
    """The same from the logits: finite where the probability underflows to 0."""
    return -(D * log_softmax(Z)).sum(axis=1)


@op("{Y}⊙Σ {D} − {D}")
def logits_gradient(Y: Array, D: Array) -> Array:
    """gradZ, the derivative at the logits: −D/Y through the softmax's Jacobian, with the division cancelled."""
    return Y * D.sum(axis=1, keepdims=True) - D


class CrossEntropy(Loss):
    """The cross-entropy. Right after a softmax its gradient is taken at the logits, where it cannot overflow."""

    value = cross_entropy
    gradient = cross_entropy_gradient

    def fusion(self, conventions: Conventions) -> Fusion | None:
        return Fusion(Softmax, cross_entropy_at_logits, logits_gradient)

    def notes(self, D: Array, conventions: Conventions) -> list[str]:
        return [f"{row} of D sums to {total:.8g}: no distribution" for row, total in odd_rows(D)]


def odd_rows(D: Array) -> list[tuple[str, float]]:
    """The first row of targets that does not sum to 1, with its sum, and how many more there are."""
    totals = D.sum(axis=1)
    rows = np.flatnonzero(np.abs(totals - 1) > 1e-6)
    if not len(rows):
        return []
    more = f" (and {len(rows) - 1} more)" if len(rows) > 1 else ""
    return [(f"row {rows[0] + 1}{more}", float(totals[rows[0]]))]
