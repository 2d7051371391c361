"""Right work in another form, and mistakes of the kinds that people make: the students are plain numpy."""

import json

import numpy as np
import pytest
from click.testing import CliRunner

import mlpcli
from mlpcli.cli import group

CONFIG = """
layers:
  - {type: linear, W: [[0.52, -0.33, 0.81], [0.24, 0.73, -0.42]], B: [0.11, -0.26, 0.37]}
  - {hidden}
  - {type: linear, W: [[0.31, -0.62, 0.45], [0.74, 0.45, -0.2], [-0.53, 0.27, 0.66]], B: [0.18, -0.29, 0.4]}
  - tanh
  - {type: linear, W: [[0.61, -0.34, 0.15], [0.29, 0.84, -0.71], [-0.47, 0.38, 0.93]], B: [0.05, 0.13, -0.21]}
  - softmax
inputs: [[1, 2], [0.5, -1.5], [-1, 0.25], [0.75, -0.5]]
targets: {classes: [1, 3, 2, 2]}
loss: softmax_cross_entropy
learning_rate: 0.5
conventions: {average: [W, B]}
"""
W = [np.array([[0.52, -0.33, 0.81], [0.24, 0.73, -0.42]])]
W += [np.array([[0.31, -0.62, 0.45], [0.74, 0.45, -0.2], [-0.53, 0.27, 0.66]])]
W += [np.array([[0.61, -0.34, 0.15], [0.29, 0.84, -0.71], [-0.47, 0.38, 0.93]])]
B = [np.array([0.11, -0.26, 0.37]), np.array([0.18, -0.29, 0.4]), np.array([0.05, 0.13, -0.21])]
X = np.array([[1, 2], [0.5, -1.5], [-1, 0.25], [0.75, -0.5]])
D = np.eye(3)[[0, 2, 1, 1]]
N = len(X)


def student(**odd):
    """A step of training; `odd` has what a student does in another way."""
    act, targets, own = odd.get("act", np.tanh), odd.get("D", D), odd.get("W", W)
    r = odd.get("rounded", lambda value: value)
    z1 = r(X @ own[0] + B[0])
    a1 = r(act(z1))
    z2 = r(a1 @ own[1] + B[1])
    a2 = r(np.tanh(z2))
    z3 = r(a2 @ own[2] + B[2])
    e = np.exp(z3)
    a3 = r(e / e.sum(1, keepdims=True))
    share = odd.get("share", 1)
    d3 = r(odd.get("sign", 1) * (a3 - targets) / share * odd.get("factor", 1))
    da2 = r(d3 @ W[2].T)
    d2 = r(da2 * (1 - a2**2))
    da1 = r(d2 @ W[odd.get("weights", 1)].T)
    d1 = r(da1 * (1 - a1**2))
    mean, sign = N / share, odd.get("sign", 1)
    g = {f"dW{k}": r(x.T @ d / mean) for k, x, d in ((3, a2, d3), (2, odd.get("a1", a1), d2), (1, X, d1))}
    new = {f"W{k}_new": r(W[k - 1] - sign * 0.5 * g[f"dW{k}"]) for k in (3, 2, 1)}
    forward = {"Z1": z1, "A1": a1, "Z2": z2, "A2": a2, "Z3": z3, "A3": a3}
    own = {"dA2": da2, "dA1": da1} if "rounded" in odd else {}
    return {**forward, "dZ3": d3, "dZ2": d2, "dZ1": d1, **own, **g, **new}


def five(value):
    return np.round(value, 5)


@pytest.fixture
def check(tmp_path):
    def run(dump, hidden="tanh"):
        (tmp_path / "c.yaml").write_text(CONFIG.replace("{hidden}", hidden))
        path = tmp_path / "d.json"
        path.write_text(json.dumps({name: np.asarray(value).tolist() for name, value in dump.items()}))
        return CliRunner().invoke(group, ["check", str(tmp_path / "c.yaml"), "--against", str(path)])

    return run


def test_right_work(check):
    assert check(student()).exit_code == 0


@pytest.mark.parametrize("form", [{}, {"share": N}])
def test_right_work_may_be_rounded_on_the_way(check, form):
    result = check(student(rounded=five, **form))
    assert result.exit_code == 0, result.stdout
    assert "as they are rounded" in result.stdout


