"""Nothing is explained that the other claims speak against. The numbers are a student's, computed in plain numpy."""

import itertools
import json

import numpy as np
import pytest
from click.testing import CliRunner

import mlpcli
from mlpcli.check.claims.written import read_texts
from mlpcli.check.diagnosis.edits import MAX_CELLS, line_edits
from mlpcli.check.diagnosis.question import Question
from mlpcli.cli import group
from mlpcli.values.noisy import Noisy

X, D = np.array([[0.0, 0], [0, 1], [1, 0], [1, 1]]), np.array([[0.0], [1], [1], [0]])
W1, B1 = np.array([[0.5, -0.3], [0.8, 0.6]]), np.array([[0.1, -0.2]])
W2, B2 = np.array([[1.2], [-0.7]]), np.array([[0.05]])
CONFIG = f"""
layers:
- {{type: linear, W: {W1.tolist()}, B: {B1.tolist()}}}
- tanh
- {{type: linear, W: {W2.tolist()}, B: {B2.tolist()}}}
- sigmoid
inputs: {X.tolist()}
targets: {D.tolist()}
loss: LOSS
learning_rate: 0.1
"""


NORMED = """
layers:
- {type: linear, W: [[0.2, -0.4, 0.9], [0.5, 0.3, -0.6]], B: [0.1, 0, -0.1]}
- {type: batchnorm, gamma: [1.5, 0.8, 1], beta: [0.2, -0.1, 0], eps: 0.001}
- relu
- {type: linear, W: [[0.7, -0.2], [-0.3, 0.5], [0.15, 0.65]], B: [0.3, -0.3]}
inputs: [[1, -2], [0.3, 1.1], [-2.1, 0.7], [0.8, 1]]
targets: [[1, 0], [0, 1], [0, 1], [1, 0]]
loss: softmax_cross_entropy
"""


def student(loss="l2", D=D, scale=1 / 4, derivative=True, bias=True, update_first=False, rate=0.1):
    """The whole pass by hand, N = 4."""
    t = {"Y1lin": X @ W1 + B1 * bias}
    t["Y1"] = np.tanh(t["Y1lin"])
    t["Y2lin"] = t["Y1"] @ W2 + B2 * bias
    Y = t["Y2"] = 1 / (1 + np.exp(-t["Y2lin"]))
    entropy = -(D * np.log(Y) + (1 - D) * np.log(1 - Y))
    t["L"] = (0.5 * (Y - D) ** 2 if loss == "l2" else entropy).sum(axis=1)
    slope = Y * (1 - Y) if derivative else 1
    t["gradY2lin"] = (Y - D) * (slope if loss == "l2" else 1 if derivative else 1 / (Y * (1 - Y)))
    t["gradW2"], t["gradB2"] = (
        t["Y1"].T @ t["gradY2lin"] * scale,
        t["gradY2lin"].sum(axis=0, keepdims=True) * scale,
    )
    t["W2_new"], t["B2_new"] = W2 - rate * t["gradW2"], B2 - rate * t["gradB2"]
    t["gradY1"] = t["gradY2lin"] @ (t["W2_new"] if update_first else W2).T
    t["gradY1lin"] = t["gradY1"] * (1 - t["Y1"] ** 2)
    t["gradW1"], t["gradB1"] = X.T @ t["gradY1lin"] * scale, t["gradY1lin"].sum(axis=0, keepdims=True) * scale
    t["W1_new"], t["B1_new"] = W1 - rate * t["gradW1"], B1 - rate * t["gradB1"]
    return t


@pytest.fixture
def check(tmp_path):
    """What is found in some tensors of a trace, printed with `decimals` decimals: the claims by name, and the case."""

    def run(trace, names=None, decimals=6, loss="l2", config=CONFIG):
        (tmp_path / "c.yaml").write_text(config.replace("LOSS", loss))
        lines = [f"{n} = {np.round(trace[n], decimals).tolist()}" for n in names or trace]
        args = ["check", str(tmp_path / "c.yaml"), "--against", "-", "--format", "json"]
        done = CliRunner().invoke(group, args, input="\n".join(lines))
        assert done.exception is None or isinstance(done.exception, SystemExit), done.exception
        case = json.loads(done.stdout)["configs"][0]
        return {c["name"]: c for c in case["claims"]}, case

    return run


def causes(claims):
    return {c["name"]: c["explanations"] for c in claims.values() if c["verdict"] in ("cause", "misprint")}


