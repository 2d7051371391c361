"""The reader of pasted text: expected values are the digits of the text itself."""

import re
from contextlib import suppress

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from mlpcli.check.claims.dumps.single import in_single
from mlpcli.check.claims.dumps.text import entries
from mlpcli.check.claims.dumps.text.reader import places
from mlpcli.check.claims.dumps.text.reader import read_paste as read_steps
from mlpcli.errors import InputError


def read_paste(text, file):
    """The claims of a text of one step."""
    (claims,) = read_steps(text, file).values()
    return claims


def read(text):
    """{name: nested texts} of a paste."""
    return {claim.name: claim.written.text.tolist() for claim in read_paste(text, "f.txt")}


def only(text):
    (claim,) = read_paste(text, "f.txt")
    return claim


@pytest.mark.parametrize(
    "text",
    [
        "Y1 = array([[1., 2.], [3., 4.]])",
        "Y1 = np.array([[1., 2.],\n               [3., 4.]])",
        "Y1 = [[1. 2.]\n [3. 4.]]",
        "Y1 = [[1. \n 2.]\n [3.\n  4.]]",
        "Y1 [[1., 2.], [3., 4.]]",
        "Y1: [[1., 2.], [3., 4.]]",
        "Y1:\n[[1. 2.]\n [3. 4.]]",
        "Y1\n\n[[1. 2.]\n [3. 4.]]",
        "Y1 =\n[1., 2.],\n[3., 4.]",
        "Y1 = [1., 2.]\n     [3., 4.]",
        "Y1:\n1. 2.\n3. 4.",
        "Y1:\n1., 2.,\n3., 4.,",
        "Y1:\n  - [1., 2.]\n  - [3., 4.]",
        "Y1 = [[1., 2.,], [3., 4.,],]",
        "Y1 (2, 2): [[1., 2.], [3., 4.]]",
        "Verify that Y1 = [[1., 2.], [3., 4.]].",
        "# the output\nY1 = [[1., 2.],  # first\n      [3., 4.]]",
        ">>> Y1\narray([[1., 2.],\n       [3., 4.]])",
        "In [3]: Y1\nOut[3]: \narray([[1., 2.],\n       [3., 4.]])",
        "{'Y1': array([[1., 2.],\n       [3., 4.]], dtype=float32)}",
        "('Y1', array([[1., 2.], [3., 4.]]))",
        "Y1 = tensor([[1., 2.],\n        [3., 4.]], grad_fn=<ReluBackward0>)",
        "Y1 = tensor([[1., 2.],\n        [3., 4.]],device='cuda:0', dtype=torch.double,\n       grad_fn=<MmBackward0>)",
        "Y1 Parameter containing:\ntensor([[1., 2.],\n        [3., 4.]], requires_grad=True)",
        "Y1 = [array([1., 2.]), array([3., 4.])]",
        "Y1 = [[np.float64(1.), np.float64(2.)], [np.float64(3.), np.float64(4.)]]",
        "$\\mathbf{Y1} = [[1., 2.], [3., 4.]]$",
        "\x1b[36mY1\x1b[0m: [[\x1b[33m1.\x1b[0m, 2.], [3., 4.]]",
        "Y1 = [[1.; 2.]\r\n [3.; 4.]]",
    ],
)
def test_one_matrix_in_many_hands(text):
    assert read(text) == {"Y1": [["1.", "2."], ["3.", "4."]]}


@pytest.mark.parametrize(
    "number", ["1.", "-0.", "1.0000e+00", "3.e-5", ".5", "+2", "007", "nan", "-inf", "1e3", "0.10", "-.nan"]
)
def test_digits_stay_as_written(number):
    assert read(f"Y1 = [[{number} 2]]") == {"Y1": [[number, "2"]]}


def test_every_kind_of_minus():
    assert read("Y1 = [−239, –4, -1e−3]") == {"Y1": ["-239", "-4", "-1e-3"]}


