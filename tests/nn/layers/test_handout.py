"""Layers at the values that the handout prints, within half a unit of the last printed digit."""

import numpy as np
import pytest

from mlpcli.nn.network import Network
from tests.nn.setups import compile_setup

from ..handout import BATCH, array, layer, mlp

Y1LIN = [[32, 22, 10], [51, 36, 23], [69, 48, 29]]


def trace(*layers, **fields):
    return compile_setup(Network(layers=layers, **fields), "furthest").run()


def test_linear():
    linear = layer("linear", W=[[4, 2, -2], [5, 4, 5]], B=[1, 2, 3])
    assert trace(linear, inputs=array(BATCH))["Y1lin"].tolist() == Y1LIN  # 2.2.1


def test_linear_gradients():
    linear = layer("linear", W=[[4, 2, -2], [5, 4, 5]], B=[1, 1, 1])
    found = trace(linear, inputs=array([[1, 2]]), grad_output=array([[1, -1, 1]]))
    # 3.4.1
    assert found["gradX"].tolist() == [[0, 6]]
    assert found["gradW1"].tolist() == [[1, -1, 1], [2, -2, 2]]
    assert found["gradB1"].tolist() == [[1, -1, 1]]


def test_linear_stores_weights_as_asked():
    W, X, G = array([[4, 2, -2], [5, 4, 5]]), array(BATCH), array(Y1LIN)
    ours = trace(layer("linear", W=W), inputs=X, grad_output=G)
    other = trace(layer("linear", W=W.T, layout="out_in"), inputs=X, grad_output=G)
    assert (other["Y1lin"] == ours["Y1lin"]).all()
    assert (other["gradX"] == ours["gradX"]).all()
    assert (other["gradW1"] == ours["gradW1"].T).all()


def test_relu():
    assert trace(layer("relu"), inputs=array([[-1, 0, 2]]))["Y"].tolist() == [[0, 0, 2]]  # 2.1.2


def test_relu_gradient_at_0_is_0():
    found = trace(layer("relu"), inputs=array([[-1, 0, 2]]), grad_output=array([[5, 6, 7]]))
    assert found["gradX"].tolist() == [[0, 0, 7]]  # 2.1.2


@pytest.mark.parametrize(
    ("kind", "expected"), [("sigmoid", [[0.197, -0.105, 0.045]]), ("tanh", [[0.420, -0.071, 0.010]])]
)
def test_gradient_of_an_activation(kind, expected):
    found = trace(layer(kind), inputs=array([[1, 2, 3]]), grad_output=array([[1, -1, 1]]))
    np.testing.assert_allclose(found["gradX"], expected, rtol=0, atol=5.1e-4)  # 3.3


def test_softmax():
    # 2.2.2; of the first row, where it prints 9.9995e-01
    expected = [9.9995e-01, 4.5398e-05, 2.7893e-10]
    np.testing.assert_allclose(trace(layer("softmax"), inputs=array(Y1LIN))["Y"][0], expected, rtol=2e-5)


def test_batchnorm():
    found = trace(*mlp("batchnorm", "relu"), inputs=array(BATCH))
    # 4.1 b, e and g
    norm1 = [
        [-1.23562548, -1.25490605, -1.34504963],
        [0.02206474, 0.0627453, 0.29422961],
        [1.21356074, 1.19216075, 1.05082002],
    ]
    np.testing.assert_allclose(found["norm1"], norm1, rtol=0, atol=6e-9)
    np.testing.assert_allclose(found["running_var2"], [[1.09229844, 1.75929102, 1.83415279]], rtol=0, atol=6e-9)
    np.testing.assert_allclose(found["Y3lin"][2], [18.23512387, 11.23976106], rtol=0, atol=6e-9)


@pytest.mark.parametrize("field", ["W", "B"])
def test_a_frozen_parameter_is_not_trained(field):
    frozen = layer("linear", W=[[1]], freeze=(field,))
    setup = compile_setup(Network(layers=(frozen,), inputs=array([[1]])), "forward")
    assert setup.program.parameters == (("B1",) if field == "W" else ("W1",))
