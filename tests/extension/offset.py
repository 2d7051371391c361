"""A hypothesis: something was added to every number on the way to the page."""

import numpy as np

from mlpcli.check.verdicts.judgement import Change


def offset(question):
    """The claim is what follows from the claims above it, with one number added everywhere."""
    expected = question.cause.expected
    added = float(np.median(question.cause.claim.written.value - expected.value))
    if question.agrees(expected + added):
        yield Change(f"{added:g} is added to every number")
