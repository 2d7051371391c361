"""Batch normalization. Handout 4; Ioffe and Szegedy, 2015."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, ClassVar, Literal

import numpy as np

from ..build import Builder, Signal, constant
from ..op import Array, op, wrong
from ..options import NonNegative, Range
from .layer import Call, Layer
from .statistics import RUNNING, batch_mean, batch_variance


@op("({X} − {mean}) / √({var} + eps)")
def normalize(X: Array, mean: Array, var: Array, eps: float) -> Array:
    """Return columns with mean 0 and variance var/(var + eps). Handout 4.1; with running statistics, 4.3."""
    return (X - mean) / np.sqrt(var + eps)


@op("{gamma}⊙{norm} + {beta}")
def scale_shift(norm: Array, gamma: Array, beta: Array) -> Array:
    """Compute Y = gamma·norm + beta. Handout 4.1."""
    return gamma * norm + beta


@op("Σ_n {G}⊙{norm}")
def gamma_gradient(G: Array, norm: Array) -> Array:
    """Compute gradgamma (1, M). Handout 4.2: summed over the batch."""
    return (G * norm).sum(axis=0, keepdims=True)


@op("Σ_n {G}")
def beta_gradient(G: Array) -> Array:
    """Compute gradbeta (1, M). Handout 4.2: summed over the batch."""
    return G.sum(axis=0, keepdims=True)


@op("{G}⊙{gamma}")
def norm_gradient(G: Array, gamma: Array) -> Array:
    """Compute gradnorm (N, M). Handout 4.2."""
    return G * gamma


@op("−½·Σ_n {Gn}⊙({X} − {mean}) / ({var} + eps)^(3/2)")
def variance_gradient(Gn: Array, X: Array, mean: Array, var: Array, eps: float) -> Array:
    """Compute gradvar (1, M). Handout 4.2."""
    deviation = np.sqrt(var + eps)
    return -(Gn * (X - mean) / (deviation * deviation * deviation)).sum(axis=0, keepdims=True) / 2


@op("−Σ_n {Gn} / √({var} + eps) − 2/N·{Gv}⊙Σ_n ({X} − {mean})")
def mean_gradient(Gn: Array, Gv: Array, X: Array, mean: Array, var: Array, eps: float) -> Array:
    """Compute gradmean (1, M). Handout 4.2; the second sum is 0 but for rounding."""
    direct = (Gn / np.sqrt(var + eps)).sum(axis=0, keepdims=True)
    return -direct - Gv * 2 * (X - mean).sum(axis=0, keepdims=True) / len(X)


@op("{Gn} / √({var} + eps) + 2/N·{Gv}⊙({X} − {mean}) + {Gm} / N")
def batch_gradient(Gn: Array, Gv: Array, Gm: Array, X: Array, mean: Array, var: Array, eps: float) -> Array:
    """Compute gradX (N, M), the sum over the three paths: norm, variance, mean. Handout 4.2's code."""
    N = len(X)
    return Gn / np.sqrt(var + eps) + Gv * 2 * (X - mean) / N + Gm / N


@op("{gamma} / √({var} + eps) ⊙ ({G} − Σ_n {G} / N − {norm}⊙Σ_n ({G}⊙{norm}) / N)")
def closed_gradient(G: Array, gamma: Array, norm: Array, var: Array, eps: float) -> Array:
    """Compute gradX (N, M), the three paths of 4.2 multiplied out."""
    through_mean = G.sum(axis=0, keepdims=True) / len(G)
    through_variance = norm * ((G * norm).sum(axis=0, keepdims=True) / len(G))
    return (G - through_mean - through_variance) * (gamma / np.sqrt(var + eps))


@op("{Gn} / √({var} + eps)")
def inference_gradient(Gn: Array, var: Array, eps: float) -> Array:
    """Compute gradX (N, M) when the statistics are constants."""
    return Gn / np.sqrt(var + eps)


TEMPLATES = {
    "batchnorm": "Y{k}bn",
    "gamma": "gamma{k}",
    "beta": "beta{k}",
    "mean": "mean{k}",
    "var": "var{k}",
    "norm": "norm{k}",
    "running_mean": "running_mean{k}",
    "running_var": "running_var{k}",
}
"""The handout's names."""


