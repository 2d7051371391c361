"""One cell of a step as arithmetic on the cells of its operands."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from ..values.cells import Cells, named
from ..values.expression import Expression, Index
from .program import Step
from .run import Trace, compute


def expression(step: Step, values: Trace, index: Index) -> Expression:
    """Run one cell of a step on arrays that record what is done with the cells it needs."""
    with np.errstate(all="ignore"):
        return recorded(step, values).at(index)


def recorded(step: Step, values: Trace) -> Cells:
    """Return a step's tensor as cells that are worked out when they are looked at."""
    cells = {name: named(name, values[name]) for name in step.operands}
    own = replace(step, settings={name: named(name, value) for name, value in step.settings.items()})
    result: Cells = compute(own, cells, lambda setting: setting)
    return result
