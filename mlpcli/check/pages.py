"""Which steps of training the pages of a dump are about, by what they have; a reader only counts them."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from ..config.load import Case
from ..values.noisy import noisy
from .claims.claimed import Claimed
from .claims.fits import AGREES, WHOLE
from .claims.matching import Matcher
from .claims.names import canonical_names
from .claims.words import meanings
from .claims.written import agreement
from .samples import JOINED, Pages, by_sample
from .setups import at_step, setups

LATER = 10
"""How many steps are tried for parameters that are not those after the first."""


def in_steps(case: Case, pages: Pages) -> tuple[Pages, list[str]]:
    """Return the claims of a dump by the step that they are about, and what is to be said of it."""
    rows = by_sample(case, pages)
    return in_later_step(case, by_epoch(case, rows)), [JOINED] if rows is not pages else []


def by_epoch(case: Case, pages: Pages) -> Pages:
    """Return the pages of a dump that lists the losses of several steps; what it has once is after the last."""
    if list(pages) != [1]:
        return pages
    lists = [claim for claim in pages[1] if is_history(case, claim)]
    lengths = {claim.written.value.size for claim in lists}
    if len(lengths) != 1:
        return pages
    last = lengths.pop()
    found: dict[int, list[Claimed]] = {step: [] for step in range(1, last + 1)}
    for claim in lists:
        flat = claim.written.each(np.ravel)
        for step in found:
            found[step].append(replace(claim, written=flat.at((step - 1,))))
    found[last] += [claim for claim in pages[1] if claim not in lists]
    return found


def is_history(case: Case, claim: Claimed) -> bool:
    """Return whether a claim lists a loss per step, and not one per input."""
    sizes = [n for n in claim.written.shape if n != 1]
    if claim.note or len(sizes) != 1 or not sizes[0]:
        return False
    losses = [step.name for step in case.program.steps if step.section == "loss"]
    named = canonical_names(case).get(claim.name) in losses or any(m.kind == "loss" for m in meanings(claim.name)[:1])
    if not named or sizes[0] != case.setup.rows:
        return bool(named)
    flat = claim.written.each(np.ravel)
    found = [value for name, value in case.setup.trace.items() if name in losses]
    if any(value.size == sizes[0] and agreement(flat, noisy(value.ravel())).all() for value in found):
        return False  # two inputs may have the same loss, which is the mean then
    first = flat.at((0,))
    costs = [found[0].sum(), found[0].mean(), *(value for value in found if value.ndim == 0)]
    return any(bool(agreement(first, noisy(np.asarray(cost))).all()) for cost in costs)


def in_later_step(case: Case, pages: Pages) -> Pages:
    """Return the pages with parameters after a later step under that step, where nothing says which it is."""
    if list(pages) != [1] or not case.program.successors:
        return pages
    new = {*case.program.successors.values(), *case.program.parameters}
    matcher, names = Matcher(case, pages[1]), canonical_names(case)
    others = ((claim, names.get(claim.name, "")) for claim in pages[1])
    if any(name not in new and matcher.fit(claim, name) == WHOLE for claim, name in others):
        return pages
    known = matcher.match().known
    if not known or not known.keys() <= new:
        return pages
    for step, setup in setups(case, LATER):
        matcher = Matcher(at_step(case, setup, step), pages[1])
        fits = [matcher.fit(claim, name) for name, claim in known.items()]
        if min(fits) >= AGREES and max(fits) == WHOLE:
            return {step: pages[1]}
    return pages
