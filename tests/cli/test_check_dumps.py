"""What `mlp check --against` says of dumps that fit only in part. Expected numbers are from the config's own run."""

import json

import numpy as np
import pytest
from click.testing import CliRunner

from mlpcli.cli import group
from mlpcli.config.load import load

CONFIG = """
layers:
- {type: linear, W: [[0.3, -0.2], [0.5, 0.8], [-0.6, 0.1]], B: [0.1, 0.2, 0.3]}
- sigmoid
- {type: linear, W: [[1.2, -0.7, 0.4], [0.3, 0.9, -1.1], [-0.5, 0.2, 0.6]], B: [0, 0.1, 0.2]}
- softmax
inputs: [[1, 2], [3, 4], [0, 1]]
targets: {classes: [1, 2, 1]}
loss: softmax_cross_entropy
learning_rate: 0.1
conventions: CONVENTIONS
"""


@pytest.fixture
def config(tmp_path):
    def write(conventions="torch", **changes):
        text = CONFIG.replace("CONVENTIONS", f"{{preset: {conventions}, layout: out_in}}")
        for old, new in changes.items():
            text = text.replace(old, new)
        (tmp_path / "c.yaml").write_text(text)
        return str(tmp_path / "c.yaml")

    return write


def check(path, dump, *options):
    return CliRunner().invoke(group, ["check", path, "--against", "-", *options], input=dump)


def values(path):
    case = load(path, "furthest")[0]
    trace = case.setup.run()
    return {step.name: np.asarray(trace[step.name]) for step in case.program.steps}


def rows(name, value):
    return f"{name} = {np.array2string(value, precision=4, suppress_small=True)}\n"


@pytest.mark.parametrize(
    ("name", "conventions"),
    [*((name, "torch") for name in ("loss", "L", "cost", "mean_loss", "train_loss")), ("loss", "cmu-toy")],
)
def test_a_loss_that_is_one_number_is_the_mean(config, conventions, name):
    path = config(conventions)
    mean = values(path)["L"].mean()
    assert check(path, f"{name} = {mean:.4f}").exit_code == 0
    result = check(path, f"{name} = {mean + 0.1:.4f}")
    assert (result.exit_code, "L_mean is wrong in itself" in result.stdout) == (1, True)


def test_a_loss_that_is_summed_by_convention_may_be_printed_summed(config):
    L = values(config("cmu-toy"))["L"]
    total = L.sum()
    assert check(config("cmu-toy"), f"loss = {total:.4f}").exit_code == 0
    result = check(config("torch"), f"loss = {total:.4f}")
    assert (result.exit_code, "it is a sum, not divided by N" in result.stdout) == (1, True)
    for wrong in (total / np.log(10), L.mean() / np.log(10)):
        assert "L: the logarithm has base 10" in check(config("cmu-toy"), f"loss = {wrong:.4f}").stdout


@pytest.mark.parametrize("form", [np.sum, np.mean])
def test_a_scalar_loss_follows_from_what_is_wrong_above_it(config, form):
    """Y is wrong, and L is right for it, summed or averaged."""
    path = config("cmu-toy")
    Y, D = values(path)["Y2"].copy(), load(path, "furthest")[0].setup.given["D"]
    Y[0] = 0.2, 0.3, 0.5
    loss = form(-(D * np.log(Y)).sum(axis=1))
    assert "1 cause, 1 consequence" in check(path, rows("Y2", Y) + f"loss = {loss:.3f}").stdout


def test_each_loss_beside_its_mean(config):
    L = values(config())["L"]
    assert "2 match" in check(config(), rows("L", L) + f"loss = {L.mean():.4f}").stdout


def test_layers_counted_from_another_number(config):
    trace = values(config())
    result = check(config(), rows("Z1", trace["Y1lin"]) + rows("dLdW1", trace["gradW1"]) + rows("Z0", trace["Y1lin"]))
    assert result.exit_code == 0
    assert "2 match" in result.stdout


def test_two_tensors_mixed_up(config):
    result = check(config(), rows("W2_new", values(config())["Y1"]))
    assert "consistent with: it equals Y1\n" in result.stdout


def test_numbers_that_are_null_are_not_claimed(config):
    Y1 = values(config())["Y1"].tolist()
    Y1[0][1] = None
    result = check(config(), json.dumps({"Y1": Y1, "Y2": None}))
    assert result.stdout.splitlines()[-2:] == [
        "  not all in the dump: Y1 (without 1 of its 9 numbers), Y2 (without 1 of its 1 numbers)",
        "1 claim in 1 case: 1 match; all pass",
    ]


def test_a_dump_of_nothing_that_the_config_has(config):
    result = check(config(), "tails = [[1, 2]]\nheads = [3]")
    assert result.exit_code == 2
    assert "the dump has tails, heads; the config computes Y1lin, Y1, " in result.stderr