@pytest.mark.parametrize(
    "text",
    [
        "loss = 2556.0",
        "loss: 2556.0",
        "loss 2556.0",
        "loss = tensor(2556.0, grad_fn=<SumBackward0>)",
        "loss tensor(2556.0)",
        "The loss = 2556.0.",
    ],
)
def test_a_scalar(text):
    assert read(text) == {"loss": "2556.0"}


def test_several_tensors_of_one_line():
    assert read("loss = 0.5, acc = 0.75, Y1 = [[1, 2]] and B1 = [3]") == {
        "loss": "0.5",
        "acc": "0.75",
        "Y1": [["1", "2"]],
        "B1": ["3"],
    }


@pytest.mark.parametrize(
    "name",
    [
        "Y3/Softmax",
        "W1'",
        "W1_new",
        "graddW2",
        "gradY2in",
        "dL/dW1",
        "∂L/∂W1",
        "∇W1",
        "W1.grad",
        "W^{(1)}",
        "W[1]",
        "grads['W1']",
    ],
)
def test_names_as_they_are_written(name):
    assert list(read(f"Check: {name} = [[1, 2]]")) == [name]


def test_a_claim_knows_the_place_of_its_name():
    claims = read_paste("# a run\n\nloss = 1\n  Verify that gradY3lin =\n[[-239, -4]]", "f.txt")
    assert [str(claim.place) for claim in claims] == ["f.txt:3:1", "f.txt:4:15"]


def test_the_tensors_of_the_first_document():
    assert read("---\nY1: [[1]]\n---\nY1: [[2]]\n") == {"Y1": [["1"]]}


def test_the_same_tensor_twice():
    assert read("Y1 = [[1]]\nY1 = [[1]]") == {"Y1": [["1"]]}


def test_words_that_belong_to_a_name():
    """`W2 gradient` is no W2, and no sentence is a name."""
    assert list(read("W2 gradient: [[1]]")) == ["W2 gradient"]
    assert list(read("See the grad W2 = [[1]]")) == ["grad W2"]
    assert list(read("Network dW2: [[1]]")) == ["dW2"]
    assert list(read("layer2_error = layer2 - T = [[1]]")) == ["layer2_error"]
    assert list(read("W2 (gradient): [[1]]")) == ["W2 (gradient)"]


@pytest.mark.parametrize(
    ("text", "note"),
    [
        ("Y1 = [[1.+2.j 3.-1.j]]", "it is complex"),
        ("Y1 = [[ True False]]", "it is boolean"),
        ("Y1 = [['a' 'b']]", "it holds text"),
        ("Y1 = [[1, 2], [3]]", "rows of different lengths"),
        ("Y1 = [1, [2]]", "rows of different lengths"),
    ],
)
def test_what_is_no_tensor_has_a_note(text, note):
    assert note in only(text).note


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("Y1 = [[1. 2. ... 9.]]", "f.txt:1:14: numbers are left out here"),
        ("Y1 =\n[[1. 2.]\n ...\n [3. 4.]]", "f.txt:3:2: numbers are left out here"),
        ("Y1: 1 2 ... 9", "f.txt:1:9: numbers are left out here"),
        ("Y1 = [[1, 2], [3, x]", "f.txt:1:6: this bracket is never closed"),
        ("Y1 = [1, 2], [3, x]]", "f.txt:1:20: this bracket was never opened"),
        ("Y1 = " + "[" * 33 + "1" + "]" * 33, "f.txt:1:38: nested deeper than 32 levels"),
        ("nothing", "f.txt: no tensors found"),
        ("", "f.txt: no tensors found"),
    ],
)
def test_problems_have_a_place(text, problem):
    with pytest.raises(InputError) as error:
        read_paste(text, "f.txt")
    assert str(error.value).startswith(problem)


def test_four_digits_are_meant_as_four_digits():
    """PyTorch prints 0.66666667 as 0.6667: half a unit of the fourth digit, not of float32."""
    assert only("Y1 = tensor([[0.6667, 0.3333]])").written.half_unit.max() == pytest.approx(0.00005)


