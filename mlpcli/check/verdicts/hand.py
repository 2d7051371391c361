"""Work by hand: every tensor is rounded as it is written down, and one goes on from there."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import product
from typing import Any

import numpy as np

from ...nn.op import Array
from ...nn.run import Trace, compute
from ...values.noisy import Noisy, noisy
from ..claims.written import NOISE
from .judgement import Change, Judged, Judgement, above

TIED = 1e-6
"""How near to the middle between two numbers of fewer decimals one is that may be either, as part of their distance."""


def by_hand(judgement: Judgement, change: Change, judged: Judged) -> Iterator[Array]:
    """Yield a claim's tensor with those that nobody claims rounded to as many decimals as its numbers have.

    That is the fewest and the most of them: in some files zeros at the ends of numbers are left out. What lies in the
    middle of the most, where noise decides, may go either way.
    """
    written = judged.claim.written
    scientific = written.numerals[:, 0] == 1
    units = 2 * np.where(scientific, written.digit_half.ravel(), written.half_unit.ravel())
    alike = scientific.all() and (units == units[0]).all()  # zeros fill them up to the same decimals
    known = units[np.isfinite(units) & (units > 0) & (alike | ~scientific)]
    ends = [max(0, round(-np.log10(unit))) for unit in (known.max(), known.min())] if known.size else []
    for decimals in dict.fromkeys(ends):
        exactly = decimals == ends[-1] and not scientific.any()
        for other in (False, True) if judgement.before else (False,):
            for either in (False, True) if exactly else (False,):
                left, middle = left_by_hand(judgement.before, decimals, either, other)
                way = replace(change, values={**left, **change.values})
                value, tied = follow_rounded(judgement, way, judged.name, decimals, either)
                yield value
                if not (tied or middle):
                    break


def left_by_hand(before: Judgement | None, decimals: int, either: bool, other: bool) -> tuple[Trace, bool]:
    """Return the parameters that a step leaves for the next if they are rounded, and all that nobody claims.

    By the `other` routes to gradients, as from an activation's output. And whether any number lay in the middle.
    """
    key = decimals, either, other
    if before is None or (not before.claimed and key not in before.by_hand):
        return {}, False
    if key not in before.by_hand:
        left, tied = left_by_hand(before.before, *key)
        hidden = {n: routes[0] for n, routes in before.program.routes.items() if n not in before.by_name}
        change = Change("", hidden if other else {}, {**left, **before.carried_as_written, **before.as_written})
        found = dict[str, Array]()
        for name, new in before.program.successors.items():
            if new not in before.by_name:
                value, middle = follow_rounded(before, change, new, decimals, either)
                found[name], own = at_decimals(value, decimals, either)
                tied |= middle or own
        before.by_hand[key] = found, tied
    return before.by_hand[key]


def worked_out(before: Judgement) -> None:
    """Work out all that may be asked of a step whose tensors are forgotten then, if anything was asked."""
    for decimals in {asked for asked, *_ in before.by_hand}:
        for either, other in product((False, True), repeat=2):
            left_by_hand(before, decimals, either, other)


def at_decimals(value: Array, decimals: int, either: bool) -> tuple[Array, bool]:
    """Return numbers rounded, and whether any lies in the middle: those may go `either` way, or to the even digit."""
    middle = in_the_middle(value.value, decimals)
    kept = middle & either
    rounded = np.where(kept, value.value, value.value.round(decimals))
    return Noisy(rounded, value.noise + kept * (10.0**-decimals / 2 / NOISE)), bool(middle.any())


def follow_rounded(
    judgement: Judgement, change: Change, target: str, decimals: int, either: bool = False
) -> tuple[Array, bool]:
    """Compute a tensor with those that nobody claims rounded, and whether any number lay in the middle."""
    way = replace(judgement, routes={**judgement.routes, **change.steps}) if change.steps else judgement
    trace, tied = {**judgement.claimed, **change.values}, False

    def value(name: str) -> Array:
        known = name in change.values or name not in way.steps
        return trace[name] if known else compute(way.steps[name], trace, noisy)

    for name in reversed([name for name in above(way, target) if name in way.steps]):
        trace[name], middle = at_decimals(value(name), decimals, either)
        tied |= middle
    return value(target), tied


def in_the_middle(value: Any, decimals: int) -> Any:
    """Return which numbers lie in the middle between two of fewer decimals; of very long ones nobody can tell."""
    unit = 10.0**-decimals
    return (np.abs(value / unit % 1 - 0.5) < TIED) & (np.abs(value) * TIED < unit)
