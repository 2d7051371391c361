"""Mistakes in what nobody printed, seen in what comes of it. The numbers are a student's, in plain numpy."""

import json

import numpy as np
import pytest
from click.testing import CliRunner

from mlpcli.cli import group

W1, b1 = np.array([[0.31, -0.62, 0.47], [0.85, 0.23, -0.34]]), np.array([0.12, -0.27, 0.35])
W2, b2 = np.array([[0.53, -0.41], [-0.72, 0.66], [0.29, 0.94]]), np.array([0.17, -0.38])
X = np.array([[1.2, -0.7], [0.4, 1.9], [-1.6, 0.8]])
T = np.array([[1.0, 0.0], [0.0, 1.0], [1.0, 1.0]])
RATE = 0.5


def config(second, loss, extra="", hidden="tanh"):
    layers = [f"{{type: linear, W: {W1.tolist()}, B: {b1.tolist()}}}", hidden]
    layers += [f"{{type: linear, W: {W2.tolist()}, B: {b2.tolist()}}}", *second]
    given = f"inputs: {X.tolist()}\ntargets: {T.tolist()}\n"
    return f"layers: [{', '.join(layers)}]\n{given}loss: {loss}\nlearning_rate: {RATE}\n{extra}"


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def checked(tmp_path, text, dump, digits=None):
    """Return the exit code and, for every cause, what explains it."""
    (tmp_path / "c.yaml").write_text(text)
    steps = dump if isinstance(dump, list) else [dump]
    rounded = [{n: np.asarray(v) if digits is None else np.round(v, digits) for n, v in step.items()} for step in steps]
    (tmp_path / "d.json").write_text(json.dumps([{n: v.tolist() for n, v in step.items()} for step in rounded]))
    words = ["check", str(tmp_path / "c.yaml"), "--against", str(tmp_path / "d.json"), "--format", "json"]
    done = CliRunner().invoke(group, words)
    claims = [claim for case in json.loads(done.stdout)["configs"] for claim in case["claims"]]
    return done.exit_code, {c["name"]: c["explanations"] for c in claims if c["verdict"] in ("cause", "misprint")}


def network(activation=np.tanh):
    """Return the forward pass of two layers, the second without an activation, and its error with 1/N in it."""
    z1 = X @ W1 + b1
    a1 = activation(z1)
    z2 = a1 @ W2 + b2
    return z1, a1, z2, (z2 - T) / len(X)


TWO_LAYERS = config([], "l2", "conventions: {average: [], loss: mean}\n")


def gradients(first, second, activation, derivative, x, t):
    """Return the output of two layers, each (W, b), and the gradients, from an error of output less target."""
    (W, b), (V, c) = first, second
    a = activation(x @ W + b)
    y = a @ V + c
    error = ((sigmoid(y) if activation is sigmoid else y) - t) / len(x)
    delta = error @ V.T * derivative(a)
    return y, {"gradB2": error.sum(0), "gradW2": a.T @ error, "gradB1": delta.sum(0), "gradW1": x.T @ delta}


def layers_of(*layers):
    return [f"{{type: linear, W: {W.tolist()}, B: {b.tolist()}}}" for W, b in layers]


def two_sigmoids():
    """Return inputs, targets and both layers, and the config."""
    x = np.array(
        [[0.22, -0.9, 0.75, 1], [1.4, -0.79, 1.74, 0.22], [0.32, 1.3, -0.69, -0.66], [0.66, -0.11, 0.06, -0.53]]
    )
    t = np.array([[0], [1], [0], [1]])
    first = np.array([[0.69, 1.57], [-1.1, 1.21], [0.59, 0.96], [0.14, -0.59]]), np.array([-1.34, -0.06])
    second = np.array([[-0.16], [-0.74]]), np.array([0.21])
    layers = layers_of(first, second)
    text = f"layers: [{layers[0]}, sigmoid, {layers[1]}, sigmoid]\ninputs: {x.tolist()}\ntargets: {t.tolist()}\n"
    text += "loss: binary_cross_entropy\nlearning_rate: 1\nconventions: {average: [], loss: mean}\n"
    return x, t, first, second, text