@dataclass(frozen=True, kw_only=True)
class BatchNorm(Layer):
    """Y = gamma·(X − mean)/√(var + eps) + beta, with the batch's statistics in training and the running ones after."""

    gamma: Array | None = None
    beta: Array | None = None
    running_mean: Array | None = None
    running_var: Array | None = None
    eps: NonNegative | None = None
    alpha: Annotated[float, Range(0, 1)] | None = None
    freeze: tuple[Literal["gamma", "beta"], ...] = ()

    templates: ClassVar = TEMPLATES

    def forward(self, p: Builder, x: Signal) -> Call:
        eps = p.conventions.eps if self.eps is None else self.eps
        row = (1, x.width)
        gamma_row = p.row(self.gamma, "gamma", 1, x.width, "gamma")
        gamma = p.parameter("gamma", "gamma", constant(gamma_row), row, self.freeze)
        beta_row = p.row(self.beta, "beta", 0, x.width, "beta")
        beta = p.parameter("beta", "beta", constant(beta_row), row, self.freeze)
        names = self.statistics(p, x) | {"gamma": gamma, "beta": beta, "norm": p.names.of("norm")}
        p.step(names["norm"], normalize, x.name, names["mean"], names["var"], eps=eps)
        if p.training:
            self.track(p, x, names)
        y = p.step(p.names.of("batchnorm"), scale_shift, names["norm"], gamma, beta)
        return Call(self, x, Signal(y, x.width), names)

    def statistics(self, p: Builder, x: Signal) -> dict[str, str]:
        """Return the names of the mean and variance to normalize with, and of the running ones."""
        old_mean = p.row(self.running_mean, "running_mean", 0, x.width, "running_mean")
        old_var = p.row(self.running_var, "running_var", 1, x.width, "running_var")
        running_mean, running_var = p.names.of("running_mean"), p.names.of("running_var")
        if (old_var < 0).any():
            p.problem("a variance cannot be negative", "running_var")
        if not p.training:
            return {
                "mean": p.weight(running_mean, "running_mean", constant(old_mean), old_mean.shape, role="state"),
                "var": p.weight(running_var, "running_var", constant(old_var), old_var.shape, role="state"),
            }
        mean = p.step(p.names.of("mean"), batch_mean, x.name)
        var = p.step(p.names.of("var"), batch_variance, x.name, mean)
        olds = {}
        for name, field, old in (
            (running_mean, "running_mean", old_mean),
            (running_var, "running_var", old_var),
        ):
            previous = p.names.derived("previous", name)
            olds["old_" + field] = p.weight(previous, field, constant(old), old.shape, role="state", successor=name)
        return {"mean": mean, "var": var, "running_mean": running_mean, "running_var": running_var, **olds}

    def track(self, p: Builder, x: Signal, names: dict[str, str]) -> None:
        """Append the running averages of the batch's statistics."""
        alpha = p.conventions.alpha if self.alpha is None else self.alpha
        weighs, variance = p.conventions.alpha_weighs, p.conventions.running_variance
        mean, var = names["running_mean"], names["running_var"]
        p.step(mean, RUNNING[weighs, "biased"], names["old_running_mean"], names["mean"], alpha=alpha)
        rows = (x.name,) if variance == "unbiased" else ()
        if rows and p.rows == 1:
            p.problem("the unbiased variance of a single input does not exist; give at least 2 inputs")
        p.step(var, RUNNING[weighs, variance], names["old_running_var"], names["var"], *rows, alpha=alpha)

    def backward(self, p: Builder, call: Call, grad: str) -> str:
        eps = p.conventions.eps if self.eps is None else self.eps
        gamma, beta, norm, mean, var = (call.names[n] for n in ("gamma", "beta", "norm", "mean", "var"))
        p.parameter_gradient("gamma", gamma, gamma_gradient, grad, norm)
        p.parameter_gradient("beta", beta, beta_gradient, grad)
        Gn = p.gradient_step(norm, norm_gradient, grad, gamma)
        if not p.training:
            return p.gradient_step(call.x.name, inference_gradient, Gn, var, eps=eps)
        X = call.x.name
        Gv = p.gradient_step(var, variance_gradient, Gn, X, mean, var, eps=eps)
        Gm = p.gradient_step(mean, mean_gradient, Gn, Gv, X, mean, var, eps=eps)
        gradient = p.gradient_step(X, batch_gradient, Gn, Gv, Gm, X, mean, var, eps=eps)
        p.route(gradient, closed_gradient, grad, gamma, norm, var, eps=eps)
        return gradient


