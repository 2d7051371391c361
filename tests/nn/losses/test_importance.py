"""Examples that count more than others. The oracle: an example that counts twice is one that stands there twice."""

import numpy as np
import pytest

from mlpcli.config.load import load
from mlpcli.nn.gradcheck import gradcheck

CONFIG = """
layers: [{{type: linear, units: 3}}, {activation}]
inputs: {X}
targets: {D}
{weights}
loss: {loss}
learning_rate: 0.1
conventions: {conventions}
"""
X = [[1, 2], [0.5, -1], [-1, 1.5]]
D = [[1, 0, 0], [0, 0, 1], [0, 1, 0]]
CASES = [
    ("softmax", "softmax_cross_entropy"),
    ("softmax", "cross_entropy"),
    ("sigmoid", "binary_cross_entropy"),
    ("tanh", "mse"),
    ("sigmoid", "{type: l2, l2: 0.1}"),
]


@pytest.fixture
def case(tmp_path):
    def build(**given):
        (tmp_path / "c.yaml").write_text(CONFIG.format(**given))
        return load(str(tmp_path / "c.yaml"), "update")[0]

    return build


@pytest.mark.parametrize(("activation", "loss"), CASES)
def test_an_example_that_counts_twice_stands_there_twice(case, activation, loss):
    given = {"activation": activation, "loss": loss, "conventions": "{average: []}"}
    once = case(X=X, D=D, weights="sample_weights: [1, 2, 0]", **given).setup.run()
    twice = case(X=[X[0], X[1], X[1]], D=[D[0], D[1], D[1]], weights="", **given).setup.run()
    for name in ("gradW1", "gradB1", "W1_new"):
        np.testing.assert_allclose(once[name], twice[name], rtol=1e-14)
    np.testing.assert_allclose(once["L_weighted"].sum(), twice["L"].sum(), rtol=1e-14)


@pytest.mark.parametrize(("activation", "loss"), CASES)
@pytest.mark.parametrize(
    "conventions", ["cmu-toy", "torch", "{preset: torch, output_gradient: shown}", "ng", "nielsen"]
)
def test_the_gradients_are_those_of_the_weighted_loss(case, activation, loss, conventions):
    turn = conventions in ("ng", "nielsen")
    rows = (np.array(X).T.tolist(), np.array(D).T.tolist()) if turn else (X, D)
    found = case(
        X=rows[0], D=rows[1], weights="sample_weights: [1, 2.5, 0.5]", activation=activation, loss=loss,
        conventions=conventions,
    )  # fmt: skip
    assert all(check.agrees for check in gradcheck(found.setup))


def test_each_number_of_a_layer_s_gradient_is_multiplied(case):
    trace = case(
        X=X, D=D, weights="sample_weights: [1, 2, 0.5]", activation="tanh", loss="mse", conventions="cmu-toy"
    ).setup.run()
    np.testing.assert_array_equal(trace["gradY1"], trace["gradY1_unweighted"] * [[1], [2], [0.5]])
    np.testing.assert_array_equal(trace["L_weighted"], trace["L"] * [1, 2, 0.5])
