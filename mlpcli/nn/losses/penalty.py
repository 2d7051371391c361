"""Penalties of large weights in the loss: l2/2·ΣW² and l1·Σ|W|, which pull every weight towards 0.

They are added once: to the loss, summed or averaged over the batch, and to the data's part of each gradient, divided by
N or not. Krogh and Hertz, 1991; Tibshirani, 1996.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial

import numpy as np

from ..build import Builder
from ..op import PENALIZED, PENALTY, TOTAL, Array, Op, wrong
from .loss import Loss

NEEDED = {"half": ("l2",), "over_n": ("l2", "l1"), "biases": ("l2", "l1")}
"""Options of a penalty, and the strengths that it is an option of."""


def penalize(p: Builder, loss: Loss, objective: str) -> str:
    """Append the loss's penalties and the total; the name of the objective, which is the total if there is one."""
    strengths = loss.penalties
    fields = ("W", "B") if loss.biases else ("W",)
    weights = [t.name for t in p.tensors.values() if t.field and t.field[1] in fields]
    refuse_idle(p, loss, weights)
    if not strengths or not weights:
        return objective
    rows = [t.name for t in p.tensors.values() if t.role == "input"] if loss.over_n else []
    with p.at("loss", templates=loss.templates):
        for kind, k in strengths.items():
            op = penalty_of(kind, len(weights), loss.half, loss.over_n)
            p.penalties.append(p.step(p.names.of(f"{kind}_term"), op, *weights, *rows, **{kind: k}))
        total = total_of(len(strengths), p.tensors[objective].shape == ())
        objective = p.step(p.names.of("total_loss"), total, objective, *p.penalties)
    added = gradient_of(tuple(strengths), loss.half, loss.over_n)

    def gradient(weight: str, data: Op, *operands: str) -> str:
        """Append the gradient of a penalized weight: the data's part, and the sum with the penalty's."""
        with p.at("loss", templates=loss.templates):
            part = p.step(p.names.derived("data_gradient", weight), data, *operands)
        return p.gradient_step(weight, added, part, weight, *rows, **strengths)

    p.penalized = {weight: partial(gradient, weight) for weight in weights}
    return objective


def refuse_idle(p: Builder, loss: Loss, weights: list[str]) -> None:
    """Note a problem for every option that has nothing to change, and for a penalty of no weight."""
    for option, kinds in NEEDED.items():
        if getattr(loss, option) != getattr(Loss, option) and not any(getattr(loss, kind) for kind in kinds):
            p.problem(f"{option} needs {' or '.join(kinds)} above 0", "loss", option)
    for kind in () if weights else ("l2", "l1"):
        if getattr(loss, kind):
            p.problem("there is no weight to penalize", "loss", kind)


def penalty_of(kind: str, count: int, half: bool = True, over_n: bool = False) -> Op:
    """The op of a penalty: `count` weights (and X (N, I) where it is divided by N) → ().

    l2·ΣW² / 2, or l2·ΣW² without `half`; l1·Σ|W|.
    """
    halved = half and kind == "l2"

    def penalty(*operands: Array, size: Callable[[Array], Array], factor: int = 1, **strength: Array) -> Array:
        total = sum((size(W).sum() for W in operands[1:count]), size(operands[0]).sum())
        total = strength[kind] * total * factor / (2 if halved else 1)
        return total / len(operands[count]) if over_n else total

    sizes: dict[str, Callable[[Array], Array]] = {"l2": lambda W: W * W, "l1": np.abs}
    parameters = tuple(f"W{i}" for i in range(count))
    term = " + ".join(f"Σ {{{W}}}²" if kind == "l2" else f"Σ |{{{W}}}|" for W in parameters)
    term = f"({term})" if count > 1 else term
    text = f"{'½·' if halved else ''}{kind}·{term}{' / N' if over_n else ''}"
    parameters = (*parameters, *(["X"] if over_n else []), kind)
    found = Op(f"{kind}{PENALTY}", parameters, partial(penalty, size=sizes[kind]), text)
    if halved:
        wrong(found, "the factor ½ is missing", partial(penalty, size=sizes[kind], factor=2))
    if over_n:
        wrong(found, "it is not divided by N", lambda *x, **k: found(*x, **k) * len(x[count]))
    if kind == "l2":
        wrong(found, "the weights are not squared", partial(penalty, size=np.abs))
        wrong(found, "the root is taken", lambda *x, **k: np.sqrt(found(*x, **k)))
    else:
        wrong(found, "the weights are squared", partial(penalty, size=sizes["l2"]))
        wrong(found, "weights of both signs cancel", partial(penalty, size=lambda W: W))
    return found


def total_of(count: int, scalar: bool) -> Op:
    """The op of the total: L (N,) summed, or its mean () as it is, plus `count` penalties."""

    def total_loss(L: Array, *penalties: Array) -> Array:
        return sum(penalties, L if scalar else L.sum())

    parameters = ("L", *(f"P{i}" for i in range(count)))
    text = " + ".join(("{L:scalar}" if scalar else "Σ {L}", *(f"{{{P}:scalar}}" for P in parameters[1:])))
    found = Op(TOTAL, parameters, total_loss, text)
    wrong(found, "the penalty is missing", lambda L, *_: total_loss(L))
    wrong(found, "the penalty is subtracted", lambda L, *P: 2 * total_loss(L) - total_loss(L, *P))
    return found


def gradient_of(kinds: tuple[str, ...], half: bool = True, over_n: bool = False) -> Op:
    """The op of a penalized gradient: G and W (and X (N, I) where the penalty is divided by N) → G's shape.

    G + l2·W, or G + 2·l2·W without `half`; G + l1·sign W.
    """

    def pulls(W: Array, strengths: dict[str, Array]) -> Iterator[Array]:
        if "l2" in kinds:
            yield strengths["l2"] * W * (1 if half else 2)
        if "l1" in kinds:
            yield strengths["l1"] * np.where(W > 0, 1, np.where(W < 0, -1, W * 0))

    def penalized(G: Array, W: Array, *X: Array, factor: int = 1, **strengths: Array) -> Array:
        for pull in pulls(W, strengths):
            G = G + (pull * factor / len(X[0]) if over_n else pull * factor)
        return G

    texts = {"l2": "l2·{W}" if half else "2·l2·{W}", "l1": "l1·([{W} > 0] − [{W} < 0])"}
    text = " + ".join(("{G}", *(texts[kind] + (" / N" if over_n else "") for kind in kinds)))
    found = Op(PENALIZED, ("G", "W", *(["X"] if over_n else []), *kinds), penalized, text)
    wrong(found, "the penalty is missing", lambda G, W, *X, **k: G)
    wrong(found, "the penalty is subtracted", partial(penalized, factor=-1))
    wrong(found, "the penalty counts twice", partial(penalized, factor=2))
    if over_n:
        wrong(found, "the penalty is not divided by N", lambda G, W, X, **k: G + (found(G, W, X, **k) - G) * len(X))
    if "l2" in kinds and not half:
        wrong(found, "the factor 2 is missing", lambda G, W, *X, **k: found(G, W, *X, **{**k, "l2": k["l2"] / 2}))
    return found
