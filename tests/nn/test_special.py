"""The functions that numpy lacks, on arrays of floats, against those of Python's mathematics library."""

import math

import numpy as np
import pytest

from mlpcli.values.special import cdf, density, erfc, normal_cdf, normal_density

X = np.concatenate([np.linspace(-6, 26, 3201), np.linspace(-1e-3, 1e-3, 101), [0.0, -0.0, 1e-300, 50.0, -50.0]])


def test_erfc_to_the_last_digits():
    expected = np.array([math.erfc(x) for x in X])
    np.testing.assert_allclose(erfc(X), expected, rtol=1e-15, atol=5e-324)


def test_in_single_precision():
    single = X.astype(np.float32)
    expected = np.array([math.erfc(float(x)) for x in single])
    found = erfc(single)
    assert found.dtype == np.float32
    np.testing.assert_allclose(found, expected, rtol=1e-6, atol=1.2e-38)  # the least normal number


@pytest.mark.parametrize(
    ("function", "general", "expected"),
    [
        (cdf, normal_cdf, lambda z: math.erfc(-z / math.sqrt(2)) / 2),
        (density, normal_density, lambda z: math.exp(-z * z / 2) / math.sqrt(2 * math.pi)),
    ],
)
def test_the_normal_distribution(function, general, expected):
    """In the tail the rounding of z²/2 counts as often as z² is large."""
    Z = np.linspace(-8, 8, 333)
    np.testing.assert_allclose(function(Z), [expected(z) for z in Z], rtol=2e-14)
    np.testing.assert_array_equal(general(Z), function(Z))


def test_nan_and_the_infinite():
    np.testing.assert_array_equal(cdf(np.array([np.nan, np.inf, -np.inf])), [np.nan, 1, 0])
