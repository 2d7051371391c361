"""A grade as Autolab reads it from the last two lines that an autograder prints: formatted feedback, then scores.

https://docs.autolabproject.com/features/formatted-feedback/. Each tensor is a problem of the assessment.
"""

from __future__ import annotations

from typing import Any

from .document import Document, Scored, rounded
from .formats import Rendering
from .json import dumps
from .submission import the_submission

STAGE = "Tensors"


def render(document: Document, rendering: Rendering) -> str:
    """Write what is said of each tensor, and below it the points; what cannot be graded says why at each of them."""
    found = the_submission(document)
    why = "; ".join([*found.problems, *found.remarks]) if found.problems else ""
    feedback = {"_presentation": "semantic", "stages": [STAGE], STAGE: {t.name: shown(t, why) for t in found.tests}}
    scores = {"scores": {test.name: rounded(test.points) for test in found.tests}}
    return f"{dumps(feedback)}\n{dumps(scores)}\n"


def shown(test: Scored, why: str) -> dict[str, Any]:
    hint = why or test.message
    return {"passed": test.passed} | ({"hint": hint} if hint and not test.passed else {})
