"""Losses and their gradients at the values that the handout prints."""

from math import log

import numpy as np
import pytest

from mlpcli.nn.conventions import Conventions
from mlpcli.nn.network import Classes, Network, compile_network
from tests.nn.setups import compile_setup

from ..handout import BATCH, array, loss, mlp


def compiled(kind, Y, D, **fields):
    network = Network(inputs=array(Y), targets=D if isinstance(D, Classes) else array(D), loss=loss(kind), **fields)
    return compile_network(network, "backward")


def trace(kind, Y, D, **fields):
    return compiled(kind, Y, D, **fields).seen().run()


# 2.3.1 prints 1.0 for the first, a mistake: ½·(1 + 1 + 1) = 1.5
@pytest.mark.parametrize(
    ("Y", "D", "expected"), [([[1, 2, 3]], [[2, 3, 4]], 1.5), ([[1544, 905]], [[1540, 900]], 20.5)]
)
def test_l2(Y, D, expected):
    assert trace("l2", Y, D)["L"].tolist() == [expected]


def test_l2_gradient():
    assert trace("l2", [[1, 2, 3]], [[2, 3, 4]])["gradY"].tolist() == [[-1, -1, -1]]  # 3.2.2


@pytest.mark.parametrize(("number", "probability"), [(1, 0.2), (2, 0.3), (3, 0.5)])
def test_cross_entropy(number, probability):
    found = trace("cross_entropy", [[0.2, 0.3, 0.5]], Classes(np.array([number])))
    assert found["L"].tolist() == [-log(probability)]  # 2.3.1


@pytest.mark.parametrize(("number", "expected"), [(1, [-0.8, 0.3, 0.5]), (2, [0.2, -0.7, 0.5]), (3, [0.2, 0.3, -0.5])])
def test_gradient_at_the_logits(number, expected):
    found = trace("softmax_cross_entropy", [[0.2, 0.3, 0.5]], Classes(np.array([number])))
    np.testing.assert_allclose(found["gradZ"], [expected], rtol=1e-15)  # 3.2.2


def test_classes_counted_from_0_are_the_same_rows():
    D = compiled("cross_entropy", [[0.5, 0.5]], Classes(np.array([1]), first=0)).seen().given["D"]
    assert D.tolist() == [[0, 1]]


def test_batchnormed_loss():
    network = Network(
        layers=mlp("batchnorm", "relu"),
        inputs=array(BATCH),
        targets=array([[5, 13]] * 3),
        loss=loss("softmax_cross_entropy"),
        conventions=Conventions(eps=1e-8),
    )
    # 4.2 a, whose numbers come from this eps and not from the .001 that 4.1 states
    expected = [12.47664925, 12.47664925, 90.96139156]
    np.testing.assert_allclose(compile_setup(network, "backward").run()["L"], expected, rtol=0, atol=6e-9)


def test_rows_that_do_not_sum_to_1_are_noted():
    (note,) = compiled("softmax_cross_entropy", [[0.2, 0.8]] * 2, [[240, 4], [1, 1]]).notes
    assert "row 1 (and 1 more) of D sums to 244" in note
    assert "Y − D" in note


def test_rows_that_sum_to_1_need_no_note():
    assert compiled("softmax_cross_entropy", [[0.2, 0.8]], [[0.1, 0.9]]).notes == ()


def test_the_derivative_needs_no_word_on_a_convention():
    conventions = Conventions(logits_gradient="derivative")
    (note,) = compiled("softmax_cross_entropy", [[0.2, 0.8]], [[2, 1]], conventions=conventions).notes
    assert note == "row 1 of D sums to 3: no distribution"
