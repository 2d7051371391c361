"""Everything that can be added is added from outside, by a line in its table, and every command runs with it."""

import json
import re

import numpy as np
import pytest
import yaml
from click.testing import CliRunner

from mlpcli.cli import COMMANDS, group

from .extension import LINES, HardTanh

CONFIG = """
title: from outside
layers:
  - {type: linear, W: [[1, 2, -0.5], [0.5, -1, 1.5]], B: [0.1, 0, -0.2]}
  - {type: hard_tanh, bound: 2}
  - {type: linear, W: [[1, -1], [0.5, 2], [-1, 0.3]], B: [0, 0.5]}
inputs: [[1, 0.2], [0.5, -0.3], [-2, 0.7]]
targets: [[0.3, 1], [0, -0.4], [0.2, 0.9]]
loss: {type: pinball, q: 0.3}
optimizer: {type: adagrad, learning_rate: 0.1}
"""
CELL = "gradY1lin[2,1]"


@pytest.fixture
def _added():
    """What somebody has added, and takes away again."""
    for table, name, value in LINES:
        assert name not in table
        table[name] = value
    yield
    for table, name, _ in LINES:
        del table[name]


@pytest.fixture
def config(tmp_path):
    path = tmp_path / "outside.yaml"
    path.write_text(CONFIG)
    return path


WORSE = {"train": 1}
"""Trainings of three examples for a few epochs may end worse than a constant prediction, and say so."""


@pytest.fixture
def mlp(_added):
    """Run a command that must end with an exit code; what it printed."""

    def run(*words, code=0):
        done = CliRunner().invoke(group, [str(word) for word in words], prog_name="mlp")
        assert done.exit_code in (code, WORSE.get(str(words[0]), code)), done.output
        return done.stdout

    return run


def tensors(text):
    """The tensors in an output of text."""
    return {name: np.array(value) for name, value in yaml.safe_load(text).items()}


def by_hand(X, D, steps):
    """The network of the config in plain numpy: the tensors of the last of some steps of training."""
    W1, B1 = np.array([[1, 2, -0.5], [0.5, -1, 1.5]]), np.array([[0.1, 0, -0.2]])
    W2, B2 = np.array([[1, -1], [0.5, 2], [-1, 0.3]]), np.array([[0, 0.5]])
    sizes = [np.zeros(P.shape) for P in (W1, B1, W2, B2)]
    for _ in range(steps):
        Y1lin = X @ W1 + B1
        Y1 = Y1lin.clip(-2, 2)
        Y2lin = Y1 @ W2 + B2
        G2 = np.where(Y2lin > D, 0.7, -0.3) / 2
        G1 = np.where(abs(Y1lin) < 2, G2 @ W2.T, 0)
        gradients = [G / len(X) for G in (X.T @ G1, G1.sum(0, keepdims=True), Y1.T @ G2, G2.sum(0, keepdims=True))]
        sizes = [S + G**2 for S, G in zip(sizes, gradients, strict=True)]
        old = (W1, B1, W2, B2)
        W1, B1, W2, B2 = (P - 0.1 * G / (np.sqrt(S) + 1e-8) for P, G, S in zip(old, gradients, sizes, strict=True))
    L = np.where(Y2lin < D, 0.3 * (D - Y2lin), 0.7 * (Y2lin - D)).mean(axis=1)
    found = {"Y1": Y1, "L": L, "gradY2lin": G2, "gradY1lin": G1, "sW1_new": sizes[0], "sB2_new": sizes[3]}
    return found | {"W1_new": W1, "B1_new": B1, "W2_new": W2, "B2_new": B2}


def data():
    config = yaml.safe_load(CONFIG)
    return np.array(config["inputs"]), np.array(config["targets"])


@pytest.mark.parametrize("dtype", ["float64", "fraction", "ball"])
@pytest.mark.parametrize("steps", [1, 3])
def test_every_tensor_is_that_of_plain_numpy(mlp, config, steps, dtype):
    if dtype == "ball":
        pytest.importorskip("flint")
    printed = tensors(mlp("train", config, "--steps", steps, "--last", "--dtype", dtype, "--precision", 12))
    for name, value in by_hand(*data(), steps).items():
        np.testing.assert_allclose(printed[name], value, rtol=1e-11, atol=1e-15, err_msg=name)


