"""Conventions: where courses and frameworks differ, as data. Presets name the sets."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import combinations
from typing import Annotated, Any, Literal, get_args

from .names import Naming
from .options import NonNegative, Range

Averaged = Literal["W", "B", "gamma", "beta"]


def tried(*values: Any) -> dict[str, Any]:
    """Return the metadata of a field: values that the diagnosis tries; those of a choice of words are known without."""
    return {"tried": values}


def subsets(words: tuple[str, ...]) -> list[tuple[str, ...]]:
    """Return every choice among some words, the shortest first."""
    return [chosen for count in range(len(words) + 1) for chosen in combinations(words, count)]


@dataclass(frozen=True, kw_only=True)
class Conventions:
    """The settings of the handout (HW1P1 toy problem); every other set is a change of these."""

    eps: NonNegative = field(default=0.001, metadata=tried(0.0, *(10.0**-k for k in range(12, 0, -1))))
    """Batch normalization's eps, inside the root (handout 4.1)."""
    alpha: Annotated[float, Range(0, 1)] = field(default=0.9, metadata=tried(0.01, 0.1, 0.5, 0.9, 0.95, 0.99, 0.999))
    """The weight of the running statistics' average (handout 4.1)."""
    alpha_weighs: Literal["old", "new"] = "old"
    """running = alpha·old + (1 − alpha)·batch, or (1 − alpha)·old + alpha·batch."""
    batch_variance: Literal["biased", "unbiased"] = "biased"
    """Whether batch normalization divides by √(var + eps) of Σ(x − mean)²/N or of Σ(x − mean)²/(N − 1)."""
    running_variance: Literal["biased", "unbiased"] = "biased"
    """Whether running_var averages Σ(x − mean)²/N or Σ(x − mean)²/(N − 1)."""
    average: tuple[Averaged, ...] = field(default=("W", "B"), metadata=tried(*subsets(get_args(Averaged))))
    """Parameters whose gradients the layer divides by the batch size (handout 3.6); the others are summed."""
    loss: Literal["sum", "mean"] = "sum"
    """`mean`: the loss is averaged over the batch."""
    loss_gradient: Literal["sum", "mean"] | None = field(default=None, metadata=tried("sum", "mean"))
    """`mean`: the gradient at the loss's input is divided by N; as `loss` is where nothing is said."""
    over_outputs: Literal["sum", "mean"] | None = field(default=None, metadata=tried())
    """How a loss that has this option goes over the outputs of a sample, unless it is given the option itself."""
    output_gradient: Literal["hidden", "shown"] = field(default="hidden", metadata=tried())
    """Whether a loss that is joined with the activation prints its gradient at the output too, such as −D/Y."""
    logits_gradient: Literal["error", "derivative"] = "error"
    """softmax_cross_entropy at the logits: Y − D (handout 3.2.1), or the derivative Y·ΣD − D."""
    momentum: Literal["step", "gradient", "ema"] = "step"
    """v = mu·v − lr·g; W = W + v (`step`), or v = mu·v + g; W = W − lr·v (`gradient`); with (1 − mu)·g it is `ema`."""
    layout: Literal["in_out", "out_in"] = "in_out"
    """How a linear layer stores W: (inputs, outputs), or (outputs, inputs)."""
    samples: Literal["rows", "columns"] = field(default="rows", metadata=tried())
    """Whether every sample is a row of a tensor, or a column."""
    biases: Literal["row", "column", "flat", "first", "last"] | None = field(default=None, metadata=tried())
    """How B is stored: unless given, as a sample is; flat; or in W, before or after the weights of an output."""
    threshold: bool = field(default=False, metadata=tried())
    """Whether B is a threshold, the weight of an input of −1: it is subtracted, and its gradient has the other sign."""
    error: Literal["output_minus_target", "target_minus_output"] = field(
        default="output_minus_target", metadata=tried()
    )
    """Which way gradients point: with target_minus_output they are shown with their sign turned, and updates add."""
    rate: Literal["whole", "over_n"] = "whole"
    """W − lr·gradW, or W − lr/N·gradW where gradients are sums (SGD)."""
    steps: Literal["hidden", "shown"] = field(default="hidden", metadata=tried())
    """Whether the change of a parameter, −lr·gradW, is a tensor of its own (SGD; with momentum, v is)."""
    notation: Naming = field(default="handout", metadata=tried())
    """The names that tensors are printed under: Y1lin, gradY1lin, ... or Z0, dLdZ0, ..."""

    def line(self, name: str, value: str) -> str:
        """Write what a config has to say for one setting to be another one."""
        preset = next((preset for preset, own in PRESETS.items() if own == self != Conventions()), "")
        return f"conventions: {{{f'preset: {preset}, ' if preset else ''}{name}: {value}}}"

    def contradictions(self) -> Iterator[tuple[str, str]]:
        """Yield every setting that another one speaks against, and the sentence that says so."""
        if self.joins and self.threshold:
            yield "threshold", f"a threshold stands apart, and in W with biases: {self.biases}"
        if self.biases == "flat" and self.samples == "columns":
            yield "biases", "a flat B cannot be added to samples in columns; write biases: column"

    def stored(self, field: str) -> Literal["row", "column"]:
        """Return how a number per output is stored."""
        usual: Literal["row", "column"] = "row" if self.samples == "rows" else "column"
        return self.biases if field == "B" and self.biases in ("row", "column") else usual

    @property
    def joins(self) -> bool:
        """Whether W holds the biases too."""
        return self.biases in ("first", "last")