def test_nothing_explains_what_is_nan_all_over(config):
    result = check(config(), "Y2 = [[nan nan nan] [nan nan nan] [nan nan nan]]")
    assert result.exit_code == 1
    assert result.stdout.count("consistent with") == 1
    assert "consistent with: nan begins here, as from e to a large number" in result.stdout


@pytest.mark.slow
@pytest.mark.parametrize(("classes", "shifted"), [("[2, 3, 2]", True), ("[3, 3, 3]", False)])
def test_classes_shifted_by_one(config, classes, shifted):
    """Four digits tell D exactly; classes that are not all off by one are told one by one."""
    dump = values(config(**{"[1, 2, 1]": classes}))
    result = check(config(), "".join(rows(name, value) for name, value in dump.items()))
    sentence = "D: its classes are off by one, as if they were counted from 0"
    assert (result.exit_code, sentence in result.stdout) == (1, shifted)
    assert (f"the target D is {[[0.0, 0.0, 1.0]] * 3}" in result.stdout) == (not shifted)
    dump = rows("gradY2lin", values(config())["gradY2lin"])
    back = check(config(**{"[1, 2, 1]": "[2, 3, 2]"}), dump)
    assert "D: its classes are off by one, as if they were counted from 1" in back.stdout


def test_a_target_is_not_implied_by_what_a_mistake_explains(config):
    flipped = -values(config())["gradY2lin"]
    result = check(config(), rows("gradY2lin", flipped))
    assert "with the sign flipped" in result.stdout
    assert "implies" not in result.stdout


@pytest.mark.parametrize("spelled", [str, str.lower])
def test_names_counted_from_1_with_inputs_and_outputs_called_a(config, spelled):
    """Z1 = X·W1 + b1, A1 = σ(Z1), … with gradients dZ1, dW1, as most courses have it."""
    known = values(config())
    names = {
        "Z1": "Y1lin",
        "A1": "Y1",
        "Z2": "Y2lin",
        "A2": "Y2",
        "dZ2": "gradY2lin",
        "dW2": "gradW2",
        "dZ1": "gradY1lin",
    }
    result = check(config(), "".join(rows(spelled(name), known[own]) for name, own in names.items()))
    assert (result.exit_code, "7 match" in result.stdout) == (0, True), result.stdout


@pytest.mark.parametrize("conventions", ["ng", "cs231n", "delta-rule"])
def test_a_name_of_the_config_s_own_notation_counts_in_any_case(tmp_path, conventions):
    """dW1 of the delta rule is the change of a weight that it prints as dw1, and no gradient."""
    path = tmp_path / "c.yaml"
    path.write_text(
        f"layers: [{{type: linear, W: [[2]]}}]\ninputs: [[1]]\ntargets: [[5]]\nloss: l2\nlearning_rate: 0.5\n"
        f"conventions: {conventions}\n"
    )
    claim = "dW1 = 1.5" if conventions == "delta-rule" else "DW1 = -3"
    assert check(str(path), claim).exit_code == 0


@pytest.mark.parametrize("form", ["[3, 3]", "[[3], [3]]"])
def test_a_vector_is_a_column(tmp_path, form):
    path = tmp_path / "c.yaml"
    path.write_text(
        "layers: [{type: linear, W: [[1], [2]]}]\ninputs: [[1, 1]]\ntargets: [[0]]\nloss: l2\nexpect: {gradW1: "
        + form
        + "}\n"
    )
    result = CliRunner().invoke(group, ["check", str(path)])
    assert (result.exit_code, "1 match" in result.stdout) == (0, True)


def test_a_column_of_ones_is_the_input_of_the_biases(tmp_path):
    """Beside the numbers of a layer it is read away; where it is not all ones the shape is wrong."""
    path = tmp_path / "c.yaml"
    text = "layers: [{type: linear, W: [[1, 2]], B: [1, 1]}]\ninputs: [[1], [2]]\nexpect: {Y1lin: FORM}\n"
    for form, code in (
        ("[[1, 2, 3], [1, 3, 5]]", 0),
        ("[[2, 3, 1], [3, 5, 1]]", 0),
        ("[[1, 2, 3], [2, 3, 5]]", 1),
        ("[[1, 2, 4], [1, 3, 5]]", 1),
    ):
        path.write_text(text.replace("FORM", form))
        assert CliRunner().invoke(group, ["check", str(path)]).exit_code == code, form


def test_hundreds_of_strange_names_are_refused_at_once(config):
    """Each is compared with every tensor: 40,000 took minutes."""
    strange = {f"q{k}": [[k, 7]] for k in range(501)}
    refused = check(config(), json.dumps(strange))
    assert (refused.exit_code, refused.stdout) == (2, "")
    assert "more than 500 names that the config does not have" in refused.stderr


def test_long_names_are_shown_in_part(config):
    result = check(config(), json.dumps({"Y1": [[31, 20, 7]], "q" * 5000: [[1, 2]]}))
    (line,) = (line for line in result.stdout.splitlines() if "not judged: qqq" in line)
    assert len(line) < 160
    assert "q…q" in line