def test_fractions_print_what_cancels_as_0(mlp, config):
    """0.1 + 0.2 − 0.3 is 0 in fractions alone: floats of the json format have every digit."""
    changes = ("--set", "layers=[{type: linear, W: [[0.1], [0.2], [-0.3]]}]", "--set", "inputs=[[1, 1, 1]]")
    tell = ("forward", config, *changes, "--set", "targets=[[1]]", "--only", "Y1lin", "--format", "json", "--dtype")
    assert json.loads(mlp(*tell, "fraction"))["tensors"][0]["value"] == [[0]]
    assert json.loads(mlp(*tell, "float64"))["tensors"][0]["value"] != [[0]]


def test_show_lists_the_formulas(mlp, config):
    printed = mlp("show", config)
    assert "# max(−bound, min(bound, Y1lin))" in printed
    assert re.search(r"^sW1_new: \[2, 3\] +# sW1 \+ gradW1²$", printed, re.M)


def test_gradcheck_agrees_with_layer_and_loss(mlp, config):
    printed = mlp("gradcheck", config)
    assert printed.count("# ok") == 6


def test_why_writes_the_arithmetic_out(mlp, config):
    assert "= max(−2, min(2, -4.7))" in mlp("why", "Y1[2,1]", config)
    assert "max(0.3·(1 − 2.78), (1 − 0.3)·(2.78 − 1))" in mlp("why", "L[0]", config)
    assert "= 2 − 0.1·(0.4375 / (√(0.19140625) + 1.0e-08))" in mlp("why", "W1_new[0,1]", config)


def test_coverage_counts_their_mistakes(mlp, config):
    assert "score: 1.000" in mlp("coverage", config)
    inside = mlp("coverage", config, "--set", "inputs=[[0.1, 0.1]]", "--set", "targets=[[0.3, 1]]")
    assert "it is cut above only" in inside  # no number is near the bound


def test_check_finds_the_layers_classic_mistake(mlp, config, tmp_path):
    """A dump by somebody who let the whole gradient through, and who computed on with it."""
    X, D = data()
    right = by_hand(X, D, 1)
    G1 = right["gradY2lin"] @ np.array([[1, -1], [0.5, 2], [-1, 0.3]]).T
    np.savez(tmp_path / "mine.npz", gradY2lin=right["gradY2lin"], gradY1lin=G1, gradW1=X.T @ G1 / 3)
    printed = mlp("check", config, "--against", tmp_path / "mine.npz", code=1)
    assert "gradY1lin is wrong in itself" in printed
    assert "consistent with: the derivative of the activation is missing" in printed
    assert "1 match, 1 cause, 1 consequence" in printed
    np.savez(tmp_path / "right.npz", **{name: value for name, value in right.items() if name != "L"})
    assert "9 match" in mlp("check", config, "--against", tmp_path / "right.npz")


@pytest.mark.parametrize(
    ("table", "mistake"), [("gradY2lin", "q is missing"), ("sW1_new", "the gradient is not squared")]
)
def test_check_finds_mistakes_of_loss_and_optimizer(mlp, config, tmp_path, table, mistake):
    X, D = data()
    wrong = {"gradY2lin": np.where(by_hand(X, D, 1)["gradY2lin"] > 0, 0.5, 0)}
    wrong["sW1_new"] = tensors(mlp("backward", config, "--precision", 15))["gradW1"]
    np.savez(tmp_path / "mine.npz", **{table: wrong[table]})
    assert f"consistent with: {mistake}" in mlp("check", config, "--against", tmp_path / "mine.npz", code=1)


def test_check_asks_the_new_hypothesis(mlp, config):
    claims = "expect: {Y1: [[1.3, 1.9, -0.3], [0.55, 1.4, -0.8], [-1.45, -1.9, 1.95]]}\n"
    config.write_text(CONFIG + claims)
    assert "consistent with: 0.1 is added to every number" in mlp("check", config, code=1)


