"""How well a claim fits a tensor of the program: by its shape, then by its numbers."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from ...nn.run import Trace
from ...values.noisy import noisy
from .claimed import Claimed, fit_shape
from .dumps.digits import RELATIVE
from .orientation import both_ways
from .written import Written, agreement, telling

AGREES, WHOLE = 2.0, 3.0
"""What it counts that every number of a claim agrees, and that they could be no other's; the shape alone counts 1."""
OPPOSITE = 0.9
"""What a number with the wrong sign counts of one that agrees."""
CLOSE, NEARLY = 0.02, 0.4
"""How near a number is, as part of the largest, that nearly agrees; and what it counts of one that does."""


class Fit:
    """Compares claims with computed tensors, each pair once."""

    def __init__(self, trace: Trace) -> None:
        self.trace = trace
        self.known: dict[tuple[int, str], tuple[Written, float]] = {}

    def __call__(self, claim: Claimed, name: str) -> float:
        """Return how well a claim fits a tensor: 0 where the shape is another, most where every number agrees."""
        size, tensor = claim.written.value.size, self.trace.get(name)
        if claim.note or tensor is None or (size != tensor.size and size - tensor.size not in tensor.shape):
            return 0.0  # a line of ones may stand for the biases
        key = id(claim.written), name
        if key not in self.known:
            self.known[key] = claim.written, max(self.as_it_lies(w, name) for w in both_ways(claim.written))
        return self.known[key][1]

    def likeness(self, claim: Claimed, name: str) -> float:
        """Return how much alike a claim of a fitting shape is to a tensor, but for a factor: from 0 to 1."""
        ways = (fit_shape(written, self.trace[name]) for written in both_ways(claim.written))
        return max((alike(found.value, self.trace[name]) for found, misfit in ways if not misfit), default=0.0)

    def best(self, claim: Claimed, names: Iterable[str]) -> float:
        """Return how well a claim fits the tensor that it fits best."""
        found = 0.0
        for name in names:
            found = max(found, self(claim, name))
            if found == WHOLE:  # none fits better
                break
        return found

    def as_it_lies(self, written: Written, name: str) -> float:
        """Return how well numbers fit a tensor if they are not transposed."""
        computed = self.trace[name]
        fitting, misfit = fit_shape(written, computed)
        if misfit:
            return 0.0
        agrees = agreement(fitting, noisy(computed))
        if agrees.all():
            return WHOLE if telling(written) else AGREES
        opposite = agreement(fitting, noisy(-computed))  # a sign is often another one
        with np.errstate(invalid="ignore"):
            off, most = np.abs(fitting.value - computed), np.max(np.abs(computed), initial=0)
        same, close = agrees | (off <= RELATIVE * most), off <= CLOSE * most
        return 1 + float(max(np.mean(same), OPPOSITE * np.mean(opposite), NEARLY * np.mean(close)))


def alike(a: np.ndarray, b: np.ndarray) -> float:
    """Return the cosine of the angle between two tensors, without its sign; 0 where there is none."""
    with np.errstate(all="ignore"):
        cosine = np.abs((a * b).sum() / np.sqrt((a * a).sum() * (b * b).sum()))
    return float(cosine) if np.isfinite(cosine) else 0.0
