"""The presets of the two courses against loops over numbers, three steps of training with momentum."""

from dataclasses import replace

import numpy as np
import pytest

from mlpcli.nn.conventions import PRESETS
from mlpcli.nn.network import Network
from mlpcli.nn.optimizers.sgd import SGD
from tests.nn.setups import compile_setup

from . import loops
from .handout import layer, loss

LR, MU = 0.1, 0.9

# preset → the names of: parameters, their gradients, inputs, running statistics, loss
NAMES = {
    "cmu-toy": {
        "parameters": ["W1", "B1", "gamma1", "beta1", "W2", "B2"],
        "gradients": ["gradW1", "gradB1", "gradgamma1", "gradbeta1", "gradW2", "gradB2"],
        "gradX": "gradX",
        "running": ["running_mean1", "running_var1"],
    },
    "cmu-3.0.1": {
        "parameters": ["W0", "b0", "BW0", "Bb0", "W1", "b1"],
        "gradients": ["dLdW0", "dLdb0", "dLdBW0", "dLdBb0", "dLdW1", "dLdb1"],
        "gradX": "dLdA0",
        "running": ["running_M0", "running_V0"],
    },
}

EPS = {"cmu-toy": 1e-3, "cmu-3.0.1": 1e-8}  # handout 4.1; mytorch 3.0.1's BatchNorm1d


def close(ours, theirs, name):
    theirs = np.reshape(theirs, np.shape(ours))
    # gradB before a batchnorm is 0 but for rounding
    np.testing.assert_allclose(ours, theirs, rtol=1e-11, atol=1e-14, err_msg=name)


@pytest.mark.parametrize("preset", NAMES)
def test_three_steps(preset):
    toy, names, random = preset == "cmu-toy", NAMES[preset], np.random.default_rng(2)
    W1, W2 = random.normal(size=(3, 4)), random.normal(size=(4, 2))
    parameters = [W1 if toy else W1.T, *random.normal(size=(3, 4)), W2 if toy else W2.T, random.normal(size=2)]
    X, D = random.normal(size=(5, 3)), random.uniform(0, 2, size=(5, 2))  # rows of D sum to anything
    layers = (
        layer("linear", W=parameters[0], B=parameters[1]),
        layer("batchnorm", gamma=parameters[2], beta=parameters[3]),
        layer("tanh"),
        layer("linear", W=parameters[4], B=parameters[5]),
        layer("softmax"),
    )
    optimizer = SGD(learning_rate=LR, momentum=MU)
    network = Network(layers=layers, inputs=X, targets=D, loss=loss("softmax_cross_entropy"), optimizer=optimizer)
    setup = compile_setup(replace(network, conventions=PRESETS[preset]), "update")

    expected = [value.tolist() for value in parameters]
    velocity = loops.still(expected)
    state = {"mean": [0.0] * 4, "var": [1.0] * 4}
    for _ in range(3):
        trace = setup.run()
        L, gradX, gradients = loops.step(expected, state, X.tolist(), D.tolist(), toy, EPS[preset], alpha=0.9)
        close(trace["L"], L, "L")
        close(trace[names["gradX"]], gradX, "gradX")
        for name, gradient in zip(names["gradients"], gradients, strict=True):
            close(trace[name], gradient, name)
        expected, velocity = loops.moved(expected, gradients, velocity, MU, LR, toy)
        for name, value in zip(names["parameters"], expected, strict=True):
            close(trace[f"{name}_new"], value, name)
        for name, value in zip(names["running"], state.values(), strict=True):
            close(trace[name], value, name)
        setup = setup.next(trace)


def test_only_the_mytorch_preset_reports_the_mean_loss():
    Y, D = np.array([[1.0, 3.0], [0.0, 1.0]]), np.array([[0.0, 0.0], [0.0, 0.0]])
    means = {}
    for preset in NAMES:
        network = Network(inputs=Y, targets=D, loss=loss("l2"), conventions=PRESETS[preset])
        means[preset] = compile_setup(network, "forward").run().get("L_mean")
    # (½·(1 + 9) + ½·1) / 2
    assert means == {"cmu-toy": None, "cmu-3.0.1": 2.75}


@pytest.mark.parametrize(
    ("weighs", "variance", "expected"),
    [
        # alpha = 0.25, old = 8, the batch 1, 5: biased variance 4, unbiased 8
        ("old", "biased", 0.25 * 8 + 0.75 * 4),
        ("new", "biased", 0.75 * 8 + 0.25 * 4),
        ("old", "unbiased", 0.25 * 8 + 0.75 * 8),
        ("new", "unbiased", 0.75 * 8 + 0.25 * 8),
    ],
)
def test_running_variance(weighs, variance, expected):
    conventions = replace(PRESETS["cmu-toy"], alpha=0.25, alpha_weighs=weighs, running_variance=variance)
    layers = (layer("batchnorm", running_var=np.array([8.0])),)
    network = Network(layers=layers, inputs=np.array([[1.0], [5.0]]), conventions=conventions)
    assert compile_setup(network, "forward").run()["running_var"].item() == expected
