"""A shape that is wrong is explained by the mistake that makes it, and what follows from it follows."""

import json

import numpy as np
import pytest
from click.testing import CliRunner

import mlpcli
from mlpcli.cli import group
from mlpcli.config.load import load

CONFIG = """
layers:
- {type: linear, W: WEIGHTS, B: [0.1, -0.2, 0.3, 0]}
- tanh
inputs: INPUTS
targets: TARGETS
loss: l2
optimizer: OPTIMIZER
conventions: CONVENTIONS
"""
W = np.array([[0.5, -0.4, 0.2, -0.3], [-0.2, 0.1, 0.7, 0.4], [0.3, 0.6, -0.5, 0.1]])
X = np.array([[1, 0.5, -1], [2, -0.5, 0.3], [-1.5, 1, 0.8], [0.4, -1.2, 1.5], [-0.7, 0.9, -0.2]])
D = np.arange(20).reshape(5, 4) / 10
PRESETS = {
    "cmu-toy": ("gradB1", "gradY1lin", "B1_new", 1),
    "{preset: ng, momentum: step}": ("db1", "dZ1", "b1_new", 0),
}


@pytest.fixture(params=PRESETS)
def judged(request, tmp_path):
    """What check says of the bias gradient, of what follows and of the rest, by a function of the gradient above it."""
    preset = request.param
    bias, above, new, axis = PRESETS[preset]
    columns = "ng" in preset

    def run(wrong, optimizer="{type: sgd, learning_rate: 0.1}"):
        text = CONFIG.replace("WEIGHTS", str((W.T if columns else W).tolist())).replace("OPTIMIZER", optimizer)
        text = text.replace("INPUTS", str((X.T if columns else X).tolist())).replace("CONVENTIONS", preset)
        path = tmp_path / "c.yaml"
        path.write_text(text.replace("TARGETS", str((D.T if columns else D).tolist())))
        setup = load(str(path), "update")[0].setup
        trace = setup.run()
        dump = {step.name: trace[step.name] for step in setup.program.steps if not step.name.startswith("v")}
        dump[bias] = wrong(trace[above], axis)
        old = setup.given["b1" if columns else "B1"]
        dump[new] = old - 0.1 * dump[bias]
        np.savez(tmp_path / "d.npz", **dump)
        words = ["check", str(path), "--against", str(tmp_path / "d.npz"), "--format", "json"]
        claims = json.loads(CliRunner().invoke(group, words).stdout)["configs"][0]["claims"]
        found = {claim["name"]: claim for claim in claims}
        assert {c["verdict"] for c in claims if c["name"] not in (bias, new)} == {"match"}
        return found[bias], found[new]

    return run


MOMENTUM = "{type: sgd, learning_rate: 0.1, momentum: 0.9}"


@pytest.mark.parametrize("optimizer", ["{type: sgd, learning_rate: 0.1}", MOMENTUM])
def test_a_sum_over_the_wrong_axis(judged, optimizer):
    """Through the velocity too, which nobody claims."""
    bias, new = judged(lambda G, axis: G.sum(axis=axis, keepdims=True) / 5, optimizer)
    assert (bias["verdict"], bias["explanations"]) == ("cause", ["it is summed over the wrong axis"])
    assert (bias["followers"], new["verdict"]) == ([new["name"]], "consequence")


def test_a_sum_over_the_wrong_axis_and_an_average_too_many(judged):
    bias, _ = judged(lambda G, axis: G.sum(axis=axis, keepdims=True) / 25)
    assert bias["explanations"] == ["it is summed over the wrong axis, and divided by N = 5"]


def test_no_sum_at_all(judged):
    bias, new = judged(lambda G, axis: G / 5)
    assert bias["explanations"] == ["it is not summed over the batch"]
    assert new["verdict"] == "consequence"


def test_numbers_that_no_mistake_gives_are_not_explained(judged):
    bias, new = judged(lambda G, axis: G * G)
    assert (bias["verdict"], bias["explanations"]) == ("cause", [])
    assert new["verdict"] == "consequence"


@pytest.mark.parametrize("columns", [False, True])
def test_outputs_in_place_of_inputs(columns):
    """gradW = Yᵀ·gradYlin of the layer's own outputs Y has a row per output, not per input."""
    turn = np.transpose if columns else np.asarray
    layers = [{"type": "linear", "W": turn(W), "B": turn([[0.1, -0.2, 0.3, 0]])}, "tanh"]
    config = {"layers": layers, "inputs": turn(X), "targets": turn(D), "loss": "l2"}
    config |= {"conventions": "ng"} if columns else {}
    Y = np.tanh(X @ W + [0.1, -0.2, 0.3, 0])
    G = (Y - D) * (1 - Y**2)
    name, own, inputs = ("dW1", "A1", "X") if columns else ("gradW1", "Y1", "X")
    report = mlpcli.load(config).check({name: turn(Y.T @ G / 5), own: turn(Y)})
    assert list(report.causes) == [name]
    assert f"consistent with: {own} is used in place of {inputs}" in str(report)