def cross_entropy(y, t):
    return np.mean(np.log(1 + np.exp(-y)) + (1 - t) * y)


def test_a_mistyped_weight_is_told_from_the_loss(tmp_path):
    """One number, the loss, is led to by many a number of the inputs as well: the gradients are not."""
    x, t, first, second, text = two_sigmoids()
    first[0][0, 0] = 6.9
    y, dump = gradients(first, second, sigmoid, lambda a: a * (1 - a), x, t)
    dump = {"J": cross_entropy(y, t), **dump}
    assert checked(tmp_path, text, dump, 8)[1] == {"L_mean": ["W1: decimal point moved at [0,0]"]}


def test_a_number_that_only_the_loss_speaks_for_is_a_guess(tmp_path):
    """Other claims that are wrong, and that follow from it no more than before, speak against it."""
    x, t, first, second, text = two_sigmoids()
    x[2, 1] = 0.87
    y, dump = gradients(first, second, sigmoid, lambda a: a * (1 - a), x, t)
    draw = np.random.default_rng(5)
    dump = {"J": cross_entropy(y, t), **{name: draw.normal(size=value.shape) for name, value in dump.items()}}
    assert checked(tmp_path, text, dump, 8)[1]["L_mean"] == []
    assert checked(tmp_path, text, {"J": dump["J"]}, 8)[1]["L_mean"] == []


def test_a_mistyped_weight_is_told_where_an_output_of_one_example_does_as_well_for_the_loss(tmp_path):
    """Only the second of the examples wakes the unit: its output, ten times as large, has the same loss."""
    x, t = np.array([[1, -4], [-1, 1], [-4, -3], [1, -2.0]]), np.array([[0.2], [0.5], [-0.1], [-0.4]])
    first = np.array([[-0.5, -0.1], [0.9, -0.3]]), np.array([-0.4, 0.9])
    second = np.array([[0.9], [-0.4]]), np.array([-0.3])
    layers = layers_of(first, second)
    text = f"layers: [{layers[0]}, relu, {layers[1]}]\ninputs: {x.tolist()}\ntargets: {t.tolist()}\nloss: mse\n"
    text += "learning_rate: 0.1\nconventions: {average: [], loss: mean}\n"
    second[0][0, 0] = 9
    y, dump = gradients(first, second, lambda z: np.maximum(z, 0), lambda a: a > 0, x, t)
    dump = {"J": np.mean((y - t) ** 2), **{name: 2 * value for name, value in dump.items()}}
    dump |= {"W2_new": second[0] - 0.1 * dump["gradW2"], "B2_new": second[1] - 0.1 * dump["gradB2"]}
    single = {name: value.astype(np.float32).astype(float) for name, value in dump.items()}
    assert checked(tmp_path, text, single, 8)[1] == {"L_mean": ["W2: decimal point moved at [0,0]"]}


def test_the_output_of_a_layer_without_an_activation_in_place_of_its_input(tmp_path):
    _, a1, z2, _ = network()
    wide = np.hstack([z2, z2[:, :1]])  # three columns, as a1 has
    text = TWO_LAYERS.replace(str(W2.tolist()), str(np.eye(3).tolist())).replace(str(b2.tolist()), "[0, 0, 0]")
    text = text.replace(f"targets: {T.tolist()}", f"targets: {(wide * 0).tolist()}")
    dump = {"Y1": a1, "Y2lin": a1, "gradY2lin": a1 / 3, "gradW2": a1.T @ (a1 / 3)}
    assert checked(tmp_path, text, dump) == (0, {})
    biased = text.replace("[0, 0, 0]", "[1, 2, 3]")
    z = a1 + np.array([1, 2, 3])
    causes = checked(tmp_path, biased, {"Y1": a1, "Y2lin": z, "gradY2lin": z / 3, "gradW2": z.T @ (z / 3)})[1]
    assert list(causes) == ["gradW2"]
    assert causes["gradW2"][0] == "Y2lin is used in place of Y1"


