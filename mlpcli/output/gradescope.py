"""A grade as Gradescope's results.json: https://gradescope-autograders.readthedocs.io/en/latest/specs/#output-format."""

from __future__ import annotations

from typing import Any

from .document import Document, Scored, rounded
from .formats import Rendering
from .json import dumps
from .submission import the_submission


def render(document: Document, rendering: Rendering) -> str:
    """Write the score, and a test per tensor; what cannot be graded scores 0 and says why."""
    found = the_submission(document)
    result = {
        "score": found.score,
        "output": "\n".join([*found.problems, *found.remarks]),
        "output_format": "text",
        "visibility": "visible",
        "tests": [test(scored, number) for number, scored in enumerate(found.tests, 1)],
    }
    return dumps(result, indent=1) + "\n"


def test(scored: Scored, number: int) -> dict[str, Any]:
    return {
        "score": rounded(scored.points),
        "max_score": rounded(scored.max_points),
        "status": "passed" if scored.passed else "failed",
        "name": scored.name,
        "number": str(number),
        "output": scored.message,
        "output_format": "text",
        "visibility": "visible",
    }
