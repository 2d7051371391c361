"""Rows: any type, any index, as floats."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from mlpcli.nn.rows import Rows

STORED = st.sampled_from(["u1", "i1", "<i2", ">i4", "<i8", "<f4", ">f8", "?"])


@given(data=st.data(), dtype=STORED, divide=st.sampled_from([None, 1, 16, 255.0, 0.1]))
def test_floats_are_the_stored_numbers_divided(data, dtype, divide):
    array = data.draw(hnp.arrays(dtype, (5, 3), elements=hnp.from_dtype(np.dtype(dtype), allow_nan=False)))
    index = data.draw(
        hnp.basic_indices((5,), allow_ellipsis=False, allow_newaxis=False)
        | hnp.arrays(int, 4, elements=st.integers(0, 4))
    )
    with np.errstate(over="ignore"):
        expected = np.float64(array[index]) if divide is None else np.float64(array[index]) / divide
        floats = Rows(array, divide).floats(index)
    assert floats.dtype == np.float64
    assert np.array_equal(floats, expected)


def test_bytes_as_float32_are_the_nearest_to_the_quotient():
    """A quotient of float32 rounded twice, by way of float64, is the same: 53 >= 2·24 + 2 bits (Figueroa 1995)."""
    pixels = np.arange(256, dtype=np.uint8)
    floats = Rows(pixels, 255).floats(slice(None), np.float32)
    assert floats.dtype == np.float32
    assert np.array_equal(floats, (pixels / 255.0).astype(np.float32))


@pytest.mark.parametrize("index", [slice(None), [0, 1], ...])
def test_floats_are_a_copy(index):
    array = np.ones((2, 2))
    Rows(array).floats(index)[:] = 7
    assert np.array_equal(array, np.ones((2, 2)))


def test_shape_and_length():
    rows = Rows(np.zeros((5, 3), np.uint8))
    assert rows.shape == (5, 3)
    assert len(rows) == 5
