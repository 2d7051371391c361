"""How good a network is, as `train` and `evaluate` say it."""

import json

import numpy as np
import pytest
import yaml
from click.testing import CliRunner

from mlpcli.cli import group
from mlpcli.train.measure import no_better


@pytest.fixture
def run(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return lambda *arguments: CliRunner().invoke(group, [str(a) for a in arguments], prog_name="mlp")


def write(path, layers, loss, X, D, more=""):
    np.savez(path.parent / f"{path.stem}.npz", X=X, D=D)
    file = f"{{file: {path.stem}.npz, key: "
    path.write_text(
        f"layers: [{layers}]\nloss: {loss}\ninputs: {file}X}}\ntargets: {file}D}}\n"
        f"optimizer: {{type: adam, learning_rate: 0.05}}\nepochs: 60\nbatch_size: 20\nvalidation: 0.25\n{more}"
    )
    return path


@pytest.fixture
def binary(tmp_path):
    """Yes where the first number is above 0.8, one time in five."""
    X = np.random.default_rng(0).normal(size=(200, 3))
    return write(tmp_path / "b.yaml", "{type: linear, units: 1}, sigmoid", "binary_cross_entropy", X, X[:, 0] > 0.8)


def test_a_threshold_moves_what_is_predicted(run, binary, tmp_path):
    """From 0 on everything is a yes, so each no is wrong; what needs no threshold stays as it is."""
    assert run("train", binary, "--run", "r").exit_code == 0
    found = {
        t: yaml.safe_load(run("evaluate", "r", *(["--threshold", t] if t != "" else [])).stdout) for t in ("", 0, 1)
    }
    no, yes = (sum(row) for row in found[""]["confusion"])
    assert found[0]["confusion"] == [[0, no], [0, yes]]
    assert found[0]["classes"][1]["recall"] == 1
    assert found[1]["confusion"] == [[no, 0], [yes, 0]]
    assert len({found[t]["roc_auc"] for t in found}) == 1
    predicted = json.loads(run("predict", "r", "--format", "json").stdout)
    assert len(predicted["outputs"]) == 200
    assert found[""]["accuracy"] == np.trace(found[""]["confusion"]) / 50


def test_a_threshold_divides_what_is_predicted(run, binary):
    """One sigmoid says 1 from 0.5 on, or from the threshold on; the probabilities stay."""
    assert run("train", binary, "--run", "r").exit_code == 0
    for threshold in (None, 0.05, 0.9):
        options = [] if threshold is None else ["--threshold", threshold]
        found = json.loads(run("predict", "r", "--format", "json", *options).stdout)
        said = [int(p >= (threshold or 0.5)) for (p,) in found["outputs"]]
        assert found["classes"] == said
        assert 0 < sum(said) < 200


def test_several_labels_are_divided_each(run, tmp_path):
    X = np.random.default_rng(0).normal(size=(60, 2))
    path = write(tmp_path / "l.yaml", "{type: linear, units: 2}, sigmoid", "binary_cross_entropy", X, X > 0)
    found = json.loads(run("predict", path, "--threshold", 0.4, "--format", "json").stdout)
    assert np.array_equal(found["classes"], np.array(found["outputs"]) >= 0.4)


def test_accuracy_of_one_sigmoid_is_seen_while_it_trains(run, binary):
    done = run("train", binary)
    assert ", accuracy 0." in done.stderr
    assert yaml.safe_load(done.stdout)["validation_accuracy"] > 0.9


def test_a_threshold_is_for_probabilities(run, small):
    for command in ("evaluate", "predict"):
        done = run(command, small, "--threshold", 0.3)
        assert (done.exit_code, done.stdout) == (2, "")
        assert "threshold: it is for outputs that are a probability each" in done.stderr


def test_the_constant_prediction_is_the_mean_of_the_targets_trained_on(run, tmp_path):
    """Targets 0 to 7 in order, the last two held out: the mean of 0 to 5 is 2.5, off by 3.5 and 4.5."""
    X = np.arange(8.0)[:, None] / 8
    config = write(tmp_path / "n.yaml", "{type: linear, units: 1}", "mse", X, 8 * X, "shuffle: false\n")
    found = json.loads(run("train", config, "--format", "json", "--epochs", 1).stdout)["result"]["constant"]
    assert found["mae"] == 4
    assert found["loss"] == pytest.approx((3.5**2 + 4.5**2) / 2, rel=1e-15)
    assert found["rmse"] == pytest.approx(np.sqrt(found["loss"]), rel=1e-15)


def test_several_targets_are_measured_each(run, tmp_path):
    """Beside the constant prediction, the mean of each: 0 for −1 and 1, which is off by 1; 0 for ±100."""
    X = np.tile([[1.0, 1.0], [-1.0, -1.0]], (20, 1))
    config = write(tmp_path / "n.yaml", "{type: linear, units: 2}", "mse", X, X * [1, 100])
    everything = ["evaluate", config, "--set", "validation=~"]
    shown = run(*everything).stdout
    rows = yaml.safe_load(shown)["targets"]
    assert [row["target"] for row in rows] == [1, 2]
    assert rows[0]["rmse"] < rows[1]["rmse"]
    assert "}  # a constant prediction: r2 0, mae 1, rmse 1\n" in shown
    assert "}  # a constant prediction: r2 0, mae 100, rmse 100\n" in shown
    found = json.loads(run(*everything, "--format", "json").stdout)["targets"]
    assert [row["constant_rmse"] for row in found] == [1, 100]


def test_labels_are_measured_each(run, tmp_path):
    X = np.random.default_rng(1).normal(size=(200, 2))
    config = write(tmp_path / "l.yaml", "{type: linear, units: 2}, sigmoid", "binary_cross_entropy", X, X > 0)
    run("train", config, "--run", "r")
    found = yaml.safe_load(run("evaluate", "r").stdout)
    assert [row["label"] for row in found["labels"]] == [1, 2]
    assert found["exact_match"] > 0.8


def test_worse_than_a_constant_prediction_is_said_and_exits_1(run, small):
    """Examples held out that are those trained on, with the next class each: what is learned is wrong of them."""
    with np.load(small.parent / "data.npz") as data:
        np.savez(small.parent / "data.npz", X=data["X"], y=data["y"], shifted=(data["y"] + 1) % 3)
    held = "{inputs: {file: data.npz, key: X}, targets: {classes: {file: data.npz, key: shifted}, first: 0}}"
    done = run("train", small, "--set", f"validation={held}", "--epochs", 300, "--run", "r")
    assert done.exit_code == 1
    assert "mlp: worse than a constant prediction on the examples held out: its loss is " in done.stderr
    found = yaml.safe_load(done.stdout)
    assert found["validation_loss"] > 1.2
    assert yaml.safe_load(run("evaluate", "r").stdout)["loss"] == found["validation_loss"]


def test_one_class_for_all_is_no_better_though_it_is_right_more_often():
    """The class that most were trained on may be the rarer one of those held out."""
    constant = {"loss": 0.7, "accuracy": 0.4, "balanced_accuracy": 0.5}
    other_class = {"loss": 9.0, "accuracy": 0.6, "balanced_accuracy": 0.5}
    assert no_better(other_class, constant)
    assert not no_better(other_class | {"balanced_accuracy": 0.6}, constant)
    assert no_better({"loss": 0.71}, {"loss": 0.7})
    assert not no_better({"loss": 0.69}, {"loss": 0.7})


def test_without_examples_held_out_it_is_judged_on_those_trained_on(run, small):
    found = yaml.safe_load(run("train", small, "--epochs", 100).stdout)
    assert found["trained_loss"] < np.log(3)
    assert yaml.safe_load(run("evaluate", small, "--on", "trained").stdout)["examples"] == 30


def test_new_examples_are_beside_what_was_trained_on(run, binary, tmp_path):
    """The constant prediction is kept with the run: that of the new examples, all of one class, would be perfect."""
    run("train", binary, "--run", "r")
    kept = json.loads((tmp_path / "r" / "result.json").read_text())["constant_prediction"]
    np.savez(tmp_path / "b.npz", X=np.ones((5, 3)), D=np.ones(5))
    new = ["--set", "inputs={file: b.npz, key: X}"]
    found = json.loads(run("evaluate", "r", *new, "--format", "json").stdout)["result"]
    assert found["constant"]["log_loss"] == pytest.approx(-np.log(kept[0]), rel=1e-12)
    assert "roc_auc" not in found


@pytest.mark.parametrize("damage", [b"{", b"[1]", b"\xff"])
def test_a_damaged_result_is_told(run, binary, tmp_path, damage):
    run("train", binary, "--run", "r")
    (tmp_path / "r" / "result.json").write_bytes(damage)
    done = run("evaluate", "r", "--set", "inputs={file: b.npz, key: X}")
    assert (done.exit_code, done.stderr) == (2, "r/result.json: is damaged; mlp train --resume writes it anew\n")


@pytest.mark.parametrize("batch", [1, 20])
def test_a_loss_that_explodes_ends_the_training(run, tmp_path, batch):
    """x is multiplied by 1 − lr·x² = −999 per step: four steps are 1e12 in the numbers, two in the squares."""
    X = np.ones((20, 1))
    config = write(tmp_path / "e.yaml", "{type: linear, W: [[1]]}", "l2", X, 0 * X)
    done = run("train", config, "--set", "learning_rate=500", "--set", f"batch_size={batch}", "--run", "r")
    assert (done.exit_code, done.stdout) == (1, "")
    assert "is more than 1e+12 times that of the first; try a learning_rate below 500" in done.stderr
    assert not (tmp_path / "r" / "weights.npz").exists()


def test_targets_that_are_divided_are_measured_and_predicted_in_their_unit(run, tmp_path):
    """Prices of hundreds divided by 100: R² is the same, MAE and RMSE are in the unit of the file."""
    X = np.random.default_rng(2).normal(size=(60, 2))
    price = 300 + 100 * X[:, :1]
    one = write(tmp_path / "one.yaml", "{type: linear, units: 1}", "mse", X, price / 100)
    two = write(tmp_path / "two.yaml", "{type: linear, units: 1}", "mse", X, price)
    found = {}
    for path, change in ((one, []), (two, ["--set", "targets.divide=100"])):
        assert run("train", path, *change, "--epochs", 200, "--run", path.stem).exit_code == 0
        found[path.stem] = json.loads(run("evaluate", path.stem, "--format", "json").stdout)["result"]
        found[path.stem]["predicted"] = json.loads(run("predict", path.stem, "--format", "json").stdout)["outputs"]
    small, large = found["one"], found["two"]
    assert large["loss"] == pytest.approx(small["loss"], rel=1e-9)
    assert large["r2"] == pytest.approx(small["r2"], rel=1e-9)
    assert large["mae"] == pytest.approx(100 * small["mae"], rel=1e-9)
    assert large["constant"]["rmse"] == pytest.approx(100 * small["constant"]["rmse"], rel=1e-9)
    np.testing.assert_allclose(large["predicted"], 100 * np.array(small["predicted"]), rtol=1e-9)
    np.testing.assert_allclose(large["predicted"], price, rtol=0.05)
