"""One mistake is one cause, whatever it makes wrong: the numbers are a student's, computed in plain numpy."""

import functools
import json

import numpy as np
import pytest
from click.testing import CliRunner

from mlpcli.cli import group
from tests.student import CONFIG, dump

slow = functools.partial(pytest.param, marks=pytest.mark.slow)

PRINTED = ["Y1", "Y2", "Y3", "L", "gradY3lin", "gradW3", "gradB3", "gradW2", "gradW1", "W1_new", "W2_new", "W3_new"]


@pytest.fixture
def check(tmp_path):
    """A function that checks a dump: its claims by name, or its text."""
    (tmp_path / "c.yaml").write_text(CONFIG)

    def run(trace, form="json"):
        np.savez(tmp_path / "s.npz", **trace)
        args = ["check", str(tmp_path / "c.yaml"), "--against", str(tmp_path / "s.npz"), "--format", form]
        output = CliRunner().invoke(group, args).stdout
        return {c["name"]: c for c in json.loads(output)["configs"][0]["claims"]} if form == "json" else output

    return run


def causes(claims):
    """Every cause with its first explanation."""
    wrong = [c for c in claims.values() if c["verdict"] in ("cause", "misprint")]
    return {c["name"]: next(iter(c["explanations"]), "") for c in wrong}


def test_a_student_without_mistakes_is_right(check):
    assert {c["verdict"] for c in check(dump()).values()} == {"match"}


@pytest.mark.slow
@pytest.mark.parametrize(
    ("mistake", "found"),
    [
        ("eps", {"norm1": "computed with eps = 1e-5"}),
        slow("slope", {"Y1": "computed with slope = 0.1"}),
        ("W1 transposed", {"Y1lin": "W1 is transposed"}),
        slow("W2 sign", {"Y2lin": "W2: sign flipped at [0,1]"}),
        ("W2 mistyped", {"Y2lin": "W2[1,0] is 0.17 in place of 0.7"}),
        slow("layout", {"Y1lin": "computed with layout = out_in"}),
        slow("sigmoid", {"Y2": "the sigmoid is applied in its place"}),
        ("softmax", {"Y3": "it is normalized over the examples, not over the classes"}),
        ("error", {"gradY3lin": "it is D − Y3, with the sign flipped"}),
        slow("average", {"gradB3": "computed with average = []"}),
        slow("rate", {"vW1_new": "computed with lr = 0.01"}),
        slow("momentum", {"vW1_new": "computed with momentum = gradient"}),
        slow("momentum of W1", {"vW1_new": "computed with momentum = gradient"}),
    ],
)
def test_one_mistake_is_one_cause(check, mistake, found):
    claims = check(dump(mistake))
    assert causes(claims) == found
    assert [c["verdict"] for c in claims.values() if c["name"] in found] == ["cause"]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("mistakes", "found"),
    [
        (("eps", "error"), {"norm1": "computed with eps", "gradY3lin": "it is D − Y3"}),
        (("eps", "average"), {"norm1": "computed with eps", "gradB3": "computed with average"}),
        (("softmax", "L"), {"Y3": "it is normalized over the examples", "L": "its sign is flipped"}),
        (("W1 transposed", "slope"), {"Y1lin": "W1 is transposed", "Y1": "computed with slope"}),
        (
            ("W2 mistyped", "rate", "error"),
            {"Y2lin": "W2[1,0] is 0.17", "gradY3lin": "it is D − Y3", "vW1_new": "computed with lr"},
        ),
    ],
)
def test_several_mistakes_are_as_many_causes(check, mistakes, found):
    told = causes(check(dump(*mistakes)))
    assert list(told) == list(found)
    for name, sentence in told.items():
        assert sentence.startswith(found[name])


@pytest.mark.slow
@pytest.mark.parametrize(
    ("mistakes", "found"),
    [
        (("eps",), {"Y1": "computed with eps = 1e-5"}),
        (("W1 transposed",), {"Y1": "W1 is transposed"}),
        (("W2 sign",), {"Y2": "W2: sign flipped at [0,1]"}),
        (("eps", "error"), {"Y1": "computed with eps = 1e-5", "gradY3lin": "it is D − Y3, with the sign flipped"}),
    ],
)
def test_intermediates_may_be_missing(check, mistakes, found):
    trace = dump(*mistakes)
    assert causes(check({name: trace[name] for name in PRINTED})) == found


