"""Every number type has every function that an op may call, and no op calls another."""

import importlib
import operator
import pkgutil
from itertools import product

import numpy as np
import pytest

import mlpcli.values
from mlpcli.nn.layers.layer import Activation
from mlpcli.nn.network import Network, compile_network
from mlpcli.nn.op import op
from mlpcli.nn.program import Step
from mlpcli.nn.run import compute
from mlpcli.values.shapes import Shaped
from mlpcli.values.special import FLOATS, normal_cdf, normal_density
from mlpcli.values.value import COMPARISONS, DECLARED, PRIMITIVES, PrimitiveError, Value
from tests.nn.formula.ops import CASES, steps_of

from .kinds import ELSEWHERE, KINDS, subclasses

CALLS = PRIMITIVES | {"normal_cdf": normal_cdf, "normal_density": normal_density}
"""The functions as ops call them."""
UNARY = [name for name, function in PRIMITIVES.items() if function.nin == 1]
BINARY = [name for name, function in PRIMITIVES.items() if function.nin == 2 and name != "matmul"]

# All exact as floats. None is 0 and some are equal, so that every function has a value and every comparison both.
SIGNED = np.array([[0.75, -1.5], [2.25, -0.25], [-3.0, 1.0]])
OTHER = np.array([[0.75, 2.0], [-0.5, -0.25], [4.0, -1.25]])
SHAPES = {
    "matrix": lambda A: A,
    "row": lambda A: A[:1],
    "column": lambda A: A[:, :1],
    "vector": lambda A: A[:, 0],
    "scalar": lambda A: A[0, 0],
}
PAIRS = [
    *(("matrix", other) for other in ("matrix", "row", "column", "scalar")),
    *((other, "matrix") for other in ("row", "column", "scalar")),
    *(("row", "column"), ("column", "row"), ("vector", "vector"), ("vector", "scalar"), ("scalar", "scalar")),
]


PACKAGES = {"balls": "flint", "traced": "jax", "jax": "jax", "torch": "torch"}
OTHERS = [pytest.param(name, marks=pytest.mark.slow) for name in ELSEWHERE]


@pytest.fixture(params=[*KINDS, *OTHERS])
def kind(request):
    """Every number type."""
    if request.param in PACKAGES:
        pytest.importorskip(PACKAGES[request.param])
    found = (KINDS | ELSEWHERE)[request.param]()
    with found.context:
        yield found


no_floats = pytest.mark.parametrize("kind", [*(name for name in KINDS if name != "floats"), *OTHERS], indirect=True)
"""Every number type of ours: arrays of floats have every function of numpy."""


def expected(function, *operands):
    """What numpy computes, in floats."""
    with np.errstate(all="ignore"):
        return np.asarray(FLOATS.get(function, function)(*map(np.asarray, operands)))


def assert_same(kind, found, right):
    """The shape is numpy's, and so are the values where they are known."""
    assert found.shape == np.shape(right)
    assert isinstance(found, kind.array | np.ndarray | np.generic)
    if isinstance(found, Value) and kind.floats is None:
        return
    values = kind.floats(found) if isinstance(found, kind.array) else found
    assert np.shape(values) == np.shape(right)
    np.testing.assert_allclose(np.asarray(values, float), right, rtol=1e-13, atol=1e-300)


def arrays(kind, *operands):
    return [kind.lift(operand) for operand in operands]


def test_every_number_type_of_the_package_is_here():
    pytest.importorskip("flint")
    for module in pkgutil.walk_packages(mlpcli.values.__path__, "mlpcli.values."):
        importlib.import_module(module.name)
    assert subclasses() == {make().array for make in KINDS.values()} - {np.ndarray, KINDS["fractions"]().array}


@pytest.mark.parametrize("name", UNARY)
def test_functions_of_one_array(kind, name):
    for shaped in SHAPES.values():
        X = shaped(np.abs(SIGNED) if name in ("sqrt", "log", "log1p") else SIGNED)
        if PRIMITIVES[name] in kind.lacks:
            with pytest.raises((TypeError, AttributeError)):
                CALLS[name](kind.lift(X))
        else:
            assert_same(kind, CALLS[name](kind.lift(X)), expected(PRIMITIVES[name], X))


