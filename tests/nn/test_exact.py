"""The linear parts of the handout in exact fractions, against loops over lists of fractions."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mlpcli.nn.network import Network
from mlpcli.nn.optimizers.sgd import SGD
from tests.nn.setups import compile_setup

from .drawing import SMALL, arrays
from .exact import relu_mlp
from .fractions import exact_run, lift
from .handout import BATCH, ONE_INPUT, W1, W2, W3, array, layer, loss, mlp

# 3.5: gradY3lin = Y − D; 3.6: all three rows of D are [240, 4], of which the handout prints other differences
CASES = {
    "one input": (ONE_INPUT, [[-239, -4]]),
    "batch": (BATCH, [[-239, -4]] * 3),
    "batch as printed": (BATCH, [[-239, -4], [-319, -1], [-68, -4]]),
    "decimals": ([[0.1, -0.7], [1.3, 0.2]], [[0.3, -0.1], [1.7, 2.9]]),
    "dead": ([[-4, -3], [-1, -1], [-2, -9]], [[1, 2], [3, 4], [5, 6]]),
}


def updated(X, G, layers):
    network = Network(layers=layers, inputs=array(X), grad_output=array(G), optimizer=SGD(learning_rate=0.1))
    return exact_run(compile_setup(network, "update"))


def assert_exact(trace, expected):
    for name, value in expected.items():
        assert {type(cell) for cell in trace[name].flat} == {Fraction}, name
        assert trace[name].tolist() == value, name


@pytest.mark.parametrize("case", CASES)
def test_the_complete_mlp_is_exact(case):
    X, G = CASES[case]
    assert_exact(updated(X, G, mlp("relu")), relu_mlp(X, [W1, W2, W3], G, "0.1"))


@given(data=st.data())
@SMALL
def test_any_mlp_with_relu_is_exact(data):
    n, i, j, k = (data.draw(st.integers(1, 4)) for _ in range(4))
    X, G = data.draw(arrays(n, i)).tolist(), data.draw(arrays(n, k)).tolist()
    weights = [data.draw(arrays(i, j)).tolist(), data.draw(arrays(j, k)).tolist()]
    layers = (layer("linear", W=weights[0]), layer("relu"), layer("linear", W=weights[1]))
    assert_exact(updated(X, G, layers), relu_mlp(X, weights, G, "0.1"))


def test_forward_prints_what_the_handout_prints():
    trace = updated(BATCH, [[0, 0]] * 3, mlp("relu"))
    # handout 2.2.3
    assert trace["Y1lin"].tolist() == [[31, 20, 7], [50, 34, 20], [68, 46, 26]]
    assert trace["Y2lin"].tolist() == [[88, 123, 147], [128, 228, 258], [176, 306, 348]]
    assert trace["Y3lin"].tolist() == [[1544, 905], [2614, 1444], [3538, 1966]]


def test_backward_prints_what_the_handout_prints():
    trace = updated(ONE_INPUT, [[-239, -4]], mlp("relu"))
    # handout 3.5; its gradW3[2,1] is printed 588, a misprint of −588 (147·−4)
    assert trace["gradW3"].tolist() == [[-21032, -352], [-29397, -492], [-35133, -588]]
    assert trace["gradY2"].tolist() == [[-1215, -713, -1211]]
    assert trace["gradW1"].tolist() == [[-53044, 13368, -16220], [-39783, 10026, -12165]]
    assert trace["gradX"].tolist() == [[-38250, -73212]]


def test_update_prints_what_the_handout_prints():
    trace = updated(ONE_INPUT, [[-239, -4]], mlp("relu"))
    # handout 3.7
    tenths = [[53084, -13348, 16200], [39833, -9986, 12215]]
    assert trace["W1_new"].tolist() == [[Fraction(value, 10) for value in row] for row in tenths]
    assert trace["B3_new"].tolist() == [[Fraction(239, 10), Fraction(4, 10)]]


def test_batch_statistics_are_exact():
    network = Network(layers=(layer("linear", W=W1), layer("batchnorm")), inputs=array(BATCH))
    setup = compile_setup(network, "forward")
    values = exact_run(setup, until="running_mean1") | exact_run(setup, until="running_var1")  # norm1 needs a root
    # by hand from Y1lin's first column 31, 50, 68: 149/3 and ((56² + 1 + 55²)/9)/3; handout 4.1 prints 49.67, 228.22
    assert values["mean1"][0, 0] == Fraction(149, 3)
    assert values["var1"][0, 0] == Fraction(56**2 + 1 + 55**2, 27)
    # handout 4.1: 0.9·0 + 0.1·mean, 0.9·1 + 0.1·var
    assert values["running_mean1"][0, 0] == Fraction(149, 30)
    assert values["running_var1"][0, 0] == Fraction(9, 10) + Fraction(56**2 + 1 + 55**2, 270)


@pytest.mark.parametrize(("kind", "expected"), [("l2", Fraction(41, 2)), ("mse", Fraction(41, 2))])
def test_squared_losses_are_exact(kind, expected):
    network = Network(inputs=array([[1544, 905]]), targets=array([[1540, 900]]), loss=loss(kind))
    # handout 2.3.1: ½·(4² + 5²) = 20.5; the mean over two outputs is the same number
    (value,) = exact_run(compile_setup(network, "backward"))["L"]
    assert type(value) is Fraction
    assert value == expected


def test_leaky_relu_is_exact():
    network = Network(layers=(layer("leaky_relu", slope=0.1),), inputs=array([[-3, 2]]), grad_output=array([[7, 7]]))
    trace = exact_run(compile_setup(network, "backward"))
    assert trace["Y"].tolist() == [[Fraction(-3, 10), 2]]
    assert trace["gradX"].tolist() == [[Fraction(7, 10), 7]]


def test_momentum_is_exact_over_two_steps():
    network = Network(
        layers=(layer("linear", W=[[1]]),),
        inputs=array([[1]]),
        grad_output=array([[3]]),
        optimizer=SGD(learning_rate=0.1, momentum=0.9),
    )
    setup = compile_setup(network, "update")
    second = exact_run(setup.next(setup.run(lift)))
    # by hand: v1 = −0.3, W = 0.7; v2 = −0.27 − 0.3 = −0.57, W = 0.13
    assert second["vW1_new"].item() == Fraction(-57, 100)
    assert second["W1_new"].item() == Fraction(13, 100)
