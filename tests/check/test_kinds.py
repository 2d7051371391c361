"""Kinds of dumps that were once judged wrongly; the students are plain numpy."""

from functools import partial

import numpy as np
import pytest
from click.testing import CliRunner

from mlpcli.check.claims.claimed import Claimed
from mlpcli.check.claims.orientation import lie_turned
from mlpcli.check.claims.written import read_texts
from mlpcli.cli import group
from mlpcli.errors import Place

W1 = np.array([[-0.4, 0.62, 1.09], [-0.56, 0.53, 0.69], [0.31, -0.87, 0.24]])
W2 = np.array([[-0.39, 0.7, 0.2], [0.93, -0.5, 0.4], [-0.53, 0.1, -0.6]])
B1, B2 = np.array([[-0.08, 0.09, 0.45]]), np.array([[0.29, -0.1, 0.33]])
X = np.array([[-1.9, 1.7, 0.4], [-0.2, -0.6, 1.1], [-0.2, 1.9, -0.7]])
D = np.array([[0.0, 1, 0], [1, 0, 0], [0, 0, 1]])
RATE = 0.5


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def config(rows=3, scale=1.0, **more):
    """Write the network: sigmoid, then softmax with its loss summed, or sigmoid with half the square of the error."""
    last = "softmax" if more.get("loss", "softmax_cross_entropy") == "softmax_cross_entropy" else "sigmoid"
    lines = [
        "layers:",
        f"- {{type: linear, W: {(W1 * scale).tolist()}, B: {B1.tolist()}}}",
        "- sigmoid",
        f"- {{type: linear, W: {(W2 * scale).tolist()}, B: {B2.tolist()}}}",
        f"- {last}",
        f"inputs: {X[:rows].tolist()}",
        f"targets: {D[:rows].tolist()}",
        f"loss: {more.get('loss', 'softmax_cross_entropy')}",
        f"learning_rate: {RATE}",
        f"conventions: {more.get('conventions', '{average: []}')}",
    ]
    return "\n".join(lines) + "\n"


def student(dtype=float, scale=1.0, **odd):
    """One step: `truncated` weights, `last` what the second update is divided by, `axis` of the softmax, `rounded`."""
    x, d, w1, w2, b1, b2 = (np.asarray(v).astype(dtype) for v in (X, D, W1 * scale, W2 * scale, B1, B2))
    r = partial(np.round, decimals=odd["rounded"]) if "rounded" in odd else np.asarray
    own = np.trunc(w1) if odd.get("truncated") else w1
    z1 = r(x @ own + b1)
    y1 = r(sigmoid(z1))
    z2 = r(y1 @ w2 + b2)
    axis = odd.get("axis", 1)
    e = np.exp(z2 - z2.max(axis, keepdims=True))
    y2 = r(e / e.sum(axis, keepdims=True))
    d2 = r(y2 - d)
    dy1 = r(d2 @ w2.T)
    d1 = r(dy1 * y1 * (1 - y1))
    t = {"Y1lin": z1, "Y1": y1, "Y2lin": z2, "Y2": y2, "L": r(-(d * np.log(y2)).sum(1)), "gradY2lin": d2}
    t |= {"gradW2": r(y1.T @ d2), "gradB2": r(d2.sum(0)), "gradY1": dy1, "gradY1lin": d1}
    t |= {"gradW1": r(x.T @ d1), "gradB1": r(d1.sum(0))}
    part = dtype(odd.get("last", 1))
    rate = dtype(RATE)
    t |= {"W1_new": r(own - rate * t["gradW1"]), "B1_new": r(b1 - rate * t["gradB1"])}
    return t | {"W2_new": r(w2 - rate * t["gradW2"] / part), "B2_new": r(b2 - rate * t["gradB2"] / part)}


@pytest.fixture
def check(tmp_path):
    """What check says of tensors printed by numpy, or of a text."""

    def run(dump, network, precision=8):
        with np.printoptions(precision=precision):
            text = dump if isinstance(dump, str) else "\n".join(f"{n} = {v}" for n, v in dump.items())
        (tmp_path / "c.yaml").write_text(network)
        (tmp_path / "d.txt").write_text(text + "\n")
        return CliRunner().invoke(group, ["check", str(tmp_path / "c.yaml"), "--against", str(tmp_path / "d.txt")])

    return run


SINGLE = "numbers are off by no more than single precision (float32) rounds them"


