"""Batch normalization. Handout 4; Ioffe and Szegedy, 2015."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Annotated, ClassVar, Literal

import numpy as np

from ..build import Builder, Signal
from ..initializers import constant
from ..op import Array, op, wrong
from ..options import NonNegative, Range
from .batch_gradients import THROUGH, variance_gradient
from .layer import Call, Layer
from .statistics import RUNNING, batch_mean, batch_variance, batch_variance_unbiased


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


@op("{Gn} / √({var} + eps)")
def inference_gradient(Gn: Array, var: Array, eps: float) -> Array:
    """Compute gradX (N, M) when the statistics are constants."""
    return Gn / np.sqrt(var + eps)


TEMPLATES = {
    "batchnorm": "Y{l}bn",
    "gamma": "gamma{l}",
    "beta": "beta{l}",
    "mean": "mean{l}",
    "var": "var{l}",
    "norm": "norm{l}",
    "running_mean": "running_mean{l}",
    "running_var": "running_var{l}",
}
"""The handout's names."""


@dataclass(frozen=True, kw_only=True)
class BatchNorm(Layer):
    """Y = gamma·(X − mean)/√(var + eps) + beta, with the batch's statistics in training and the running ones after."""

    gamma: Array | None = None
    """A number per column; 1 unless given."""
    beta: Array | None = None
    """A number per column; 0 unless given."""
    running_mean: Array | None = None
    """0 unless given."""
    running_var: Array | None = None
    """1 unless given."""
    eps: NonNegative | None = None
    """As the conventions have it unless given."""
    alpha: Annotated[float, Range(0, 1)] | None = None
    """The weight in the running statistics; as the conventions have it unless given."""
    freeze: tuple[Literal["gamma", "beta"], ...] = ()
    """What a training does not change."""

    templates: ClassVar = TEMPLATES
    scales: ClassVar = True
    saves: ClassVar = ("gamma", "beta", "running_mean", "running_var")

    def forward(self, p: Builder, x: Signal) -> Call:
        eps = p.conventions.eps if self.eps is None else self.eps
        row = (1, x.width)
        gamma_row = p.row(self.gamma, "gamma", 1, x.width, "gamma")
        gamma = p.parameter("gamma", "gamma", constant(gamma_row), row, self.freeze)
        beta_row = p.row(self.beta, "beta", 0, x.width, "beta")
        beta = p.parameter("beta", "beta", constant(beta_row), row, self.freeze)
        names = self.statistics(p, x) | {"gamma": gamma, "beta": beta, "norm": p.names.of("norm")}
        unbiased = p.training and p.conventions.batch_variance == "unbiased"
        op = normalize_by_unbiased if unbiased else normalize
        p.step(names["norm"], op, x.name, names["mean"], names["var"], eps=eps)
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
        unbiased = p.conventions.batch_variance == "unbiased"
        var = p.step(p.names.of("var"), batch_variance_unbiased if unbiased else batch_variance, x.name, mean)
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
        weighs, variances = p.conventions.alpha_weighs, (p.conventions.batch_variance, p.conventions.running_variance)
        mean, var = names["running_mean"], names["running_var"]
        p.step(mean, RUNNING[weighs, "alike"], names["old_running_mean"], names["mean"], alpha=alpha)
        if "unbiased" in variances and p.fewest == 1:
            p.problem("the unbiased variance of a single input does not exist; give at least 2 inputs")
        wanted, rows = ("alike", ()) if len(set(variances)) == 1 else (variances[1], (x.name,))
        p.step(var, RUNNING[weighs, wanted], names["old_running_var"], names["var"], *rows, alpha=alpha)

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
        of_mean, of_batch, closed = THROUGH[p.conventions.batch_variance]
        Gm = p.gradient_step(mean, of_mean, Gn, Gv, X, mean, var, eps=eps)
        gradient = p.gradient_step(X, of_batch, Gn, Gv, Gm, X, mean, var, eps=eps)
        p.route(gradient, closed, grad, gamma, norm, var, eps=eps)
        return gradient


wrong(normalize, "eps stands outside the root", lambda X, mean, var, eps: (X - mean) / (np.sqrt(var) + eps))
wrong(normalize, "eps is missing", lambda X, mean, var, eps: (X - mean) / np.sqrt(var))
wrong(normalize, "the root is missing: divided by the variance", lambda X, mean, var, eps: (X - mean) / (var + eps))
wrong(normalize, "the mean is not subtracted", lambda X, mean, var, eps: X / np.sqrt(var + eps))
normalize_by_unbiased = replace(normalize, mistakes=list(normalize.mistakes))
wrong(
    normalize,
    "the variance is unbiased: divided by N − 1",
    lambda X, mean, var, eps: (X - mean) / np.sqrt(var * len(X) / (len(X) - 1) + eps),
)
wrong(
    normalize_by_unbiased,
    "the variance is biased: divided by N",
    lambda X, mean, var, eps: (X - mean) / np.sqrt(var * (len(X) - 1) / len(X) + eps),
)
wrong(scale_shift, "{beta} is dropped", lambda norm, gamma, beta: gamma * norm)
wrong(scale_shift, "{gamma} is dropped", lambda norm, gamma, beta: norm + beta)
wrong(scale_shift, "{gamma} and {beta} are swapped", lambda norm, gamma, beta: beta * norm + gamma)
wrong(gamma_gradient, "{norm} is missing", lambda G, norm: G.sum(axis=0, keepdims=True))
wrong(gamma_gradient, "its sign is flipped", lambda G, norm: -(G * norm).sum(axis=0, keepdims=True))
wrong(beta_gradient, "its sign is flipped", lambda G: -G.sum(axis=0, keepdims=True))
wrong(norm_gradient, "{gamma} is missing", lambda G, gamma: G)
wrong(norm_gradient, "it is divided by {gamma}", lambda G, gamma: G / gamma)
wrong(inference_gradient, "the root is missing: divided by the variance", lambda Gn, var, eps: Gn / (var + eps))
wrong(inference_gradient, "the division by the deviation is missing", lambda Gn, var, eps: Gn)