def test_a_column_that_repeats_another(tmp_path):
    """Samples lie in columns for many: what is a row to them is a column here."""
    z1, a1, z2, delta = network()
    error = delta @ W2.T
    error[:, 2] = error[:, 1]
    dump = {"Y1lin": z1, "Y1": a1, "Y2lin": z2, "gradY2lin": delta, "gradY1lin": error * (1 - a1**2)}
    causes = checked(tmp_path, TWO_LAYERS, dump)[1]
    assert causes == {"gradY1lin": ["gradY1: column 3 repeats column 2"]}


def test_an_activation_left_out_whose_derivative_is_taken_at_its_output(tmp_path):
    _, a1, _, delta = network(lambda z: z)
    error = (delta @ W2.T) * (1 - a1**2)
    causes = checked(tmp_path, TWO_LAYERS, {"gradW1": X.T @ error, "gradB1": error.sum(0)}, 6)[1]
    assert [found[0] for found in causes.values()] == ["Y1: the activation is missing"]


def test_two_mistakes_in_a_loss_of_which_one_is_its_base(tmp_path):
    y = sigmoid(network(sigmoid)[2])
    wrong = -(T * np.log2(y)).sum(axis=1) / 2
    text = config(["sigmoid"], "binary_cross_entropy", hidden="sigmoid")
    causes = checked(tmp_path, text, {"Y2": y, "L": wrong}, 8)[1]
    assert causes == {"L": ["the term of 1 − D is missing, and the logarithm has base 2"]}


def test_a_factor_that_all_numbers_have_is_no_digit_dropped_in_each(tmp_path):
    delta = network()[3]
    causes = checked(tmp_path, TWO_LAYERS, {"gradY2lin": delta, "gradB2": 10 * delta.sum(0)}, 6)[1]
    assert causes == {"gradB2": ["it is multiplied by 10"]}


def test_a_factor_far_above(tmp_path):
    """The output of the first layer times 4, in the forward pass and in its derivative, and nothing else is printed."""
    a1 = 4 * sigmoid(X @ W1 + b1)
    delta = (a1 @ W2 + b2 - T) / 3
    wrong = (delta @ W2.T) * a1 * (1 - a1)
    causes = checked(tmp_path, TWO_LAYERS.replace("tanh", "sigmoid"), {"gradY1lin": wrong}, 8)[1]
    assert causes == {"gradY1lin": ["Y1 is multiplied by 4"]}


def test_a_decimal_point_moved_in_a_number_that_nobody_printed(tmp_path):
    """One number of all that are printed with all digits is wrong, and what comes of it."""
    z1 = network()[0].copy()
    z1[1, 2] /= 10
    causes = checked(tmp_path, TWO_LAYERS, {"Y1": np.tanh(z1), "Y2lin": np.tanh(z1) @ W2 + b2})[1]
    assert causes == {"Y1": ["Y1lin: decimal point moved at [1,2]"]}


def test_the_target_left_out_of_an_error_that_is_target_minus_output(tmp_path):
    """One number of three digits is enough where it is the output, as it may stand in the line above."""
    text = config(["sigmoid"], "l2", "conventions: delta-rule\n", "sigmoid")
    text = text.replace(f"inputs: {X.tolist()}", "inputs: [[1.2, -0.7]]").replace(str(T.tolist()), "[[1, 0]]")
    y = sigmoid(sigmoid(X[:1] @ W1 + b1) @ W2 + b2)
    causes = checked(tmp_path, text, {"o2": y, "grad_o2": y}, 3)[1]
    assert causes == {"grad_o2": ["it equals o2: t is left out"]}


def test_a_wrong_rate_between_two_steps(tmp_path):
    """All parameters that nobody printed move by a tenth."""
    z1, a1, _, delta = network()
    dz1 = (delta @ W2.T) * (1 - a1**2)
    z = X @ (W1 - RATE / 10 * X.T @ dz1) + b1 - RATE / 10 * dz1.sum(0)
    causes = checked(tmp_path, TWO_LAYERS, [{"Y1lin": z1}, {"Y1lin": z}], 8)[1]
    assert causes == {"Y1lin": ["in the step before, W1_new and B1_new: the step is divided by 10"]}


