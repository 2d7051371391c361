"""What few numbers, or few digits, tell of a mistake, and what they do not; the students are plain numpy."""

import json

import numpy as np
import pytest
from click.testing import CliRunner

from mlpcli.cli import group

W1, W2 = np.array([[0.52, -0.33, 0.81], [0.24, 0.73, -0.42]]), np.array([[0.31], [-0.62], [0.45]])
b1, b2 = np.array([0.11, -0.26, 0.37]), np.array([0.18])
X, T = np.array([[1.2, -0.7], [0.5, 1.3], [-0.4, 0.9], [0.8, 0.3]]), np.array([[1.0], [0.0], [1.0], [0.0]])
RATE = 0.5


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


@pytest.fixture
def check(tmp_path):
    def run(samples=4, hidden="sigmoid", weights=(W1, W2), steps="hidden", bias=b1, **text):
        biases = bias + np.zeros(3), b2
        layers = [x for w, b, act in zip(weights, biases, (hidden, "sigmoid"), strict=True) for x in (lin(w, b), act)]
        given = {"inputs": X[:samples].tolist(), "targets": T[:samples].tolist(), "loss": "l2", "learning_rate": RATE}
        config = {"layers": layers, **given, "conventions": {"average": [], "steps": steps}}
        (tmp_path / "c.yaml").write_text(json.dumps(config))
        (tmp_path / "d.txt").write_text("\n".join(f"{name} =\n{value}" for name, value in text.items()))
        words = ["check", str(tmp_path / "c.yaml"), "--against", str(tmp_path / "d.txt")]
        return CliRunner().invoke(group, words).output

    return run


def lin(w, b):
    return {"type": "linear", "W": w.tolist(), "B": b.tolist()}


def forward(w1=W1, act=sigmoid, x=X):
    y1 = act(x @ w1 + b1)
    return y1, sigmoid(y1 @ W2 + b2)


def test_the_sign_of_a_weight_is_told_by_one_number_of_three_digits(check):
    """1.2·(−0.52) − 0.7·0.24 + 0.11 = −0.682, and no other sign or decimal point leads there."""
    z = X[:1] @ (W1 * [[-1, 1, 1], [1, 1, 1]]) + b1
    assert z[0, 0] == pytest.approx(-0.682)
    assert "consistent with: W1: sign flipped at [0,0]" in check(samples=1, Y1lin=z.round(3))


def test_a_decimal_point_is_told_by_one_number_where_others_follow_with_it(check):
    """−0.62 is −6.2 in the forward pass and in the update; three decimals of one output alone do not tell."""
    w2 = W2 * [[1], [10], [1]]
    y1, _ = forward()
    y2 = sigmoid(y1[:1] @ w2 + b2)
    new = w2 - RATE * y1[:1].T @ ((y2 - T[:1]) * y2 * (1 - y2))
    found = check(samples=1, Y1=y1[:1].round(3), Y2lin=(y1[:1] @ w2 + b2).round(3), W2_new=new.round(3))
    assert "consistent with: W2: decimal point moved at [1,0]" in found


def test_a_number_of_one_digit_tells_no_sign(check):
    """−0.7 is that of −0.682 as well as of many others."""
    z = X[:1] @ (W1 * [[-1, 1, 1], [1, 1, 1]]) + b1
    found = check(samples=1, Y1lin=z.round(1))
    assert "Y1lin is wrong in itself" in found
    assert "sign flipped" not in found


def test_a_slip_is_one_in_whichever_of_two_equal_tensors_it_was_made(check):
    """The gradient of W2 is 10 times as large in one cell as it is in the update."""
    y1, y2 = forward()
    g = y1.T @ ((y2 - T) * y2 * (1 - y2)) / [[1], [10], [1]]
    found = check(steps="shown", W2_new=(W2 - RATE * g).round(6))
    assert "gradW2: decimal point moved at [1,0]" in found
    assert "W2_step: decimal point moved at [1,0]" in found


