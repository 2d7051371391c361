"""Dumps that tell of one sample after the other: what each block of them has is a row, and the rows are one step."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from statistics import mean

import numpy as np

from ..config.load import Case
from ..errors import InputError
from ..values.shapes import N
from .claims.claimed import Claimed
from .claims.fits import AGREES
from .claims.matching import Matcher
from .claims.written import Written

JOINED = "each block of the dump is read as a row, for one sample of the batch"
Pages = Mapping[int, list[Claimed]]


def by_sample(case: Case, pages: Pages) -> Pages:
    """Return the pages of a dump as one where each is about a sample of the batch, and not about a step.

    They have the same names, as many as there are samples. Together they fit tensors that have a row for each, and
    better than those of the first would fit as they are.
    """
    rows = case.setup.rows
    if rows == 1 or list(pages) != [*range(1, rows + 1)] or len({names(page) for page in pages.values()}) > 1:
        return pages
    lists = [[page[k] for page in pages.values()] for k in range(len(pages[1]))]
    lists = [claims for claims in lists if not counts(claims)]
    if any(claim.note or claim.written.shape != claims[0].written.shape for claims in lists for claim in claims):
        return pages
    joined = [in_rows(claims) for claims in lists]
    together, single = fits(case, joined), fits(case, [claims[0] for claims in lists])
    tensors = case.program.tensors
    if not together or not all(N in tensors[name].shape for name in together if name in tensors):
        return pages
    losses = {step.name for step in case.program.steps if step.section == "loss"}
    may_be_steps = (single and all(single.values())) or together.keys() <= losses
    enough = AGREES if may_be_steps else 1.0
    better = mean(together.values()) > mean(single.values() or [0.0])
    return {1: joined} if better and min(together.values()) >= enough else pages


def fits(case: Case, claims: Sequence[Claimed]) -> Mapping[str, float]:
    """Return how well claims fit the tensors that they are of; nothing if one is of none, or two differ in theirs."""
    matcher = Matcher(case, claims)
    try:
        found = matcher.match()
    except InputError:
        return {}
    known = found.known.items()
    return {} if found.unknown else {name: matcher.fit(claim, name) for name, claim in known}


def names(page: Sequence[Claimed]) -> tuple[str, ...]:
    return tuple(claim.name for claim in page)


def counts(claims: Sequence[Claimed]) -> bool:
    """Return whether claims say no more than which sample it is, from 0 or from 1."""
    numbers = [float(c.written.value.item()) if c.written.value.size == 1 else np.nan for c in claims]
    return numbers in ([*range(len(claims))], [*range(1, len(claims) + 1)])


def in_rows(claims: Sequence[Claimed]) -> Claimed:
    """Return claims of single samples as one, a row of it each."""
    flat = [claim.written.each(np.ravel) for claim in claims]
    first = flat[0]
    value, half_unit, text = (np.stack([getattr(w, key) for w in flat]) for key in ("value", "half_unit", "text"))
    return replace(claims[0], written=Written(value, half_unit, text, first.eps, first.printed))
