"""Drawn weights: the same bits on every machine, and of the size their papers ask for."""

import math

import numpy as np
import pytest

from mlpcli.nn.initializers import CHUNK, INITIALIZERS, Draws, draw


def doubles(seed, count):
    """What the generator makes of the raw bits of PCG64, whose stream numpy guarantees: 53 of them over 2⁵³."""
    return (np.random.PCG64(seed).random_raw(count) >> np.uint64(11)) * 2.0**-53


@pytest.mark.parametrize(
    ("init", "limit"),
    [("uniform", 1 / 3), ("xavier_uniform", math.sqrt(6 / (9 + 4))), ("kaiming_uniform", math.sqrt(6 / 9))],
)
def test_uniform_weights_follow_from_the_raw_bits(init, limit):
    weights = draw(init, Draws(5), 9, 4, np.float64)
    assert weights.tobytes() == ((2 * doubles(5, 36) - 1) * limit).reshape(9, 4).tobytes()


@pytest.mark.parametrize(
    ("init", "deviation"),
    [("normal", 0.01), ("xavier_normal", math.sqrt(2 / 500)), ("kaiming_normal", math.sqrt(2 / 300)), ("zeros", 0)],
)
def test_the_deviation_of_normal_weights(init, deviation):
    weights = draw(init, Draws(5), 300, 200, np.float64)
    assert weights.std() == pytest.approx(deviation, rel=0.01)


@pytest.mark.parametrize("init", sorted(INITIALIZERS))
def test_the_precision_changes_no_number_but_its_rounding(init):
    """Also where weights are drawn part by part."""
    columns = 300
    rows = CHUNK // columns + 10
    double = draw(init, Draws(5), rows, columns, np.float64)
    single = draw(init, Draws(5), rows, columns, np.float32)
    np.testing.assert_array_equal(single, double.astype(np.float32))
