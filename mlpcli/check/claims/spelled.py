"""A config's own claims → tensors, by their spelling alone; and what is found of claims."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

import numpy as np

from ...config.load import Case
from ...errors import InputError, Problem, suggestion
from .claimed import Claimed
from .names import canonical_names
from .scalar_loss import scalar_name


@dataclass
class Matched:
    """Claims by the names of the program's tensors, and those that are of none."""

    known: dict[str, Claimed] = field(default_factory=dict)
    unknown: list[Claimed] = field(default_factory=list)
    read: dict[str, str] = field(default_factory=dict)
    """What the dump calls a tensor → the tensor, where the spelling alone did not tell."""

    @property
    def names(self) -> dict[str, str]:
        """What the dump calls a tensor → the tensor."""
        return {claim.source: name for name, claim in self.known.items() if "," not in claim.source}


def match_names(case: Case, claims: Iterable[Claimed]) -> Matched:
    """Match a config's own claims, other spellings understood.

    Raises InputError for names that mean no tensor, and for two that mean one and differ.
    """
    claims = list(claims)
    names = canonical_names(case, claims)
    lost = [claim for claim in claims if names.get(claim.name) is None]
    if lost:
        order = case.program.order
        why = [f"no such tensor{suggestion(claim.name, order)}" for claim in lost]
        raise InputError(*(Problem(c.place, f"expect.{c.name}", w) for c, w in zip(lost, why, strict=True)))
    found = Matched()
    for claim in claims:
        name = scalar_name(case.setup, names[claim.name], claim)
        if name in found.known:
            refuse_differing(claim, name, found.known[name])
        found.known[name] = Claimed(name, claim.written, claim.place, claim.note)
    return found


def refuse_differing(claim: Claimed, name: str, other: Claimed) -> None:
    """Raise InputError if another claim about the same tensor has other numbers."""
    if not np.array_equal(claim.written.value, other.written.value, equal_nan=True):
        turned = np.array_equal(claim.written.value.T, other.written.value, equal_nan=True)
        numbers = "the same numbers transposed: keep those as conventions have it" if turned else "other numbers"
        message = f"it means {name}, of which {other.place} claims {numbers}"
        raise InputError(Problem(claim.place, claim.name, message))