@pytest.mark.slow
def test_one_number_of_what_is_given_is_found_through_a_layer(check):
    trace = dump("W2 mistyped")
    shown = {name: trace[name] for name in trace if name in ("Y3", "L", "gradX") or name.startswith("gradW")}
    assert causes(check(shown)) == {"Y3": "W2[1,0] is 0.17 in place of 0.7"}


@pytest.mark.slow
def test_a_guessed_number_that_claims_speak_against_is_no_setting(check):
    # without its derivative the leaky ReLU has a slope of 1, but the outputs have another
    trace = dump("derivative")
    claims = check({name: trace[name] for name in PRINTED})
    assert "gradY1bn: the derivative of the activation is missing" in claims["gradW1"]["explanations"]
    assert not any("slope" in sentence for claim in claims.values() for sentence in claim["explanations"])


@pytest.mark.slow
def test_what_follows_with_the_same_setting_is_named(check):
    claims = check(dump("eps"))
    also = ["norm2", "gradvar2", "gradmean2", "gradY2lin", "gradvar1", "gradmean1", "gradY1lin"]
    assert claims["norm1"]["accounted"] == also
    assert set(also) < set(claims["norm1"]["followers"])
    assert {claims[name]["verdict"] for name in also} == {"consequence"}
    assert f"    7 tensors follow with eps = 1e-5: {', '.join(also)}\n" in check(dump("eps"), "text")


def test_the_same_mistake_in_several_tensors_is_told_once(check):
    text = check(dump("derivative"), "text")
    assert "gradY2bn and gradY1bn are wrong in themselves, in the same way\n    gradY2bn [0,0] claimed" in text
    assert text.count("consistent with: the derivative of the activation is missing") == 1


@pytest.mark.slow
def test_a_mistake_and_the_edit_that_comes_to_the_same_are_one(check):
    trace = dump()
    trace["gradW2"] = trace["gradW2"] * 4
    assert check(trace)["gradW2"]["explanations"] == ["it is not averaged over the batch"]


def test_too_few_numbers_are_said_to_be_too_few(check):
    # two outputs and one-hot targets: the errors of a row sum to 0, so a flipped sign swaps the columns
    trace = dump()
    trace["gradB3"] = -trace["gradB3"]
    assert check(trace)["gradB3"]["explanations"] == [
        "its sign is flipped",
        "columns 1, 2 are in another order",
        "too few numbers differ (2) to tell these apart",
    ]


def test_a_mistake_below_claims_of_eight_decimals_is_explained(tmp_path):
    """A published exercise (4-3-1, sigmoid) that takes the slope of the activation, in both layers.

    What leads to dZ1 is dZ2, of which eight decimals are known: they move the last digit of dZ1.
    """
    w = [[0.65915104, 0.03445008, 0.73383636], [0.97574663, 0.84346261, 0.77737003]]
    w += [[0.43325089, 0.69201282, 0.86267384], [0.706186, 0.58752663, 0.04859208]]
    b, v = [0.28773861, 0.6550478, 0.84366073], [[0.28891578], [0.90022544], [0.88719054]]
    x, t = [[1, 0, 1, 0], [1, 0, 1, 1], [0, 1, 0, 1]], [[1], [1], [0]]

    def sigmoid(z):
        return 1 / (1 + np.exp(-z))

    def slope(z):
        return sigmoid(sigmoid(z)) * (1 - sigmoid(sigmoid(z)))

    z1 = np.array(x) @ w + b
    z2 = sigmoid(z1) @ v + 0.8725344
    dz2 = (sigmoid(z2) - t) * slope(z2)
    dz1 = dz2 @ np.transpose(v) * slope(z1)
    assert (dz1.round(8) != (dz2.round(8) @ np.transpose(v) * slope(z1)).round(8)).any()
    (tmp_path / "c.yaml").write_text(
        f"layers: [{{type: linear, W: {w}, B: {b}}}, sigmoid, {{type: linear, W: {v}, B: [0.8725344]}}, sigmoid]\n"
        f"inputs: {x}\ntargets: {t}\nloss: l2\nconventions: {{average: []}}\n"
    )
    (tmp_path / "d.txt").write_text(f"dZ2 = {dz2.round(8).tolist()}\ndZ1 = {dz1.round(8).tolist()}\n")
    done = CliRunner().invoke(group, ["check", str(tmp_path / "c.yaml"), "--against", str(tmp_path / "d.txt")])
    for layer in (1, 2):
        assert f"the derivative is taken at the output, σ'(σ(Y{layer}lin))" in done.output


