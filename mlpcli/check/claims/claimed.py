"""Claims about a program: named tensors as somebody wrote them, matched to the program's names and shapes."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial

import numpy as np

from ...errors import Place
from ...nn.op import Array
from .written import Written

TRANSPOSED = "it is transposed"


@dataclass(frozen=True, eq=False)
class Claimed:
    """A claim about a tensor of the program."""

    name: str
    written: Written
    place: Place
    note: str = ""
    """Why it cannot be compared as it is: its shape, its type."""
    source: str = ""
    """What a dump calls it."""


def fit_shape(claim: Written, computed: Array) -> tuple[Written, str]:
    """Bring the claim to the shape of the computed tensor, or note a sentence why it cannot be."""
    wanted = tuple(computed.shape)
    claim = without_ones(claim, wanted)
    found = claim.shape
    if wanted == found or trimmed(wanted) == trimmed(found) or (is_line(wanted) and line(wanted) == line(found)):
        return reshaped(claim, wanted), ""
    if len(wanted) == 2 and found == (wanted[1], wanted[0]):
        return claim, f"{TRANSPOSED}: shape {found} in place of {wanted}"
    return claim, f"it has shape {found} in place of {wanted}"


def without_ones(claim: Written, wanted: tuple[int, ...]) -> Written:
    """Return the claim without the column, or row, of ones that stands in for the biases, if the rest then fits."""
    lines = claim.shape == (max(wanted, default=0) + 1,) and len(wanted) == 2 and 1 in wanted  # of a single sample
    table = claim.each(partial(np.expand_dims, axis=wanted.index(1))) if lines else claim
    if len(wanted) == len(table.shape) == 2 and sum(table.shape) == sum(wanted) + 1:
        for axis in (0, 1):
            longer = tuple(n + (i == axis) for i, n in enumerate(wanted))
            for at in (0, -1):
                if table.shape == longer and (np.take(np.where(table.claimed, table.value, 1), at, axis) == 1).all():
                    return table.each(partial(np.delete, obj=at, axis=axis))
    return claim


def is_line(shape: tuple[int, ...]) -> bool:
    """Return whether it is the shape of a row or a column."""
    return len(shape) == 1 or (len(shape) == 2 and 1 in shape)


def line(shape: tuple[int, ...]) -> tuple[int, ...]:
    """Return a shape without its 1s: a row, a column and a vector are as good as each other."""
    return tuple(n for n in shape if n != 1)


def trimmed(shape: tuple[int, ...]) -> tuple[int, ...]:
    """Return a shape without the 1s that writers add and drop: [[1, 2]] is [1, 2], [[3]] is 3."""
    while shape and shape[0] == 1:
        shape = shape[1:]
    return shape


def reshaped(claim: Written, shape: tuple[int, ...]) -> Written:
    if claim.shape == shape:
        return claim
    return claim.each(lambda cells: cells.reshape(shape))


def tolerant(claim: Claimed, rtol: float | None, atol: float | None) -> Claimed:
    """Return the claim with the given tolerance in place of the one its digits set."""
    if rtol is None and atol is None:
        return claim
    with np.errstate(invalid="ignore"):
        allowed = np.abs(claim.written.value) * (rtol or 0) + (atol or 0)
    allowed = np.where(np.isfinite(claim.written.value), allowed, claim.written.half_unit)
    return replace(claim, written=replace(claim.written, half_unit=allowed))
