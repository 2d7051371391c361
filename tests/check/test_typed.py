"""Configs whose numbers were typed in with four decimals, and dumps computed with all of them: the work is right."""

import json

import numpy as np
import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st

from mlpcli.check.verdicts.typed import typed_in
from mlpcli.cli import group

RATE = 0.1
T = np.array([[1.0, 0.0], [0.0, 1.0], [1.0, 1.0]])


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def numbers(seed):
    """Weights, biases and inputs with all their digits."""
    random = np.random.default_rng(seed)
    return {
        "W1": random.normal(size=(2, 3)),
        "B1": random.normal(size=3),
        "W2": random.normal(size=(3, 2)),
        "X": random.normal(size=(3, 2)),
    }


def work(W1, B1, W2, X, sign=1.0):
    """A student's forward and backward pass, in plain numpy; `sign` is that of the update."""
    a1 = sigmoid(X @ W1 + B1)
    a2 = sigmoid(a1 @ W2)
    delta2 = (a2 - T) * a2 * (1 - a2)
    delta1 = delta2 @ W2.T * a1 * (1 - a1)
    gradients = {"gradW2": a1.T @ delta2, "gradW1": X.T @ delta1}
    new = {"W2_new": W2 - sign * RATE * gradients["gradW2"], "W1_new": W1 - sign * RATE * gradients["gradW1"]}
    return {"Y1lin": X @ W1 + B1, "Y1": a1, "Y2": a2, "gradY2lin": delta2, **gradients, **new}


def config(own, decimals, extra=""):
    W1, B1, W2, X = (np.round(own[name], decimals).tolist() for name in ("W1", "B1", "W2", "X"))
    layers = f"[{{type: linear, W: {W1}, B: {B1}}}, sigmoid, {{type: linear, W: {W2}, freeze: [B]}}, sigmoid]"
    given = f"inputs: {X}\ntargets: {T.tolist()}\nloss: l2\nlearning_rate: {RATE}\n"
    return f"layers: {layers}\n{given}conventions: {{average: []}}\n{extra}"


@pytest.fixture
def checked(tmp_path):
    """The exit code, the causes and what was said of the whole."""

    def check(text, dump):
        (tmp_path / "c.yaml").write_text(text)
        (tmp_path / "d.json").write_text(json.dumps({name: value.tolist() for name, value in dump.items()}))
        words = ["check", str(tmp_path / "c.yaml"), "--against", str(tmp_path / "d.json"), "--format", "json"]
        done = CliRunner().invoke(group, words)
        (page,) = json.loads(done.stdout)["configs"]
        return (
            done.exit_code,
            {c["name"]: c["explanations"] for c in page["claims"] if c["verdict"] == "cause"},
            page["conventions"],
        )

    return check


@pytest.mark.parametrize("decimals", [4, 5])
@pytest.mark.parametrize("seed", range(8))
def test_work_with_all_digits_is_right(checked, seed, decimals):
    own = numbers(seed)
    code, causes, said = checked(config(own, decimals), work(**own))
    assert (code, causes) == (0, {})
    assert said == ["X, W1, B1, W2: taken as rounded to their last decimal; `exact: true` says that they are not"]


def test_weights_of_a_dump_with_all_digits_are_the_given_ones(checked):
    """Beside gradients W1 may be the updated one; rounded, it is what the config has."""
    own = numbers(1)
    dump = {name: value for name, value in work(**own).items() if "new" not in name}
    code, causes, _ = checked(config(own, 4), {"W1": own["W1"], "W2": own["W2"], **dump})
    assert (code, causes) == (0, {})


