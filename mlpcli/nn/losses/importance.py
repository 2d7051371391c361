"""Examples that count more than others: the loss of each, and its gradient, times a weight w (N,)."""

from __future__ import annotations

from ..op import Array, op, wrong


@op("{w}⊙{L}")
def weighted_loss(L: Array, w: Array) -> Array:
    """Compute w⊙L (N,)."""
    return w * L


@op("({G}ᵀ⊙{w})ᵀ")
def weighted_rows(G: Array, w: Array) -> Array:
    """Multiply each row of G (N, C) by the weight of its example."""
    return (G.T * w).T


wrong(weighted_loss, "the weights of the examples are missing", lambda L, w: L)
wrong(weighted_rows, "the weights of the examples are missing", lambda G, w: G)
wrong(weighted_rows, "the weights of the examples count twice", lambda G, w: (G.T * w * w).T)