def test_labels_that_are_shifted_account_for_more_than_a_slip(tmp_path):
    """A loss of four digits follows from a sign somewhere as well, and what comes after it from the targets alone."""
    x = np.array([[0.4, -1.2, 1.6, -0.5], [-0.6, -1.6, -2.2, 0.4], [0.6, -1.9, -1.6, 0.3], [-0.5, 0.3, 1.8, -1.2]])
    x = np.vstack([x, [-0.2, 0.6, 0.7, 0.6]])
    t = np.array([[1.0], [0], [1], [1], [0]])
    W = [np.array([[0.2, -0.3, -0.1, -1.1], [0.6, -0.2, 0.8, -0.1], [0.1, 0.2, -0.2, 1.0], [0.7, 0.6, -1.0, 0.3]]).T]
    W += [np.array([[-0.8, -0.9, -0.6, 0.2], [-0.8, -0.6, 0.8, -0.5], [0.3, -0.1, -1.1, 0.1]]).T]
    W += [np.array([[0.7], [0.5], [0.4]])]
    b = [np.array([0.6, -0.2, -0.1, -1.2]), np.array([-0.3, -0.2, -1.2]), np.array([-0.2])]
    layers = ", ".join(
        f"{{type: linear, W: {V.tolist()}, B: {c.tolist()}}}, {activation}"
        for V, c, activation in zip(W, b, ("relu", "relu", "sigmoid"), strict=True)
    )
    text = f"layers: [{layers}]\ninputs: {x.tolist()}\ntargets: {t.tolist()}\nloss: binary_cross_entropy\n"
    text += "learning_rate: 0.2\nconventions: {average: [], loss: mean}\n"
    a1 = np.maximum(x @ W[0] + b[0], 0)
    a2 = np.maximum(a1 @ W[1] + b[1], 0)
    z3, other = a2 @ W[2] + b[2], np.roll(t, 1, axis=0)
    d3 = (sigmoid(z3) - other) / len(x)
    d2 = d3 @ W[2].T * (a2 > 0)
    d1 = d2 @ W[1].T * (a1 > 0)
    dump = {"J": cross_entropy(z3, other), "gradB3": d3.sum(0), "gradW3": a2.T @ d3, "gradB2": d2.sum(0)}
    dump |= {"gradW2": a1.T @ d2, "gradB1": d1.sum(0), "gradW1": x.T @ d1}
    found = checked(tmp_path, text, dump, 4)[1]
    assert list(found) == ["L_mean"]
    assert found["L_mean"][0].startswith("the target D: each example has the target of the one")


def test_the_rate_over_n_that_counts_twice_between_two_steps(tmp_path):
    """Only what the next step begins with shows it: (η/N)² in place of η/N."""
    text = config([], "l2", "conventions: {average: [], rate: over_n}\n")
    z1, a1, _, delta = network()
    dz1 = (3 * delta @ W2.T) * (1 - a1**2)
    z = X @ (W1 - (RATE / 3) ** 2 * X.T @ dz1) + b1 - (RATE / 3) ** 2 * dz1.sum(0)
    causes = checked(tmp_path, text, [{"Y1lin": z1}, {"Y1lin": z}], 8)[1]
    assert causes == {"Y1lin": ["in the step before, W1_new and B1_new: lr/N counts twice"]}


@pytest.mark.parametrize("zero", [0.0, -0.0])
def test_zeros_do_not_follow_from_rounding_by_hand(tmp_path, zero):
    """Whatever is rounded far enough is 0, and so is what comes of it."""
    z2 = network()[2]
    text = TWO_LAYERS.replace(str(T.tolist()), str((z2 - 0.03).tolist()))
    dump = {"Y2lin": z2, "gradY2lin": np.full((3, 2), 0.01), "gradY1lin": np.full((3, 3), zero), "W1_new": W1}
    (tmp_path / "c.yaml").write_text(text)
    np.savez(tmp_path / "d.npz", **dump)
    done = CliRunner().invoke(group, ["check", str(tmp_path / "c.yaml"), "--against", str(tmp_path / "d.npz")])
    assert done.exit_code == 1
    assert "not filled in: every number is 0" in done.stdout


