"""Losses where a probability underflows to 0 or rounds to 1."""

from decimal import Decimal, localcontext
from math import log

import numpy as np
import pytest

from mlpcli.nn.network import Network
from tests.nn.setups import compile_setup

from ..handout import ONE_INPUT, array, layer, loss, mlp


def strict_trace(setup):
    """The run with every floating-point warning an error but underflow; Setup.run ignores them on purpose."""
    values = dict(setup.given)
    with np.errstate(all="raise", under="ignore"):
        for step in setup.program.steps:
            values[step.name] = step.op(*(values[name] for name in step.operands), **step.settings)
    return values


def loss_of(kind, Z, D, activation="softmax", layers=()):
    network = Network(layers=(*layers, layer(activation)), inputs=array(Z), targets=array(D), loss=loss(kind))
    trace = strict_trace(compile_setup(network, "backward"))
    assert all(np.isfinite(value).all() for value in trace.values())
    return trace["L"].tolist()


@pytest.mark.parametrize("kind", ["cross_entropy", "softmax_cross_entropy"])
# handout 3.5: logits 1544 and 905, so −4·log e^(−639) = 2556; second row of 3.6: 2614 and 1444, −2·(−1170) = 2340
@pytest.mark.parametrize(("X", "D", "expected"), [(ONE_INPUT, [[240, 4]], 2556), ([[5, 6]], [[320, 2]], 2340)])
def test_cross_entropy_of_an_underflowed_probability(kind, X, D, expected):
    assert loss_of(kind, X, D, layers=mlp("relu")) == [expected]


@pytest.mark.parametrize("kind", ["cross_entropy", "softmax_cross_entropy"])
def test_cross_entropy_of_a_probability_near_1_is_tiny_and_not_0(kind):
    (computed,) = loss_of(kind, ONE_INPUT, [[1, 0]], layers=mlp("relu"))
    with localcontext() as context:
        context.prec = 600
        expected = float((1 + Decimal(-639).exp()).ln())  # −log(1/(1 + e^(−639))) = log1p(e^(−639)) = 3.06e-278
    assert computed == pytest.approx(expected, rel=1e-14, abs=0)


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        ([0, 0], log(2)),
        ([5, 5, 5], log(3)),
        ([7, 7, 6], log(2 + np.exp(-1))),
        ([1e4, -1e4, 0], 0),
        ([-1e4, 1e4], 2e4),
        ([745, -745], 0),
        ([-745, 745], 1490),
    ],
)
def test_cross_entropy_of_the_first_class(row, expected):
    # L = log Σ e^(z − z1)
    D = [[1] + [0] * (len(row) - 1)]
    assert loss_of("cross_entropy", [row], D) == [pytest.approx(expected, rel=1e-15, abs=0)]


# −log σ(z) = log(1 + e^(−z)): z where the target is 0, 0 where it is 1
@pytest.mark.parametrize(
    ("z", "d", "expected"), [(1e4, 0, 1e4), (1e4, 1, 0), (-745, 1, 745), (-1e4, 0, 0), (0, 1, log(2))]
)
def test_binary_cross_entropy_at_the_logits(z, d, expected):
    assert loss_of("binary_cross_entropy", [[z]], [[d]], activation="sigmoid") == [expected]


@pytest.mark.parametrize("kind", ["cross_entropy", "binary_cross_entropy"])
def test_terms_of_weight_0_are_0_at_probabilities_0_and_1(kind):
    network = Network(inputs=array([[1, 0]]), targets=array([[1, 0]]), loss=loss(kind))
    trace = strict_trace(compile_setup(network, "backward"))
    assert trace["L"].tolist() == [0]
    # −D/Y = −1 for cross-entropy; (−1, +1)/C with the mean over C = 2 outputs for the binary one
    assert trace["gradY"].tolist() == ([[-1, 0]] if kind == "cross_entropy" else [[-0.5, 0.5]])


def test_a_logit_that_is_no_number_stays_visible():
    network = Network(
        layers=(layer("softmax"),), inputs=array([[np.nan, 1]]), targets=array([[1, 0]]), loss=loss("cross_entropy")
    )
    (value,) = compile_setup(network, "forward").run()["L"]
    assert np.isnan(value)