def test_a_print_of_seven_digits_may_be_of_float32(check):
    # Weights six times as large: 1 − y cancels, and gradients are off in their fifth digit.
    dump = student(np.float32, scale=6.0)
    assert all(value.dtype == np.float32 for value in dump.values())
    del dump["Y1"], dump["Y2"]
    result = check(dump, config(scale=6.0), precision=6)
    assert (result.exit_code, SINGLE in result.stdout) == (0, True)


def test_one_slip_is_no_type(check):
    dump = student(scale=6.0)
    text = "\n".join(f"{n} = {np.array2string(v, precision=6)}" for n, v in dump.items())
    right = f"{dump['gradW2'][1, 1]:.6f}"
    wrong = right[:-1] + str((int(right[-1]) + 3) % 10)
    result = check(text.replace(right, wrong, 1), config(scale=6.0))
    assert right in text
    assert SINGLE not in result.stdout


def test_targets_of_another_order_are_told_beside_rows_of_one(check):
    """Classes 1, 1 and 0 one place on are 0, 1 and 1: of outputs that are all the same, errors have changed places."""
    outputs = np.full((3, 1), sigmoid(0.25))
    layers = "[{type: linear, W: [[0, 0]], B: [0.25]}, sigmoid]"
    given = f"inputs: {X[:, :2].tolist()}\ntargets: [[1], [1], [0]]\nloss: binary_cross_entropy\n"
    network = f"layers: {layers}\n{given}conventions: {{layout: out_in}}\n"
    found = check({"gradY1lin": outputs - [[0], [1], [1]]}, network).stdout
    assert "consistent with: rows 1, 3 are in another order" in found
    assert "consistent with: the target D: each example has the target of the one before" in found


ELEVEN = """
layers:
- {type: linear, W: [[-1.12, 0.5, 0.54], [-0.65, -0.01, 0.72], [-0.45, 0.6, -0.44]], freeze: [B]}
- sigmoid
- {type: linear, W: [[-0.22, 1.07, -0.37], [1.08, -0.98, -0.8], [0.56, 0.38, 0.01]], freeze: [B]}
- sigmoid
inputs: [[0.1, -1.4, -0.8], [-1.4, 0.9, -0.5], [0.5, -0.4, 0.5], [0.1, 1.7, 0.8]]
targets: [[0.36, 0.62, 0.39], [0.84, 0.72, 0.55], [0.26, 0.79, 0.65], [0.25, 0.13, 0.21]]
loss: l2
conventions: delta-rule
"""


def test_a_given_tensor_is_not_what_a_wrong_activation_is(check):
    """Inputs, hidden layer and outputs have one shape, and the weights are cut: `l1` agrees with nothing."""
    w1 = np.trunc([[-1.12, 0.5, 0.54], [-0.65, -0.01, 0.72], [-0.45, 0.6, -0.44]])
    w2 = np.array([[-0.22, 1.07, -0.37], [1.08, -0.98, -0.8], [0.56, 0.38, 0.01]])
    l1 = sigmoid(np.array([[0.1, -1.4, -0.8], [-1.4, 0.9, -0.5], [0.5, -0.4, 0.5], [0.1, 1.7, 0.8]]) @ w1)
    l2 = sigmoid(l1 @ w2)
    error = np.array([[0.36, 0.62, 0.39], [0.84, 0.72, 0.55], [0.26, 0.79, 0.65], [0.25, 0.13, 0.21]]) - l2
    delta = error * l2 * (1 - l2)
    dump = {"l1": l1, "l2": l2, "l2_error": error, "l2_delta": delta, "l1_error": delta @ w2.T}
    result = check(dump, ELEVEN, precision=3)
    assert "o1 is wrong in itself" in result.stdout
    assert "consistent with: w1 is cut to whole numbers" in result.stdout


def test_wrong_square_tensors_lie_as_the_lines_do():
    """A number that agrees by chance when a matrix is turned does not speak against rows that are written as rows."""
    square, line = read_texts([["1.0", "7.0"], ["0.5", "9.0"]]), read_texts([["0.7"], ["0.8"]])
    trace = {"Y1": np.array([[5.0, 0.5], [7.0, 3.0]]), "Y2": np.array([[0.1], [0.2]])}
    claims = {name: Claimed(name, w, Place("d.txt")) for name, w in (("Y1", square), ("Y2", line))}
    assert lie_turned({"Y1": claims["Y1"]}, trace)
    assert not lie_turned(claims, trace, lines=claims)


