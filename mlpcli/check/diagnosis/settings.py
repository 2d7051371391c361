"""Hypothesis: another convention."""

from __future__ import annotations

from ..verdicts.judgement import Change
from .question import Question


def settings(question: Question) -> list[Change]:
    """Return settings under which the claim holds: one if that is enough, else several at once."""
    for changes in question.settings:
        found = [c for c in changes if question.cause.name in c.holding or question.explains(c)]
        if found:
            return found
    return []
