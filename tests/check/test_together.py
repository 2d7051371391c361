"""What a dump says as a whole: how exact short numbers are, vectors of all parameters, biases beside weights."""

import json

import numpy as np
import pytest
from click.testing import CliRunner

from mlpcli.check.claims.dumps import read_any, read_dump
from mlpcli.cli import group
from tests.check.test_matching import CONFIG, W1, W2, X, a1, a2, b1, b2, delta1, delta2, z1

G = {"dW1": X.T @ delta1, "db1": delta1.sum(0), "dW2": a1.T @ delta2, "db2": delta2.sum(0)}


@pytest.fixture
def check(tmp_path):
    def run(text, config=CONFIG, suffix="txt"):
        (tmp_path / "c.yaml").write_text(config)
        (tmp_path / f"d.{suffix}").write_text(text)
        paths = [str(tmp_path / "c.yaml"), "--against", str(tmp_path / f"d.{suffix}")]
        return CliRunner().invoke(group, ["check", *paths])

    return run


@pytest.fixture
def half_units(tmp_path):
    def run(text):
        (tmp_path / "d.txt").write_text(text)
        (claims,) = read_dump(str(tmp_path / "d.txt")).values()
        return {claim.name: claim.written.half_unit.max() for claim in claims}

    return run


def test_two_digits_of_every_number_are_all_that_was_printed(half_units):
    numbers = [0.31, 2.6, 17, 0.044, 0.95, 1.2, 23, 0.071, 0.48, 3.4, 41, 0.012]
    text = f"a = {numbers}\nb = [[0.0031, 12], [0, 1.7]]"
    assert half_units(text) == {"a": 0.5, "b": 0.5}
    assert half_units(text.replace("2.6", "2.61")) != {"a": 0.5, "b": 0.5}


def test_numbers_of_one_size_have_the_digits_that_they_have(half_units):
    assert half_units("a = [12, 15, 31, 24]\nb = [1.5, 2.5, 3.5, 1.2]")["a"] < 1e-5


def test_short_numbers_beside_long_ones_have_all_their_digits(half_units):
    assert half_units("a = [[0.12345678, 0.5]]\nb = [[0.09, 0.5]]")["b"] == pytest.approx(5e-9)
    assert half_units("loss = 0.41046476638\nb = [[0.09, 0.5]]")["b"] == pytest.approx(5e-3)  # print(loss.item())
    assert half_units("a = [[0.1234, 0.5]]\nb = [[0.09, 0.5]]")["b"] == pytest.approx(5e-3)  # as by hand
    assert half_units("a = [[0.12345678, 0.5]]\nloss = 0.09")["loss"] == pytest.approx(5e-3)


def test_arrays_of_a_dump_have_the_decimals_of_nearly_all(half_units):
    many = "a = [0.12345, 0.5]\nb = [0.54321, 0.25]\nc = [[0.11111], [0.7]]\nd = [0.07]"
    assert half_units(many)["d"] == pytest.approx(5e-6)
    assert half_units(many.replace("0.54321", "0.54"))["d"] == pytest.approx(5e-3)
    assert half_units(many.replace("[0.07]", "0.07"))["d"] == pytest.approx(5e-3)


@pytest.mark.parametrize("decimals", [2, 3, 4])
def test_a_tensor_that_was_rounded_is_not_held_to_the_decimals_of_others(half_units, decimals):
    """np.round(A2, 3) among numbers that are printed with eight."""
    values = np.round([0.70803134, 0.63344975, 0.40768621, 0.36577496, 0.69603415], decimals).tolist()
    assert half_units(f"a = [[0.12345678, 0.5]]\nb = {values}")["b"] == pytest.approx(0.5 * 10**-decimals)
    assert half_units("a = [[0.12345678, 0.5]]\nb = [[0.25, 0.25, 0.25, 0.5]]")["b"] == pytest.approx(5e-9)


def test_two_sizes_tell_that_two_digits_were_printed(half_units):
    text = "a = [2.1, -1.4, 1.6, -1.7, 0.67, -0.53, 0.58, 0.81]"
    assert half_units(text)["a"] == pytest.approx(0.05)
    assert half_units(text + "\nb = [12.3, 0.4]")["a"] == pytest.approx(0.005)
    assert half_units("a = [2.1, -1.4, 1.6, 0.67, -0.53, 0.58, 0.81]")["a"] == pytest.approx(0.005)


def test_sizes_that_lie_in_matrices_of_their_own_tell_nothing(half_units):
    """Somebody typed two decimals here and one there."""
    text = "a = [2.1, -1.4, 1.6, -1.7, 3.4, 2.8]\nb = [0.67, -0.53, 0.58, 0.81]\nc = [0.82, 0.071]"
    assert half_units(text) == pytest.approx({"a": 0.05, "b": 0.005, "c": 0.0005})


def test_many_numbers_of_each_of_three_sizes_tell(half_units):
    text = (
        "a = [2.1, -1.4, 1.6, -1.7]\nb = [0.67, -0.53, 0.58, 0.81]\nc = [0.082, 0.071, 0.012, 0.044]\nd = [0.12, 0.034]"
    )
    assert half_units(text) == pytest.approx({"a": 0.05, "b": 0.005, "c": 0.0005, "d": 0.005})