def test_check_judges_by_the_new_numbers(mlp, config):
    """1 − 0.9 − 0.1 is 0, which floats miss by 2.8e-17."""
    config.write_text(
        "layers: [{type: linear, W: [[1], [-0.9], [-0.1]]}]\ninputs: [[1, 1, 1]]\n"
        "expect: {Y1lin: {value: [[0]], atol: 1e-30}}\n"
    )
    assert "1 match" in mlp("check", config, "--dtype", "fraction")


def trained(mlp, config, folder, engine, *more):
    mlp("train", config, "--run", folder, "--set", f"engine={engine}", "--set", "batch_size=2", *more)
    with np.load(folder / "weights.npz") as file:
        return dict(file)


@pytest.mark.parametrize("dtype", ["float64", "float32"])
@pytest.mark.parametrize("more", ["adagrad", "{type: adam, learning_rate: 0.01, schedule: {type: step, every: 1}}"])
def test_the_executor_trains_as_numpys_does(mlp, config, tmp_path, more, dtype):
    changes = ["--epochs", 4, "--dtype", dtype]
    changes += ["--set", f"optimizer={more}"] if more != "adagrad" else ["--set", "optimizer.schedule=constant"]
    plain, planned = (trained(mlp, config, tmp_path / engine, engine, *changes) for engine in ("plain", "numpy"))
    assert plain.keys() == planned.keys()
    for name, value in plain.items():
        assert value.dtype == dtype
        np.testing.assert_allclose(value, planned[name], rtol=1e-12 if dtype == "float64" else 1e-5, err_msg=name)


def test_a_run_is_trained_resumed_and_used(mlp, config, tmp_path):
    whole = trained(mlp, config, tmp_path / "whole", "plain", "--epochs", 6)
    folder = tmp_path / "run"
    first = trained(mlp, config, folder, "plain", "--epochs", 3)
    mlp("train", "--resume", folder, "--epochs", 6)
    assert "engine: plain" in (folder / "config.yaml").read_text()
    mlp("export", folder, "-o", tmp_path / "learned.npz")
    with np.load(tmp_path / "learned.npz") as file:
        learned = dict(file)
    assert {name: value.tobytes() for name, value in learned.items()} == {n: v.tobytes() for n, v in whole.items()}
    assert any((first[name] != value).any() for name, value in learned.items())

    X, D = data()
    Y = (X @ whole["W1"] + whole["B1"]).clip(-2, 2) @ whole["W2"] + whole["B2"]
    predicted = json.loads(mlp("predict", folder, "--format", "json"))["outputs"]
    np.testing.assert_allclose(predicted, Y, rtol=1e-12)
    loss = np.where(D > Y, 0.3 * (D - Y), 0.7 * (Y - D)).mean()
    assert json.loads(mlp("evaluate", folder, "--format", "json"))["result"]["loss"] == pytest.approx(loss)


def test_a_layer_that_asks_for_the_unbiased_variance_needs_two_examples(mlp, config, monkeypatch):
    """As batch normalization does, whatever its name is."""
    words = ("train", config, "--epochs", 1, "--set", "batch_size=2", "--set", "conventions.running_variance=unbiased")
    mlp(*words)  # the last batch has one of three examples, and nothing asks
    forward = HardTanh.forward
    asking = lambda layer, p, x: (p.conventions.running_variance, forward(layer, p, x))[1]  # noqa: E731
    monkeypatch.setattr(HardTanh, "forward", asking)
    done = CliRunner().invoke(group, [str(word) for word in words])
    assert done.exit_code == 2
    assert "batch_size: the last batch of 3 examples has 1" in done.stderr


def test_a_step_of_the_training_is_explained_in_fractions(mlp, config):
    words = ("train", config, "--set", "engine=plain", "--epochs", 3, "--explain-step", 3, "--only", "sW1_new")
    (printed,) = tensors(mlp(*words, "--dtype", "fraction", "--precision", 12)).values()
    np.testing.assert_allclose(printed, by_hand(*data(), 3)["sW1_new"], rtol=1e-11)


