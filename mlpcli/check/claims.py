"""Claims about a program: named tensors as somebody wrote them, matched to the program's names and shapes."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np

from ..errors import Place
from ..nn.op import Array
from ..nn.program import Program, Trace
from .written import Written


@dataclass(frozen=True)
class Claimed:
    """A claim about a tensor of the program."""

    name: str
    written: Written
    place: Place
    note: str = ""
    """Why it cannot be compared as it is: its shape, its type."""


@dataclass
class Matched:
    """Claims by the program's names, and what could not be matched."""

    claims: dict[str, Claimed] = field(default_factory=dict)
    unknown: list[tuple[str, Place]] = field(default_factory=list)


def order(program: Program) -> list[str]:
    """Every tensor's name in dataflow order."""
    return [*program.given, *(step.name for step in program.steps)]


def fitted(claim: Written, computed: Array) -> tuple[Written, str]:
    """The claim in the shape of the computed tensor, or a sentence why it cannot be."""
    wanted, found = tuple(computed.shape), claim.shape
    if wanted == found or trimmed(wanted) == trimmed(found):
        return reshaped(claim, wanted), ""
    if len(wanted) == 2 and found == (wanted[1], wanted[0]):
        return claim, f"it is transposed: shape {found} in place of {wanted}"
    return claim, f"it has shape {found} in place of {wanted}"


def trimmed(shape: tuple[int, ...]) -> tuple[int, ...]:
    """A shape without the 1s that writers add and drop: [[1, 2]] is [1, 2], [[3]] is 3."""
    while shape and shape[0] == 1:
        shape = shape[1:]
    return shape


def reshaped(claim: Written, shape: tuple[int, ...]) -> Written:
    return Written(claim.value.reshape(shape), claim.half_unit.reshape(shape), claim.text.reshape(shape))


def known_values(trace: Trace) -> dict[str, Any]:
    """Shapes and values for messages."""
    return {name: np.asarray(value.value) for name, value in trace.items()}
