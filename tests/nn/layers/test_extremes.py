"""Activations and their gradients where naive formulas overflow, divide by 0 or lose every digit."""

import numpy as np
import pytest

from mlpcli.nn.layers import LAYERS, Activation, batchnorm

from ..handout import layer
from .true_values import ACTIVATIONS, rounded

POINTS = [0.0, 0.1, 1.0, 5.0, 20.0, 36.0, 37.0, 300.0, 700.0, 708.0, 745.0, 1e4]
Z = np.array([[*POINTS, *(-z for z in POINTS)]])
ONES = np.ones_like(Z)


def strictly(op, *operands, **settings):
    """The op with every floating-point warning an error but underflow, which is a small number becoming 0."""
    with np.errstate(all="raise", under="ignore"):
        return op(*operands, **settings)


def assert_true(computed, function, rtol):
    expected = np.array([[rounded(function, z) for z in Z[0]]])
    # below 2.3e-308 floats have fewer digits: there the last bit of a subnormal number is what can be asked for
    np.testing.assert_allclose(computed, expected, rtol=rtol, atol=1e-320)


@pytest.mark.parametrize("kind", ACTIVATIONS)
def test_value(kind):
    activation = layer(kind)
    computed = strictly(activation.value, Z, **activation.settings())
    # the tail of the normal distribution multiplies the rounding of z/√2 by z², here 37²
    assert_true(computed, ACTIVATIONS[kind][0], rtol=2e-13 if kind == "gelu" else 1e-14)


@pytest.mark.parametrize("kind", ACTIVATIONS)
def test_gradient(kind):
    activation = layer(kind)
    computed = strictly(activation.gradient, Z, ONES, **activation.settings())
    assert_true(computed, ACTIVATIONS[kind][1], rtol=2e-13 if kind == "gelu" else 1e-14)


def test_every_elementwise_activation_has_true_values():
    activations = {kind for kind, built in LAYERS.items() if issubclass(built, Activation)}
    assert set(ACTIVATIONS) == activations - {"softmax"}


@pytest.mark.parametrize("row", [[1e4, -1e4, 0], [745, -745, 0], [0, 0, 0], [-1e4, -1e4, -1e4], [1e308, 0, -1e307]])
def test_softmax(row):
    Y = strictly(layer("softmax").value, np.array([row], dtype=float))
    # e^(z − largest), summed in Python
    powers = [np.exp(z - max(row)) for z in row]
    np.testing.assert_allclose(Y, [[p / sum(powers) for p in powers]], rtol=1e-15)


@pytest.mark.parametrize("row", [[1e4, -1e4, 0], [745, -745, 0], [0, 0, 0]])
def test_softmax_gradient(row):
    softmax = layer("softmax")
    Y = strictly(softmax.value, np.array([row], dtype=float))
    gradient = strictly(softmax.gradient, Y, np.array([[1.0, -2.0, 3.0]]))
    # the Jacobian diag(Y) − YᵀY, multiplied out
    expected = [[1, -2, 3]] @ (np.diag(Y[0]) - np.outer(Y, Y))
    np.testing.assert_allclose(gradient, expected, rtol=1e-12, atol=1e-300)


def test_batchnorm_of_a_constant_column_is_0():
    X = np.full((3, 2), 1e4)
    mean = strictly(batchnorm.batch_mean, X)
    var = strictly(batchnorm.batch_variance, X, mean)
    assert strictly(batchnorm.normalize, X, mean, var, eps=1e-8).tolist() == [[0, 0]] * 3