def test_a_student_without_mistakes_is_right(check):
    for loss in ("l2", "binary_cross_entropy"):
        assert not causes(check(student(loss), loss=loss)[0])


def test_an_update_before_the_backward_pass_is_found_where_nothing_between_is_printed(check):
    found = causes(check(student(update_first=True), ["gradB1", "gradW1"], decimals=5)[0])
    assert "gradY1: W2 is used after its update, W2_new" in next(iter(found.values()))


@pytest.mark.parametrize(
    ("mistake", "setting"), [({"bias": False}, ""), ({"rate": 1}, ""), ({"derivative": False}, "")]
)
@pytest.mark.parametrize("decimals", [2, 3])
def test_a_named_mistake_is_no_convention(check, mistake, setting, decimals):
    claims, case = check(student(**mistake), decimals=decimals)
    assert all(explanations for explanations in causes(claims).values())
    assert case["conventions"] == []


def test_a_setting_that_explains_everything_is_a_convention(check):
    _, case = check(student(scale=1))
    assert any("hold with average = []" in sentence for sentence in case["conventions"])


def test_classes_stay_classes(check):
    """A gradient that is wrong in itself is no reason to believe in a target of 2.18."""
    claims, case = check(student("binary_cross_entropy", derivative=False), loss="binary_cross_entropy")
    assert list(causes(claims)) == ["gradY2lin"]
    assert case["conventions"] == []


def test_a_target_is_named_plainly(check):
    other = D.copy()
    other[1] = 0
    claims, _ = check(student(D=other), ["gradW1", "gradB1", "gradW2", "gradB2"])
    assert ["D[1,0] is 0 in place of 1"] in causes(claims).values()


def test_what_claims_speak_against_comes_after_a_mistake_in_the_step(check):
    """Averaged twice; the claimed gradient at the output is not averaged at all, so the loss is no mean."""
    claims, case = check(student(scale=1 / 16))
    assert case["conventions"] == []
    assert {explanations[0] for explanations in causes(claims).values()} == {"it is averaged over the batch twice"}


def test_a_value_lost_in_noise_explains_nothing(check):
    """gradB of a layer before batch normalization is 0 but for rounding: 1e-10 is no trace of another mistake."""
    claims, _ = check({"gradB1": np.array([[1e-10, -2e-18, 0]])}, config=NORMED, decimals=20)
    assert causes(claims) == {"gradB1": []}


def test_large_tensors_are_not_looked_at_cell_by_cell(check, monkeypatch):
    """A hundred weights are moved one by one, a hundred thousand would take minutes."""
    moved, depends = [], Question.depends

    def watched(question, name, index):
        moved.append(question.judgement.claimed[name].value.size)
        return depends(question, name, index)

    monkeypatch.setattr(Question, "depends", watched)
    wide = f"{{type: linear, W: {np.resize(W1, (2, 80)).tolist()}}}\n- {{type: linear, W: {np.ones((80, 2)).tolist()}}}"
    config = CONFIG.replace(f"{{type: linear, W: {W1.tolist()}, B: {B1.tolist()}}}", wide)
    claims, _ = check({"Y1lin": -X @ np.resize(W1, (2, 80))}, config=config)
    assert list(causes(claims)) == ["Y1lin"]
    assert 0 < max(moved) <= MAX_CELLS


@pytest.mark.parametrize("number", [0, 1])
def test_what_is_filled_in_with_one_number_says_nothing_of_mistakes(tmp_path, number):
    """What follows from numbers that nobody computed agrees with some mistake or other by chance."""
    net = mlpcli.load("configs/handout/3.6.yaml")
    dump = {name: np.full_like(tensor, number).tolist() for name, tensor in net.train().items()}
    (tmp_path / "d.json").write_text(json.dumps(dump))
    done = CliRunner().invoke(group, ["check", "configs/handout/3.6.yaml", "--against", str(tmp_path / "d.json")])
    assert f"not filled in: every number is {number}" in done.stdout
    assert "consistent with" not in done.stdout


def test_equal_outputs_of_a_softmax_may_come_of_a_bias_that_is_dropped(tmp_path):
    """σ₃(0, 0, 0) is 1/3 each: the input is 0, and all that is left are the biases."""
    (tmp_path / "c.yaml").write_text(
        "layers: [{type: linear, W: [[0.5, -0.2, 0.3]], B: [0.3, -0.1, 0.2]}, softmax]\n"
        "inputs: [[0]]\ntargets: {classes: [1]}\nloss: softmax_cross_entropy\n"
    )
    (tmp_path / "d.txt").write_text("Y1 = [[0.3333, 0.3333, 0.3333]]\n")
    done = CliRunner().invoke(group, ["check", str(tmp_path / "c.yaml"), "--against", str(tmp_path / "d.txt")])
    assert "consistent with: Y1lin: the bias is dropped" in done.stdout


