"""Two mistakes with nothing claimed between them; the students are plain numpy, with the network of test_matching."""

import json

import numpy as np
import pytest
from click.testing import CliRunner

from mlpcli.cli import group
from tests.check.test_matching import CONFIG, W1, W2, T, X, a1, a2, b1, b2, delta2, sigmoid, z1


@pytest.fixture
def explained(tmp_path):
    """What is said to be consistent with a dump."""

    def run(**arrays):
        (tmp_path / "c.yaml").write_text(CONFIG)
        (tmp_path / "d.json").write_text(json.dumps({name: np.round(x, 6).tolist() for name, x in arrays.items()}))
        words = ["check", str(tmp_path / "c.yaml"), "--against", str(tmp_path / "d.json"), "--format", "json"]
        claims = json.loads(CliRunner().invoke(group, words).stdout)["configs"][0]["claims"]
        return [sentence for claim in claims for sentence in claim["explanations"]]

    return run


def test_the_target_and_a_step(explained):
    wrong = (a2 - T[:, ::-1]) * a2 * (1 - a2) / len(X)
    found = explained(dW1=X.T @ (wrong @ W2.T))  # without the derivative of layer 1
    second = "gradY1lin: the derivative of the activation is missing"
    assert f"two mistakes: (1) the target D: its classes are off by one; (2) {second}" in found
    assert all(sentence.endswith(second) for sentence in found)  # two classes: other orders of D are the same


def test_two_steps_of_which_the_first_leads_to_the_second(explained):
    wrong = sigmoid(a1 @ W2)  # the bias is dropped
    da1 = (wrong - T) * wrong * (1 - wrong) / len(X) @ W2.T
    assert explained(dW1=X.T @ (da1 * a1)) == [
        "two mistakes: (1) gradY1lin: the factor 1 − σ is missing; (2) Y2lin: the bias is dropped"
    ]


def test_neither_of_two_in_the_step_of_a_gradient_with_its_biases(tmp_path):
    """What may go wrong in such a step is tried of the weights, of the biases and of both, before what leads to it."""
    joined = [np.c_[b1, W1.T], np.c_[b2, W2.T]]
    layers = [layer for theta in joined for layer in ({"type": "linear", "W": theta.tolist()}, "sigmoid")]
    given = {"inputs": X.tolist(), "targets": T.tolist(), "loss": "binary_cross_entropy", "learning_rate": 0.5}
    (tmp_path / "c.yaml").write_text(json.dumps({"layers": layers, **given, "conventions": "octave-ex4"}))
    wrong = sigmoid(z1 @ W2 + b2) - T  # without the activation, and its derivative
    grad = (wrong @ W2.T).T @ np.c_[np.ones(len(X)), X] / len(X)
    (tmp_path / "d.txt").write_text(f"Theta1_grad = {grad.round(6).tolist()}")
    done = CliRunner().invoke(group, ["check", str(tmp_path / "c.yaml"), "--against", str(tmp_path / "d.txt")])
    assert "(1) delta2: the derivative of the activation is missing; (2) a2: the activation is missing" in done.output


def test_a_step_and_the_copy_of_its_result(explained):
    wrong = a1.T @ delta2 / len(X)
    wrong[1] = wrong[0]
    found = explained(dW2=wrong)
    assert found[0] == "two mistakes: (1) gradW2 is averaged over the batch twice; (2) row 2 repeats row 1"
    assert all(sentence.endswith("(2) row 2 repeats row 1") for sentence in found)  # halved in whichever step


def test_one_mistake_is_one(explained):
    z2 = a1 @ W2 - b2
    assert explained(z2=z2) == ["the bias is subtracted"]
    assert not [sentence for sentence in explained(a2=sigmoid(z2)) if "two" in sentence]


@pytest.mark.parametrize("seed", range(8))
def test_numbers_from_nowhere_are_no_two_mistakes(explained, seed):
    assert explained(dW1=np.random.default_rng(seed).normal(size=(2, 3))) == []


def test_few_digits_tell_of_one_mistake_at_most(explained):
    wrong = (a2 - T[:, ::-1]) * a2 * (1 - a2) / len(X)
    assert explained(dW1=np.round(X.T @ (wrong @ W2.T), 2)) == []