COMMAND_LINES = {
    "forward": ("forward", "CONFIG"),
    "backward": ("backward", "CONFIG", "--dtype", "fraction"),
    "train": ("train", "CONFIG", "--steps", 2),
    "train in earnest": ("train", "CONFIG", "--epochs", 2, "--set", "engine=plain"),
    "evaluate": ("evaluate", "CONFIG"),
    "predict": ("predict", "CONFIG"),
    "export": ("export", "CONFIG"),
    "compare": ("compare", "RUN"),
    "show": ("show", "CONFIG"),
    "worksheet": ("worksheet", "CONFIG"),
    "conventions": ("conventions",),
    "gradcheck": ("gradcheck", "CONFIG"),
    "check": ("check", "CONFIG", "--set", "title=claimed"),
    "coverage": ("coverage", "CONFIG"),
    "why": ("why", CELL, "CONFIG"),
}
SAID = {
    "forward": "| Y1 | max(−bound, min(bound, Y1lin)) | [[1.2",
    "backward": "| gradB2 | Σ gradY2lin / N | [[0.18333333333333332, 0.18333333333333332]] |",
    "train": "| sW1_new | sW1 + gradW1² | ",
    "train in earnest": "- step: 2\n",
    "evaluate": "- loss: 1.36675",
    "predict": "| outputs | [[2.5, 2.78], ",
    "export": "| B2 | trained | [[0.0, 0.5]] |",
    "compare": "| run | epoch | trained_loss |",
    "show": "| Y1 | forward | [3, 3] | max(−bound, min(bound, Y1lin)) |",
    "worksheet": "- Y1 = ?",
    "conventions": "| cs231n | Stanford CS231n, assignments 1 and 2",
    "gradcheck": "- gradY2lin: agrees\n",
    "check": "- Y1: match\n",
    "coverage": "- mistakes: 51\n",
    "why": "| gradY1lin | [2, 1] | gradY1 where \\|Y1lin\\| < bound, else 0 | 0.0 |",
}


def test_every_command_is_tried():
    without = {"new", "variants", "plot", "grade", "record", "schema", "sweep"}  # they write files and pictures
    assert {words[0] for words in COMMAND_LINES.values()} == set(COMMANDS) - without


@pytest.mark.parametrize("command", COMMAND_LINES)
def test_the_format_renders_what_every_command_says(mlp, config, tmp_path, command):
    config.write_text(CONFIG + "expect: {Y1: [[1.2, 1.8, -0.4], [0.45, 1.3, -0.9], [-1.55, -2, 1.85]]}\n")
    places = {"CONFIG": config, "RUN": tmp_path / "run"}
    if "RUN" in COMMAND_LINES[command]:
        mlp("train", config, "--epochs", 2, "--run", tmp_path / "run")
    words = [places.get(word, word) for word in COMMAND_LINES[command]]
    printed = mlp(*words, "--format", "pipes")
    assert SAID[command] in printed
    mlp(*words, "-o", tmp_path / "said.pipes")
    assert (tmp_path / "said.pipes").read_text(encoding="utf-8") == printed


def test_help_and_errors_name_what_was_added(mlp, config):
    assert "fraction" in mlp("forward", "--help")
    assert "pipes" in mlp("show", "--help")
    done = CliRunner().invoke(group, ["show", str(config), "--set", "layers[1]=hard_tan"])
    assert "unknown layer 'hard_tan' (did you mean 'hard_tanh'?)" in done.stderr
    done = CliRunner().invoke(group, ["train", str(config), "--epochs", "1", "--set", "engine=plane"])
    assert "unknown engine 'plane' (did you mean 'plain'?)" in done.stderr


def test_nothing_is_left_behind(config):
    assert all(name not in table for table, name, _ in LINES)
    done = CliRunner().invoke(group, ["forward", str(config)])
    assert done.exit_code == 2
    assert "unknown layer 'hard_tanh'" in done.stderr