@pytest.mark.parametrize("decimals", [4, 5, 6])
def test_work_rounded_on_the_way_is_right_by_either_form_of_a_derivative(tmp_path, decimals):
    """Every tensor is rounded, few are printed, and 1 − a² is taken of what was rounded."""
    z1 = (X @ W1 + b1).round(decimals)
    a1 = np.tanh(z1).round(decimals)
    delta = (((a1 @ W2 + b2).round(decimals) - T) / 3).round(decimals)
    error = (delta @ W2.T).round(decimals)
    dz1 = (error * (1 - a1**2)).round(decimals)
    assert checked(tmp_path, TWO_LAYERS, {"gradW1": X.T @ dz1, "gradB1": dz1.sum(0)}, decimals) == (0, {})


@pytest.mark.parametrize(("shown", "code"), [("W2_new", 0), ("W1_new", 1)])
def test_a_gradient_of_the_other_sign_is_right_if_what_it_updates_is(tmp_path, shown, code):
    """Y − D in place of D − Y, and added: the updated weights of another layer tell nothing of it."""
    _, a1, _, delta = network()
    gradient = {"W1": X.T @ ((delta @ W2.T) * (1 - a1**2)), "W2": a1.T @ delta}
    new = {f"{n}_new": W - RATE * gradient[n] for n, W in (("W1", W1), ("W2", W2))}
    found, causes = checked(tmp_path, TWO_LAYERS, {"Y1": a1, "gradW2": -gradient["W2"], shown: new[shown]}, 6)
    assert found == code
    assert list(causes) == ["gradW2"] * code


def test_one_number_of_the_other_sign_is_the_error_by_its_name(tmp_path):
    text = "layers: [{type: linear, W: [[0.5], [-0.25]], B: [0.125]}, sigmoid]\ninputs: [[1, 2]]\ntargets: [[0.47]]\n"
    y = sigmoid(0.125)
    text += "loss: l2\nlearning_rate: 1\nconventions: {average: []}\n"
    new = np.array([[0.5], [-0.25]]) - np.array([[1], [2]]) * (y - 0.47) * y * (1 - y)
    dump = {"layer_1": [[y]], "layer_1_error": [[0.47 - y]], "synapse_0": new}
    assert checked(tmp_path, text, dump, 8) == (0, {})
    done = CliRunner().invoke(group, ["check", str(tmp_path / "c.yaml"), "--against", str(tmp_path / "d.json")])
    assert "right in another form" in done.stdout
    assert "not judged" not in done.stdout


def test_what_lies_in_the_middle_may_be_rounded_either_way(tmp_path):
    """By hand: (1.3 − 1.215)/2 = 0.0425 and (0.7 − 0.7)/2 = 0; 0.042 and 0.043 are both right with three decimals."""
    text = (
        "layers: [{type: linear, W: [[1.0], [0.2]], B: [0.1]}]\ninputs: [[1, 1], [0.4, 1]]\ntargets: [[1.215], [0.7]]\n"
    )
    text += "loss: l2\nlearning_rate: 1\nconventions: {average: [], loss: mean}\n"
    for error in (0.042, 0.043):
        assert checked(tmp_path, text, {"gradW1": [[error], [error]], "gradB1": [error]}, 3) == (0, {})
    assert checked(tmp_path, text, {"gradW1": [[0.044], [0.044]], "gradB1": [0.044]}, 3)[0] == 1


def test_numbers_of_float32_are_not_rounded_by_hand(tmp_path):
    """A row of the hidden output is another's: nothing that float32 rounds leads to what comes of it."""
    a1, z2 = network()[1], network()[2]
    z2[1] = z2[0]
    delta = (z2 - T) / 3
    arrays = {"gradB2": delta.sum(0), "gradW2": a1.T @ delta}
    text = "\n".join(f"{n} = {np.asarray(v, np.float32)!r}" for n, v in arrays.items())
    (tmp_path / "c.yaml").write_text(TWO_LAYERS)
    (tmp_path / "d.txt").write_text(text)
    done = CliRunner().invoke(group, ["check", str(tmp_path / "c.yaml"), "--against", str(tmp_path / "d.txt")])
    assert done.exit_code == 1