@pytest.mark.parametrize("name", BINARY)
def test_functions_of_two_arrays(kind, name):
    for left, right in PAIRS:
        A, B = SHAPES[left](SIGNED), SHAPES[right](OTHER)
        assert_same(kind, CALLS[name](*arrays(kind, A, B)), expected(PRIMITIVES[name], A, B))


@pytest.mark.parametrize("name", BINARY)
def test_functions_of_an_array_and_a_number_of_the_formula(kind, name):
    function = PRIMITIVES[name]
    for shaped, number in product(SHAPES.values(), [2, -1, 1, 0]):
        A = shaped(SIGNED)
        assert_same(kind, function(number, kind.lift(A)), expected(function, number, A))
        if (name, number) != ("divide", 0):
            assert_same(kind, function(kind.lift(A), number), expected(function, A, number))


@pytest.mark.parametrize("name", BINARY)
def test_functions_of_an_array_with_itself(kind, name):
    X = kind.lift(SIGNED)
    assert_same(kind, PRIMITIVES[name](X, X), expected(PRIMITIVES[name], SIGNED, SIGNED))


@pytest.mark.parametrize("rows", [1, 3])
def test_products_of_matrices(kind, rows):
    A, B = SIGNED[:rows], OTHER.T
    X, Y = arrays(kind, A, B)
    assert_same(kind, X @ Y, A @ B)
    assert_same(kind, X.T @ X, A.T @ A)
    assert_same(kind, (X @ Y).T @ X, (A @ B).T @ A)


OPERATORS = (
    *(operator.add, operator.sub, operator.mul, operator.truediv),
    *(operator.gt, operator.ge, operator.lt, operator.le, operator.eq, operator.ne),
)


@pytest.mark.parametrize("function", OPERATORS, ids=lambda function: function.__name__)
def test_operators(kind, function):
    X, Y = arrays(kind, SIGNED, OTHER)
    assert_same(kind, function(X, Y), function(SIGNED, OTHER))
    assert_same(kind, function(X, 2), function(SIGNED, 2))
    assert_same(kind, function(2, X), function(2, SIGNED))
    assert_same(kind, -X, -SIGNED)
    assert_same(kind, abs(X), np.abs(SIGNED))


@pytest.mark.parametrize("name", [name for name in BINARY if PRIMITIVES[name] in COMPARISONS])
def test_choices(kind, name):
    X, Y, row, column = arrays(kind, SIGNED, OTHER, SIGNED[:1], OTHER[:, :1])
    holds, right = PRIMITIVES[name](X, Y), PRIMITIVES[name](SIGNED, OTHER)
    assert_same(kind, np.where(holds, X, Y), np.where(right, SIGNED, OTHER))
    assert_same(kind, np.where(holds, 0, X), np.where(right, 0, SIGNED))
    assert_same(kind, np.where(holds, X, 0), np.where(right, SIGNED, 0))
    assert_same(kind, np.where(holds, 1, X), np.where(right, 1, SIGNED))
    assert_same(kind, np.where(holds, X, -1), np.where(right, SIGNED, -1))
    assert_same(kind, np.where(holds, row, Y), np.where(right, SIGNED[:1], OTHER))
    assert_same(kind, np.where(holds, X, column), np.where(right, SIGNED, OTHER[:, :1]))
    assert_same(kind, np.where(holds, row, 0), np.where(right, SIGNED[:1], 0))
    assert_same(kind, np.where(holds.T, X.T, 0), np.where(right.T, SIGNED.T, 0))


