"""When a training stops early, and which state it keeps. Expected epochs are counted by hand."""

import numpy as np
import pytest

from mlpcli.config.patience import Patience
from mlpcli.train.early import Best


def stopped(patience, values):
    """The epoch in which it stops, the best one, and the number that its state has."""
    best = Best()
    for epoch, value in enumerate(values, 1):
        if best.look(patience, value, epoch, {"W1": np.array([epoch])}):
            return epoch, best.epoch, int(best.state["W1"][0])
    return None, best.epoch, int(best.state["W1"][0])


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ([3, 2, 1, 2, 2], (5, 3, 3)),
        ([3, 3, 3], (3, 1, 1)),
        ([3, 2, 3, 1, 2], (None, 4, 4)),
    ],
)
def test_a_lower_loss_is_better(values, expected):
    assert stopped(Patience(epochs=2), values) == expected


def test_a_higher_accuracy_is_better():
    assert stopped(Patience(epochs=2, metric="accuracy"), [0.5, 0.7, 0.6, 0.6]) == (4, 2, 2)


def test_an_improvement_that_is_too_small_is_kept_and_does_not_count():
    """0.75 is less than 0.1 above 0.7, the last that counted; 0.81 would be more."""
    patience = Patience(epochs=2, metric="accuracy", min_delta=0.1)
    assert stopped(patience, [0.5, 0.7, 0.72, 0.75]) == (4, 4, 4)
    assert stopped(patience, [0.5, 0.7, 0.75, 0.81, 0.8]) == (None, 4, 4)