@pytest.mark.parametrize(("factor", "words"), [(1 / 7, "is divided by 7"), (7, "is multiplied by 7")])
def test_many_numbers_of_few_digits_tell_a_factor(check, factor, words):
    """The factor of no single one does: 0.009 is that of 0.0652 times 0.131 or 0.145 as well."""
    _, y2 = forward()
    error = (y2 - T) * y2 * (1 - y2) @ W2.T
    assert words in check(gradY1=(error * factor).round(3))


def test_two_numbers_of_three_digits_tell_a_whole_factor(check):
    _, y2 = forward()
    found = check(samples=2, Y2=(4 * y2[:2]).round(2))
    assert "it is multiplied by 4" in found
    assert "it is" not in check(samples=2, Y2=(y2[:2] * [[4], [3]]).round(2))


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("cell", list(np.ndindex(4, 3)))
def test_a_digit_dropped_of_a_number_of_either_type(check, dtype, cell):
    """The numbers of float32 are off in the eighth digit, which is the seventh where the first one is dropped."""
    texts = forward()[0].astype(dtype).astype(str)
    texts[cell] = "0." + texts[cell][3:]
    rows = ",\n ".join(f"[{', '.join(row)}]" for row in texts)
    assert f"a digit dropped at [{cell[0]},{cell[1]}]" in check(Y1=f"[{rows}]")


@pytest.mark.parametrize(("right", "text"), [(0.77354, "0.7773"), (0.220337, "0.220034"), (0.77354, "0.77354")])
def test_a_number_with_a_digit_doubled_may_be_printed_as_long_as_others(right, text):
    """0.77735 with four decimals, and 0.2200337 with six."""
    layers = f"[{{type: linear, W: [[{right}, 0.5]], B: [0, 0]}}]"
    config = f"layers: {layers}\ninputs: [[1]]\nexpect: {{Y1lin: [[{text}, 0.5]]}}\n"
    found = CliRunner().invoke(group, ["check", "-"], input=config).output
    assert ("a digit doubled at [0,0]" in found) == (text != str(right))


def test_a_row_of_zeros_may_have_changed_places_with_another(check):
    """Two rows are 0: the second in place of a third, which is in its own."""
    weights = np.array([[-0.2, -0.4, -0.6], [0.1, 0.2, 0.3]])
    right = np.maximum(X @ weights - 0.01, 0)
    assert right.any(1).tolist() == [False, True, True, False]
    found = check(hidden="relu", weights=(weights, W2), bias=-0.01, Y1=right[[0, 3, 2, 1]].round(4))
    assert "rows 2, 4 are in another order" in found


def test_weights_cut_to_whole_numbers_are_told_where_no_gradient_moves_them(check):
    """W1 is updated by 0, since every unit is dead: what is printed is 0, 1 and −1."""
    weights = np.array([[-1.52, -0.33, -1.81], [0.24, 1.73, 0.42]])
    assert (X[:1] @ weights + b1 < 0).all()
    found = check(samples=1, hidden="relu", weights=(weights, W2), W1_new=np.trunc(weights))
    assert "consistent with: W1 is cut to whole numbers" in found


def test_one_number_of_all_tells_no_weights_cut_to_whole_numbers(check):
    """Weights of 1 and a half, cut to 1: so is what was never filled in."""
    weights = np.full((2, 3), 1.5)
    found = check(samples=1, hidden="relu", weights=(weights, W2), bias=-9.0, W1_new=np.ones((2, 3)))
    assert "W1_new is wrong in itself" in found
    assert "cut to whole numbers" not in found


def test_who_forgets_an_activation_takes_what_is_before_it(check):
    """Both lead to the same outputs; the first is what people say of it."""
    found = check(Y2=sigmoid((X @ W1 + b1) @ W2 + b2).round(6))
    missing, taken = "Y1: the activation is missing", "Y2lin: Y1lin is used in place of Y1"
    assert found.index(missing) < found.index(taken)