def test_float32_has_no_more_digits_than_it_has():
    """PyTorch prints -24610.6667 in float32 as -24610.6660."""
    claim = only("gradW3 = tensor([[-24610.6660,   -496.0000]])").written
    assert (np.abs(claim.value - [-24610 - 2 / 3, -496]) < claim.half_unit).all()
    exact = only("gradW3 = tensor([[-24610.6660,   -496.0000]], dtype=torch.float64)").written
    assert exact.half_unit.max() == pytest.approx(0.00005)


def test_numpy_s_float32_is_recognised_by_its_digits():
    """-24610.6667 is -24610.666 in float32; no float32 is -24610.667 with three decimals."""
    for text, allowed in (("-24610.666", 0.246), ("-24610.667", 5e-4)):
        (claim,) = in_single([only(f"gradW3 = [[{text} -496.]]")])
        assert claim.written.half_unit.max() == pytest.approx(allowed, rel=0.01)


def test_zeros_that_numpy_cuts_off():
    """tanh(5) = 0.99990920 is printed as 1. with three decimals, as the tensor beside it shows."""
    y, _ = read_paste("Y1 = [[1. 1.]]\nY2 = [[0.762 0.964]]", "f.txt")
    assert (np.abs(y.written.value - 0.99990920) <= y.written.half_unit).all()
    # Nothing beside it: eight decimals or eight digits, whichever is less sure.
    assert only("Y1 = [[1. 1.]]").written.half_unit.max() == pytest.approx(5e-8)


finite = st.floats(allow_nan=True, allow_infinity=True)
shapes = hnp.array_shapes(min_dims=1, max_dims=2, max_side=6)


def numbers_of(text):
    """Every number of a printed array, by other means than the reader's."""
    return re.findall(r"nan|-?inf|-?\d+\.?\d*(?:e[-+]?\d+)?", text)


@settings(max_examples=150, deadline=None)
@given(
    hnp.arrays(np.float64, shapes, elements=finite),
    st.integers(1, 17),
    st.integers(20, 120),
    st.booleans(),
    st.booleans(),
)
def test_what_numpy_prints_is_read_digit_for_digit(array, precision, width, suppress, representation):
    with np.printoptions(precision=precision, linewidth=width, suppress=suppress):
        text = repr(array) if representation else str(array)
    claim = only(f"Y1 = {text}")
    assert list(claim.written.text.flat) == numbers_of(text)
    assert claim.written.shape == array.shape


@settings(max_examples=60, deadline=None)
@given(
    hnp.arrays(np.float32, shapes, elements=st.floats(width=32, allow_nan=True)),
    st.integers(1, 9),
    st.integers(20, 120),
)
def test_what_pytorch_prints_is_read_digit_for_digit(array, precision, width):
    torch = pytest.importorskip("torch")
    torch.set_printoptions(precision=precision, linewidth=width)
    try:
        text = str(torch.from_numpy(array))
    finally:
        torch.set_printoptions(profile="default")
    claim = only(f"Y1:\n{text}")
    assert list(claim.written.text.flat) == numbers_of(text)
    assert claim.written.shape == array.shape


PIECES = (
    "Y1 = : [ ] [[ ]] , 1. -0. 2e5 ... tensor( ) nan ' # --- W' − ∂L/∂W ^{(1)} (updated) array([ True 1j $ \\mathbf{ }"
)
pieces = st.sampled_from([*PIECES.split(), " ", "\n", "\t", "\x1b[0m", "dtype=torch.float32"])


@settings(max_examples=300, deadline=None)
@given(st.text() | st.lists(pieces, max_size=40).map("".join))
def test_any_text_is_read_or_refused(text):
    with suppress(InputError):
        assert read_steps(text, "f.txt")


