"""The one submission that a document is about: what a platform runs an autograder on."""

from __future__ import annotations

from .document import Document, Grades, Submission


def the_submission(document: Document) -> Submission:
    """Return it. Raises ValueError where there are several: each is a document of its own."""
    (found,) = (item for part in document.parts if isinstance(part, Grades) for item in part.items)
    return found