def path(which: str) -> Callable[..., Array]:
    """Return `batch_gradient` with only some of its three terms: norm, variance, mean."""

    def function(Gn: Array, Gv: Array, Gm: Array, X: Array, mean: Array, var: Array, eps: float) -> Array:
        terms = {"n": Gn / np.sqrt(var + eps), "v": Gv * 2 * (X - mean) / len(X), "m": Gm / len(X)}
        total = Gn * 0
        for term in which:
            total = total + terms[term]
        return total

    return function


def flipped_signs(Gn: Array, Gv: Array, Gm: Array, X: Array, mean: Array, var: Array, eps: float) -> Array:
    """Compute `batch_gradient` with two signs flipped, as the formula in handout 4.2 is printed; its code is right."""
    return -Gn / np.sqrt(var + eps) - Gv * 2 * (X - mean) / len(X) + Gm / len(X)


wrong(normalize, "eps stands outside the root", lambda X, mean, var, eps: (X - mean) / (np.sqrt(var) + eps))
wrong(normalize, "eps is missing", lambda X, mean, var, eps: (X - mean) / np.sqrt(var))
wrong(normalize, "the root is missing: divided by the variance", lambda X, mean, var, eps: (X - mean) / (var + eps))
wrong(normalize, "the mean is not subtracted", lambda X, mean, var, eps: X / np.sqrt(var + eps))
wrong(
    normalize,
    "the variance is unbiased: divided by N − 1",
    lambda X, mean, var, eps: (X - mean) / np.sqrt(var * len(X) / (len(X) - 1) + eps),
)
wrong(scale_shift, "{beta} is dropped", lambda norm, gamma, beta: gamma * norm)
wrong(scale_shift, "{gamma} is dropped", lambda norm, gamma, beta: norm + beta)
wrong(scale_shift, "{gamma} and {beta} are swapped", lambda norm, gamma, beta: beta * norm + gamma)
wrong(gamma_gradient, "{norm} is missing", lambda G, norm: G.sum(axis=0, keepdims=True))
wrong(gamma_gradient, "its sign is flipped", lambda G, norm: -(G * norm).sum(axis=0, keepdims=True))
wrong(beta_gradient, "its sign is flipped", lambda G: -G.sum(axis=0, keepdims=True))
wrong(norm_gradient, "{gamma} is missing", lambda G, gamma: G)
wrong(norm_gradient, "it is divided by {gamma}", lambda G, gamma: G / gamma)
wrong(variance_gradient, "its sign is flipped", lambda *x, eps: -variance_gradient(*x, eps=eps))
wrong(variance_gradient, "the factor ½ is missing", lambda *x, eps: 2 * variance_gradient(*x, eps=eps))
wrong(
    variance_gradient,
    "the power is −½ in place of −3/2",
    lambda Gn, X, mean, var, eps: variance_gradient(Gn, X, mean, var, eps) * (var + eps),
)
wrong(mean_gradient, "its sign is flipped", lambda *x, eps: -mean_gradient(*x, eps=eps))
wrong(
    mean_gradient,
    "the root is missing: divided by the variance",
    lambda Gn, Gv, X, mean, var, eps: mean_gradient(Gn, Gv, X, mean, var, eps) / np.sqrt(var + eps),
)
wrong(batch_gradient, "the path through the variance is missing", path("nm"))
wrong(batch_gradient, "the path through the mean is missing", path("nv"))
wrong(batch_gradient, "the paths through mean and variance are missing", path("n"))
wrong(
    batch_gradient,
    "the gradient of the mean is not divided by N",
    lambda Gn, Gv, Gm, X, mean, var, eps: path("nv")(Gn, Gv, Gm, X, mean, var, eps) + Gm,
)
wrong(
    batch_gradient,
    "the path through the variance lacks the factor 2",
    lambda Gn, Gv, Gm, X, mean, var, eps: path("nvm")(Gn, Gv / 2, Gm, X, mean, var, eps),
)
wrong(
    batch_gradient,
    "the path through the variance is not divided by N",
    lambda Gn, Gv, Gm, X, mean, var, eps: path("nvm")(Gn, Gv * len(X), Gm, X, mean, var, eps),
)
wrong(batch_gradient, "the paths through norm and variance have their signs flipped", flipped_signs)
wrong(inference_gradient, "the root is missing: divided by the variance", lambda Gn, var, eps: Gn / (var + eps))
wrong(inference_gradient, "the division by the deviation is missing", lambda Gn, var, eps: Gn)