class Asked:
    """Conventions that remember which of them a network asks for: the others it does not depend on."""

    def __init__(self, conventions: Conventions) -> None:
        self.conventions = conventions
        self.names: set[str] = set()

    def __getattr__(self, name: str) -> Any:
        self.names.add(name)
        return getattr(self.conventions, name)


PRESETS = {
    "cmu-toy": Conventions(),
    "cmu-3.0.1": Conventions(
        average=(),
        loss="mean",
        layout="out_in",
        biases="column",
        eps=1e-8,
        alpha=0.9,
        momentum="gradient",
        notation="mytorch",
    ),
    "cmu-2.0.1": Conventions(
        loss="mean",
        loss_gradient="sum",
        layout="out_in",
        biases="column",
        eps=1e-8,
        momentum="gradient",
        notation="mytorch",
    ),
    "ng": Conventions(
        samples="columns",
        layout="out_in",
        average=("W", "B", "gamma", "beta"),
        loss="mean",
        loss_gradient="sum",
        momentum="ema",
        eps=1e-8,
        notation="ng",
    ),
    "cs231n": Conventions(average=(), loss="mean", eps=1e-5, biases="flat", notation="cs231n"),
    "nielsen": Conventions(
        samples="columns",
        layout="out_in",
        average=(),
        loss="mean",
        loss_gradient="sum",
        rate="over_n",
        notation="nielsen",
    ),
    "octave-ex4": Conventions(
        layout="out_in",
        biases="first",
        loss="mean",
        loss_gradient="sum",
        over_outputs="sum",
        notation="octave",
    ),
    "delta-rule": Conventions(average=(), error="target_minus_output", steps="shown", notation="delta"),
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

ABOUT = {
    "cmu-toy": "HW1P1 toy problem: the document this tool was written for",
    "cmu-3.0.1": "CMU 11-785 HW1P1 of later years, mytorch 3.0.1",
    "cmu-2.0.1": "CMU 11-785 HW1P1, mytorch 2.0.1: W and b averaged by the layer, BW and Bb summed, A − Y not over N",
    "ng": "Ng, deeplearning.ai, 2017: J averaged, dZ = A − Y, gradients of parameters over m",
    "cs231n": "Stanford CS231n, assignments 1 and 2: the loss averaged, its gradient over N, parameters' summed",
    "nielsen": "Nielsen, Neural Networks and Deep Learning, 2015: nabla summed over the batch, the rate over n",
    "octave-ex4": "Ng, Coursera, Machine Learning, exercise 4: Theta holds the biases, gradients over m",
    "delta-rule": "The delta rule of Rumelhart, Hinton and Williams, 1986: t − o, and the change of a weight is added",
    "torch": "PyTorch 2: nn.Linear, nn.BatchNorm1d, losses with reduction='mean', optim.SGD",
}
"""What a preset is, and where it comes from."""
