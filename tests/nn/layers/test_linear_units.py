"""relu6, elu and selu against their textbook definitions in plain Python, number by number."""

from math import exp

import numpy as np
import pytest

from mlpcli.nn.layers import LAYERS
from mlpcli.nn.network import Network
from tests.nn.drawing import differences
from tests.nn.setups import compile_setup

Z = np.concatenate([np.linspace(-40, 8, 25), [-1e-9, 1e-9, 5.999999, 6.000001, 700, -700]]).reshape(1, -1)
G = np.random.default_rng(8).normal(size=Z.shape)


def elu(alpha):
    return lambda z: z if z > 0 else alpha * (exp(z) - 1)


def selu(z):
    """Klambauer et al., 2017, equation (2)."""
    return 1.0507009873554805 * elu(1.6732632423543772)(z)


CASES = {
    "relu6": ({}, lambda z: min(max(z, 0), 6)),
    "elu": ({}, elu(1)),
    "elu of another alpha": ({"alpha": 0.3}, elu(0.3)),
    "selu": ({}, selu),
}
THEIRS = {"relu6": "ReLU6", "elu": "ELU", "selu": "SELU"}


def trace_of(case):
    kind, (options, _) = case.split()[0], CASES[case]
    network = Network(layers=(LAYERS[kind](**options),), inputs=Z, grad_output=G)
    return compile_setup(network, "backward").run()


@pytest.mark.parametrize("case", CASES)
def test_it_is_its_definition(case):
    function = np.vectorize(CASES[case][1], otypes=[float])
    trace = trace_of(case)
    np.testing.assert_allclose(trace["Y"], function(Z), rtol=1e-6, atol=1e-15)  # eᶻ − 1 loses digits near 0
    smooth = np.abs(Z) > 1e-3 if case != "relu6" else (np.abs(Z) > 1e-3) & (np.abs(Z - 6) > 1e-3)
    expected = differences(lambda z: (G * function(z)).sum(), Z, step=1e-6)
    np.testing.assert_allclose(trace["gradX"][smooth], expected[smooth], rtol=1e-6, atol=1e-6)
    # on either side of a kink, where a difference quotient would straddle it
    sides = {"relu6": {-1e-9: 0, 1e-9: 1, 5.999999: 1, 6.000001: 0}}.get(case, {})
    for z, slope in sides.items():
        assert trace["gradX"][z == Z] == slope * G[z == Z]


@pytest.mark.parametrize("case", CASES)
def test_it_is_pytorchs(case):
    torch = pytest.importorskip("torch")
    inputs = torch.tensor(Z, requires_grad=True)
    outputs = getattr(torch.nn, THEIRS[case.split()[0]])(**CASES[case][0])(inputs)
    outputs.backward(torch.tensor(G))
    trace = trace_of(case)
    np.testing.assert_allclose(trace["Y"], outputs.detach().numpy(), rtol=1e-13)
    np.testing.assert_allclose(trace["gradX"], inputs.grad.numpy(), rtol=1e-13)
