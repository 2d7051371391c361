"""A grade as PrairieLearn's results.json: https://docs.prairielearn.com/externalGrading/#grading-result."""

from __future__ import annotations

from typing import Any

from .document import Document, rounded
from .formats import Rendering
from .json import dumps
from .submission import the_submission


def render(document: Document, rendering: Rendering) -> str:
    """Write the score from 0 to 1 and a test per tensor, or that it is not gradable: that costs no attempt."""
    found = the_submission(document)
    if found.problems:
        return dumps({"gradable": False, "format_errors": list(found.problems)}, indent=1) + "\n"
    result: dict[str, Any] = {
        "gradable": True,
        "score": min(1.0, rounded(found.score / found.max_score)),
        "message": "\n".join(found.remarks),
        "tests": [
            {
                "name": test.name,
                "points": rounded(test.points),
                "max_points": rounded(test.max_points),
                "message": test.message,
            }
            for test in found.tests
        ],
    }
    return dumps(result, indent=1) + "\n"
