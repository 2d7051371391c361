"""A loss with a penalty, claimed as one number: by hand, the errors of 6 and 3 against 4 and 3 are 2 and 0."""

import json

import numpy as np
import pytest
from click.testing import CliRunner

from mlpcli.cli import group

CONFIG = """
layers: [{type: linear, W: [[3]]}]
inputs: [[2], [1]]
targets: [[4], [3]]
loss: {type: mse, l2: 0.5}
conventions: {notation: NOTATION, loss: mean}
"""
DATA, PENALTY = 2, 2.25  # (2² + 0²)/2 and 0.5/2·3²
TOTAL = DATA + PENALTY


@pytest.fixture
def judged(tmp_path):
    def check(notation, **claims):
        (tmp_path / "c.yaml").write_text(CONFIG.replace("NOTATION", notation))
        (tmp_path / "dump.json").write_text(json.dumps(claims))
        result = CliRunner().invoke(group, ["check", f"{tmp_path}/c.yaml", "--against", f"{tmp_path}/dump.json"])
        return result.exit_code, result.output

    return check


@pytest.mark.parametrize("name", ["J", "cost", "loss", "Loss", "total_loss", "objective"])
@pytest.mark.parametrize("notation", ["ng", "cs231n", "nielsen", "octave", "torch", "handout", "mytorch"])
def test_a_cost_is_the_total(judged, notation, name):
    assert judged(notation, **{name: TOTAL})[0] == 0
    code, said = judged(notation, **{name: DATA})
    assert code == 1
    assert "the penalty is missing" in said


@pytest.mark.parametrize("name", ["cross_entropy_cost", "data_loss", "J_data", "mse"])
def test_what_is_said_to_be_of_the_data_is_without_the_penalty(judged, name):
    assert judged("ng", **{name: DATA})[0] == 0
    assert judged("ng", **{name: DATA, "cost": TOTAL})[0] == 0
    code, said = judged("ng", **{name: DATA, "cost": DATA})
    assert code == 1
    assert "the penalty is missing" in said


def test_two_costs_are_told_apart_by_their_values(judged):
    assert judged("ng", J=DATA, J_regularized=TOTAL)[0] == 0
    assert judged("cs231n", loss=TOTAL, reg_loss=PENALTY, data_loss=DATA)[0] == 0
    assert judged("ng", J=DATA, J_regularized=DATA)[0] == 1


@pytest.mark.parametrize("name", ["J", "J_regularized"])
def test_a_config_may_expect_the_total_by_either_name(tmp_path, name):
    for value, code in ((TOTAL, 0), (DATA, 1)):
        (tmp_path / "c.yaml").write_text(CONFIG.replace("NOTATION", "ng") + f"expect: {{{name}: {value}}}\n")
        assert CliRunner().invoke(group, ["check", f"{tmp_path}/c.yaml"]).exit_code == code


# Two layers in plain numpy: samples in rows, Theta = [b, W] with a row per unit. Ng, Machine Learning, ex4.
THETA1 = np.array([[0.2, 0.8, -1.3], [-0.7, 1.1, 0.4], [0.5, -0.6, 0.9]])
THETA2 = np.array([[-0.4, 1.4, 0.8, -0.3], [0.3, 1.0, -1.4, 0.6]])
INPUTS, TARGETS = np.array([[1.0, 2.0], [-0.5, 1.5], [0.7, -1.2]]), np.array([[1, 0], [0, 1], [1, 0]])
RATE, LAMBDA = 0.5, 2.0


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def with_ones(a):
    return np.hstack([np.ones((len(a), 1)), a])


def ex4(counted=False):
    """Return J, the gradients and the updated Thetas; with `counted` the biases are penalized as well."""
    n, first = len(INPUTS), 0 if counted else 1
    a1 = with_ones(INPUTS)
    a2 = with_ones(sigmoid(a1 @ THETA1.T))
    a3 = sigmoid(a2 @ THETA2.T)
    J = -(TARGETS * np.log(a3) + (1 - TARGETS) * np.log(1 - a3)).sum() / n
    J += LAMBDA / 2 / n * sum((T[:, first:] ** 2).sum() for T in (THETA1, THETA2))
    delta3 = a3 - TARGETS
    delta2 = (delta3 @ THETA2 * a2 * (1 - a2))[:, 1:]
    grads = [delta2.T @ a1 / n, delta3.T @ a2 / n]
    for grad, T in zip(grads, (THETA1, THETA2), strict=True):
        grad[:, first:] += LAMBDA / n * T[:, first:]
    return J, grads, [T - RATE * grad for T, grad in zip((THETA1, THETA2), grads, strict=True)]