def test_parameters_are_updated_under_one_convention(check):
    """The second layer's step is divided by N: no setting says so, for the first layer's is not."""
    result = check(student(last=3), config())
    assert "computed with loss" not in result.stdout
    assert "claims up to B1_new hold" not in result.stdout
    assert "consistent with: computed with rate = over_n" in result.stdout


def test_a_mean_that_is_nearer_to_the_sum_is_explained_as_the_mean(check):
    """Nobody printed the softmax, which is over the samples: the loss is another number, nearer to the right sum."""
    w1, b1 = np.array([[-0.88, -0.47], [-0.16, -0.26]]), np.array([[-0.5], [0.58]])
    w2, b2 = np.array([[0.76, 0.63], [0.4, 1.2]]), np.array([[0.41], [0.02]])
    x, d = np.array([[-1.5, -0.45], [1.41, -0.67], [0.54, 1.21]]).T, np.array([[1, 0, 1], [0, 1, 0]])
    z1 = w1 @ x + b1
    z2 = w2 @ np.tanh(z1) + b2
    y2 = np.exp(z2) / np.exp(z2).sum(1, keepdims=True)
    cost = -(d * np.log(y2)).sum() / 3
    network = f"""
layers:
- {{type: linear, W: {w1.tolist()}, B: {b1.ravel().tolist()}}}
- tanh
- {{type: linear, W: {w2.tolist()}, B: {b2.ravel().tolist()}}}
- softmax
inputs: {x.T.tolist()}
targets: {{classes: [0, 1, 0], first: 0}}
loss: softmax_cross_entropy
conventions: {{layout: out_in, average: [W, B], loss: sum}}
"""
    result = check(
        {"Z1": z1, "Z2": z2, "J": cost, "dW1": (w2.T @ (y2 - d) * (1 - np.tanh(z1) ** 2)) @ x.T / 3}, network
    )
    assert "consistent with: Y2: it is normalized over the examples, not over the classes" in result.stdout
    assert result.stdout.count("wrong in itself") == 1


def test_a_lone_error_is_the_one_that_no_other_name_has(check):
    """One sample, one output: `l2_error` and `l2_delta` are single numbers of the wrong sign, and so is the step."""
    network = config(rows=1, loss="l2", conventions="{average: []}").replace(str(W2.tolist()), str(W2[:, :1].tolist()))
    network = network.replace(str(B2.tolist()), "[[0.29]]").replace(str(D[:1].tolist()), "[[0.4]]")
    y1 = sigmoid(X[:1] @ W1 + B1)
    y2 = sigmoid(y1 @ W2[:, :1] + 0.29)
    error = 0.4 - y2
    delta = error * y2 * (1 - y2)
    new = W2[:, :1] - RATE * y1.T @ delta
    result = check({"l1": y1, "l2": y2, "l2_error": error, "l2_delta": delta, "W2_new": new}, network)
    assert "gradY2 is wrong in itself" in result.stdout
    assert "not judged" not in result.stdout


def test_both_parameters_of_a_layer_may_have_gone_the_wrong_way(check):
    def step(w1, b1):
        y1 = sigmoid(X @ w1 + b1)
        z2 = y1 @ W2 + B2
        d2 = np.exp(z2) / np.exp(z2).sum(1, keepdims=True) - D
        return {"Y1lin": X @ w1 + b1, "Y1": y1, "gradY2lin": d2}, (d2 @ W2.T) * y1 * (1 - y1)

    first, d1 = step(W1, B1)
    second, _ = step(W1 + RATE * X.T @ d1, B1 + RATE * d1.sum(0))
    del second["gradY2lin"]  # the second layer's step is none of this test's
    pages = [
        f"# step {k}\n" + "\n".join(f"{n} = {v}" for n, v in page.items()) for k, page in enumerate((first, second), 1)
    ]
    result = check("\n".join(pages), config())
    assert "in the step before, W1_new and B1_new: the step is added, not subtracted" in result.stdout


def test_what_nobody_printed_was_rounded_too(check):
    """Every number is rounded to three decimals as it is computed, the gradient at the hidden outputs too."""
    t = student(rounded=3)
    assert not np.array_equal(t["gradY1lin"], np.round(student()["gradY1lin"], 3))
    del t["gradY1"]
    assert check(t, config()).exit_code == 0


