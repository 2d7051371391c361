"""The linear layer, Y = X·W + B. Handout 2.1.1, 3.4, 3.6."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import ClassVar, Literal

import numpy as np

from ..build import Builder, NetworkError, Signal, shape
from ..initializers import Initializer, Make, constant, draw
from ..op import Array, op, wrong
from ..options import Count
from .layer import Call, Layer


@op("{X}·{W} + {B}")
def affine(X: Array, W: Array, B: Array) -> Array:
    """Compute Y (N, J) from X (N, I), W (I, J) and B (1, J). Handout 2.1.1."""
    return X @ W + B


@op("{X}ᵀ·{G}")
def weight_gradient(X: Array, G: Array) -> Array:
    """Compute gradW (I, J) from X (N, I) and gradY (N, J). Handout 3.4; divided by N in 3.6."""
    return X.T @ G


@op("Σ_n {G}")
def bias_gradient(G: Array) -> Array:
    """Compute gradB (1, J), the sum of gradY (N, J) over the batch. Handout 3.4; divided by N in 3.6."""
    return G.sum(axis=0, keepdims=True)


@op("{G}·{W}ᵀ")
def input_gradient(G: Array, W: Array) -> Array:
    """Compute gradX (N, I) from gradY (N, J) and W (I, J). Handout 3.4; never averaged."""
    return G @ W.T


MAX_WEIGHTS = 2**25
"""Weights that are drawn for one layer."""


@dataclass(frozen=True, kw_only=True)
class Linear(Layer):
    """Y = X·W + B: give W (and B, zeros by default), or `units` and how to `init` them."""

    W: Array | None = None
    """The weights, in the layout that the conventions have."""
    B: Array | None = None
    """The biases; 0 unless given."""
    units: Count | None = None
    """How many outputs, where W is drawn; in the last linear layer as many as the targets need."""
    init: Initializer = "xavier_uniform"
    """How W is drawn."""
    layout: Literal["in_out", "out_in"] | None = None
    """How W is stored: (inputs, outputs) or (outputs, inputs); as the conventions have it unless given."""
    freeze: tuple[Literal["W", "B"], ...] = ()
    """What a training does not change."""

    @property
    def draws_weights(self) -> bool:
        return self.W is None

    starts_block = True
    saves: ClassVar = ("W", "B")

    def sized(self, outputs: int) -> Linear:
        return self if self.W is not None or self.units is not None else replace(self, units=outputs)

    def forward(self, p: Builder, x: Signal) -> Call:
        p.names.next_block()
        layout = self.layout or p.conventions.layout
        width, make, held = self.weights(p, x, layout)
        W = p.parameter("weight", "W", make, (x.width, width), self.freeze)
        p.weights_stored[W] = layout
        B = p.parameter("bias", "B", constant(self.bias(p, width, held)), (1, width), self.freeze)
        p.weights_stored[B] = p.conventions.stored("B")
        y = p.step(p.names.of("linear"), affine, x.name, W, B)
        return Call(self, x, Signal(y, width), {"W": W, "B": B})

    def bias(self, p: Builder, width: int, held: Array | None) -> Array:
        """Return B: as W has held it, or as given and checked, or zeros."""
        if p.conventions.joins and len({*self.freeze}) == 1:
            p.problem(f"{joined(p)}: freeze both W and B, or none", "freeze")
        if held is not None:
            return held
        row = p.row(self.B, "bias", 0, width, "B")
        return -row if p.conventions.threshold else row

    def weights(self, p: Builder, x: Signal, layout: str) -> tuple[int, Make, Array | None]:
        """Return the number of outputs, W (inputs, outputs) as given and checked or to be drawn, and B if W has it."""
        saved = p.saved("weight", "W", layout)
        given = self.W if saved is None else saved
        if given is None:
            return *self.drawn(p, x), None
        if self.W is not None and self.units is not None:
            p.problem("W is given, so units has nothing to say", "units")
        if given.ndim != 2 or not given.size:
            p.problem(f"W has shape {shape(given)}; it must be a matrix", "W")
            return 1, constant(np.zeros((x.width, 1))), None
        W, B = given if layout == "in_out" else given.T, None
        apart = len(W) == x.width and (saved is not None or self.B is not None)  # as PyTorch and others have them
        if p.conventions.joins and not apart:
            W, B = (W[1:], W[:1]) if p.conventions.biases == "first" else (W[:-1], W[-1:])
            if self.B is not None:
                p.problem(joined(p), "B")
        inner, outer = W.shape
        if saved is not None and self.units not in (None, outer):
            p.problem(f"{p.names.upcoming('weight')} of the weights has {outer} units", "units")
        if inner != x.width:
            p.problem(misfit(p, x, given, layout), "W")
        return outer, constant(W), B

    def drawn(self, p: Builder, x: Signal) -> tuple[int, Make]:
        """Return the number of outputs, and how their weights are drawn."""
        if self.units is None:
            p.problem("a linear layer needs W, or units for weights to be drawn")
        units = self.units or 1
        if x.width * units > MAX_WEIGHTS:
            p.problem(f"{x.width}×{units} weights are more than {MAX_WEIGHTS:,}", "units")
            raise NetworkError(p.problems)  # no array of that size is made, of biases and targets neither
        return units, lambda dtype, draws: draw(self.init, draws, x.width, units, dtype)

    def backward(self, p: Builder, call: Call, grad: str) -> str:
        W, B = call.names["W"], call.names["B"]
        p.parameter_gradient("B", B, bias_gradient, grad)
        p.parameter_gradient("W", W, weight_gradient, call.x.name, grad)
        return p.gradient_step(call.x.name, input_gradient, grad, W)


def joined(p: Builder) -> str:
    """Say where the biases are."""
    return f"W holds the biases, with conventions: {{biases: {p.conventions.biases}}}"


def misfit(p: Builder, x: Signal, given: Array, layout: str) -> str:
    """Return why W does not fit what goes into it, and which convention it would fit with."""
    own, other = (0, 1) if layout == "in_out" else (1, 0)
    rows = p.conventions.samples == "rows"
    W = "W" if (layout == "in_out") == rows else "Wᵀ"
    product = f"{x.name}·{W}" if rows else f"{W}·{x.name}"
    has = counted(x.width, "column" if rows else "row")
    needs = counted(given.shape[own], ("row", "column")[own])
    hint, held = "", int(p.conventions.joins)
    if given.shape[other] == x.width + held:
        stored = "out_in" if layout == "in_out" else "in_out"
        hint = f"; it would fit with {p.conventions.line('layout', stored)}"
    elif given.shape[own] == p.rows + held and x.name in p.initial:
        samples = "columns" if rows else "rows"
        hint = f"; it would fit with {p.conventions.line('samples', samples)}"
    elif given.shape[own] == x.width + 1 and not held:
        hint = f"; it would fit with {p.conventions.line('biases', 'first')}, or last, if it holds the biases"
    elif held and given.shape[own] == x.width:
        hint = "; its biases are missing"
    both = f"W with its biases, of shape {shape(given)}," if held else f"W, of shape {shape(given)},"
    return f"{product}: {x.name} has {has} and {both} has {needs}{hint}"


def counted(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


wrong(affine, "the bias is dropped", lambda X, W, B: X @ W)
wrong(affine, "{W} is transposed", lambda X, W, B: X @ W.T + B, turned="{W} is not transposed")
wrong(affine, "the bias is subtracted", lambda X, W, B: X @ W - B)
wrong(affine, "the bias is added twice", lambda X, W, B: X @ W + 2 * B)
wrong(affine, "the bias is multiplied by the batch size", lambda X, W, B: X @ W + len(X) * B)
wrong(affine, "the bias is added along the wrong axis", lambda X, W, B: X @ W + B.T)
wrong(weight_gradient, "it is transposed", lambda X, G: G.T @ X)
wrong(weight_gradient, "it is {G}·{X}ᵀ", lambda X, G: G @ X.T)
wrong(weight_gradient, "its sign is flipped", lambda X, G: -(X.T @ G))
wrong(weight_gradient, "only the first input of the batch counts", lambda X, G: X[:1].T @ G[:1])
wrong(weight_gradient, "only the last input of the batch counts", lambda X, G: X[-1:].T @ G[-1:])
wrong(bias_gradient, "only the first input of the batch counts", lambda G: G[:1])
wrong(bias_gradient, "only the last input of the batch counts", lambda G: G[-1:])
wrong(bias_gradient, "it is not summed over the batch", lambda G: G)
wrong(bias_gradient, "it is summed over everything, one number for all", lambda G: G[:1] * 0 + G.sum())
wrong(bias_gradient, "it is summed over the wrong axis", lambda G: G.T.sum(axis=0, keepdims=True))
wrong(bias_gradient, "its sign is flipped", lambda G: -G.sum(axis=0, keepdims=True))
wrong(input_gradient, "{W} is not transposed", lambda G, W: G @ W, turned="{W} is transposed")
wrong(input_gradient, "it is averaged over the batch", lambda G, W: G @ W.T / len(G))
