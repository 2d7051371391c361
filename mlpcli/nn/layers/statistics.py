"""The statistics of a batch and their running averages. Handout 4.1; Ioffe and Szegedy, 2015."""

from __future__ import annotations

import numpy as np

from ..op import Array, op, wrong


@op("Σ_n {X} / N")
def batch_mean(X: Array) -> Array:
    """Return the mean of each column, (N, M) → (1, M). Handout 4.1."""
    return X.sum(axis=0, keepdims=True) / len(X)


@op("Σ_n ({X} − {mean})² / N")
def batch_variance(X: Array, mean: Array) -> Array:
    """Return the biased variance of each column, (N, M) → (1, M). Handout 4.1."""
    return ((X - mean) * (X - mean)).sum(axis=0, keepdims=True) / len(X)


@op("Σ_n ({X} − {mean})² / (N − 1)")
def batch_variance_unbiased(X: Array, mean: Array) -> Array:
    """The unbiased variance of each column, (N, M) → (1, M)."""
    return ((X - mean) * (X - mean)).sum(axis=0, keepdims=True) / (len(X) - 1)


@op("alpha·{old} + (1 − alpha)·{new}")
def running_old(old: Array, new: Array, alpha: float) -> Array:
    """Return running statistics with alpha on the old value. Handout 4.1."""
    return alpha * old + (1 - alpha) * new


@op("(1 − alpha)·{old} + alpha·{new}")
def running_new(old: Array, new: Array, alpha: float) -> Array:
    """Return running statistics with alpha on the new value, which PyTorch calls momentum."""
    return (1 - alpha) * old + alpha * new


@op("alpha·{old} + (1 − alpha)·{new}·N / (N − 1)")
def running_old_unbiased(old: Array, new: Array, X: Array, alpha: float) -> Array:
    """Compute `running_old` of the unbiased variance."""
    return alpha * old + (1 - alpha) * (new * len(X) / (len(X) - 1))


@op("(1 − alpha)·{old} + alpha·{new}·N / (N − 1)")
def running_new_unbiased(old: Array, new: Array, X: Array, alpha: float) -> Array:
    """Compute `running_new` of the unbiased variance, as PyTorch has it."""
    return (1 - alpha) * old + alpha * (new * len(X) / (len(X) - 1))


@op("alpha·{old} + (1 − alpha)·{new}·(N − 1) / N")
def running_old_biased(old: Array, new: Array, X: Array, alpha: float) -> Array:
    """`running_old` of the biased variance, from an unbiased one."""
    return alpha * old + (1 - alpha) * (new * (len(X) - 1) / len(X))


@op("(1 − alpha)·{old} + alpha·{new}·(N − 1) / N")
def running_new_biased(old: Array, new: Array, X: Array, alpha: float) -> Array:
    """`running_new` of the biased variance, from an unbiased one."""
    return (1 - alpha) * old + alpha * (new * (len(X) - 1) / len(X))


RUNNING = {
    ("old", "alike"): running_old,
    ("new", "alike"): running_new,
    ("old", "unbiased"): running_old_unbiased,
    ("new", "unbiased"): running_new_unbiased,
    ("old", "biased"): running_old_biased,
    ("new", "biased"): running_new_biased,
}
"""What alpha weighs, and what the batch's variance is made before it is averaged in → the op."""


wrong(batch_mean, "it is a sum, not divided by N", lambda X: X.sum(axis=0, keepdims=True))
wrong(
    batch_variance, "it is unbiased: divided by N − 1", lambda X, mean: batch_variance(X, mean) * len(X) / (len(X) - 1)
)
wrong(batch_variance, "it is the standard deviation", lambda X, mean: np.sqrt(batch_variance(X, mean)))
wrong(batch_variance, "it is a sum, not divided by N", lambda X, mean: batch_variance(X, mean) * len(X))
wrong(batch_variance, "the mean is not subtracted", lambda X, mean: (X * X).sum(axis=0, keepdims=True) / len(X))
wrong(batch_variance_unbiased, "it is biased: divided by N", batch_variance.function)
wrong(
    batch_variance_unbiased,
    "it is the standard deviation",
    lambda X, mean: np.sqrt(batch_variance_unbiased(X, mean)),
)
wrong(
    batch_variance_unbiased,
    "it is a sum, not divided by N − 1",
    lambda X, mean: batch_variance_unbiased(X, mean) * (len(X) - 1),
)
wrong(
    batch_variance_unbiased,
    "the mean is not subtracted",
    lambda X, mean: (X * X).sum(axis=0, keepdims=True) / (len(X) - 1),
)
for average, other in ((running_old, running_new), (running_new, running_old)):
    wrong(average, "alpha and 1 − alpha are swapped", other.function)
    wrong(average, "the old value is lost: it is the batch's", lambda old, new, alpha: new)
    wrong(average, "the batch's value is not averaged in", lambda old, new, alpha: old)
    wrong(average, "{old} is not averaged in", lambda old, new, alpha, f=average.function: f(0 * old, new, alpha))
for average, other in ((running_old_unbiased, running_new_unbiased), (running_new_unbiased, running_old_unbiased)):
    wrong(average, "alpha and 1 − alpha are swapped", other.function)
wrong(running_old_unbiased, "the variance is biased", lambda old, new, X, alpha: running_old(old, new, alpha))
wrong(running_new_unbiased, "the variance is biased", lambda old, new, X, alpha: running_new(old, new, alpha))
for average, other, plain in (
    (running_old_biased, running_new_biased, running_old),
    (running_new_biased, running_old_biased, running_new),
):
    wrong(average, "alpha and 1 − alpha are swapped", other.function)
    wrong(average, "the variance is unbiased", lambda old, new, X, alpha, f=plain.function: f(old, new, alpha))