def test_two_digits_swapped_are_found_among_seventeen(check):
    t = student()
    right = repr(float(t["gradW1"][0, 0]))
    k = next(k for k in range(4, 9) if right[k] != right[k + 1])
    wrong = right[:k] + right[k + 1] + right[k] + right[k + 2 :]
    text = "\n".join(f"{name} = {value.tolist()}" for name, value in t.items())
    result = check(text.replace(right, wrong, 1), config())
    assert "consistent with: two digits swapped at [0,0]" in result.stdout


def test_one_wrong_number_is_led_to_by_the_sign_of_a_bias(check):
    y1 = sigmoid(X @ W1 + B1)
    z2 = y1 @ W2 + B2
    z2[0, 0] -= 2 * B2[0, 0]
    network = config(rows=1)
    result = check({"Y1": y1[:1], "Y2lin": z2[:1]}, network)
    assert "consistent with: B2: sign flipped at [0,0]" in result.stdout


def test_weights_that_stayed_as_they_were_are_no_given_ones(check):
    """Bare names after an update: the second weights are as they were given, where all others have moved."""
    t = student()
    dump = {"coef_grads[0]": t["gradW1"], "coefs_[0]": t["W1_new"], "intercepts_[0]": t["B1_new"]}
    dump |= {"coefs_[1]": W2, "intercepts_[1]": t["B2_new"]}
    result = check(dump, config())
    assert "W2_new is wrong in itself" in result.stdout
    assert "consistent with: the parameter is not updated" in result.stdout


def test_a_vector_is_summed_over_the_wrong_axis_before_it_is_not_summed(check):
    """Of one output, both are a number per sample; who sums over the outputs has a vector."""
    network = config(loss="l2").replace(str(W2.tolist()), str(W2[:, :1].tolist()))
    network = network.replace(str(B2.tolist()), "[[0.29]]").replace(str(D.tolist()), "[[0.4], [0.1], [0.9]]")
    y2 = sigmoid(sigmoid(X @ W1 + B1) @ W2[:, :1] + 0.29)
    d2 = (y2 - [[0.4], [0.1], [0.9]]) * y2 * (1 - y2)
    first = "consistent with: it is summed over the wrong axis\n    consistent with: it is not summed over the batch"
    assert first in check({"gradY2lin": d2, "gradB2": d2.sum(1)}, network).stdout


def test_a_setting_of_the_step_before_is_seen_in_what_starts_from_it(check):
    """The second layer's step was divided by N, and only the outputs of the next step are printed."""
    first = student(last=3)
    w2, b2 = first["W2_new"], first["B2_new"]
    y1 = sigmoid(X @ first["W1_new"] + first["B1_new"])
    z2 = y1 @ w2 + b2
    lines = [
        "# step 1",
        f"Y1 = {first['Y1']}",
        f"gradW2 = {first['gradW2']}",
        "# step 2",
        f"Y1 = {y1}",
        f"Y2lin = {z2}",
    ]
    assert "in the step before: computed with rate = over_n" in check("\n".join(lines), config()).stdout


def claimed(name, texts):
    return Claimed(name, read_texts(texts), Place("d.txt"))


def test_biases_that_lie_as_the_course_has_them_do_not_outvote_the_samples():
    """Two tensors of three samples lie the other way, with wrong numbers; three biases are columns in both."""
    columns = {f"B{k}": claimed(f"B{k}", [["0.5"], ["0.7"]]) for k in (1, 2, 3)}
    samples = {f"Y{k}": claimed(f"Y{k}", [["9.0", "8.0", "7.0"], ["6.0", "5.0", "4.0"]]) for k in (1, 2)}
    trace = {name: np.array([[0.1], [0.2]]) for name in columns} | {name: np.ones((3, 2)) for name in samples}
    assert lie_turned(samples, trace, lines={**samples, **columns})


def test_one_matrix_against_another_lies_as_is_usual():
    """One is right as it lies and the other transposed: one of them is a mistake, and convention tells which."""
    claims = {"gradW1": claimed("gradW1", [["1.0", "2.0"], ["3.0", "4.0"]])}
    claims |= {"gradW2": claimed("gradW2", [["5.0", "7.0"], ["6.0", "8.0"]])}
    trace = {"gradW1": np.array([[1.0, 2], [3, 4]]), "gradW2": np.array([[5.0, 6], [7, 8]])}
    assert lie_turned(claims, trace, otherwise=True)
    assert not lie_turned(claims, trace)
