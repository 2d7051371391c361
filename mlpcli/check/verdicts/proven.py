"""Proven values to judge by: a run of the program on numbers that are as near to the true ones as floats can be."""

from __future__ import annotations

import numpy as np

from ...nn.run import Setup, Trace
from ...values.bounds import narrow
from ...values.table import Numbers


def true_values(setup: Setup, numbers: Numbers) -> Trace:
    """Return the floats that are nearest to the true values of a run."""
    trace = numbers.settle(
        lambda: setup.run(numbers.lift), lambda found: all(narrow(value.value) for value in found.values())
    )
    return {name: np.asarray(value.value, np.float64) for name, value in trace.items()}
