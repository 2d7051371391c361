"""Claims whose samples lie the other way than the config's: in rows where it has columns, or in columns.

This is decided once for all claims of a dump, by their shapes and values together: who turns one tensor by mistake has
not turned all. Only where samples lie the other way may weights do so too.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace
from types import MappingProxyType

import numpy as np

from ...config.load import Case
from ...nn.program import Tensor
from ...nn.run import Trace
from ...values.noisy import noisy
from ...values.shapes import N
from .claimed import Claimed, fit_shape
from .written import Written, agreement

NEAR, TELLING = 2, 0.5
"""How many times as near a claim must be, and how much better claims must fit: some numbers agree by chance."""
WHOLE = 2.0
"""How well a claim fits of which every number agrees."""
TORCH = re.compile(r"(?:^|\.)weight(?:\.grad)?$")
"""What names of PyTorch's weights end with, which are (out, in)."""


def both_ways(written: Written) -> Iterator[Written]:
    """Yield a claim as it lies, and a matrix the other way too."""
    yield written
    if written.value.ndim == 2:
        yield written.each(np.transpose)


def oriented(
    case: Case, known: Mapping[str, Claimed], before: Collection[str] = ()
) -> tuple[dict[str, Claimed], frozenset[str], str]:
    """Return the claims in the config's orientation, the names of those that had another one, and a sentence of it.

    `before` are the names of a step of training before, which is written alike.
    """
    setup = case.setup
    tensors, trace = setup.program.tensors, setup.trace
    whole = {name: claim for name, claim in known.items() if name in trace and not claim.note}
    matrices = {name: claim for name, claim in whole.items() if claim.written.value.ndim == 2}
    samples = {name: claim for name, claim in matrices.items() if name in tensors and N in tensors[name].shape}
    weights = {
        name: claim for name, claim in matrices.items() if name not in samples and min(trace[name].shape, default=1) > 1
    }
    lines = {n: c for n, c in matrices.items() if n in tensors and is_weight(tensors[n]) and n not in weights}
    turning = case.experiment.conventions.layout == "in_out"
    if not lie_turned(samples, trace, before, lines=matrices if setup.rows > 1 else {}):
        one = setup.rows == 1 and written_turned(samples, trace) and lie_turned(weights, trace)
        beside = written_turned(lines, trace)
        alone = weights if one or told_by_weights(whole, weights, trace, turning, beside) else {}
        return with_turned(known, alone), frozenset(alone), "its weights lie the other way" if alone else ""
    own = "rows" if tensors[setup.program.input].shape[0] == N else "columns"
    usual = turning and own == "rows"  # inputs by outputs go with samples in rows only; outputs by inputs with both
    right = [name for name, claim in weights.items() if fit(turned(claim.written), trace[name]) == WHOLE]
    one_of_two = 1 in (len(weights), len(right)) and written_as_is(lines, trace)  # it may be transposed by mistake
    both = lie_turned(weights, trace, before, otherwise=usual) and not one_of_two
    other = "columns" if own == "rows" else "rows"
    sentence = f"read with samples in {other}, as the dump has them: the config has {own}"
    names = frozenset({*samples, *(weights if both else ())})
    return with_turned(known, names), names, sentence + ("; its weights lie the other way too" if both else "")


def told_by_weights(
    whole: Mapping[str, Claimed], weights: Mapping[str, Claimed], trace: Trace, turning: bool, beside: bool
) -> bool:
    """Return whether a dump has the matrices of parameters transposed, right in every number, and none as it should be.

    One alone may be transposed by mistake, unless PyTorch's names say that it lies so, where that is `turning` it, or
    weights `beside` it that are one line all lie so; so may all be, where other tensors show that samples lie as in the
    config.
    """
    agree = {n: (fit(c.written, trace[n]), fit(turned(c.written), trace[n])) for n, c in whole.items() if matrix(c)}
    right = [name for name in weights if agree[name][1] == WHOLE > agree[name][0]]
    named = turning and any(TORCH.search(weights[name].source) for name in right)
    if any(plain == WHOLE > other for name, (plain, other) in agree.items() if named is False or name in weights):
        return False
    return len(right) > 1 or named or (bool(right) and beside)


