"""The formula of every step is true: evaluated on the tensors of a run it gives the step's tensor."""

import re

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mlpcli.nn.formula import parse
from mlpcli.nn.formula.tree import Parameter

from ..drawing import SMALL
from .evaluate import evaluate
from .ops import CASES, EVERY, steps_of

seeds = st.integers(0, 2**32 - 1)


def parameters(node):
    """The places of operands in a tree."""
    return {node} if isinstance(node, Parameter) else set().union(*map(parameters, node.parts))


def tensors(formula):
    """The names of the parameters that stand for tensors."""
    return {parameter.name for parameter in parameters(formula.root) if not parameter.scalar}


def read(step):
    """The formula read back from what is printed where that says everything, else from the op."""
    source, printed = step.op.formula, step.formula
    if "Σ" in printed or "softmax" in printed or any(parameter.scalar for parameter in parameters(source.root)):
        return source
    names = dict(zip(step.operands, step.op.parameters, strict=False))
    places = {operand: f"{{{name}}}" for operand, name in names.items() if name in tensors(source)}
    return parse(re.sub(r"[A-Za-z]\w*", lambda word: places.get(word[0], word[0]), printed, flags=re.ASCII))


def operands(step, trace, rows, columns):
    named = dict(zip(step.op.parameters, (trace[name] for name in step.operands), strict=False))
    return {"n": rows, "m": rows, **named, **step.settings, "N": rows, "C": columns}


def assert_equal(found, expected, values, name):
    """Equal but for rounding, which is measured by the largest number that went in; a vector lies either way."""
    found = np.reshape(found, expected.shape) if expected.ndim < 2 else found
    assert np.ndim(found) == 0 or np.shape(found) == expected.shape, name
    largest = max(np.abs(value).max() for value in (expected, *values.values()))
    np.testing.assert_allclose(found + 0 * expected, expected, rtol=1e-9, atol=1e-13 * largest, err_msg=name)


def test_the_cases_have_every_op():
    found = {step.op.name for case in CASES for step in steps_of(case, 0)[0]}
    assert found == {op.name for op in EVERY.values()}


@pytest.mark.parametrize("case", CASES, ids=str)
def test_every_formula_is_true(case):
    steps, trace, rows, columns = steps_of(case, 1)
    for step in steps:
        values = operands(step, trace, rows, columns)
        assert_equal(evaluate(read(step).root, values), np.asarray(trace[step.name]), values, step.name)


# A flat row is added to samples in rows alone.
TURNED = [case for case in CASES if case.conventions.biases != "flat"]


@given(case=st.sampled_from(TURNED), seed=seeds, rows=st.integers(2, 5), choices=st.randoms(use_true_random=False))
@SMALL
def test_every_formula_is_true_as_it_is_seen(case, seed, rows, choices):
    steps, trace, rows, columns = steps_of(case, seed, rows)
    for step in steps:
        values, expected = operands(step, trace, rows, columns), np.asarray(trace[step.name])
        names = sorted(tensors(step.op.formula))
        turned = {name for name in names if values[name].ndim == 2 and choices.random() < 0.5}
        negated = {name for name in names if choices.random() < 0.3}
        flip, minus = expected.ndim == 2 and choices.random() < 0.5, choices.random() < 0.3
        shown = {
            name: (value.T if name in turned else value) * (-1 if name in negated else 1)
            for name, value in values.items()
        }
        found = step.op.formula.seen(turned, flip, negated, minus)
        expected = (expected.T if flip else expected) * (-1 if minus else 1)
        assert_equal(evaluate(found.root, shown), expected, shown, f"{step.name} {found}")