def test_each_short_number_beside_a_finer_one_tells(half_units):
    text = "a = [0.47, 0.082, 0.15, 0.3]\nb = [0.39, 0.36, 0.079, 1.1, -0.93]"
    assert half_units(text) == pytest.approx({"a": 0.005, "b": 0.05})


def test_zeros_are_as_exact_as_the_numbers_beside_them(check, half_units):
    assert half_units("a = [[0.1234, 0.5678]]\nb = [[0.0, 0.0]]")["b"] == pytest.approx(5e-5)
    dump = {"dW2": G["dW2"].round(4).tolist(), "dW1": np.zeros_like(W1).tolist()}
    assert check(json.dumps(dump), suffix="json").exit_code == 1


@pytest.mark.parametrize("order", "FC")
@pytest.mark.parametrize("names", [("dW1", "db1", "dW2", "db2"), ("dW1", "dW2", "db1", "db2")])
def test_a_vector_of_all_gradients(check, order, names):
    vector = np.concatenate([G[name].ravel(order=order) for name in names])
    text = "\n".join(f"{number:.8f} {number:.8f}" for number in vector)  # derived, and measured
    result = check(text)
    assert (result.exit_code, "4 match" in result.stdout) == (0, True)
    vector[-1] += 0.1
    assert check("grad = " + " ".join(f"{number:.8f}" for number in vector)).exit_code == 1


def test_all_names_again_are_another_step():
    claims = read_any("a = 1\nb = [2, 3]\nc = 4\na = 1\nb = [2, 3]\nc = 4", "<stdin>", 1)
    assert {step: [claim.name for claim in page] for step, page in claims.items()} == {1: [*"abc"], 2: [*"abc"]}


def test_weights_and_biases_that_the_program_has_in_one_matrix(check):
    """Coursera's Theta has the biases in its first column; a dump may have them apart."""
    theta = [np.column_stack([b, W.T]).round(8).tolist() for W, b in ((W1, b1), (W2, b2))]
    config = f"""
layers: [{{type: linear, W: {theta[0]}}}, sigmoid, {{type: linear, W: {theta[1]}}}, sigmoid]
inputs: {X.tolist()}
targets: {{classes: [1, 2]}}
loss: binary_cross_entropy
conventions: octave-ex4
"""
    d2 = 1 / (1 + np.exp(-(a1 @ W2 + b2))) - np.eye(2)
    d1 = d2 @ W2.T * a1 * (1 - a1)
    right = {"dW2": d2.T @ a1 / 2, "db2": d2.mean(0), "dW1": d1.T @ X / 2, "db1": d1.mean(0)}
    result = check(json.dumps({name: value.tolist() for name, value in right.items()}), config, "json")
    assert (result.exit_code, "2 match" in result.stdout) == (0, True), result.output
    right["db2"] = right["db2"] * 2
    assert check(json.dumps({name: value.tolist() for name, value in right.items()}), config, "json").exit_code == 1


@pytest.mark.parametrize(("number", "passes"), [(-1.5, True), (-1.6, False)])
def test_few_digits_of_all_numbers_are_right_in_these(check, number, passes):
    """Too few numbers tell that two digits of each were printed, -1.5 for -1.52 beside 0.87."""
    dump = {"z1": [[float(f"{x:.2g}") for x in row] for row in z1.tolist()], "a2": a2.round(2).tolist()}
    dump["z1"][1][1] = number
    result = check(json.dumps(dump), suffix="json")
    assert (result.exit_code == 0, "in as many digits as any of them has" in result.stdout) == (passes, passes)


@pytest.mark.parametrize("shape", [(0, 3), (2, 0), (0, 0)])
def test_a_matrix_of_no_numbers_is_parted_into_none(tmp_path, shape):
    np.savez(tmp_path / "d.npz", dW1=np.zeros(shape))
    (tmp_path / "c.yaml").write_text(CONFIG)
    result = CliRunner().invoke(group, ["check", str(tmp_path / "c.yaml"), "--against", str(tmp_path / "d.npz")])
    assert (result.exit_code, "no claims: the dump has nothing" in result.stderr) == (2, True), result.output


def test_a_matrix_of_one_number_is_exact_where_others_have_all_their_digits(half_units):
    others = "Z = [[-0.17799999999999994, 1.7680000000000002]]\nA = [[0.41338242108267, 0.5]]\n"
    assert half_units(others + "Y = [[-0.35]]")["Y"] < 1e-8
    assert half_units("Z = [[-0.178, 1.768]]\nY = [[-0.35]]")["Y"] == pytest.approx(0.005)


def test_numbers_that_stand_alone_have_the_digits_that_all_of_them_have(half_units):
    """`%.5g` prints −1.00003 as -1; numbers written with four decimals say nothing of a 1 beside them."""
    digits = [-1, 0.80002, 0.0019395, -1.5, 0.00028367, 123.46, 0.59329, -0.038245, 0.04, 0.0071865]
    assert half_units("\n".join(f"w{i} = {x}" for i, x in enumerate(digits)))["w0"] == pytest.approx(5e-5)
    decimals = [1, 0.5933, 0.2984, 0.3775, 0.25, 12.0713, 0.0822, 0.7514]
    assert half_units("\n".join(f"w{i} = {x}" for i, x in enumerate(decimals)))["w0"] < 1e-6
