"""Numbers → text: expected texts follow from the rules that `mlpcli/output/numbers.py` states."""

import math

import numpy as np
import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from mlpcli.output.numbers import number, number_rows


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (31.0, "31"),
        (-0.0, "0"),
        (0.1 + 0.2, "0.3"),
        (-21032.5, "-21032.5"),
        (1 / 3, "0.33333333"),
        (9.227844142e-193, "9.2278441e-193"),
        (1e-5, "1.0e-05"),
        (1e20, "1.0e+20"),
        (123456789.0, "1.2345679e+08"),
        (math.nan, ".nan"),
        (math.inf, ".inf"),
        (-math.inf, "-.inf"),
        (5e-324, "4.9406565e-324"),
    ],
)
def test_eight_significant_digits(value, text):
    assert number(value, 0.0, 8) == text


@pytest.mark.parametrize(
    ("value", "noise", "text"),
    [
        (1.85037171e-17, 1e-17, "0"),
        (-4.6e-18, 1e-16, "0"),
        (9.2e-193, 1e-205, "9.2e-193"),
        (0.123456789, 1e-9, "0.123457"),  # 200 times the noise is 2e-7: the last digit that means something is 1e-6
        (37665.0, 1.0, "38000"),
        (0.5, math.inf, "0.5"),
    ],
)
def test_no_digit_of_noise_is_printed(value, noise, text):
    assert number(value, noise, 8) == text


def test_a_tie_is_a_tie_on_every_machine():
    below, above = math.nextafter(0.123456785, 0), math.nextafter(0.123456785, 1)
    assert number(below, 0.0, 8) == number(above, 0.0, 8) == "0.12345678"  # half to even


@given(st.floats(-1e308, 1e308), st.integers(1, 15))
def test_the_text_is_a_yaml_number_near_the_value(value, precision):
    read = yaml.safe_load(number(value, 0.0, precision))
    assert isinstance(read, int | float)
    assert read == pytest.approx(value, rel=0.5000001 * 10.0 ** (1 - precision), abs=5e-324)


@given(st.lists(st.floats(), min_size=1, max_size=8), st.floats(0, 1e3), st.integers(1, 15))
def test_rows_are_numbers_cell_by_cell(values, noise, precision):
    rows = number_rows(np.array([values]), np.full((1, len(values)), noise), precision)
    assert rows == [[number(value, noise, precision) for value in values]]


@given(st.floats(min_value=-1e300, max_value=1e300).filter(lambda v: v == 0 or abs(v) > 1e-300))
def test_what_is_printed_prints_the_same_again(value):
    text = number(value, 0.0, 8)
    assert number(float(text), 0.0, 8) == text
