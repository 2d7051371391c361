"""The table of what may explain a cause, in the order in which it is asked: simplest first."""

from __future__ import annotations

from .earlier import earlier, implied_updates
from .factors import factors, mistakes_with_factors
from .given import copied, given, lone_slip, perhaps_copied
from .implied import implied_cells, implied_settings
from .labels import labels
from .loop import loop
from .not_finite import not_finite
from .own_step import own_step
from .page import page
from .question import Hypothesis
from .settings import settings
from .two import two
from .unclaimed import unclaimed_edits, unclaimed_steps

HYPOTHESES: dict[str, Hypothesis] = {
    "own_step": own_step,
    "loop": loop,
    "page": page,
    "settings": settings,
    "copied": copied,
    "given": given,
    "lone_slip": lone_slip,
    "unclaimed_steps": unclaimed_steps,
    "earlier": earlier,
    "implied_updates": implied_updates,
    "implied_settings": implied_settings,
    "implied_cells": implied_cells,
    "unclaimed_edits": unclaimed_edits,
    "labels": labels,
    "two": two,
    "not_finite": not_finite,
    "factors": factors,
    "mistakes_with_factors": mistakes_with_factors,
    "perhaps_copied": perhaps_copied,
}
"""A new hypothesis is one new file and one line here."""

SEARCHES = frozenset(
    {"given", "implied_updates", "implied_settings", "implied_cells", "unclaimed_edits", "labels", "lone_slip", "two"}
    | {"mistakes_with_factors"}
)
"""Those that try many numbers."""
