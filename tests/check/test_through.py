"""Weights counted through all layers, as an exercise done by hand has them; the numbers are plain numpy's."""

import json

import numpy as np
import pytest
from click.testing import CliRunner

from mlpcli.cli import group

W1, W2 = np.array([[0.15, 0.25, -0.3], [0.2, 0.3, 0.7]]), np.array([[0.4, 0.5], [0.45, 0.55], [-0.2, 0.1]])
X, T = np.array([[0.05, 0.1]]), np.array([[0.01, 0.99]])
CONFIG = f"""
layers:
  - {{type: linear, W: {W1.tolist()}, freeze: [B]}}
  - sigmoid
  - {{type: linear, W: {W2.tolist()}, freeze: [B]}}
  - sigmoid
inputs: {X.tolist()}
targets: {T.tolist()}
loss: l2
learning_rate: 0.5
conventions: delta-rule
"""


def gradients(derivative=True):
    """Return what the delta rule adds to the weights, but for the rate: the error is t − o."""
    o1 = 1 / (1 + np.exp(-X @ W1))
    o2 = 1 / (1 + np.exp(-o1 @ W2))
    delta2 = (T - o2) * (o2 * (1 - o2) if derivative else 1)
    delta1 = delta2 @ W2.T * o1 * (1 - o1)
    return X.T @ delta1, o1.T @ delta2


def named(template, first, second, order="F", start=1, decimals=4):
    """One line for each weight, by the unit that it leads to."""
    numbers = [*first.ravel(order), *second.ravel(order)]
    return "".join(f"{template.format(k)} = {x:.{decimals}f}\n" for k, x in enumerate(numbers, start))


def check(tmp_path, text):
    (tmp_path / "c.yaml").write_text(CONFIG)
    (tmp_path / "d.txt").write_text(text)
    args = ["check", str(tmp_path / "c.yaml"), "--against", str(tmp_path / "d.txt"), "--format", "json"]
    return {c["name"]: c for c in json.loads(CliRunner().invoke(group, args).stdout)["configs"][0]["claims"]}


@pytest.mark.parametrize("order", ["F", "C"])
@pytest.mark.parametrize("start", [0, 1])
@pytest.mark.parametrize("template", ["w{}_new", "w{}+"])
def test_right_weights_of_four_decimals_pass(tmp_path, order, start, template):
    dW1, dW2 = gradients()
    claims = check(tmp_path, named(template, W1 + dW1 / 2, W2 + dW2 / 2, order, start))
    assert {name: c["verdict"] for name, c in claims.items()} == {"w1_new": "match", "w2_new": "match"}


@pytest.mark.parametrize("template", ["grad_w{}", "grad_w_{}"])
def test_a_mistake_in_them_is_found(tmp_path, template):
    claims = check(tmp_path, named(template, *gradients(derivative=False)))
    assert {name: c["verdict"] for name, c in claims.items()} == {"grad_w1": "consequence", "grad_w2": "cause"}
    words = "delta2: the derivative of the activation is missing"
    assert words in claims["grad_w2"]["explanations"]


def test_the_weights_of_a_layer_may_be_alone(tmp_path):
    _, dW2 = gradients()
    text = "".join(f"w{k}_new = {x:.5f}\n" for k, x in enumerate((W2 + dW2 / 2).ravel("F"), W1.size + 1))
    assert {name: c["verdict"] for name, c in check(tmp_path, text).items()} == {"w2_new": "match"}
