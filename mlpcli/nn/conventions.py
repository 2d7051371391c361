"""Conventions: where courses and frameworks differ, as data. Presets name the sets."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Literal

from .options import NonNegative, Range

Averaged = Literal["W", "B", "gamma", "beta"]


@dataclass(frozen=True, kw_only=True)
class Conventions:
    """The settings of the handout (HW1P1 toy problem); every other set is a change of these."""

    average: tuple[Averaged, ...] = ("W", "B")
    """Parameters whose gradients the layer divides by the batch size (handout 3.6); the others are summed."""
    loss: Literal["sum", "mean"] = "sum"
    """`mean`: the loss is averaged over the batch, so the gradient at its input is divided by N."""
    logits_gradient: Literal["error", "derivative"] = "error"
    """softmax_cross_entropy at the logits: Y − D (handout 3.2.1), or the derivative Y·ΣD − D."""
    layout: Literal["in_out", "out_in"] = "in_out"
    """How a linear layer stores W: (inputs, outputs), or (outputs, inputs)."""
    eps: NonNegative = 0.001
    """Batch normalization's eps, inside the root (handout 4.1)."""
    alpha: Annotated[float, Range(0, 1)] = 0.9
    """The weight of the running statistics' average (handout 4.1)."""
    alpha_weighs: Literal["old", "new"] = "old"
    """running = alpha·old + (1 − alpha)·batch, or (1 − alpha)·old + alpha·batch."""
    running_variance: Literal["biased", "unbiased"] = "biased"
    """Whether running_var averages Σ(x − mean)²/N or Σ(x − mean)²/(N − 1)."""
    momentum: Literal["step", "gradient"] = "step"
    """v = mu·v − lr·g; W = W + v (`step`), or v = mu·v + g; W = W − lr·v (`gradient`)."""
    notation: Literal["handout", "mytorch"] = "handout"
    """The names that tensors are printed under: Y1lin, gradY1lin, ... or Z0, dLdZ0, ..."""


PRESETS = {
    # HW1P1 toy problem: the document this tool was written for.
    "cmu-toy": Conventions(),
    # CMU 11-785 HW1P1 of later years, mytorch 3.0.1.
    "cmu-3.0.1": Conventions(
        average=(), loss="mean", layout="out_in", eps=1e-8, alpha=0.9, momentum="gradient", notation="mytorch"
    ),
    # PyTorch 2: nn.Linear, nn.BatchNorm1d, losses with reduction="mean", optim.SGD.
    "torch": Conventions(
        average=(),
        loss="mean",
        logits_gradient="derivative",
        layout="out_in",
        eps=1e-5,
        alpha=0.1,
        alpha_weighs="new",
        running_variance="unbiased",
        momentum="gradient",
    ),
}