@pytest.mark.parametrize("form", [".5f", ".6e"])
def test_what_nobody_prints_was_rounded_on_the_way_in_both_layers(tmp_path, form):
    """With the derivatives as of the outputs; with powers of ten zeros fill numbers up to the decimals they have."""
    dump = {name: value for name, value in student(rounded=five).items() if name in ("dW1", "dW2", "dW3", "A3")}
    text = {
        name: np.array2string(value, formatter={"float": lambda x: format(x, form)}) for name, value in dump.items()
    }
    (tmp_path / "c.yaml").write_text(CONFIG.replace("{hidden}", "tanh"))
    (tmp_path / "d.txt").write_text("\n".join(f"{name} = {rows}" for name, rows in text.items()))
    result = CliRunner().invoke(group, ["check", str(tmp_path / "c.yaml"), "--against", str(tmp_path / "d.txt")])
    assert result.exit_code == 0, result.stdout
    assert "as they are rounded" in result.stdout


@pytest.mark.parametrize(("loss", "right"), [("7.6009", True), ("7.5990", False)])
def test_a_loss_of_a_small_probability_follows_from_it_as_it_is_written(tmp_path, loss, right):
    """−ln 0.0005 is 7.6009, and −ln 0.000469…, which σ₂(0, 7.6641) is and which is written so, 7.6645."""
    (tmp_path / "c.yaml").write_text(
        "layers: [softmax]\ninputs: [[0, 7.6641]]\ntargets: {classes: [1]}\nloss: softmax_cross_entropy\n"
    )
    (tmp_path / "d.txt").write_text(f"Y1 = [[0.0005, 0.9995]]\nL = [{loss}]\n")
    result = CliRunner().invoke(group, ["check", str(tmp_path / "c.yaml"), "--against", str(tmp_path / "d.txt")])
    assert (result.exit_code == 0) == right, result.stdout


def test_target_minus_output_may_be_rounded_on_the_way(check):
    dump = student(rounded=five, sign=-1)
    result = check(dump)
    assert result.exit_code == 0, result.stdout
    assert "they have the other sign, and are added" in result.stdout


def test_a_last_digit_that_is_off_is_no_mistake_beside_another_form(check):
    exact = student(sign=-1)
    dump = {name: value for name, value in exact.items() if name[:2] in ("A1", "dZ", "dW")}
    dump["W2_new"] = five(exact["W2_new"])
    cell = np.unravel_index(np.argmax(np.abs(exact["W2_new"]) - np.abs(dump["W2_new"])), (3, 3))
    dump["W2_new"][cell] = five(dump["W2_new"][cell] + 1e-5 * np.sign(dump["W2_new"][cell]))  # to the other side
    result = check(dump)
    assert result.exit_code == 0, result.stdout
    assert "they have the other sign, and are added" in result.stdout
    assert "W2_new is off in the last printed digit only" in result.stdout


def test_a_mistake_beside_another_form_is_one(check):
    dump = student(sign=-1)
    assert check(dump).exit_code == 0
    dump["W2_new"] = dump["W2_new"] + 0.01
    assert check(dump).exit_code == 1


def test_one_over_n_may_stand_in_the_gradients_on_the_way(check):
    result = check(student(share=N))
    assert result.exit_code == 0
    assert "right in another form: gradY3lin, gradY2lin, gradY1lin: 1/N = 1/4 stands in them" in result.stdout


def test_target_minus_output_may_be_added(check):
    dump = {name: value for name, value in student(sign=-1).items() if not name.startswith("dW")}
    result = check(dump)
    assert result.exit_code == 0
    assert "they have the other sign, and are added" in result.stdout


def test_a_form_that_leads_to_nothing_right_is_a_mistake(check):
    dump = {name: value for name, value in student(share=N).items() if name.startswith("dZ")}
    assert check(dump).exit_code == 1
    dump = student() | {"dZ2": -student()["dZ2"]}
    assert check(dump).exit_code == 1


def test_other_targets_are_told_by_the_gradients_of_parameters_alone(check):
    other = np.eye(3)[[2, 0, 1, 0]]
    result = check({name: value for name, value in student(D=other).items() if name.startswith("dW")})
    assert f"the target D is {other.tolist()}" in result.stdout
    assert "1 cause, 2 consequences" in result.stdout


def test_parameters_are_all_updated_or_none(check):
    """A bias of which one number changed is the updated one, as the weights beside it."""
    dump = student(D=np.eye(3)[[2, 0, 1, 0]])
    dump = {name.removesuffix("_new"): value for name, value in dump.items()} | {"b3": B[2] - [0, 0.1, 0]}
    result = check(dump)
    assert "B3_new" in result.stdout
    assert "B3 is wrong" not in result.stdout


def test_a_single_number_of_a_layer_above_may_be_off_by_a_place(check):
    def slipped(z):
        return np.where(np.arange(z.size).reshape(z.shape) == 4, z * 10, z)

    right, wrong = student(), student(act=lambda z: slipped(np.tanh(z)))
    result = check({name: wrong[name] for name in right if name not in ("A1", "dZ1", "dW1", "W1_new")})
    assert "Y1: decimal point moved at [1,1]" in result.stdout


