"""Whether a parameter is claimed as it was given or as it is after an update, where the name is that of both."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np

from ...values.noisy import noisy
from .claimed import fit_shape
from .written import Written, agreement

FEW = 2
SAME = 0.5
"""A given tensor of which more numbers differ is not meant: W1 is the updated one, y the output."""


def moved(claims: Iterable[Written], given: Any, updated: Any) -> bool:
    """Return whether a claim differs from a parameter as after an update, and not in a number or two mistyped.

    `claims` are the same numbers as they may lie.
    """
    before, after = noisy(given), noisy(updated)
    for written in claims:
        fitting, misfit = fit_shape(written, before)
        if not misfit:
            differs, changes = ~agreement(fitting, before), before.value != after.value
            count = np.count_nonzero(differs)
            half = count >= SAME * np.count_nonzero(changes)
            return bool(count > FEW or (count and half and not (differs & ~changes).any()))
    return False