def test_a_choice_by_a_row_of_conditions(kind):
    X, row, column = arrays(kind, SIGNED, SIGNED[:1], OTHER[:, :1])
    assert_same(kind, np.where(row > 0, X, 0), np.where(SIGNED[:1] > 0, SIGNED, 0))
    assert_same(kind, np.where(column > 0, 1, X), np.where(OTHER[:, :1] > 0, 1, SIGNED))
    assert_same(kind, np.where(row > 0, column, 2), np.where(SIGNED[:1] > 0, OTHER[:, :1], 2))


AXES = [
    *(("matrix", axis) for axis in (None, 0, 1, -1, -2)),
    *(("vector", axis) for axis in (None, 0, -1)),
    *(("row", 0), ("column", 1), ("scalar", None)),
]


@pytest.mark.parametrize("keepdims", [False, True])
@pytest.mark.parametrize(("shape", "axis"), AXES)
@pytest.mark.parametrize("way", ["sum", "max"])
def test_sums_and_largest_cells(kind, way, shape, axis, keepdims):
    A = SHAPES[shape](SIGNED)
    found = getattr(kind.lift(A), way)(axis=axis, keepdims=keepdims)
    assert_same(kind, found, getattr(A, way)(axis=axis, keepdims=keepdims))


def test_a_sum_of_scaled_cells(kind):
    X = kind.lift(SIGNED)
    assert_same(kind, (X * 3 / 4).sum(axis=0, keepdims=True), (SIGNED * 3 / 4).sum(axis=0, keepdims=True))
    assert_same(kind, (-X / 2).max(axis=1, keepdims=True), (-SIGNED / 2).max(axis=1, keepdims=True))
    assert_same(kind, (X * 3).sum(), (SIGNED * 3).sum())


@pytest.mark.parametrize("shape", SHAPES)
def test_shape_length_and_transposed(kind, shape):
    A = SHAPES[shape](SIGNED)
    X = kind.lift(A)
    assert X.shape == np.shape(A)
    if X.shape:
        assert len(X) == len(A)
    assert_same(kind, X.T, np.asarray(A).T)
    assert_same(kind, X.T.T, A)


@pytest.mark.parametrize("rows", [slice(1), slice(-1, None), slice(1, None), slice(None)])
def test_some_of_the_rows(kind, rows):
    if kind.slices:
        assert_same(kind, kind.lift(SIGNED)[rows], SIGNED[rows])
        assert_same(kind, kind.lift(SIGNED[:, 0])[rows], SIGNED[:, 0][rows])
        assert_same(kind, kind.lift(SIGNED)[1], SIGNED[1])


@no_floats
def test_noise_is_that_of_each_number(kind):
    X = kind.lift(SIGNED)
    assert X.noise.shape == (2 * X).noise.shape == SIGNED.shape
    assert ((2 * X).noise >= 0).all()


def test_one_matrix_above_another(kind):
    if kind.slices:
        X, Y = arrays(kind, SIGNED, OTHER[:1])
        assert_same(kind, np.concatenate((X, Y)), np.concatenate((SIGNED, OTHER[:1])))
        assert_same(kind, np.concatenate((Y, X)), np.concatenate((OTHER[:1], SIGNED)))


# what is not declared

UNDECLARED = {
    "power": lambda X: np.power(X, 2),
    "power, called like this": lambda X: X**2,
    "clip": lambda X: np.clip(X, 0, 1),
    "sum": lambda X: np.sum(X),
    "mean": lambda X: np.mean(X),
    "add, called like this": lambda X: np.add.reduce(X),
    "add": lambda X: np.add(X, X, where=True),
    "sin": np.sin,
    "concatenate": lambda X: np.concatenate([X, X], axis=1),
    "asarray": np.asarray,
    "asarray, called like this": np.array,
}


@no_floats
@pytest.mark.parametrize("name", UNDECLARED)
def test_another_function_is_refused_by_name(kind, name):
    with pytest.raises(PrimitiveError, match=rf"^np\.{name}") as caught:
        UNDECLARED[name](kind.lift(SIGNED))
    assert "none of the functions that an op may call (PRIMITIVES)" in str(caught.value)


