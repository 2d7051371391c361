"""One number claimed of a loss that has penalties: it is the total, unless it is said to be a part."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from ...nn.op import TOTAL
from ...nn.program import Program
from .claimed import Claimed
from .words import meanings

DATA = re.compile(r"entropy|data|mse|sse|nll|bce|squared", re.IGNORECASE)
"""Words for a loss before anything is added to it."""
WITH_ALL = re.compile(r"total|regulari[sz]ed", re.IGNORECASE)
"""Words for a loss to which all is added."""


def costs_apart(program: Program, claims: Sequence[Claimed], names: Mapping[str, str]) -> dict[int, list[str]]:
    """Return what costs may be, by their ids, where one of them must be with the penalty: the only one, or a total.

    What is said to be of the data alone, as `cross_entropy_cost`, is no such cost.
    """
    total = program.by_name.get(program.objective or "")
    if total is None or total.op.name != TOTAL:
        return {}
    named = [c for c in claims if c.written.value.size == 1 and (names.get(c.name) == total.name or is_cost(c.name))]
    costs = [c for c in named if not DATA.search(c.name) and names.get(c.name) not in total.operands]
    alone = [c for c in costs if WITH_ALL.search(c.name)] or costs
    if len(alone) != 1:
        return {}
    data = [name for name in total.operands[:1] if program.tensors[name].shape == ()]
    return {id(c): [total.name] if c is alone[0] else data for c in costs}


def is_cost(name: str) -> bool:
    """Return whether a name means the loss."""
    return any((meaning.kind, meaning.role) == ("loss", "") for meaning in meanings(name)[:1])