def test_one_tensor_filled_in_with_one_number_is_not_explained(tmp_path):
    net = mlpcli.load("configs/handout/3.6.yaml")
    dump = {name: tensor.tolist() for name, tensor in net.backward().items()}
    dump["Y3"] = np.full_like(dump["Y3"], 7.0).tolist()
    (tmp_path / "d.json").write_text(json.dumps(dump))
    done = CliRunner().invoke(group, ["check", "configs/handout/3.6.yaml", "--against", str(tmp_path / "d.json")])
    assert "not filled in: every number is 7" in done.stdout
    assert "consistent with" not in done.stdout


def test_a_parameter_that_is_left_as_given_is_no_rounding_of_the_updated_one(tmp_path):
    """By hand: dW1 = xᵀ·(y − t) is [[0.0025, −0.00125], [0.00125, −0.000625]]; W1 − 0.1·dW1 rounds to W1."""
    path = tmp_path / "c.yaml"
    path.write_text(
        "layers: [{type: linear, W: [[0.76, -0.5], [-1.1, -1.01]], B: [0, 0]}]\n"
        "inputs: [[0.5, 0.25]]\ntargets: [[0.1, -0.5]]\nloss: l2\nlearning_rate: 0.1\n"
    )
    gradient = "dW1 = [[0.002500, -0.001250], [0.001250, -0.000625]]\n"
    y = "Y1lin = [[0.1050, -0.5025]]\n"  # 0.5·0.76 − 0.25·1.1; −0.25 − 0.2525
    new = "W1_new = [[0.76, -0.50], [-1.10, -1.01]]\n"  # 0.75975, −0.499875, −1.100125 and −1.0099375

    def check(text):
        (tmp_path / "d.txt").write_text(text)
        return CliRunner().invoke(group, ["check", str(path), "--against", str(tmp_path / "d.txt")])

    assert check(new).exit_code == 0, "two decimals are all there is"
    biases = (
        "intercepts_[0] = [[-0.00050, 0.00025]]\n"  # 0 − 0.1·(y − t): who prints these after the update prints all then
    )
    for text in (y + gradient + new, y + gradient + biases + new.replace("W1_new", "coefs_[0]")):
        done = check(text)
        assert done.exit_code == 1
        assert "the parameter is not updated" in done.output


def test_weights_left_as_given_are_no_rounding_with_powers_of_ten_either(tmp_path):
    """As the test above but one; R writes 0.76 as 7.600000e-01 beside numbers of seven digits."""
    path = tmp_path / "c.yaml"
    path.write_text(
        "layers: [{type: linear, W: [[0.76, -0.52], [-1.1, -1.01]], B: [0, 0]}]\n"
        "inputs: [[0.5, 0.25]]\ntargets: [[0.1, -0.5]]\nloss: l2\nlearning_rate: 0.1\n"
    )
    rows = "[[2.500000e-03, -6.250000e-03], [1.250000e-03, -3.125000e-03]]"
    weights = "[[7.600000e-01, -5.200000e-01], [-1.100000e+00, -1.010000e+00]]"
    (tmp_path / "d.txt").write_text(f"Y1lin = [[1.050000e-01, -5.125000e-01]]\ndW1 = {rows}\nW1_new = {weights}\n")
    done = CliRunner().invoke(group, ["check", str(path), "--against", str(tmp_path / "d.txt")])
    assert done.exit_code == 1, done.output
    assert "the parameter is not updated" in done.output


@pytest.mark.parametrize(("bias", "code"), [("[0.21, -0.47]", 1), ("[0.21, -0.48]", 0)])
def test_numbers_cut_to_what_they_were_before_are_not_updated(tmp_path, bias, code):
    """By hand: y − t is [0, 0.067], so B1 is [0.21, −0.47 − 0.0067] after a step, which is −0.48 rounded."""
    path = tmp_path / "c.yaml"
    path.write_text(
        "layers: [{type: linear, W: [[0, 0]], B: [0.21, -0.47]}]\n"
        "inputs: [[1]]\ntargets: [[0.21, -0.537]]\nloss: l2\nlearning_rate: 0.1\n"
    )
    (tmp_path / "d.txt").write_text(f"B1_new = {bias}\n")
    done = CliRunner().invoke(group, ["check", str(path), "--against", str(tmp_path / "d.txt")])
    assert done.exit_code == code, done.output


