"""The tolerance that written digits set, by the rule of `mlp check`."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mlpcli.check.claims.dumps.digits import from_array, from_texts
from mlpcli.check.claims.dumps.together import sharpened
from mlpcli.check.claims.numerals import MANY, numeral, numerals, plain_numerals
from mlpcli.check.claims.written import agreement, cut, read_texts
from mlpcli.check.verdicts.precision import last_digit_only
from mlpcli.errors import Place
from mlpcli.values.noisy import Noisy


def half_units(text):
    return read_texts(text).half_unit.ravel().tolist()


def test_whole_numbers_are_exact_but_for_what_no_print_shows():
    assert max(half_units([["31", "-20"]])) < 2e-6


def test_fixed_notation_takes_the_finest_digit_of_the_tensor():
    assert half_units([["-24610.7", "-496"]]) == [0.05, 0.05]


def test_scientific_notation_takes_each_numbers_own_digit():
    assert half_units([["9.9995e-01", "4.5398e-05"]]) == pytest.approx([0.5e-5, 0.5e-9], rel=1e-12)


def test_a_whole_number_beside_scientific_ones_is_exact():
    assert half_units([["0", "8.2e-9"]]) == pytest.approx([1e-9, 0.05e-9], rel=1e-12)


def test_no_number_has_more_significant_digits_than_any_is_written_with():
    # -626/3 and -11/3 printed with 8 significant digits, as mlp prints them
    assert half_units([["-208.66667", "-3.6666667"]]) == pytest.approx([5e-6, 5e-8], rel=1e-12)


def test_few_digits_are_decimals():
    assert half_units([["100.0", "0.001"]]) == pytest.approx([5e-4, 5e-4], rel=1e-12)


def test_a_fixed_number_of_digits_is_no_fixed_number_of_decimals():
    """As '%.4g' prints: 0.47546 as 0.4755 beside 0.012344 as 0.01234, and zeros at the end are left out."""
    assert half_units([["0.4755", "0.01234", "0.33"]]) == pytest.approx([5e-5, 5e-6, 5e-5], rel=1e-12)


def test_a_number_has_no_more_digits_than_any_of_the_dump():
    """As '%.4g' prints: 1.0313 as 1.031, where the others of the dump have four decimals and are below 1."""
    texts = {"h1": ["0.5787", "1.031"], "probs": ["0.424", "0.5212"], "W1": ["0.8243", "-0.7884"]}
    claims = {claim.name: claim for claim in sharpened([from_texts(n, Place("f"), t) for n, t in texts.items()])}
    assert claims["h1"].written.half_unit.tolist() == pytest.approx([5e-5, 5e-4], rel=1e-12)
    assert claims["probs"].written.half_unit.tolist() == pytest.approx([5e-5, 5e-5], rel=1e-12)


def test_five_digits_may_be_all_that_a_program_gives():
    """As '%.5g' prints: 0.41376371 as 0.41376 beside 0.0095540, whose last zero is left out."""
    texts = {
        "W1": ["0.41376", "0.78579", "0.009554", "-0.66812", "-0.10565", "0.34142", "0.30114"],
        "W2": ["0.46879", "1.0592", "1.0886", "0.72709", "-1.1086", "1.0026", "0.94477"],
        "b1": ["0.054466", "-0.043265", "0.012345", "-0.51024", "0.036118"],
    }
    claims = {claim.name: claim for claim in sharpened([from_texts(n, Place("f"), t) for n, t in texts.items()])}
    assert claims["W1"].written.half_unit.tolist()[:2] == pytest.approx([5e-6, 5e-6], rel=1e-12)


def test_zeros_beyond_a_decimal_are_none_that_were_computed():
    """numpy prints np.round(x, 8) so: no number needs a ninth decimal, of which three are written."""
    written = read_texts([["5.0790e-05", "1.4324e-03"], ["2.5400e-05", "-7.1620e-04"], ["7.6180e-05", "-2.1486e-03"]])
    assert written.half_unit.min() == 5e-9


def test_ragged_rows_are_refused():
    with pytest.raises(ValueError, match="rows of different lengths"):
        read_texts([["1", "2"], ["3"]])


@pytest.mark.parametrize(
    ("claim", "value", "agrees"),
    [
        ("0.25", 0.2549, True),
        ("0.25", 0.2551, False),
        ("588", 588.0, True),
        ("588", -588.0, False),
        (".nan", float("nan"), True),
        (".inf", float("inf"), True),
        ("-.inf", float("inf"), False),
        ("1.0", float("nan"), False),
    ],
)
def test_agreement(claim, value, agrees):
    assert bool(agreement(read_texts([claim]), Noisy([value])).all()) is agrees


def test_rounding_noise_agrees_with_zero():
    assert agreement(read_texts(["-2.96e-15"]), Noisy([3e-17], [1e-16])).all()


def test_a_wrong_scalar_with_many_digits_is_not_cut():
    assert not cut(read_texts("0.12345678"), Noisy(0.5)).any()


def test_cells_share_the_finest_digit():
    # numpy leaves out zeros at the end: 0.5 stands for 0.50000000 beside 0.12345678
    assert cut(read_texts(["0.12345678", "0.5"]), Noisy([0.123456789, 0.5])).tolist() == [True, False]
    assert not cut(read_texts(["0.12345678", "0.5"]), Noisy([0.12345678, 0.53])).any()


def test_a_long_number_may_have_fewer_digits_than_others():
    assert cut(read_texts(["0.149780716", "0.24975114"]), Noisy([0.149780716, 0.2497511363])).tolist() == [False, True]


def test_nothing_is_cut_from_a_dump_of_all_digits():
    value = np.array([[0.1, 2.0]])
    claim = from_array("Y1", Place("d.npz"), value).written
    assert agreement(claim, Noisy(value)).all()
    assert not cut(claim, Noisy(value * (1 + 2e-6))).any()
    assert not last_digit_only(claim, Noisy(value * (1 + 2e-6)))
    text = from_texts("Y1", Place("d.json"), ["0.3333333333333333", "0.5"]).written
    assert not cut(text, Noisy(np.array([1 / 3 * (1 + 2e-6), 0.5]))).any()


def test_zeros_that_fill_numbers_up_are_no_digits_of_theirs():
    """numpy prints np.round(x, 4) with as many digits in each number of a tensor: 5.940e-02 is 0.0594."""
    written = read_texts([["1.594e-01", "-3.410e-02"], ["1.230e-02", "4.000e-03"]])
    assert (written.half_unit == 5e-5).all()
    assert read_texts([["1.594e-01", "-3.413e-02"], ["1.230e-02", "4.000e-03"]]).half_unit.min() == 5e-6


LETTERS = st.text("+-0123456789.eE", max_size=30)
FLOATS = st.one_of(st.floats().map(repr), st.floats(width=32).map(lambda x: f"{x:.6f}"))


@given(st.lists(st.one_of(LETTERS, FLOATS, st.text(max_size=5)), min_size=1, max_size=8))
def test_texts_that_are_looked_at_together_are_written_as_each_alone(texts):
    rows, plain = plain_numerals(texts)
    alone = [tuple(map(int, numeral(text))) for text in texts]
    assert [tuple(row) for row, sure in zip(rows, plain, strict=True) if sure] == [
        one for one, sure in zip(alone, plain, strict=True) if sure
    ]
    many = texts * (MANY // len(texts) + 1)
    assert [tuple(row) for row in numerals(many)] == [alone[i % len(texts)] for i in range(len(many))]


def test_numbers_in_fixed_notation_are_looked_at_together():
    _, plain = plain_numerals(["0.5", "-12", "+.25", "7.", "1e-3", "nan", "~", "", ".", "1.2.3", "1" * 30, "٣"])
    assert plain.tolist() == [True] * 4 + [False] * 8