def test_claims_that_follow_by_another_route_all_follow(tmp_path):
    """Z for σ(Z) and A(1 − A) of it: torch takes the derivative of Z, another route takes it of A, for every claim."""
    W1, W2 = np.array([[0.5, -0.4], [0.7, 0.3]]), np.array([[-0.6], [0.8]])
    X, D = np.array([[0.6, 0.8], [-1.4, -1.6], [-0.9, 0.3]]), np.array([[1.0], [1.0], [0.0]])
    A1 = X @ W1
    dZ2 = (1 / (1 + np.exp(-A1 @ W2)) - D) / 3
    dA1 = dZ2 @ W2.T
    dZ1 = dA1 * A1 * (1 - A1)
    claims = {"gradY2lin": dZ2, "gradB1": dZ1.sum(0, keepdims=True), "gradW1": X.T @ dZ1, "gradX": dZ1 @ W1.T}
    config = f"""
    layers:
      - {{type: linear, W: {W1.tolist()}, B: [0, 0]}}
      - sigmoid
      - {{type: linear, W: {W2.tolist()}, B: [0]}}
      - sigmoid
    inputs: {X.tolist()}
    targets: {D.tolist()}
    loss: binary_cross_entropy
    conventions: {{preset: torch, layout: in_out}}
    """
    (tmp_path / "c.yaml").write_text(config)
    np.savez(tmp_path / "s.npz", **claims)
    done = CliRunner().invoke(
        group, ["check", str(tmp_path / "c.yaml"), "--against", str(tmp_path / "s.npz"), "--format", "json"]
    )
    judged = {c["name"]: c for c in json.loads(done.stdout)["configs"][0]["claims"]}
    assert causes(judged) == {"gradY2lin": "Y1: the activation is missing"}


def test_a_number_that_wakes_a_unit_of_relu_is_found(tmp_path):
    """A weight of 10.7 for 1.07: one unit that was 0 is not, and another is; nudged, 1.07 does not move the first."""
    W, b = np.array([[-0.62, 1.07]]).T, -0.39
    X = np.array([[0.1, 0.32], [-1.21, 0.47], [-1.07, -0.1], [0.3, 0.2]])
    wrong = np.maximum(X @ np.array([[-0.62], [10.7]]) + b, 0)
    right = np.maximum(X @ W + b, 0)
    assert ((right == 0) & (wrong > 0)).any()
    assert ((right > 0) & (wrong == 0)).any()
    config = f"layers: [{{type: linear, W: {W.tolist()}, B: [{b}]}}, relu]\ninputs: {X.tolist()}\n"
    (tmp_path / "c.yaml").write_text(config)
    np.savez(tmp_path / "s.npz", Y1=wrong)
    done = CliRunner().invoke(group, ["check", str(tmp_path / "c.yaml"), "--against", str(tmp_path / "s.npz")])
    assert "consistent with: W1: decimal point moved at [1,0]" in done.stdout


def test_a_decimal_point_of_a_number_that_nobody_prints(tmp_path):
    """One number of A is that of Z/10 there, to eight digits, and no given number leads to it."""
    W, b, X = np.array([[-0.54, -0.62], [-0.74, 0.91]]), [0.07, -0.3], np.array([[1.41, 2.0], [1.08, 1.78]])
    Z = X @ W + b
    Z[0, 0] /= 10
    (tmp_path / "c.yaml").write_text(
        f"layers: [{{type: linear, W: {W.tolist()}, B: {b}}}, sigmoid]\ninputs: {X.tolist()}\n"
    )
    (tmp_path / "d.txt").write_text(f"Y1 = {(1 / (1 + np.exp(-Z))).round(8).tolist()}\n")
    done = CliRunner().invoke(group, ["check", str(tmp_path / "c.yaml"), "--against", str(tmp_path / "d.txt")])
    assert "consistent with: Y1lin: decimal point moved at [0,0]" in done.output
