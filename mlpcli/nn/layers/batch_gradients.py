"""The gradients through the statistics of a batch: variance, mean, and the batch itself. Handout 4.2."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from ..op import Array, Op, op, wrong


@op("−½·Σ_n {Gn}⊙({X} − {mean}) / ({var} + eps)^(3/2)")
def variance_gradient(Gn: Array, X: Array, mean: Array, var: Array, eps: float) -> Array:
    """gradvar (1, M). Handout 4.2."""
    deviation = np.sqrt(var + eps)
    return -(Gn * (X - mean) / (deviation * deviation * deviation)).sum(axis=0, keepdims=True) / 2


@op("−Σ_n {Gn} / √({var} + eps) − 2/N·{Gv}⊙Σ_n ({X} − {mean})")
def mean_gradient(Gn: Array, Gv: Array, X: Array, mean: Array, var: Array, eps: float) -> Array:
    """gradmean (1, M). Handout 4.2; the second sum is 0 but for rounding."""
    direct = (Gn / np.sqrt(var + eps)).sum(axis=0, keepdims=True)
    return -direct - Gv * 2 * (X - mean).sum(axis=0, keepdims=True) / len(X)


@op("−Σ_n {Gn} / √({var} + eps) − 2·{Gv}⊙Σ_n ({X} − {mean}) / (N − 1)")
def mean_gradient_unbiased(Gn: Array, Gv: Array, X: Array, mean: Array, var: Array, eps: float) -> Array:
    """gradmean (1, M) where the variance is divided by N − 1."""
    direct = (Gn / np.sqrt(var + eps)).sum(axis=0, keepdims=True)
    return -direct - Gv * 2 * (X - mean).sum(axis=0, keepdims=True) / (len(X) - 1)


@op("{Gn} / √({var} + eps) + 2/N·{Gv}⊙({X} − {mean}) + {Gm} / N")
def batch_gradient(Gn: Array, Gv: Array, Gm: Array, X: Array, mean: Array, var: Array, eps: float) -> Array:
    """gradX (N, M), the sum over the three paths: norm, variance, mean. Handout 4.2's code."""
    N = len(X)
    return Gn / np.sqrt(var + eps) + Gv * 2 * (X - mean) / N + Gm / N


@op("{Gn} / √({var} + eps) + 2·{Gv}⊙({X} − {mean}) / (N − 1) + {Gm} / N")
def batch_gradient_unbiased(Gn: Array, Gv: Array, Gm: Array, X: Array, mean: Array, var: Array, eps: float) -> Array:
    """gradX (N, M) where the variance is divided by N − 1."""
    N = len(X)
    return Gn / np.sqrt(var + eps) + Gv * 2 * (X - mean) / (N - 1) + Gm / N


@op("{gamma} / √({var} + eps) ⊙ ({G} − Σ_n {G} / N − {norm}⊙Σ_n ({G}⊙{norm}) / N)")
def closed_gradient(G: Array, gamma: Array, norm: Array, var: Array, eps: float) -> Array:
    """gradX (N, M), the three paths of 4.2 multiplied out."""
    through_mean = G.sum(axis=0, keepdims=True) / len(G)
    through_variance = norm * ((G * norm).sum(axis=0, keepdims=True) / len(G))
    return (G - through_mean - through_variance) * (gamma / np.sqrt(var + eps))


@op("{gamma} / √({var} + eps) ⊙ ({G} − Σ_n {G} / N − {norm}⊙Σ_n ({G}⊙{norm}) / (N − 1))")
def closed_gradient_unbiased(G: Array, gamma: Array, norm: Array, var: Array, eps: float) -> Array:
    """gradX (N, M) where the variance is divided by N − 1, the three paths multiplied out."""
    through_mean = G.sum(axis=0, keepdims=True) / len(G)
    through_variance = norm * ((G * norm).sum(axis=0, keepdims=True) / (len(G) - 1))
    return (G - through_mean - through_variance) * (gamma / np.sqrt(var + eps))


THROUGH = {
    "biased": (mean_gradient, batch_gradient, closed_gradient),
    "unbiased": (mean_gradient_unbiased, batch_gradient_unbiased, closed_gradient_unbiased),
}
"""How the variance is divided → gradmean, gradX, and gradX in closed form."""


def path(which: str, less: int = 0) -> Callable[..., Array]:
    """`batch_gradient` with only some of its three terms: norm, variance (divided by N − less), mean."""

    def function(Gn: Array, Gv: Array, Gm: Array, X: Array, mean: Array, var: Array, eps: float) -> Array:
        terms = {"n": Gn / np.sqrt(var + eps), "v": Gv * 2 * (X - mean) / (len(X) - less), "m": Gm / len(X)}
        total = Gn * 0
        for term in which:
            total = total + terms[term]
        return total

    return function


def declare(of_mean: Op, of_batch: Op, less: int) -> None:
    """Declare the mistakes of the gradients where the variance is divided by N − less."""
    norm_mean, norm_variance, norm, whole = (path(which, less) for which in ("nm", "nv", "n", "nvm"))
    wrong(of_mean, "its sign is flipped", lambda *x, eps: -of_mean(*x, eps=eps))
    wrong(
        of_mean,
        "the root is missing: divided by the variance",
        lambda Gn, Gv, X, mean, var, eps: of_mean(Gn, Gv, X, mean, var, eps) / np.sqrt(var + eps),
    )
    wrong(of_batch, "the path through the variance is missing", norm_mean)
    wrong(of_batch, "the path through the mean is missing", norm_variance)
    wrong(of_batch, "the paths through mean and variance are missing", norm)
    wrong(
        of_batch,
        "the gradient of the mean is not divided by N",
        lambda Gn, Gv, Gm, X, mean, var, eps: norm_variance(Gn, Gv, Gm, X, mean, var, eps) + Gm,
    )
    wrong(
        of_batch,
        "the path through the variance lacks the factor 2",
        lambda Gn, Gv, Gm, X, mean, var, eps: whole(Gn, Gv / 2, Gm, X, mean, var, eps),
    )
    wrong(
        of_batch,
        f"the path through the variance is not divided by {'N − 1' if less else 'N'}",
        lambda Gn, Gv, Gm, X, mean, var, eps: whole(Gn, Gv * (len(X) - less), Gm, X, mean, var, eps),
    )
    # As the formula in handout 4.2 is printed; its code is right.
    wrong(
        of_batch,
        "the paths through norm and variance have their signs flipped",
        lambda Gn, Gv, Gm, X, mean, var, eps: -norm_variance(Gn, Gv, Gm, X, mean, var, eps) + Gm / len(X),
    )


wrong(variance_gradient, "its sign is flipped", lambda *x, eps: -variance_gradient(*x, eps=eps))
wrong(variance_gradient, "the factor ½ is missing", lambda *x, eps: 2 * variance_gradient(*x, eps=eps))
wrong(
    variance_gradient,
    "the power is −½ in place of −3/2",
    lambda Gn, X, mean, var, eps: variance_gradient(Gn, X, mean, var, eps) * (var + eps),
)
declare(mean_gradient, batch_gradient, 0)
declare(mean_gradient_unbiased, batch_gradient_unbiased, 1)
wrong(batch_gradient_unbiased, "the path through the variance is divided by N, not by N − 1", path("nvm"))