def test_what_follows_from_numbers_does_not_explain_them(tmp_path):
    """By hand: the inputs sum to 1, and so the rows of gradW1 to gradY1lin, whatever that is."""
    text = (
        "layers: [{type: linear, W: [[1, 2, 3], [4, 5, 6]]}]\ninputs: [[0.25, 0.75]]\ntargets: [[0, 0, 1]]\nloss: l2\n"
    )
    claims = {"gradY1lin": [[3.14159, 2.71828, 1.41421]]}
    assert checked(tmp_path, text, claims)[1] == {"gradY1lin": []}


def test_one_number_of_all_digits_is_no_reason_to_believe_in_another_target(tmp_path):
    """Any number can be reached from one that is free, and 0.02 would do for this one."""
    z2 = network()[2]
    loss = 0.5 * ((z2 - T) ** 2).sum(axis=1).mean()
    near = 0.5 * ((z2 - T - [[0.02, 0], [0, 0], [0, 0]]) ** 2).sum(axis=1).mean()
    assert near != loss
    assert checked(tmp_path, TWO_LAYERS, {"L_mean": near})[1] == {"L_mean": []}


def test_a_factor_of_the_other_sign_is_told_in_words(tmp_path):
    """A loss that is negative and averaged twice."""
    z2 = network()[2]
    loss = -0.5 * ((z2 - T) ** 2).sum(axis=1).mean() / 3
    causes = checked(tmp_path, TWO_LAYERS, {"L_mean": loss}, 8)[1]
    assert causes == {"L_mean": ["it is divided by N = 3, with its sign flipped"]}


def test_what_is_zero_but_for_rounding_lies_where_it_was_written(tmp_path):
    """By hand: 0.1 + 0.2 − 0.3 is 0, whose derivative by ReLU is 0; in floats it is 5.6e-17, whose derivative is 1."""
    text = "layers: [{type: linear, W: [[0.1], [0.2], [-0.3]]}, relu, {type: linear, W: [[0.5]]}]\n"
    text += "inputs: [[1, 1, 1]]\ntargets: [[0.12345678]]\nloss: l2\nlearning_rate: 1\n"
    above, at, below, slope = 5.551115123125783e-17, 0.0, -1e-17, -0.06172839
    for z, gradient, code in ((above, slope, 0), (above, 0, 0), (at, 0, 0), (at, slope, 1), (below, slope, 1)):
        claims = {"Y1lin": [[z]], "gradY2lin": [[-0.1235]], "gradW1": [[gradient]] * 3}
        assert checked(tmp_path, text, claims)[0] == code, (z, gradient)


def test_weights_cut_to_nothing_make_all_outputs_one(tmp_path):
    """All weights are below 1, so that nothing is left of them: every sigmoid is 0.5."""
    text = config(["sigmoid"], "l2", hidden="sigmoid")
    a2 = sigmoid(np.full((3, 3), 0.5) @ W2 + b2)
    causes = checked(tmp_path, text.replace(str(b1.tolist()), "[0, 0, 0]"), {"Y1": np.full((3, 3), 0.5), "Y2": a2})[1]
    assert causes == {"Y1": ["W1 is cut to whole numbers"]}


def test_two_numbers_of_two_digits_tell_that_targets_were_mixed_up(tmp_path):
    """Errors of a single output move by 1 where examples have each other's targets."""
    one = f"W: {W2[:, 1:].tolist()}, B: {b2[1:].tolist()}"
    text = config(["sigmoid"], "l2", "conventions: {average: [], loss: mean}\n", hidden="sigmoid")
    text = text.replace(f"W: {W2.tolist()}, B: {b2.tolist()}", one).replace(str(X.tolist()), str(X[1:].tolist()))
    text = text.replace(str(T.tolist()), "[[1.0], [0.0]]")
    y = sigmoid(sigmoid(X[1:] @ W1 + b1) @ W2[:, 1:] + b2[1:])
    causes = checked(tmp_path, text, {"Y2": y, "gradY2": (y - [[0.0], [1.0]]) / 2}, digits=2)[1]
    assert "the target D: each example has the target of the one before" in causes["gradY2"]


