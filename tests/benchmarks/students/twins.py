"""Find the other mistakes that lead to the very same dump: nobody can tell which of them was made."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from .catalogue import KINDS, sites
from .hand import Mistake

NUMBERS = {"constant factor": (4, 1 / 3, 0.5, 3, 10, 2), "factor 2 of the error": (0, 1)}
"""The numbers of mistakes that have one; others are tried with a single number, as the dice would have it."""


def twins(draft, mistakes: list[Mistake], wrong: list) -> list[str]:
    """List the kinds of mistakes, each in place of one that was made, of which the dump is the same."""
    found = dict.fromkeys(
        other.kind
        for index, mistake in enumerate(mistakes)
        for other in elsewhere(draft, mistake)
        if same(wrong, draft.pieces(draft.traces([*mistakes[:index], other, *mistakes[index + 1 :]])))
    )
    return list(found)


def elsewhere(draft, mistake: Mistake) -> Iterator[Mistake]:
    """Yield every mistake of another kind in the same layer, or in the layers beside it."""
    for kind in KINDS:
        if kind in (mistake.kind, "typo"):
            continue
        for op, layer in sites(kind, draft.ex, draft.course):
            if op == "e":
                op = "da" if draft.ex.loss in ("l2", "mse") else "dz"
            if abs(layer - mistake.layer) <= 1:
                yield from (Mistake(kind, op, layer, 0, float(n)) for n in NUMBERS.get(kind, (0.25,)))


def same(wrong, other) -> bool:
    """Tell whether two dumps have the same numbers, as they are printed."""
    return all(
        a.value.shape == b.value.shape
        and a.text == b.text
        and np.allclose(a.value, b.value, rtol=1e-9, atol=1e-12, equal_nan=True)
        for a, b in zip(wrong, other, strict=True)
    )