@pytest.mark.parametrize(("bias", "code"), [("0.3", 1), ("0.295", 0), ("0.30", 0)])
def test_one_number_is_held_to_the_digits_of_the_other_updated_parameters(tmp_path, bias, code):
    """By hand: y − t = 1.3 − 1.25 = 0.05, so W1 is [0.5 − 0.005, 0.25 − 0.01] and B1 is 0.3 − 0.005 after a step."""
    path = tmp_path / "c.yaml"
    path.write_text(
        "layers: [{type: linear, W: [[0.5], [0.25]], B: [0.3]}]\n"
        "inputs: [[1, 2]]\ntargets: [[1.25]]\nloss: l2\nlearning_rate: 0.1\n"
    )
    weights = "W1_new = [[0.495], [0.240]]\n" if bias != "0.30" else ""  # where there are no others, it may be rounded
    (tmp_path / "d.txt").write_text(f"{weights}B1_new = {bias}\n")
    done = CliRunner().invoke(group, ["check", str(path), "--against", str(tmp_path / "d.txt")])
    assert done.exit_code == code, done.output


def test_a_step_that_is_0_by_hand_is_no_rounding(tmp_path):
    """By hand: t − o is [0.412, −0.505] and the steps are 0.005 at most: 0.00 in two decimals."""
    (tmp_path / "c.yaml").write_text(
        "layers: [{type: linear, W: [[0.59, -0.31], [-0.85, 1.7]], freeze: [B]}]\n"
        "inputs: [[1, 0.9]]\ntargets: [[0.237, 0.715]]\nloss: l2\nlearning_rate: 0.01\nconventions: delta-rule\n"
    )
    (tmp_path / "d.txt").write_text("delta1 = [0.412, -0.505]\nw1_new = [[0.59, -0.31], [-0.85, 1.7]]\n")
    done = CliRunner().invoke(group, ["check", str(tmp_path / "c.yaml"), "--against", str(tmp_path / "d.txt")])
    assert done.exit_code == 1, done.output
    assert "the parameter is not updated" in done.output


@pytest.mark.parametrize(("text", "right", "found"), [("0.001", 0.004169, 0), ("0.123", 0.417, 1)])
def test_a_number_of_a_digit_repeats_no_other(text, right, found):
    claim, other = read_texts([[text], [text]]), float(text)
    assert len(list(line_edits(claim, Noisy(np.array([[right], [other]]), np.zeros((2, 1)))))) == found


TYPES = (float, np.float32)


@pytest.mark.parametrize(("scale", "sure"), [(0.1, False), (1, True)])
@pytest.mark.parametrize("columns", [False, True])
def test_a_kink_of_relu_has_two_sides_where_a_number_is_0_but_for_rounding(scale, sure, columns):
    """0.1 + 0.2 − 0.3 is 5.6e-17 in one order and 0 in another; 1 + 2 − 3 is 0."""
    W, x, d = np.array([[1.0], [2.0], [-3.0]]) * scale, np.array([[1.0, 1, 1], [2, 1, 0]]), np.array([[0.5], [0.25]])
    out = np.array([[0.75]])
    error = np.maximum(x @ W, 0).round(9) @ out - d
    G = error @ out.T
    layers = [{"type": "linear", "W": W}, "relu", {"type": "linear", "W": out}]
    config = {"layers": layers, "inputs": x, "targets": d, "loss": "l2", "conventions": {"average": []}}
    if columns:
        config |= {
            "inputs": x.T,
            "targets": d.T,
            "conventions": {"average": [], "samples": "columns", "layout": "out_in"},
        }
        config["layers"] = [{"type": "linear", "W": W.T}, "relu", {"type": "linear", "W": out.T}]
    network = mlpcli.load(config)
    turn = np.transpose if columns else np.asarray
    cases = ((0, True), (1, not sure), (2, False), (-2, False))
    for (factor, right), number in itertools.product(cases, TYPES):
        claimed = G * [[factor], [1]]
        assert network.check({"gradY1lin": turn(claimed).astype(number)}).passed == right, (factor, number)
        assert network.check({"gradW1": turn(x.T @ claimed).astype(number)}).passed == right, (factor, number)
