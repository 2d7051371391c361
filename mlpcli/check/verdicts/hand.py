"""Work by hand: every tensor is rounded as it is written down, and one goes on from there."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import numpy as np

from ...nn.op import Array
from ...nn.run import Trace
from ...values.noisy import Noisy
from ..claims.written import NOISE
from .judgement import Change, Judged, Judgement, above, follow

TIED = 1e-6
"""How near to the middle between two numbers of fewer decimals one is that may be either, as part of their distance."""


def by_hand(judgement: Judgement, change: Change, judged: Judged) -> Iterator[Array]:
    """Yield a claim's tensor with those that nobody claims rounded to as many decimals as its numbers have.

    That is the fewest and the most of them: in some files zeros at the ends of numbers are left out. What lies in the
    middle of the most, where noise decides, may go either way.
    """
    written = judged.claim.written
    units, scientific = 2 * written.half_unit.ravel(), written.numerals[:, 0]
    known = units[np.isfinite(units) & (units > 0) & (scientific == 0)]
    ends = [max(0, round(-np.log10(unit))) for unit in (known.max(), known.min())] if known.size else []
    for decimals in dict.fromkeys(ends):
        left = {**left_by_hand(judgement.before, decimals), **change.values}
        value, tied = follow_rounded(judgement, replace(change, values=left), judged.name, decimals)
        yield value
        if tied and decimals == ends[-1] and not scientific.any():
            yield follow_rounded(judgement, replace(change, values=left), judged.name, decimals, either=True)[0]


def left_by_hand(before: Judgement | None, decimals: int) -> Trace:
    """Return the parameters that a step leaves for the next if they are rounded, and all that nobody claims."""
    if before is None:
        return {}
    if decimals not in before.by_hand and before.claimed:
        given = {**left_by_hand(before.before, decimals), **before.carried_as_written, **before.as_written}
        before.by_hand[decimals] = {
            name: at_decimals(follow_rounded(before, Change("", values=given), new, decimals)[0], decimals)
            for name, new in before.program.successors.items()
            if new not in before.by_name
        }
    return before.by_hand.get(decimals, {})


def at_decimals(value: Array, decimals: int) -> Array:
    return Noisy(value.value.round(decimals), value.noise)


def follow_rounded(
    judgement: Judgement, change: Change, target: str, decimals: int, either: bool = False
) -> tuple[Array, bool]:
    """Compute a tensor with those that nobody claims rounded, and whether any number lay in the middle."""
    values, way, tied = dict(change.values), replace(judgement, routes={**judgement.routes, **change.steps}), False
    for name in reversed([name for name in above(way, target) if name in judgement.steps]):
        value = follow(judgement, replace(change, values=values), name)
        middle = in_the_middle(value.value, decimals)
        tied |= bool(middle.any())
        kept = middle & either
        rounded = np.where(kept, value.value, value.value.round(decimals))
        values[name] = Noisy(rounded, value.noise + kept * (10.0**-decimals / 2 / NOISE))
    own = {name: step for name, step in change.steps.items() if name not in values}
    return follow(judgement, replace(change, steps=own, values=values), target), tied


def in_the_middle(value: Any, decimals: int) -> Any:
    """Return which numbers lie in the middle between two of fewer decimals; of very long ones nobody can tell."""
    unit = 10.0**-decimals
    return (np.abs(value / unit % 1 - 0.5) < TIED) & (np.abs(value) * TIED < unit)
