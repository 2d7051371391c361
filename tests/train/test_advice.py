"""What is said before a training, and of one that diverged."""

import numpy as np
import pytest
from click.testing import CliRunner

from mlpcli.cli import group


@pytest.fixture
def run(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    random = np.random.default_rng(0)
    np.savez("d.npz", X=random.normal(size=(30, 2)) * [2000, 1], y=random.integers(0, 2, 30))

    def train(layers, loss, *more):
        text = (
            f"layers: [{layers}]\nloss: {loss}\ninputs: {{file: d.npz, key: X}}\nlearning_rate: 1e-6\nepochs: 2\n"
            "targets: {classes: {file: d.npz, key: y}, first: 0}\n"
        )
        return CliRunner().invoke(group, ["train", "-", *more], input=text)

    return train


LINEAR = "{type: linear, units: 2}"


def test_features_of_other_sizes_are_told(run):
    said = run(LINEAR, "softmax_cross_entropy").stderr
    assert "mlp: note: inputs: column 1 reaches 4" in said
    assert "trains badly as it is; begin the layers with batchnorm" in said


def test_what_is_scaled_is_not_told(run):
    assert "note" not in run(f"batchnorm, {LINEAR}", "softmax_cross_entropy").stderr
    np.savez("d.npz", X=np.eye(30)[:, :2] * 255, y=np.zeros(30, int))
    assert "note" not in run(LINEAR, "softmax_cross_entropy").stderr


def test_a_loss_of_probabilities_on_logits_is_told_as_that(run):
    """The logarithm of a negative number: another learning rate helps nobody."""
    done = run(LINEAR, "cross_entropy", "--set", "layers[0].B=[-9, -9]")
    told = "the loss takes probabilities, and the network ends in a layer that gives none: write softmax_cross_entropy"
    assert done.exit_code == 1
    assert f"mlp: note: {told}, which takes logits" in done.stderr
    assert f"try another loss: {told}" in done.stderr
    assert "learning_rate" not in done.stderr


@pytest.mark.parametrize("loss", ["binary_cross_entropy", "softmax_cross_entropy"])
def test_softmax_of_one_output_is_told(run, loss):
    """exp(z) / exp(z) is 1: nothing is learned, and the logarithm of 1 - 1 is no number."""
    done = run("{type: linear, units: 1}, softmax", loss, "--set", "targets=" + str([[k % 2] for k in range(30)]))
    assert "mlp: note: softmax of a single output is always 1, whatever the weights: end in sigmoid" in done.stderr
    assert "learning_rate" not in done.stderr


@pytest.mark.parametrize(
    ("layers", "loss"),
    [
        (f"{LINEAR}, softmax", "cross_entropy"),
        (f"{LINEAR}, sigmoid", "cross_entropy"),
        (LINEAR, "softmax_cross_entropy"),
        (f"{LINEAR}, sigmoid", "binary_cross_entropy"),
        (LINEAR, "mse"),
    ],
)
def test_probabilities_and_other_losses_are_not_told(run, layers, loss):
    assert "the loss takes" not in run(f"batchnorm, {layers}", loss).stderr
