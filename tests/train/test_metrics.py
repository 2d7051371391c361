"""Metrics beside those of scikit-learn, and by hand."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mlpcli.train.measure import better, break_down, measure
from mlpcli.train.metrics import confusion_matrix, log_loss, roc_auc

EXACT = 1e-12


def softmax(Z):
    E = np.exp(Z - Z.max(axis=1, keepdims=True))
    return E / E.sum(axis=1, keepdims=True)


def close(found, expected):
    assert found == pytest.approx(expected, rel=EXACT, abs=EXACT)


@pytest.fixture(scope="module")
def sklearn():
    return pytest.importorskip("sklearn.metrics")


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("width", [2, 3, 7])
def test_classes_as_scikit_learn_measures_them(sklearn, seed, width):
    random = np.random.default_rng(seed)
    true = np.append(np.arange(width), random.integers(0, width, 200))
    P = softmax(random.normal(size=(len(true), width)).round(1) + np.eye(width)[true])
    predicted = P.argmax(axis=1)
    found = measure("classes", P, np.eye(width)[true])
    close(found["accuracy"], sklearn.accuracy_score(true, predicted))
    close(found["balanced_accuracy"], sklearn.balanced_accuracy_score(true, predicted))
    close(found["macro_f1"], sklearn.f1_score(true, predicted, average="macro"))
    close(found["log_loss"], sklearn.log_loss(true, P))
    chosen = P[:, 1] if width == 2 else P
    close(found["roc_auc"], sklearn.roc_auc_score(true, chosen, multi_class="ovr"))
    often = np.bincount(true) / len(true)
    always = np.full(len(true), often.argmax())
    parts = break_down("classes", P, np.eye(width)[true], "abcdefg"[:width], often)
    assert parts["confusion"] == sklearn.confusion_matrix(true, predicted).tolist()
    precision, recall, f1, count = sklearn.precision_recall_fscore_support(true, predicted, zero_division=0)
    for c, row in enumerate(parts["classes"]):
        assert (row["class"], row["examples"]) == ("abcdefg"[c], count[c])
        for name, expected in (("precision", precision), ("recall", recall), ("f1", f1)):
            close(row[name], expected[c])
        close(row["roc_auc"], sklearn.roc_auc_score(true == c, P[:, c]))
        close(row["constant_f1"], sklearn.f1_score(true == c, always == c, zero_division=0))
        close(row["constant_precision"], sklearn.precision_score(true == c, always == c, zero_division=0))
        close(row["constant_roc_auc"], 0.5)


@pytest.mark.parametrize("threshold", [0.1, 0.5, 0.9])
def test_one_sigmoid_as_scikit_learn_measures_it(sklearn, threshold):
    random = np.random.default_rng(3)
    true = random.integers(0, 2, 300)
    Y = 1 / (1 + np.exp(-random.normal(size=300).round(1) - true))
    predicted = (threshold <= Y).astype(int)
    found = measure("binary", Y[:, None], true[:, None].astype(float), threshold)
    close(found["accuracy"], sklearn.accuracy_score(true, predicted))
    close(found["balanced_accuracy"], sklearn.balanced_accuracy_score(true, predicted))
    close(found["roc_auc"], sklearn.roc_auc_score(true, Y))
    close(found["log_loss"], sklearn.log_loss(true, Y))
    rows = break_down("binary", Y[:, None], true[:, None].astype(float), [0, 1], true.mean(keepdims=True), threshold)[
        "classes"
    ]
    close(rows[1]["f1"], sklearn.f1_score(true, predicted))
    close(rows[1]["recall"], sklearn.recall_score(true, predicted))
    close(rows[1]["constant_recall"], float(threshold <= true.mean()))


def test_labels_as_scikit_learn_measures_them(sklearn):
    random = np.random.default_rng(4)
    D = random.integers(0, 2, (200, 3)).astype(float)
    Y = 1 / (1 + np.exp(-random.normal(size=D.shape) - D))
    found = measure("labels", Y, D)
    close(found["exact_match"], sklearn.accuracy_score(D, Y >= 0.5))
    close(found["macro_f1"], sklearn.f1_score(D, Y >= 0.5, average="macro"))
    close(found["roc_auc"], sklearn.roc_auc_score(D, Y, average="macro"))
    for j, row in enumerate(break_down("labels", Y, D, [1, 2, 3], D.mean(axis=0))["labels"]):
        always = np.full(len(D), D[:, j].mean() >= 0.5)
        close(row["constant_accuracy"], sklearn.accuracy_score(D[:, j], always))
        close(row["constant_f1"], sklearn.f1_score(D[:, j], always, zero_division=0))
        close(row["accuracy"], sklearn.accuracy_score(D[:, j], Y[:, j] >= 0.5))
        close(row["precision"], sklearn.precision_score(D[:, j], Y[:, j] >= 0.5))


@pytest.mark.parametrize("width", [1, 3])
def test_numbers_as_scikit_learn_measures_them(sklearn, width):
    random = np.random.default_rng(5)
    D = random.normal(size=(100, width)) * [1, 100, 0.01][:width]
    Y = D + random.normal(size=D.shape)
    found = measure("numbers", Y, D)
    close(found["r2"], sklearn.r2_score(D, Y))
    close(found["mae"], sklearn.mean_absolute_error(D, Y))
    close(found["rmse"], sklearn.root_mean_squared_error(D, Y))
    always = np.broadcast_to(D[:50].mean(axis=0), D.shape)
    for j, row in enumerate(break_down("numbers", Y, D, "abc"[:width], always[0]).get("targets", [])):
        close(row["r2"], sklearn.r2_score(D[:, j], Y[:, j]))
        close(row["mae"], sklearn.mean_absolute_error(D[:, j], Y[:, j]))
        close(row["constant_r2"], sklearn.r2_score(D[:, j], always[:, j]))
        close(row["constant_mae"], sklearn.mean_absolute_error(D[:, j], always[:, j]))
        close(row["constant_rmse"], sklearn.root_mean_squared_error(D[:, j], always[:, j]))


@given(st.lists(st.tuples(st.integers(-3, 3), st.booleans()), min_size=2, max_size=30))
@settings(max_examples=200, deadline=None)
def test_the_area_is_the_part_of_pairs_in_order(pairs):
    """By its definition: every pair of a positive example and another, a tie counting half."""
    scores, positive = (np.array(column) for column in zip(*pairs, strict=True))
    own, others = scores[positive], scores[~positive]
    if not len(own) or not len(others):
        assert math.isnan(roc_auc(scores, positive))
    else:
        wins = sum((a > b) + (a == b) / 2 for a in own for b in others)
        close(roc_auc(scores, positive), wins / (len(own) * len(others)))


def test_what_is_not_defined_is_left_out():
    """One class among the examples has no area, and constant targets no R²; no number stands in for it."""
    D = np.eye(2)[[0, 0, 0]]
    assert "roc_auc" not in measure("classes", softmax(np.ones((3, 2))), D)
    assert set(measure("numbers", np.array([[1.0], [2.0]]), np.ones((2, 1)))) == {"mae", "rmse"}
    assert "log_loss" not in measure("classes", np.array([[2.0, 1], [0, 1]]), np.eye(2))


def test_classes_that_nobody_predicts():
    """Precision 0/0 and F1 0/0 are 0, and a class that does not occur has no part in the balanced accuracy."""
    D, Y = np.eye(3)[[0, 0, 1]], np.eye(3)[[0, 1, 1]]
    found = measure("classes", Y, D)
    assert (found["balanced_accuracy"], found["macro_f1"]) == (0.75, pytest.approx(2 / 3))
    assert break_down("classes", Y, D, "abc", np.array([1.0, 0, 0]))["classes"][2] == {
        "class": "c", "examples": 0, "precision": 0, "recall": 0, "f1": 0,
        "constant_precision": 0, "constant_recall": 0, "constant_f1": 0,
    }  # fmt: skip
    assert confusion_matrix(np.array([0, 0, 1]), np.array([0, 1, 1]), 3).tolist() == [[1, 1, 0], [0, 1, 0], [0, 0, 0]]


def test_a_probability_of_0_costs_as_much_as_a_rounding():
    """As in scikit-learn: −log of the distance between 1 and the next float."""
    assert log_loss(np.array([[1.0, 0.0]]), np.array([1])) == pytest.approx(-math.log(2**-52))


def test_less_is_better_of_errors():
    assert better("rmse", 1, 2)
    assert better("r2", 2, 1)
    assert not better("loss", 1, 1)