def test_steps_go_on_with_what_was_left_out(tmp_path):
    """The inputs are whole numbers: after the first step nothing but the parameters tells of rounded ones."""
    own = numbers(5)
    own |= {"X": np.array([[1.0, -2.0], [3.0, 1.0], [-1.0, 2.0]]), "B1": np.zeros(3)}
    (tmp_path / "c.yaml").write_text(config(own, 4).replace("B: ", "freeze: [B], B: ", 1))
    pages = []
    for _ in range(3):
        done = work(**own)
        pages.append({name: done[name].tolist() for name in ("Y1lin", "Y1", "Y2")})
        own |= {"W1": done["W1_new"], "W2": done["W2_new"]}
    (tmp_path / "d.json").write_text(json.dumps(pages))
    done = CliRunner().invoke(group, ["check", str(tmp_path / "c.yaml"), "--against", str(tmp_path / "d.json")])
    assert (done.exit_code, done.stdout.count("taken as rounded")) == (0, 3), done.stdout


@pytest.mark.parametrize(("decimals", "extra"), [(4, "exact: true\n"), (3, "")])
def test_numbers_are_exact_that_are_said_to_be_or_have_few_decimals(checked, decimals, extra):
    own = numbers(1)
    code, causes, said = checked(config(own, decimals, extra), work(**own))
    assert (code, said) == (1, [])
    assert "Y1lin" in causes


def test_a_mistake_beside_it_is_one_cause(checked):
    own = numbers(2)
    code, causes, _ = checked(config(own, 5), work(**own, sign=-1.0))
    assert code == 1
    assert list(causes) == ["W1_new", "W2_new"]
    assert all("the step is added, not subtracted" in found for found in causes.values())


@pytest.mark.parametrize("seed", range(8))
def test_a_claim_that_is_exact_to_all_digits_tells_that_nothing_was_left_out(checked, seed):
    """The update has the wrong sign, which with so small a rate moves no number by more than was left out."""
    own = {name: value.round(4) for name, value in numbers(seed).items()}
    right, wrong = work(**own), work(**own, sign=1 - 2e-4)
    code, causes, said = checked(
        config(own, 4), {"Y1lin": right["Y1lin"], **{n: wrong[n] for n in ("W1_new", "W2_new")}}
    )
    assert (code, said) == (1, [])
    assert "W2_new" in causes


def test_parameters_that_are_not_updated_are_no_other_rounded_ones(checked):
    own = {name: value.round(4) for name, value in numbers(3).items()}
    own["X"] = own["X"] * 1e-3
    code, causes, said = checked(
        config(own, 8), {"Y1": work(**own)["Y1"].round(4), "W1_new": own["W1"], "W2_new": own["W2"]}
    )
    assert (code, said) == (1, [])
    assert "W2_new" in causes


@given(st.lists(st.floats(-100, 100), min_size=2, max_size=6), st.integers(0, 15))
@settings(max_examples=200, deadline=None)
def test_what_is_left_out_is_no_more_than_what_numbers_count_as_off(values, decimals):
    """What rounding to decimals leaves out is half a unit at most; 200 times the noise is twice that."""
    rounded = np.round(values, decimals)
    noise = typed_in({"W": rounded}).get("W")
    if noise is not None:
        assert (200 * noise >= np.abs(rounded - values)).all()
        assert (200 * noise <= 1.01e-4).all()


@pytest.mark.parametrize("single", [False, True])
def test_what_was_left_out_is_no_more_where_a_dump_is_of_float32(tmp_path, single):
    """The noise of computing counts 2²⁹ times in float32; digits that a person left out do not."""
    own = numbers(7)
    (tmp_path / "c.yaml").write_text(config(own, 4))
    for off, right in ((0, True), (0.01, False)):
        dump = {name: np.asarray(value, dtype=np.float32 if single else float) for name, value in work(**own).items()}
        dump["W1_new"] = dump["W1_new"] + dump["W1_new"].dtype.type(off) * (np.arange(6).reshape(2, 3) == 4)
        np.savez(tmp_path / "d.npz", **dump)
        words = ["check", str(tmp_path / "c.yaml"), "--against", str(tmp_path / "d.npz")]
        assert (CliRunner().invoke(group, words).exit_code == 0) == right