@pytest.mark.parametrize(
    ("right", "wrong", "slip"),
    [
        ("0.7311", "0.311", "a digit dropped"),
        ("0.7311", "7.311", "decimal point moved"),
        ("0.7311", "0.7131", "two digits swapped"),
    ],
)
def test_slips_in_what_is_printed(right, wrong, slip):
    """σ(1) = 0.731058…, a published constant; printed with four decimals beside σ(-2) = 0.1192 and σ(0.5) = 0.6225."""
    config = f"layers: [sigmoid]\ninputs: [[1, -2, 0.5]]\nexpect: {{Y: [[{wrong}, 0.1192, 0.6225]]}}\n"
    result = CliRunner().invoke(group, ["check", "-"], input=config)
    assert f"{slip} at [0,0]" in result.stdout
    assert CliRunner().invoke(group, ["check", "-"], input=config.replace(wrong, right)).exit_code == 0


@pytest.mark.parametrize(
    ("odd", "cause", "sentence"),
    [
        ({"factor": 4}, "gradY3lin", "it is multiplied by"),
        ({"factor": 7}, "gradY3lin", "it is multiplied by 7"),
        ({"weights": 2}, "gradY1lin", "W3 is used in place of W2"),
        ({"D": np.roll(D, 1, 1)}, "gradY3lin", "D: its classes are off by one"),
        ({"D": np.roll(D, 1, 0)}, "gradY3lin", "D: each example has the target of the one before"),
        ({"D": 0 * D}, "gradY3lin", "D is not subtracted"),
        ({"D": D.T.reshape(D.shape)}, "gradY3lin", "the target D is reshaped, not transposed"),
        ({"W": [np.trunc(W[0]), *W[1:]]}, "Y1lin", "W1 is cut to whole numbers"),
        ({"act": lambda z: np.maximum(z, 0)}, "Y1", "ReLU is applied in its place"),
    ],
)
def test_mistakes_and_what_is_said_of_them(check, odd, cause, sentence):
    result = check(student(**odd))
    first = next(line for line in result.stdout.splitlines() if "wrong in itself" in line)
    assert result.exit_code == 1
    assert f": {cause} is wrong" in first
    assert sentence in result.stdout


def test_nan_says_where_it_begins(check):
    dump = student()
    result = check({**dump, "A3": np.where(dump["A3"] > 0.5, np.nan, dump["A3"])})
    assert "nan begins here, as from e to a large number" in result.stdout


def test_sums_of_another_matrix(check):
    dump = student()
    result = check({"dW1": dump["dW1"], "dW2": dump["dW2"], "db2": dump["dW2"].sum(0)})
    assert "it is the sum of the columns of gradW2" in result.stdout


def test_a_last_digit_that_is_off_is_no_mistake(check):
    value = student()["Z2"].round(4)
    value[0, 0] += 1e-4
    result = check({"Z2": value})
    assert (result.exit_code, "off in the last printed digit only" in result.stdout) == (0, True)
    value[0, 0] += 5e-4
    assert check({"Z2": value}).exit_code == 1


def test_one_gradient_of_a_parameter_with_the_other_sign_is_wrong():
    net = mlpcli.load("configs/toy.yaml")
    right = net.backward()
    report = net.check({"gradW3": right["gradW3"], "gradB3": -right["gradB3"]})
    assert list(report.causes) == ["gradB3"]


@pytest.mark.parametrize(("rate", "right"), [(0.9, True), (0.0001, False)])
def test_an_update_that_its_digits_do_not_show_tells_no_sign(tmp_path, rate, right):
    """D − Y is right where it is added, which three digits of w − 0.0001·g do not show."""
    w, b, x, t = np.array([[0.61], [-0.34]]), 0.13, np.array([[1.0, 2.0], [0.5, -1.5]]), np.array([[1.0], [0.5]])
    error = t - (x @ w + b)
    layer = {"type": "linear", "W": w.tolist(), "B": [b]}
    config = {"layers": [layer], "inputs": x.tolist(), "targets": t.tolist(), "loss": "l2", "learning_rate": rate}
    found = {"gradY1lin": error, "gradW1": x.T @ error, "W1_new": w + rate * x.T @ error}
    (tmp_path / "c.yaml").write_text(json.dumps(config | {"conventions": {"average": []}}))
    (tmp_path / "d.txt").write_text("\n".join(f"{n} =\n{np.array2string(v, precision=3)}" for n, v in found.items()))
    result = CliRunner().invoke(group, ["check", str(tmp_path / "c.yaml"), "--against", str(tmp_path / "d.txt")])
    assert (result.exit_code == 0) == right, result.output
