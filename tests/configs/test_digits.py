"""data/digits.npz against what its sources say of it."""

from pathlib import Path

import numpy as np
import pytest

from mlpcli.files.arrays import read_array

DIGITS = Path(__file__).parents[2] / "data" / "digits.npz"
# From the description of the test set at UCI (dataset 80), 0 to 9; scikit-learn's documentation has the same.
COUNTS = [178, 182, 177, 183, 181, 182, 181, 179, 174, 180]
# The first image as scikit-learn's tutorial prints it; it prints the targets as [0, 1, 2, ..., 8, 9, 8].
ZERO = """
 0  0  5 13  9  1  0  0
 0  0 13 15 10 15  5  0
 0  3 15  2  0 11  8  0
 0  4 12  0  0  8  8  0
 0  5  8  0  0  9  8  0
 0  4 11  0  1 12  7  0
 0  2 14  5 10 12  0  0
 0  0  6 13 10  0  0  0
"""


@pytest.fixture
def images():
    return read_array(DIGITS, "X")


@pytest.fixture
def digits():
    return read_array(DIGITS, "y")


def test_images_of_pixels_from_0_to_16(images):
    assert images.shape == (1797, 64)
    assert images.dtype == np.uint8
    assert (images.min(), images.max()) == (0, 16)


def test_so_many_of_each_digit(digits):
    assert digits.shape == (1797,)
    assert digits.dtype == np.uint8
    assert np.bincount(digits).tolist() == COUNTS


def test_the_order_is_that_of_scikit_learn(images, digits):
    assert images[0].tolist() == [int(pixel) for pixel in ZERO.split()]
    assert digits[:3].tolist() == [0, 1, 2]
    assert digits[-3:].tolist() == [8, 9, 8]


def test_the_file_is_small():
    assert DIGITS.stat().st_size < 100_000
