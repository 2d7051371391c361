"""Which examples are held out."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mlpcli.config.split import Split, labels_of

COUNTS = st.integers(2, 60)


@given(COUNTS, st.integers(0, 5), st.booleans(), st.data())
def test_every_example_is_trained_on_or_held_out(count, seed, shuffle, data):
    way = data.draw(st.sampled_from([{"part": 0.3}, {"last": 0.3}, {"folds": 2, "fold": 1}]))
    labels = data.draw(st.none() | st.lists(st.integers(0, 3), min_size=count, max_size=count))
    split = Split(**way)
    train, held = split.rows(count, seed, shuffle, None if labels is None else np.array(labels))
    assert sorted([*train, *held]) == list(range(count))
    assert len(held) == split.held(count)


@given(COUNTS, st.data())
def test_each_example_is_held_out_in_one_fold(count, data):
    folds = data.draw(st.integers(2, count))
    labels = np.array(data.draw(st.lists(st.integers(0, 3), min_size=count, max_size=count)))
    held = [Split(folds=folds, fold=k).rows(count, 0, True, labels)[1] for k in range(folds)]
    assert sorted(np.concatenate(held)) == list(range(count))
    for label in np.unique(labels):
        counts = [int((labels[rows] == label).sum()) for rows in held]
        assert max(counts) - min(counts) <= 1


@given(COUNTS, st.sampled_from([0.1, 0.25, 0.5, 0.9]), st.integers(0, 5), st.data())
def test_a_class_has_its_share(count, part, seed, data):
    """Of n examples of a class part·n are held out, but for less than one."""
    labels = np.array(data.draw(st.lists(st.integers(0, 3), min_size=count, max_size=count)))
    split = Split(part=part)
    _, held = split.rows(count, seed, True, labels)
    assert len(held) == split.held(count) == round(count * part)
    for label in np.unique(labels):
        exact = (labels == label).sum() * split.held(count) / count
        assert abs((labels[held] == label).sum() - exact) < 1


def test_the_last_part_is_the_last_in_time_though_epochs_are_shuffled():
    assert Split(last=0.2).rows(10, 3, True)[1].tolist() == [8, 9]
    assert Split(part=0.2).rows(10, 3, False)[1].tolist() == [8, 9]
    assert Split(part=0.2).rows(10, 3, True)[1].tolist() != [8, 9]


@pytest.mark.parametrize(
    ("given", "targets", "problem"),
    [
        ({"part": 0.2, "last": 0.1}, None, "part, last or folds: one of them, not part and last"),
        ({"stratify": True}, None, "part, last or folds: one of them, not none"),
        ({"last": 0.2, "stratify": True}, None, "the last part has the classes that it has"),
        ({"part": 0.2, "stratify": True}, np.array([[0.5], [2]]), "these targets are numbers, no classes"),
        ({"folds": 11}, None, "11 folds of 10 examples"),
        ({"part": 0.01}, None, "0 of 10 examples are held out: that is none"),
        ({"part": 0.99}, None, "10 of 10 examples are held out: none is left to train on"),
    ],
)
def test_what_is_wrong_is_said(given, targets, problem):
    assert Split(**given).problem(10, targets)[1] == problem


def test_rows_of_0_and_1_are_classes():
    D = np.eye(3)[[0, 2, 2, 1]]
    labels = labels_of(D)
    assert labels[1] == labels[2]
    assert len(set(labels)) == 3
    assert labels_of(np.array([[0.1], [1]])) is None
