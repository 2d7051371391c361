"""Every layer and every loss: built, run forward and backward, and compared with central differences."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mlpcli.nn.conventions import Conventions
from mlpcli.nn.layers import LAYERS
from mlpcli.nn.losses import LOSSES
from mlpcli.nn.network import Network
from tests.nn.setups import compile_setup

from .drawing import SMALL, arrays, assert_gradients, probabilities
from .handout import layer, loss

SUMMED = Conventions(average=())
DERIVATIVE = Conventions(average=(), logits_gradient="derivative")
MEAN = Conventions(average=(), loss="mean", logits_gradient="derivative")


def linear(draw, width):
    return {"W": draw(arrays(width, 3)), "B": draw(arrays(1, 3))}


def linear_out_in(draw, width):
    return {"W": draw(arrays(3, width)), "B": draw(arrays(1, 3)), "layout": "out_in"}


def batchnorm(draw, width):
    return {"gamma": draw(arrays(1, width)), "beta": draw(arrays(1, width)), "eps": 0.25}


def nothing(draw, width):
    return {}


# layer → (its options, the mode of the network)
LAYER_TABLE = {
    "linear": (linear, "train"),
    "linear out_in": (linear_out_in, "train"),
    "batchnorm": (batchnorm, "train"),
    "batchnorm eval": (batchnorm, "eval"),
    "leaky_relu": (lambda draw, width: {"slope": 0.3}, "train"),
    **{kind: (nothing, "train") for kind in LAYERS if kind not in ("linear", "batchnorm", "leaky_relu")},
}


@pytest.mark.parametrize("case", LAYER_TABLE)
@given(data=st.data())
@SMALL
def test_gradients_of_a_layer_are_derivatives(case, data):
    options, mode = LAYER_TABLE[case]
    rows, width = data.draw(st.integers(1, 4)), data.draw(st.integers(1, 4))
    built = layer(case.split()[0], **options(data.draw, width))
    X = data.draw(arrays(rows, width))
    G = data.draw(arrays(rows, 3 if case.startswith("linear") else width))
    network = Network(layers=(built,), inputs=X, grad_output=G, conventions=SUMMED, mode=mode)
    setup = compile_setup(network, "backward")
    output = setup.program.differentiated
    assert setup.run()[output].shape == G.shape
    assert_gradients(setup, lambda trace: (G * trace[output]).sum(), ("X", *setup.program.parameters))


# loss and what stands before it → (layer, conventions, where the gradient is taken, does D need rows that sum to 1)
LOSS_TABLE = {
    "l2": (None, SUMMED, "Y"),
    "mse": (None, SUMMED, "Y"),
    "mae": (None, SUMMED, "Y"),
    "huber": (None, SUMMED, "Y"),
    "cross_entropy": (None, SUMMED, "Y"),
    "binary_cross_entropy": (None, SUMMED, "Y"),
    "l2 mean": (None, MEAN, "Y"),
    "mse mean": (None, MEAN, "Y"),
    "cross_entropy mean": (None, MEAN, "Y"),
    "cross_entropy softmax": ("softmax", SUMMED, "X"),
    "cross_entropy softmax mean": ("softmax", MEAN, "X"),
    "softmax_cross_entropy distributions": ("softmax", SUMMED, "X"),
    "softmax_cross_entropy supplied": ("identity", SUMMED, "X"),
    "softmax_cross_entropy derivative": ("softmax", DERIVATIVE, "X"),
    "softmax_cross_entropy mean": ("softmax", MEAN, "X"),
    "binary_cross_entropy sigmoid": ("sigmoid", SUMMED, "X"),
    "binary_cross_entropy sigmoid mean": ("sigmoid", MEAN, "X"),
}


@pytest.mark.parametrize("case", LOSS_TABLE)
@given(data=st.data())
@SMALL
def test_gradient_of_a_loss_is_its_derivative(case, data):
    before, conventions, at = LOSS_TABLE[case]
    rows, width = data.draw(st.integers(1, 4)), data.draw(st.integers(1, 4))
    given_probabilities = "cross_entropy" in case and before is None
    X = data.draw(arrays(rows, width, probabilities) if given_probabilities else arrays(rows, width))
    D = data.draw(arrays(rows, width, probabilities))
    if conventions is SUMMED and case.startswith("softmax_cross_entropy"):
        D /= D.sum(axis=1, keepdims=True)  # Y − D is the derivative for distributions only
    layers = (layer(before),) if before else ()
    network = Network(layers=layers, inputs=X, targets=D, loss=loss(case.split()[0]), conventions=conventions)
    setup = compile_setup(network, "backward")
    assert_gradients(setup, lambda trace: trace[setup.program.objective].sum(), (at,))


def test_the_tables_name_every_layer_and_every_loss():
    assert {case.split()[0] for case in LAYER_TABLE} == set(LAYERS)
    assert {case.split()[0] for case in LOSS_TABLE} == set(LOSSES)


HIDDEN = [kind for kind in LAYERS if kind not in ("linear", "batchnorm", "threshold")]


@pytest.mark.parametrize("kind", HIDDEN)
@pytest.mark.parametrize("mode", ["train", "eval"])
def test_gradients_flow_through_a_deep_network(kind, mode):
    random = np.random.default_rng(HIDDEN.index(kind))
    hidden = [layer("batchnorm"), layer(kind)]
    # Biases that are not 0: where all that comes in is cut off, the next pre-activation is the bias, and no kink.
    widths = [layer("linear", units=n, B=random.normal(size=n)) for n in (4, 3, 2)]
    layers = (widths[0], *hidden, widths[1], *hidden, widths[2])
    network = Network(
        layers=layers,
        inputs=random.normal(size=(5, 3)),
        targets=random.normal(size=(5, 2)),
        loss=loss("l2"),
        conventions=SUMMED,
        mode=mode,
    )
    setup = compile_setup(network, "backward")
    assert len(setup.program.parameters) == 10  # three W and B, two gamma and beta
    assert_gradients(setup, lambda trace: trace["L"].sum(), ("X", *setup.program.parameters))


def test_the_mean_loss_divides_the_first_gradient_by_the_batch_size():
    Y, D = np.array([[1.0, 2.0], [3.0, 5.0]]), np.array([[0.0, 0.0], [1.0, 1.0]])
    trace = compile_setup(Network(inputs=Y, targets=D, loss=loss("l2"), conventions=MEAN), "backward").run()
    # ½·(1 + 4) and ½·(4 + 16), their mean; (Y − D) / 2
    assert trace["L"].tolist() == [2.5, 10.0]
    assert trace["L_mean"] == 6.25
    assert trace["gradY"].tolist() == [[0.5, 1.0], [1.0, 2.0]]
