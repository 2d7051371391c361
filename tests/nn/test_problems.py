"""What cannot be compiled is told all at once, each problem with its place and the shapes that do not fit."""

import numpy as np
import pytest

from mlpcli.nn.conventions import PRESETS
from mlpcli.nn.network import Classes, Network, NetworkError
from mlpcli.nn.optimizers.sgd import SGD
from tests.nn.setups import compile_setup

from .handout import BATCH, array, layer, loss

ONE = [[1], [1]]


def problems(*layers, goal="furthest", inputs=BATCH, **fields):
    given = {"inputs": array(inputs) if inputs is not None else None}
    with pytest.raises(NetworkError) as caught:
        compile_setup(Network(layers=layers, **given, **fields), goal)
    assert all(message in str(caught.value) for _, message in caught.value.problems)
    return caught.value.problems


def linear(W=ONE, **options):
    return layer("linear", W=W, **options)


def assert_one(found, path, *parts):
    ((where, message),) = found
    assert where == path
    for part in parts:
        assert part in message


def test_weights_that_do_not_fit():
    found = problems(linear([[1, 2], [3, 4], [5, 6]]))
    assert_one(found, ("layers", 0, "W"), "X·W", "X has 2 columns", "(3, 2)", "3 rows")


def test_weights_that_do_not_fit_as_pytorch_stores_them():
    found = problems(linear([[1, 2, 3]], layout="out_in"))
    assert_one(found, ("layers", 0, "W"), "X·Wᵀ", "X has 2 columns", "(1, 3)", "3 columns")


def test_a_later_layer_is_named_by_what_it_is_given():
    found = problems(linear(), layer("relu"), linear([[1], [2]]))
    assert_one(found, ("layers", 2, "W"), "Y1·W", "Y1 has 1 column", "(2, 1)")


def test_weights_that_are_no_matrix():
    assert_one(problems(linear([1, 2])), ("layers", 0, "W"), "(2,)", "matrix")


def test_a_bias_of_the_wrong_length():
    assert_one(problems(linear(B=[1, 2, 3])), ("layers", 0, "B"), "(3,)", "row of 1")


def test_a_bias_that_is_a_column():
    found = problems(linear([[1, 2], [3, 4]], B=[[1], [2]]))
    assert_one(found, ("layers", 0, "B"), "(2, 1)", "row of 2")


@pytest.mark.parametrize("field", ["gamma", "beta", "running_mean", "running_var"])
def test_a_batchnorm_row_of_the_wrong_length(field):
    found = problems(layer("batchnorm", **{field: [1, 2, 3]}))
    assert_one(found, ("layers", 0, field), "(3,)", "row of 2")


def test_a_negative_variance():
    assert_one(problems(layer("batchnorm", running_var=[1, -1])), ("layers", 0, "running_var"), "negative")


def test_targets_of_the_wrong_shape():
    found = problems(linear(), targets=array([[1, 2], [3, 4]]), loss=loss("l2"))
    assert_one(found, ("targets",), "(2, 2)", "Y1lin", "(3, 1)")


def test_a_given_gradient_of_the_wrong_shape():
    assert_one(problems(linear(), grad_output=array([[1]])), ("grad_output",), "(1, 1)", "Y1lin", "(3, 1)")


def test_inputs_that_are_no_rows():
    assert_one(problems(layer("relu"), inputs=[[[1]]]), ("inputs",), "(1, 1, 1)")


def test_several_problems_at_once():
    found = problems(
        linear([[1, 2, 3]], B=[1]),
        layer("batchnorm", gamma=[1, 2]),
        linear([[1, 2]]),
        targets=array([[1]]),
        loss=loss("mse"),
    )
    expected = [("layers", 0, "W"), ("layers", 0, "B"), ("layers", 1, "gamma"), ("layers", 2, "W"), ("targets",)]
    assert [path for path, _ in found] == expected
    shapes = ["(1, 3)", "(1,)", "(2,)", "(1, 2)", "(1, 1)"]
    assert all(part in message for part, (_, message) in zip(shapes, found, strict=True))


def test_neither_weights_nor_units():
    assert_one(problems(layer("linear")), ("layers", 0), "W, or units")


def test_both_weights_and_units():
    assert_one(problems(linear(units=3)), ("layers", 0, "units"), "W is given")


@pytest.mark.parametrize(
    ("numbers", "first", "message"),
    [
        ([1, 2], 1, "2 classes for 3 inputs"),
        ([1, 2, 3], 1, "class 3 is none of 1 to 2"),
        ([1, 0, 2], 1, "class 0 is none of 1 to 2"),
        ([0, 1, 2], 0, "class 2 is none of 0 to 1"),
        ([1, 1.5, 2], 1, "class 1.5 is none of 1 to 2"),
    ],
)
def test_classes_that_do_not_exist(numbers, first, message):
    targets = Classes(np.array(numbers, dtype=float), first)
    assert problems(targets=targets, loss=loss("cross_entropy")) == [(("targets", "classes"), message)]


def test_the_unbiased_variance_of_one_input():
    conventions = PRESETS["torch"]
    found = problems(layer("batchnorm"), inputs=[[1, 2]], conventions=conventions)
    assert_one(found, ("layers", 0), "at least 2 inputs")


def test_grad_output_beside_a_loss():
    found = problems(linear(), grad_output=array(ONE * 2)[:3], targets=array(ONE * 2)[:3], loss=loss("l2"))
    assert_one(found, ("grad_output",), "in place of a loss")


def test_what_the_goal_needs():
    found = problems(linear(), goal="update", inputs=None)
    messages = [message for _, message in found]
    assert "inputs are missing" in messages
    assert "a backward pass needs loss and targets, or grad_output" in messages
    assert "training needs learning_rate or optimizer" in messages


def test_a_loss_without_targets():
    assert_one(problems(linear(), goal="backward", loss=loss("l2")), ("loss",), "needs targets")


def test_nesterov_without_momentum_is_told_once():
    found = problems(linear(), grad_output=array([[1]] * 3), optimizer=SGD(learning_rate=0.1, nesterov=True))
    assert_one(found, ("optimizer", "nesterov"), "momentum above 0")


def test_more_weights_than_a_layer_can_have_are_refused_before_they_are_drawn():
    (path, message), *_ = problems(layer("linear", units=100_000_000))
    assert path == ("layers", 0, "units")
    assert "more than 33,554,432" in message
