"""Whether a dump was computed in float32: then every number in it is a float32, and as far off as float32 rounds.

Types say so, and so do digits: 0.10000000149011612 is a float32, and 24610.666 is one rounded to three decimals; no
float32 is written 24610.667.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal

import numpy as np

from ....config.claims import UNKNOWN
from ..claimed import Claimed
from ..numerals import numeral
from .digits import SINGLE, is_number, tolerance

SAMPLE = 1000
"""How many numbers of a tensor are looked at to tell its type."""


@dataclass(frozen=True)
class Evidence:
    """What the digits of a tensor say of its type."""

    telling: float = 0.0
    """How many of its numbers would be no float32, were they computed in float64."""
    odd: int = 0
    """How many of its numbers are no float32."""


def in_single(claims: list[Claimed]) -> list[Claimed]:
    """Give the claims whose type nothing tells that of float32, where the dump as a whole was computed in it."""
    evidence = [Evidence() if claim.note or claim.written.eps else examine(claim) for claim in claims]
    telling, odd = sum(e.telling for e in evidence), sum(e.odd for e in evidence)
    said = any(claim.written.eps >= SINGLE for claim in claims)
    if (telling == odd == 0 and not said) or odd > telling / 2:
        return claims
    return [
        claim if claim.note or claim.written.eps or found.odd else single(claim)
        for claim, found in zip(claims, evidence, strict=True)
    ]


def single(claim: Claimed) -> Claimed:
    """Mark a claim as computed in float32."""
    written = claim.written
    allowed = np.maximum(written.half_unit, tolerance(written.value, SINGLE))
    return replace(claim, written=replace(written, half_unit=allowed, eps=SINGLE))


def examine(claim: Claimed) -> Evidence:
    """Return what a tensor's numbers say."""
    texts = [str(text) for text in claim.written.text.flat[:SAMPLE]]
    found = [of_number(text) for text in texts if is_number(text) and text not in UNKNOWN]
    return Evidence(sum(e.telling for e in found), sum(e.odd for e in found))


def of_number(text: str) -> Evidence:
    """Return whether a number is a rounded float32, and how likely another number with as many digits is none.

    Where those lie 6e-8 apart, one of six numbers with eight decimals is near enough to one.
    """
    try:
        number = Decimal(text)
    except ArithmeticError:
        return Evidence()
    with np.errstate(over="ignore"):
        nearest = np.float32(text)
    if not np.isfinite(nearest) or not number:
        return Evidence()
    unit = Decimal(10) ** numeral(text).last
    gap = Decimal(float(np.spacing(np.abs(nearest))))
    return Evidence(1 - float(min(Decimal(1), unit / gap)), int(abs(Decimal(float(nearest)) - number) > unit / 2))
