"""A grade as Classroom 50's result.json, `classroom50/result/v1`: its wiki, *Advanced Autograding*.

Points are whole numbers there: where some are not, all are counted in hundredths. What the runner says of the
submission comes from the environment that it gives an autograder.
"""

from __future__ import annotations

import os
import re
from typing import Any

from .document import Document, Scored
from .formats import Rendering
from .json import dumps
from .submission import the_submission

SCHEMA = "classroom50/result/v1"
VARIABLES = {
    "classroom": "CLASSROOM",
    "assignment": "ASSIGNMENT",
    "submission": "SUBMISSION_TAG",
    "commit": "COMMIT_URL",
    "release": "RELEASE_URL",
    "review": "REVIEW_URL",
}
UNKNOWN = "unknown"


def render(document: Document, rendering: Rendering) -> str:
    """Write the score, and a test per tensor; the words on each stand in a field of our own, which is kept."""
    found = the_submission(document)
    unit = 1 if all(test.points % 1 == 0 == test.max_points % 1 for test in found.tests) else 100
    tests = [described(test, unit) for test in found.tests]
    result = {
        "schema": SCHEMA,
        **{field: os.environ.get(variable) or UNKNOWN for field, variable in VARIABLES.items()},
        "datetime": submitted(os.environ.get("SUBMISSION_TAG", "")),
        "score": sum(test["score"] for test in tests),
        "max-score": sum(test["max-score"] for test in tests),
        "tests": tests,
        "messages": [*found.problems, *found.remarks],
    }
    return dumps(result, indent=1) + "\n"


def submitted(tag: str) -> str:
    """Return when a submission was made, which its tag says: `submit/2026-06-01T14-32-05Z-a1b2c3d`."""
    found = re.search(r"(\d{4}-\d\d-\d\d)T(\d\d)-(\d\d)-(\d\d)Z", tag)
    return "{}T{}:{}:{}Z".format(*found.groups()) if found else UNKNOWN


def described(test: Scored, unit: int) -> dict[str, Any]:
    return {
        "test-name": test.name,
        "passed": test.passed,
        "score": round(test.points * unit),
        "max-score": round(test.max_points * unit),
        "message": test.message,
    }