@pytest.fixture
def causes(tmp_path):
    def check(notation, layers, dump):
        given = {"inputs": INPUTS.tolist(), "targets": TARGETS.tolist(), "learning_rate": RATE}
        loss = {"type": "binary_cross_entropy", "over_outputs": "sum", "l2": LAMBDA, "over_n": True}
        network = [layers[0], "sigmoid", layers[1], "sigmoid"]
        text = json.dumps({"layers": network, "loss": loss, "conventions": notation, **given})
        (tmp_path / "c.yaml").write_text(text)
        (tmp_path / "d.json").write_text(json.dumps({name: np.asarray(x).tolist() for name, x in dump.items()}))
        words = ["check", f"{tmp_path}/c.yaml", "--against", f"{tmp_path}/d.json", "--format", "json"]
        found = json.loads(CliRunner().invoke(group, words).stdout)["configs"][0]["claims"]
        return {claim["name"]: claim["explanations"] for claim in found if claim["verdict"] == "cause"}

    return check


JOINED = [{"type": "linear", "W": T.tolist()} for T in (THETA1, THETA2)]
APART = [{"type": "linear", "W": T[:, 1:].T.tolist(), "B": T[:, 0].tolist()} for T in (THETA1, THETA2)]
TOO = "the biases are penalized too"
ADDED = "the penalty is added to it, as to the gradients of weights"


def test_ex4_is_right(causes):
    J, grads, new = ex4()
    dump = {"J": J, "Theta1_grad": grads[0], "Theta2_grad": grads[1], "Theta1": new[0], "Theta2": new[1]}
    assert causes("octave-ex4", JOINED, dump) == {}


def test_biases_penalized_too_in_theta(causes):
    J, grads, _ = ex4(counted=True)
    dump = {"J": J, "Theta1_grad": grads[0], "Theta2_grad": grads[1]}
    found = causes("octave-ex4", JOINED, dump)
    assert found == {"J": [f"J_reg: {TOO}"], "Theta1_grad": [TOO], "Theta2_grad": [TOO]}


@pytest.mark.parametrize("frozen", [[], ["W", "B"]])
def test_biases_penalized_too_apart_from_weights(causes, frozen):
    J, grads, _ = ex4(counted=True)
    dump = {"J": J} | {f"gradB{k}": g[:, 0] for k, g in enumerate(grads, 1)}
    dump |= {f"gradW{k}": g[:, 1:].T for k, g in enumerate(grads, 1)}
    layers = [APART[0] | {"freeze": frozen} if frozen else APART[0], APART[1]]
    dump = {name: value for name, value in dump.items() if not (frozen and name.endswith("1"))}
    found = causes({"notation": "handout", "loss": "mean", "average": []}, layers, dump)
    assert found == {"L_total": [f"L_l2: {TOO}"]} | {name: [ADDED] for name in dump if name.startswith("gradB")}


@pytest.mark.parametrize("kept", ["the biases are not updated", "only the biases are updated"])
def test_a_part_of_theta_is_not_updated(causes, kept):
    _, grads, new = ex4()
    left = slice(1) if kept.startswith("the") else slice(1, None)
    new[1][:, left] = THETA2[:, left]
    dump = {"Theta1_grad": grads[0], "Theta2_grad": grads[1], "Theta1_new": new[0], "Theta2_new": new[1]}
    assert causes("octave-ex4", JOINED, dump) == {"Theta2_new": [kept]}


def test_only_the_bias_of_theta_is_not_averaged(causes):
    _, grads, _ = ex4()
    grads[0][:, 0] *= len(INPUTS)
    found = causes("octave-ex4", JOINED, {"Theta1_grad": grads[0], "Theta2_grad": grads[1]})
    assert found == {"Theta1_grad": ["of the bias, it is not averaged over the batch"]}