@pytest.mark.slow
@pytest.mark.parametrize(
    "text",
    [
        "a" * 150_000,
        "a " * 75_000,
        "(" * 150_000,
        "[1] " * 10_000,
        "Y = 1 " * 20_000,
        "=" * 150_000,
        " " * 150_000 + "x",
        "1 " * 75_000,
        "'" * 100_000,
        "shape= " * 20_000,
        "1 2]\n" * 10_000,
        "1 2 3\n" * 10_000,
        "a b 1 " * 10_000,
        "layer 1\n1 2\n" * 5_000,
    ],
)
def test_long_texts_take_no_long_time(text):
    with suppress(InputError):
        read_steps(text + "]", "f.txt")


def test_arrays_of_a_list_say_their_type():
    text = "deltas = [array([[1.25, -2.5]], dtype=float32),\n array([[0.1], [0.3]], dtype=float32)]"
    (claims,) = read_steps(text, "f.txt").values()
    assert [(claim.name, claim.written.eps) for claim in claims] == [("deltas[0]", 2**-23), ("deltas[1]", 2**-23)]


ROWS = [["1", "2"], ["3", "4"]]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Y1 = [[1 2]", [["1", "2"]]),
        ("Y1 = 1 2]]", [["1", "2"]]),
        ("Y1 = [1 2", [["1", "2"]]),
        ("Y1 = [[1, 2], [3, 4]", ROWS),
        ("Y1 = [1, 2], [3, 4]]", ROWS),
        ("Y1 =\n[[1, 2], [3, 4]\n", ROWS),
        ("Y1 = [[1 2]\n 3 4\n", ROWS),
        ("Y1 = [[1 2]\n 3 4]", ROWS),
        ("Y1 =\n1 2]\n[3 4]]", ROWS),
        ("Y1 = [1 2; 3 4];", ROWS),
        ("Y1 = [1, 2;\n 3, 4]", ROWS),
        ("Y1 (2, 2)\n[[1 2]\n [3 4]]", ROWS),
        ("OrderedDict([('Y1', tensor([[1, 2], [3, 4]]))])", ROWS),
    ],
)
def test_brackets_that_are_missing_and_other_ways_to_write_rows(text, found):
    def same(claim):
        cells = claim.written.text.tolist()
        return cells in (found, found[0]) if len(found) == 1 else cells == found

    assert same(only(text))
    for claim in read_paste(f"{text}\nL = [5 6]", "f.txt")[:1]:
        assert (claim.name, same(claim)) == ("Y1", True)
    assert [c.name for c in read_paste(f"B1 = [7 8]\n{text}\nL = [5 6]", "f.txt")] == ["B1", "Y1", "L"]


def test_a_word_without_end_is_a_name_like_another():
    """In time too: one word of 30 MB took 14 seconds."""
    assert list(read("Y1 = [1, 2]\n" + "abcdefghij" * 100_000 + "\nY2 = [3]")) == ["Y1", "Y2"]


def test_more_words_than_are_read(monkeypatch):
    monkeypatch.setattr(entries, "MAX_WORDS", 5_000)
    assert list(read("word " * 5_000 + "= [1, 2]")) == ["word"]
    with pytest.raises(InputError, match=r"^f\.txt:1:1: more than 5,000 words; leave out what is no tensor$"):
        read("word " * 5_001 + "= [1, 2]")


@pytest.mark.parametrize("mark", ["=", "|", "(", "\n"])
def test_marks_without_numbers_are_not_read_to_the_end(monkeypatch, mark):
    """In time too: 30 MB of one mark took more than a minute."""
    monkeypatch.setattr(entries, "MAX_WORDS", 5_000)
    with pytest.raises(InputError, match=r"^f\.txt:1:1: more than 5,000 marks that hold no number$"):
        read(mark * 100_000)


def test_places_are_counted_forwards_and_backwards():
    place = places("a\nbc\n\nd", "f.txt")
    assert [str(place(i))[6:] for i in (0, 6, 2, 3, 1, 5)] == ["1:1", "4:1", "2:1", "2:2", "1:2", "3:1"]
