"""What is wrong with the data or the weights of a training: one clear error, and nothing kept."""

import numpy as np
import pytest
from click.testing import CliRunner

from mlpcli.cli import group


@pytest.fixture
def run(small, monkeypatch):
    monkeypatch.chdir(small.parent)
    return lambda *arguments: CliRunner().invoke(group, [str(a) for a in arguments], prog_name="mlp")


def refused(done, path, message):
    assert (done.exit_code, done.stdout) == (2, ""), (done.output, done.exception)
    assert f": {path}: {message}" in done.stderr, done.stderr
    assert done.stderr.count("\n") == 1, done.stderr


def test_what_is_wrong_in_several_places(run, small):
    changes = ["validation={inputs: [[1, 2, 3]], targets: {classes: [1], first: 0}}", "device=gpu", "batch_size=29"]
    changes += ["layers[1]={type: batchnorm}", "conventions={batch_variance: unbiased}"]
    done = run("train", small, *(f"--set={change}" for change in changes))
    assert done.exit_code == 2
    assert [line.split(": ")[1] for line in done.stderr.splitlines()] == ["device", "batch_size", "validation.inputs"]
    done = run(
        "train", small, "--set", "validation=0.2", "--set", "patience={epochs: 1, metric: q}", "--set", "device=gpu"
    )
    assert [line.split(": ")[1] for line in done.stderr.splitlines()] == ["device", "patience.metric"]


ONE = "targets: {classes: [1], first: 0}"


@pytest.mark.parametrize(
    ("change", "path", "message"),
    [
        (f"validation={{inputs: [[1, 2, 3]], {ONE}}}", "validation.inputs", "3 numbers an input, where the examples"),
        ("validation={inputs: [[1, 2, 3, 4]], targets: [[1, 0]]}", "validation.targets", "shape (1, 2), but an output"),
        (f"validation={{inputs: [[1, 2, 3, 4], [5, 6, 7, 8]], {ONE}}}", "validation.targets", "1 targets for 2 inputs"),
        ("validation=0.999", "validation", "30 of 30 examples are held out: none is left to train on"),
        ("validation=0.001", "validation", "0 of 30 examples are held out: that is none"),
        ("patience=3", "patience", "needs examples held out: give validation"),
        ("inputs=~", "inputs", "is missing: the examples"),
        ("inputs={file: zero.npy}", "inputs.file", "zero.npy has the shape (); rows of numbers are needed"),
        ("inputs={file: none.npy}", "inputs.file", "none.npy has the shape (30, 0); rows of numbers are needed"),
        ("inputs={file: data.npz, key: X, divide: 1e-310}", "inputs.divide", ""),
    ],
)  # fmt: skip
def test_data_that_do_not_fit(run, small, tmp_path, change, path, message):
    np.save(tmp_path / "zero.npy", np.float64(3))
    np.save(tmp_path / "none.npy", np.zeros((30, 0)))
    done = run("train", small, "--set", change, "--run", "kept")
    refused(done, path, message) if path != "inputs.divide" else None
    assert done.exit_code in (1, 2)
    assert "Warning" not in done.output
    assert not (tmp_path / "kept").exists() or done.exit_code == 1


def test_places_are_those_of_the_key(run, small):
    small.write_text(small.read_text() + "patience: 3\n")
    assert run("train", small).stderr.startswith(f"{small}:{len(small.read_text().splitlines())}:11: patience: needs")


def test_a_config_says_once_how_long_to_train(run, small):
    small.write_text(small.read_text() + "steps: 5\n")
    lines = len(small.read_text().splitlines())
    done = run("train", small)
    assert (done.exit_code, done.stderr) == (2, f"{small}:{lines}:1: epochs and steps: one of the two\n")


def test_the_command_line_overrides_how_long(run, small):
    assert "step: 7\n" in run("train", small, "--steps", 7).stdout
    small.write_text(small.read_text().replace("epochs: 4", "steps: 4"))
    assert "epoch: 3\n" in run("train", small, "--epochs", 3).stdout


def weights(**changes):
    found = {"W1": np.ones((4, 5)), "B1": np.zeros((1, 5)), "W2": np.ones((5, 3)), "B2": np.zeros((1, 3))}
    return {name: value for name, value in {**found, **changes}.items() if value is not None}


NET = "layers=[{type: linear, units: 5}, {type: linear, units: 3}]"


@pytest.mark.parametrize(
    ("arrays", "message"),
    [
        (weights(W1=np.full((4, 5), np.nan)), "w.npz: W1 holds numbers that are not finite"),
        (weights(W9=np.ones(1)), "w.npz has W9: no layer has it"),
        (weights(**{"0.weight": np.ones((5, 4))}), "w.npz has W1 and 0.weight: which is W1?"),
        (
            weights(W1=None, **dict.fromkeys(["a.0.weight", "b.0.weight"], np.ones((5, 4)))),
            "w.npz has a.0.weight and b.0.weight: which is W1?",
        ),
        (weights(W1=None), "w.npz has neither W1 nor 0.weight"),
    ],
)
def test_weights_that_do_not_fit(run, small, tmp_path, arrays, message):
    np.savez(tmp_path / "w.npz", **arrays)
    done = run("train", small, "--set", NET, "--set", "weights=w.npz")
    assert (done.exit_code, done.stdout) == (2, "")
    assert message in done.stderr


def test_what_pytorch_counts_is_needless(run, small, tmp_path):
    np.savez(tmp_path / "w.npz", **weights(**{"1.num_batches_tracked": np.array(7)}))
    assert run("evaluate", small, "--set", NET, "--weights", "w.npz").exit_code == 0


@pytest.mark.parametrize("targets", ["[1, 0, 1]", "{file: D.npy}"])
@pytest.mark.parametrize("command", [["show"], ["forward"], ["backward"], ["train"], ["train", "--epochs", "200"]])
def test_single_numbers_are_a_column_of_targets(run, tmp_path, targets, command):
    np.save(tmp_path / "D.npy", np.array([1, 0, 1]))
    config = tmp_path / "c.yaml"
    config.write_text(
        "layers: [{type: linear, W: [[1], [2]]}, sigmoid]\ninputs: [[1, 2], [3, 4], [0, 1]]\n"
        f"targets: {targets}\nloss: binary_cross_entropy\nlearning_rate: 0.1\n"
    )
    done = run(command[0], config, *command[1:])
    assert done.exit_code == 0, done.stderr
