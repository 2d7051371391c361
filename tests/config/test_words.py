"""Words and numbers: what PyYAML would make of them must not reach the user."""

import numpy as np
import pytest

from mlpcli.config.load import load
from mlpcli.errors import InputError
from mlpcli.files.numerals import NUMBER

from .reading import SMALL

LEAKY = "layers: [{{type: leaky_relu, alpha: {}}}]\ninputs: [[-1]]\n"
BATCH_NORM = "layers: [{{type: batchnorm, eps: {}}}]\ninputs: [[1], [2]]\n"


def eps(read, text):
    return read(BATCH_NORM.format(text))[0].experiment.layers[0].eps


@pytest.mark.parametrize(
    ("text", "value"),
    [("1e-3", 0.001), ("1E3", 1000), ("010", 10), ("+1.5", 1.5), (".5", 0.5), ("5.", 5), ("0", 0), ("1.e2", 100)],
)
def test_numbers_are_what_a_person_reads(read, text, value):
    assert eps(read, text) == value


@pytest.mark.parametrize("text", ["0x10", "0o10", "1_000", "1:30", "one", "on", "no", "true", "1e", "١", "--1"])
def test_what_is_no_number_is_refused(problem, text):
    assert problem(BATCH_NORM.format(text)) == f"c.yaml:1:33: layers[0].eps: '{text}' is not a number"


def test_one_and_a_half_with_a_comma_is_two_things(problem):
    assert "layers[0].5: unknown key" in problem(BATCH_NORM.format("1,5"))


@pytest.mark.parametrize("quote", "\"'")
def test_a_number_in_quotes_is_none(problem, quote):
    text = problem(BATCH_NORM.format(f"{quote}1{quote}"))
    assert text == "c.yaml:1:33: layers[0].eps: '1' is not a number, because it stands in quotes"


@pytest.mark.parametrize("text", ["nan", ".nan", "inf", "-inf", "-.INF", "Infinity"])
def test_nan_and_inf_are_refused(problem, text):
    assert problem(f"layers: [relu]\ninputs: [[1, {text}]]") == (
        f"c.yaml:2:14: inputs[0][1]: '{text}' is not a finite number"
    )


def test_a_number_beyond_floats_is_refused(problem):
    assert problem("layers: [relu]\ninputs: [[1e400]]") == (
        "c.yaml:2:11: inputs[0][0]: '1e400' is too large: beyond 1.8e308"
    )


def test_a_number_below_floats_is_zero(read):
    assert eps(read, "1e-400") == 0


def test_a_bound_is_said_with_the_number_as_written(problem):
    config = SMALL.replace("learning_rate: 0.1", "optimizer: {type: sgd, learning_rate: 1, momentum: 1.0000000001}")
    assert problem(config).endswith("optimizer.momentum: '1.0000000001' is not at least 0 and below 1")


@pytest.mark.parametrize("text", ["1.0", "1e3", "x", "0x1", "'1'", "[1]"])
def test_what_is_no_whole_number_is_refused(problem, text):
    assert ": seed: " in problem(f"layers: [relu]\ninputs: [[1]]\nseed: {text}")


def test_a_whole_number_may_have_zeros_in_front(read):
    assert read("layers: [relu]\ninputs: [[1]]\nseed: 0000000000000000000000010")[0].experiment.seed == 10


def test_a_whole_number_that_is_too_large_is_said_to_be_so(problem):
    text = problem(f"layers: [relu]\ninputs: [[1]]\nseed: {'9' * 19}")
    assert text == f"c.yaml:3:7: seed: '{'9' * 19}' is too large: it has more than 18 digits"


@pytest.mark.parametrize("text", ["on", "yes", "1", "'true'", "[true]"])
def test_only_true_and_false_are_booleans(problem, text):
    optimizer = f"optimizer: {{type: sgd, learning_rate: 1, momentum: 0.5, nesterov: {text}}}"
    assert "optimizer.nesterov: " in problem(SMALL.replace("learning_rate: 0.1", optimizer))


def test_words_that_yaml_takes_for_booleans_stay_words(read):
    assert read("title: on\nlayers: [relu]\ninputs: [[1]]")[0].experiment.title == "on"


def test_a_word_near_a_known_one_is_suggested(problem):
    assert problem(SMALL + "mode: trian\n") == "c.yaml:8:7: mode: unknown value 'trian' (did you mean 'train'?)"


def test_a_word_near_no_known_one_is_told_them_all(problem):
    assert problem(SMALL + "mode: x\n") == "c.yaml:8:7: mode: unknown value 'x'; it is one of train, eval"


def test_a_long_text_is_shortened(problem):
    assert len(problem(SMALL + f"mode: {'x' * 10_000}\n")) < 150


def test_many_digits_are_read_at_once(problem):
    # A pattern that can split digits in two ways needs hours here.
    assert not NUMBER.fullmatch("1" * 300_000 + "x")
    assert "is not a number" in problem(f"layers: [relu]\ninputs: [[{'1' * 4000}x]]")


def test_rows_are_float64(read):
    X = read("layers: [relu]\ninputs: [[1, 2], [3, 4]]")[0].experiment.inputs
    assert X.dtype == np.float64
    assert X.tolist() == [[1, 2], [3, 4]]


def test_a_seed_is_not_negative(tmp_path):
    (tmp_path / "c.yaml").write_text("layers: [{type: linear, units: 2}]\ninputs: [[1]]\nseed: -1\n")
    with pytest.raises(InputError, match=r"c\.yaml:3:7: seed: '-1' is not at least 0"):
        load(str(tmp_path / "c.yaml"), "forward")