def is_weight(tensor: Tensor) -> bool:
    """Return whether a tensor is a weight, or the gradient of one or what becomes of it."""
    return tensor.label is not None and "weight" in (tensor.label.kind, tensor.label.base)


def matrix(claim: Claimed) -> bool:
    return len(claim.written.shape) == 2


def lie_turned(
    claims: Mapping[str, Claimed],
    trace: Trace,
    before: Collection[str] = (),
    lines: Mapping[str, Claimed] = MappingProxyType({}),
    otherwise: bool = False,
) -> bool:
    """Return whether more of some claims fit the computed tensors when they are transposed.

    Those that were so before still are, unless one is right as it lies and not transposed. Of `lines` it counts
    whether a row is written as a row; where nothing tells, it is `otherwise`.
    """
    fits = [(fit(c.written, trace[name]), fit(turned(c.written), trace[name])) for name, c in claims.items()]
    if not claims.keys().isdisjoint(before):
        return not any(plain == WHOLE > other for plain, other in fits)
    right = Counter((plain == WHOLE, other == WHOLE) for plain, other in fits)
    plain, other = float(right[True, False]), float(right[False, True])
    if not plain and not other:
        likely = [*fits, *shape_votes(claims, lines, trace), *(nearer(c.written, trace[n]) for n, c in claims.items())]
        plain, other = (sum(vote[k] for vote in likely) for k in (0, 1))
    return otherwise if claims and abs(plain - other) < TELLING else other > plain


def shape_votes(
    claims: Mapping[str, Claimed], lines: Mapping[str, Claimed], trace: Trace
) -> Iterator[tuple[float, float]]:
    """Yield whether each line is written as the program has it, and whether it is the other way.

    Those that are none of the claims have one vote together: biases may lie as a course has them.
    """
    shapes = {name: (c.written.shape, trace[name].shape) for name, c in lines.items() if min(c.written.shape) == 1}
    votes = {name: (float(own == shape), float(own == shape[::-1])) for name, (own, shape) in shapes.items()}
    yield from (vote for name, vote in votes.items() if name in claims)
    others = [vote for name, vote in votes.items() if name not in claims]
    if others:
        yield sum(vote[0] for vote in others) / len(others), sum(vote[1] for vote in others) / len(others)


def nearer(written: Written, computed: np.ndarray) -> tuple[float, float]:
    """Return whether a square claim is much nearer to a tensor as it lies, and whether it is if it is transposed.

    It counts half of numbers that agree, and those with the other sign, as D − Y has it, are as near.
    """
    if written.shape != computed.shape or written.shape[0] != written.shape[1]:
        return 0.0, 0.0
    plain, other = (
        min(np.linalg.norm(value - computed), np.linalg.norm(value + computed))
        for value in (written.value, written.value.T)
    )
    return TELLING * (plain * NEAR < other), TELLING * (other * NEAR < plain)


def written_turned(claims: Mapping[str, Claimed], trace: Trace) -> bool:
    """Return whether the claims of one sample are all columns where the program has rows, or rows where columns."""
    shapes = {(claim.written.shape, trace[name].shape) for name, claim in claims.items() if trace[name].size > 1}
    return bool(shapes) and all(written == computed[::-1] != computed for written, computed in shapes)


def written_as_is(claims: Mapping[str, Claimed], trace: Trace) -> bool:
    """Return whether claims of one line lie as the program has them."""
    return any(claim.written.shape == trace[name].shape for name, claim in claims.items() if trace[name].size > 1)


def fit(written: Written, computed: np.ndarray) -> float:
    """Return how well a claim fits: 0 where the shape is another one, else 1 and the part of its numbers that agree."""
    fitting, misfit = fit_shape(written, computed)
    return 0.0 if misfit else 1 + float(np.mean(agreement(fitting, noisy(computed))))


def turned(written: Written) -> Written:
    return written.each(np.transpose)


def with_turned(known: Mapping[str, Claimed], names: Collection[str]) -> dict[str, Claimed]:
    """Return the claims, those of these names transposed."""
    return {n: replace(c, written=turned(c.written)) if n in names else c for n, c in known.items()}
