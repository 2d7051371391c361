"""Cross-validation and early stopping by a metric, from the command line."""

import json

import numpy as np
import pytest
import yaml
from click.testing import CliRunner

from mlpcli.cli import group


@pytest.fixture
def run():
    return lambda *arguments: CliRunner().invoke(group, [str(a) for a in arguments], prog_name="mlp")


def test_the_mean_and_spread_are_those_of_the_folds(run, small):
    done = run("train", small, "--folds", 3, "--epochs", 30, "--format", "json")
    page = json.loads(done.stdout)
    found, each = page["result"], page["each"]
    accuracies = [row["validation_accuracy"] for row in each]
    assert [row["fold"] for row in each] == [1, 2, 3]
    assert found["validation_accuracy"]["mean"] == pytest.approx(sum(accuracies) / 3, rel=1e-14)
    middle = sum(accuracies) / 3
    spread = (sum((a - middle) ** 2 for a in accuracies) / 2) ** 0.5
    assert found["validation_accuracy"]["spread"] == pytest.approx(spread, rel=1e-12)
    assert done.stderr.count("mlp: fold ") == 3


def test_a_fold_is_the_training_with_these_examples_held_out(run, small, tmp_path):
    """The second of two folds in order: examples 2, 4, 6, ... counted from 1."""
    options = ["--set", "shuffle=false", "--epochs", 3, "--format", "json"]
    folded = run("train", small, *options, "--set", "validation={folds: 2, stratify: false}")
    with np.load(small.parent / "data.npz") as data:
        X, y = data["X"], data["y"]
    np.savez(small.parent / "data.npz", X=np.vstack([X[::2], X[1::2]]), y=np.append(y[::2], y[1::2]))
    alone = run("train", small, *options, "--set", "validation={last: 0.5}")
    second = json.loads(folded.stdout)["each"][1]
    assert second["validation_loss"] == json.loads(alone.stdout)["result"]["validation_loss"]


def test_folds_leave_no_run(run, small, tmp_path):
    done = run("train", small, "--folds", 3, "--run", tmp_path / "r")
    assert (done.exit_code, done.stdout) == (2, "")
    assert "folds say how good such a network is, and none of theirs is kept or explained" in done.stderr
    assert not (tmp_path / "r").exists()


def test_a_fold_that_diverges_ends_it(run, small):
    done = run("train", small, "--folds", 3, "--set", "learning_rate=1e200", "--set", "layers[1]=relu")
    assert (done.exit_code, done.stdout) == (1, "")


def test_a_metric_is_watched_and_stays_after_a_stop(run, small, tmp_path):
    """By macro F1, resumed to the same bits: what it was when it last improved is in the checkpoint."""
    options = ["--set", "validation={part: 0.4, stratify: true}"]
    options += ["--set", "patience={epochs: 5, metric: macro_f1, min_delta: 0.01}"]
    run("train", small, *options, "--epochs", 200, "--run", tmp_path / "a", "--checkpoint-every", 0)
    run("train", small, *options, "--run", tmp_path / "b", "--steps", 6)
    run("train", "--resume", tmp_path / "b", "--epochs", 200)
    one, other = ((tmp_path / name / "weights.npz") for name in "ab")
    with np.load(one) as first, np.load(other) as second:
        for name in first.files:
            np.testing.assert_array_equal(first[name], second[name])
    lines = [json.loads(line) for line in (tmp_path / "a" / "metrics.jsonl").read_text().splitlines()]
    best = max(lines, key=lambda line: line["validation_macro_f1"])
    result = json.loads((tmp_path / "a" / "result.json").read_text())
    assert result["epoch"] == best["epoch"]
    assert result["stopped_early"]


def test_the_last_part_is_evaluated_too(run, small):
    found = yaml.safe_load(run("evaluate", small, "--set", "validation={last: 0.2}").stdout)
    with np.load(small.parent / "data.npz") as data:
        counts = [int((data["y"][-6:] == c).sum()) for c in range(3)]
    assert [row["examples"] for row in found["classes"]] == counts


BAD = [
    ("patience={epochs: 3, metric: acuracy}", "patience.metric: unknown metric 'acuracy' (did you mean 'accuracy'?)"),
    ("patience={epochs: 3, metric: rmse}", "unknown metric 'rmse'; measured here are loss, accuracy, "),
    ("patience={epochs: 3, metric: f1}", "patience.metric: unknown metric 'f1' (did you mean 'macro_f1'?)"),
    ("patience={metric: loss}", "patience.epochs: is missing"),
    ("validation={part: 0.2, last: 0.1}", "validation: part, last or folds: one of them, not part and last"),
    ("validation={prt: 0.2}", "validation.prt: unknown key (did you mean 'part'?)"),
    ("validation={folds: 31}", "validation.folds: 31 folds of 30 examples"),
]


@pytest.mark.parametrize(("change", "message"), BAD)
def test_bad_input(run, small, change, message):
    given = [] if change.startswith("validation") else ["--set", "validation=0.2"]
    done = run("train", small, *given, "--set", change)
    assert (done.exit_code, done.stdout) == (2, "")
    assert message in done.stderr


def test_a_metric_that_is_not_defined_is_said(run, small):
    """The area under the ROC curve of examples held out that are all of one class."""
    held = "validation={inputs: [[1, 2, 3, 4]], targets: {classes: [1], first: 0}}"
    done = run("train", small, "--set", held, "--set", "patience={epochs: 3, metric: roc_auc}")
    assert (done.exit_code, done.stdout) == (2, "")
    assert "roc_auc is not defined of the examples held out: their targets are all the same" in done.stderr
