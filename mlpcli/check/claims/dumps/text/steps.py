"""Claims of a text by training step: as its headings count, or as names come again."""

from __future__ import annotations

from collections.abc import Sequence

from .....values.cells import Shape
from ...claimed import Claimed
from ..pages import Steps

LEAST = 6
"""How many claims are no mere repetition where all names come again: three names twice, or two of them three times."""


def by_step(found: Sequence[tuple[int | None, Claimed]]) -> Steps[Claimed]:
    """Return the claims of every step, from 1; what comes again as it was is left out."""
    told = [step for step, _ in found if step is not None]
    if not told:
        return by_repetition([claim for _, claim in found])
    shift = 1 if min(told) == 0 else 0
    pages: Steps[Claimed] = {}
    for step, claim in found:
        page = pages.setdefault((min(told) if step is None else step) + shift, [])
        if not any(same(claim, other) for other in page):
            page.append(claim)
    return dict(sorted(pages.items()))


def by_repetition(claims: Sequence[Claimed]) -> Steps[Claimed]:
    """Start another step where a name comes again with other numbers in the same shape, or where all come again."""
    length = period([(claim.name, claim.written.shape) for claim in claims])
    repeated = length and all(same(claim, claims[i % length]) for i, claim in enumerate(claims))
    if length and (not repeated or (length > 1 and len(claims) >= LEAST)):
        return {1 + i // length: list(claims[i : i + length]) for i in range(0, len(claims), length)}
    pages: Steps[Claimed] = {1: []}
    seen: dict[str, Claimed] = {}
    for claim in claims:
        first = seen.get(claim.name)
        if first is not None and same(claim, first):
            continue
        if first is not None and claim.name and not claim.note and first.written.shape == claim.written.shape:
            seen = {}
            pages[len(pages) + 1] = []
        seen.setdefault(claim.name, claim)
        pages[len(pages)].append(claim)
    return pages


def period(named: Sequence[tuple[str, Shape]]) -> int:
    """Return after how many names and shapes all of them come again, in the same order; 0 if they do not."""
    length = next((i for i, entry in enumerate(named[1:], 1) if entry == named[0]), 0)
    once = length and len(named) % length == 0 and len(set(named[:length])) == length
    again = once and all(entry == named[i % length] and entry[0] for i, entry in enumerate(named))
    return length if again else 0


def same(claim: Claimed, other: Claimed) -> bool:
    return claim.name == other.name and claim.written.text.tolist() == other.written.text.tolist()
