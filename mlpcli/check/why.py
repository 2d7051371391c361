"""One cell as arithmetic: a reading of the program that follows a cell back to the cells it is computed from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from ..nn.arithmetic import expression
from ..nn.op import Array
from ..nn.program import Program, Step
from ..nn.run import Setup, Trace
from ..values.expression import Expression, Index
from ..values.noisy import noisy
from .claims.written import Written


@dataclass(frozen=True)
class Source:
    """Where cells come from: the program, its values, and what is claimed about them, in the shape of the tensors."""

    program: Program
    trace: Trace
    claims: Mapping[str, Written]

    @property
    def steps(self) -> dict[str, Step]:
        return self.program.by_name

    def formula(self, name: str) -> str:
        """Return what a name stands for: a step's formula, `given`, `drawn by the seed`, or `setting`."""
        steps = self.steps
        if name in steps:
            return steps[name].formula
        if name not in self.program.given:
            return "setting"
        return "drawn by the seed" if self.program.tensors[name].role == "drawn" else "given"

    def claimed_values(self, name: str) -> Array:
        """Return the tensor with what is claimed about it in place of what is computed."""
        computed = self.trace[name].value
        if name not in self.claims:
            return computed
        claim = self.claims[name]
        return np.where(np.isinf(claim.half_unit), computed, claim.value)

    def written(self, name: str, index: Index) -> str | None:
        """Return the claim about a cell, as somebody wrote it; None if there is none."""
        if name not in self.claims or np.isinf(self.claims[name].half_unit[index]):
            return None
        return str(self.claims[name].text[index])


def source(setup: Setup, claims: Mapping[str, Written] | None = None) -> Source:
    """Run the program to look at its cells."""
    return Source(setup.program, setup.run(noisy), claims or {})


@dataclass(frozen=True)
class Arithmetic:
    """A cell of a step's tensor as an expression over cells of its operands; and the same over claimed values."""

    computed: Expression
    claimed: Expression | None


def arithmetic(found: Source, name: str, index: Index) -> Arithmetic | None:
    """Return how a cell is computed; None if it is given, or a setting."""
    step = found.steps.get(name)
    if step is None:
        return None
    computed = expression(step, {o: found.trace[o].value for o in step.operands}, index)
    claimed = None
    if any(operand in found.claims for operand in step.operands):
        claimed = expression(step, {o: found.claimed_values(o) for o in step.operands}, index)
    return Arithmetic(computed, claimed)