def test_a_given_tensor_copied_wrong_counts_by_what_it_accounts_for(tmp_path):
    """Three numbers, two of them 0.5, tell nothing of weights; that an error follows from the same does."""
    U, V = np.array([[-0.82, -0.22], [0.77, -0.31]]), np.array([[-1.05, 0.49, -0.43], [1.05, 0.66, -0.08]])
    x, t = np.array([[-0.6, -0.6]]), np.array([[0.0, 1.0, 0.0]])
    layers = ", sigmoid, ".join(f"{{type: linear, W: {w.tolist()}, freeze: [B]}}" for w in (U, V))
    given = f"inputs: {x.tolist()}\ntargets: {t.tolist()}\nloss: l2\nlearning_rate: 1\nconventions: delta-rule\n"
    o1 = sigmoid(x @ U)
    o2 = sigmoid(o1 @ np.trunc(V))
    delta1 = ((t - o2) * o2 * (1 - o2)) @ np.trunc(V).T * o1 * (1 - o1)
    causes = checked(tmp_path, f"layers: [{layers}, sigmoid]\n{given}", {"o1": o1, "o2": o2, "delta1": delta1}, 3)[1]
    assert causes == {"o2": ["w2 is cut to whole numbers"]}


@pytest.mark.parametrize(
    ("factor", "words"), [(-1, ", and its sign is flipped"), (1 / 3, ", and it is divided by N = 3")]
)
def test_a_loss_of_another_base_and_another_mistake(tmp_path, factor, words):
    p = sigmoid(network()[2])
    loss = -(T * np.log(p) + (1 - T) * np.log(1 - p)).sum() / len(X)
    text = config(["sigmoid"], "binary_cross_entropy", "conventions: {average: [], loss: mean}\n")
    causes = checked(tmp_path, text, {"Y2": p, "L": loss * factor / np.log(2) / 2})[1]
    assert [explained[0] for explained in causes.values()] == [f"the logarithm has base 2{words}"]


def test_one_long_number_tells_that_a_row_was_repeated(tmp_path):
    z1, a1, _, delta = network()
    gradient = a1.T @ delta[:, :1]
    gradient[2] = gradient[1]
    text = config([], "l2", "conventions: {average: [], loss: mean}\n").replace(
        str(W2.tolist()), str(W2[:, :1].tolist())
    )
    text = text.replace(str(b2.tolist()), str(b2[:1].tolist())).replace(str(T.tolist()), str(T[:, :1].tolist()))
    dump = {"Y1lin": z1, "Y1": a1, "gradY2lin": delta[:, :1], "W2_new": W2[:, :1] - RATE * gradient}
    causes = checked(tmp_path, text, dump)[1]
    assert causes == {"W2_new": ["gradW2: row 3 repeats row 2"]}


def test_a_unit_in_the_last_digit_of_one_number_is_no_mistake(tmp_path):
    """A number of 72 is off by one in its sixth digit: many mistakes lead to that somewhere."""
    z1, a1, z2, delta = network()
    dump = {"Y1lin": z1.round(5), "Y1": a1.round(5), "Y2lin": z2.round(5), "gradY2lin": delta.round(5)}
    dump["Y1lin"][1, 1] += 1e-5
    assert checked(tmp_path, TWO_LAYERS, dump)[0] == 0


def test_the_same_mistake_in_all_layers(tmp_path):
    """Who forgets the derivative forgets it in both; nobody printed the error of the second layer."""
    x, t, (W, b), (V, c), text = two_sigmoids()
    a = sigmoid(x @ W + b)
    y = sigmoid(a @ V + c)
    delta = (y - t) / len(x)
    error = delta @ V.T
    text = text.replace("binary_cross_entropy", "l2")
    dump = {"Y1": a, "Y2": y, "gradY1lin": error, "gradW1": x.T @ error}
    found = checked(tmp_path, text, dump, 6)[1]
    assert found == {"gradY1lin": ["gradY2lin and gradY1lin: the derivative of the activation is missing"]}