@no_floats
def test_an_array_is_not_taken_apart(kind):
    with pytest.raises(PrimitiveError, match="an array is not taken apart"):
        list(kind.lift(SIGNED))


@op("{Z}³")
def cubed(Z):
    return np.power(Z, 3)


@op("max(0, min(1, {Z}))")
def clipped(Z):
    return np.clip(Z, 0, 1)


@no_floats
@pytest.mark.parametrize(("wrong", "function"), [(cubed, "power"), (clipped, "clip")])
def test_an_op_that_calls_another_function_is_told_by_name(kind, wrong, function):
    with pytest.raises(PrimitiveError, match=rf"^the op {wrong.name}: np\.{function}, called like this, is none of"):
        compute(Step("Y", wrong, ("X",), "forward"), {"X": kind.lift(SIGNED)}, kind.setting)


@pytest.mark.parametrize(("wrong", "function"), [(cubed, "power"), (clipped, "clip")])
def test_a_network_with_such_an_op_is_not_compiled(wrong, function):
    class Layer(Activation):
        value = gradient = wrong

    with pytest.raises(PrimitiveError, match=rf"the op {wrong.name}: np\.{function}"):
        compile_network(Network(layers=(Layer(),), inputs=SIGNED), "forward")


# the ops of the package


@pytest.fixture(scope="module")
def steps():
    """Every op of the cases on every shape of operands that it has there, once: its step, and the values of the run."""
    found = {}
    for case in CASES:
        steps, trace, _, _ = steps_of(case, 0)
        for step in steps:
            shapes = tuple(np.shape(trace[name]) for name in step.operands)
            found.setdefault((step.op.name, str(step.op.formula), shapes, *step.settings), (step, trace))
    return list(found.values())


def test_every_op_has_the_shape_of_its_result(steps):
    for step, trace in steps:
        shapes = {name: Shaped(np.shape(trace[name])) for name in step.operands}
        found = compute(step, shapes, lambda value: value)
        assert isinstance(found, Shaped), step.op.name
        assert found.shape == np.shape(trace[step.name]), step.op.name


def square(name, value):
    """An array of the same kind in a network where everything is of one length: there every mistake can be made."""
    joined = "Theta" in name and not name.endswith("_data")
    return Shaped((3, 4) if joined else tuple(1 if n == 1 else 3 for n in np.shape(value)))


def test_every_mistake_calls_what_is_declared(steps):
    for step, trace in steps:
        shapes = {name: square(name, trace[name]) for name in step.operands}
        for mistake in step.op.mistakes:
            found = mistake.function(*(shapes[name] for name in step.operands), **step.settings)
            assert isinstance(found, Shaped), (step.op.name, mistake.sentence)


def test_every_mistake_of_an_op_is_declared_once(steps):
    for step, _ in steps:
        sentences = [mistake.sentence for mistake in step.op.mistakes]
        assert len(set(sentences)) == len(sentences), step.op.name


def test_every_op_computes_the_same_in_every_number_type(kind, steps):
    for step, trace in steps:
        values = {name: kind.lift(trace[name]) for name in step.operands}
        try:
            with np.errstate(all="ignore"):
                found = compute(step, values, kind.setting)
        except (TypeError, AttributeError, NotImplementedError) as error:
            if kind.lacks or (isinstance(error, NotImplementedError) and not kind.slices):
                continue
            raise
        right = np.asarray(trace[step.name])
        assert found.shape == right.shape, step.op.name
        if kind.floats:
            size = max(np.abs(value).max() for value in (right, *(trace[name] for name in step.operands)))
            np.testing.assert_allclose(
                np.asarray(kind.floats(found), float), right, rtol=1e-9, atol=1e-13 * size, err_msg=step.op.name
            )


def test_what_is_declared_is_what_is_listed():
    assert set(PRIMITIVES.values()) == DECLARED
    assert COMPARISONS < DECLARED
    assert {*UNARY, *BINARY, "matmul"} == set(PRIMITIVES)
