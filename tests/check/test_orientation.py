"""Dumps whose samples lie the other way are judged as they are meant; one tensor turned by mistake is a mistake."""

import numpy as np
import pytest
from click.testing import CliRunner

from mlpcli.cli import group
from mlpcli.config.load import load

CONFIG = """
layers:
- {type: linear, W: [[0.5, -0.2, 0.3], [-0.4, 0.1, 0.6], [0.2, 0.7, -0.5], [-0.3, 0.4, 0.1]], B: [0.1, -0.2, 0.3, 0]}
- tanh
- {type: linear, W: [[0.3, -0.6, 0.2, 0.5], [-0.1, 0.4, 0.7, -0.2]], B: [0.2, -0.1]}
- softmax
inputs: INPUTS
targets: {classes: CLASSES}
loss: softmax_cross_entropy
learning_rate: 0.1
conventions: {preset: ng, momentum: step, samples: SAMPLES}
"""
X = np.array([[1, 0.5, -1], [2, -0.5, 0.3], [-1.5, 1, 0.8], [0.4, -1.2, 1.5], [-0.7, 0.9, -0.2]])
CLASSES = [1, 2, 2, 1, 2]


@pytest.fixture
def config(tmp_path):
    """The config of one orientation, for some of the samples."""

    def write(samples, rows=5):
        path = tmp_path / f"{samples}.yaml"
        inputs = X[:rows] if samples == "rows" else X[:rows].T
        text = CONFIG.replace("INPUTS", str(inputs.tolist())).replace("CLASSES", str(CLASSES[:rows]))
        path.write_text(text.replace("SAMPLES", samples))
        return str(path)

    return write


@pytest.fixture
def judged(tmp_path, config):
    """What check says in one orientation of a dump made in the other, with some tensors changed."""

    def run(samples, dump, rows=5, **changes):
        setup = load(config(dump, rows), "furthest")[0].setup
        trace = setup.run()
        arrays = {step.name: np.asarray(trace[step.name]) for step in setup.program.steps}
        for name, change in changes.items():
            arrays[name] = change(arrays[name])
        np.savez(tmp_path / "d.npz", **arrays)
        return CliRunner().invoke(group, ["check", config(samples, rows), "--against", str(tmp_path / "d.npz")])

    return run


OTHER = {"rows": "columns", "columns": "rows"}


@pytest.mark.parametrize("samples", OTHER)
@pytest.mark.parametrize("rows", [4, 5, 1])
def test_the_other_orientation_is_right_and_said_once(judged, samples, rows):
    """With four samples the hidden layer's tensors are square: there the values tell. One sample lies either way."""
    result = judged(samples, OTHER[samples], rows)
    assert (result.exit_code, "all pass" in result.stdout) == (0, True)
    said = f"read with samples in {OTHER[samples]}, as the dump has them: the config has {samples}"
    assert result.stdout.count(said) == (rows > 1)


@pytest.mark.parametrize("samples", OTHER)
@pytest.mark.parametrize("rows", [4, 5])
def test_a_mistake_is_found_in_its_place(judged, samples, rows):
    result = judged(samples, OTHER[samples], rows, dZ1=lambda value: -value)
    assert result.exit_code == 1
    assert "dZ1 is misprinted" in result.stdout
    assert "its sign is flipped" in result.stdout


@pytest.mark.parametrize("samples", OTHER)
@pytest.mark.parametrize("name", ["Z2", "dW2"])
def test_one_tensor_that_is_turned_is_a_mistake(judged, samples, name):
    result = judged(samples, samples, **{name: np.transpose})
    assert (result.exit_code, "it is transposed" in result.stdout) == (1, True)
    assert "read with samples" not in result.stdout


def test_weights_that_lie_the_other_way_with_the_samples_are_said(judged):
    turned = dict.fromkeys(("dW1", "dW2", "W1_new", "W2_new"), np.transpose)
    result = judged("columns", "rows", **turned)
    assert (result.exit_code, "; its weights lie the other way too" in result.stdout) == (0, True)


def test_why_reads_a_dump_alike(config, tmp_path):
    trace = load(config("rows"), "furthest")[0].setup.run()
    np.savez(tmp_path / "d.npz", Z2=trace["Z2"] + 1, A1=trace["A1"])
    words = ["why", "A2[0,1]", config("columns"), "--against", str(tmp_path / "d.npz")]
    result = CliRunner().invoke(group, words)
    assert result.exit_code == 0
    assert "note: read with samples in rows" in result.stderr
    assert f"claimed: {trace['Z2'][1, 0] + 1}"[:15] in result.stdout


@pytest.mark.parametrize("samples", OTHER)
def test_weights_may_lie_the_other_way_where_one_sample_does(judged, samples):
    """Of one sample every tensor is a line: who prints columns for rows may have the weights turned as well."""
    turned = dict.fromkeys(("dW1", "dW2", "W1_new", "W2_new"), np.transpose)
    result = judged(samples, OTHER[samples], 1, **turned)
    assert (result.exit_code, "its weights lie the other way" in result.stdout) == (0, True)


ONE_UNIT = """
layers: [{type: linear, W: [[0.5, -0.2, 0.3], [-0.4, 0.1, 0.6]], B: [0.1, -0.2, 0.3]}, tanh,
  {type: linear, W: [[0.3], [-0.6], [0.2]], B: [0.2]}]
inputs: [[1, 0.5]]
targets: [[0.25]]
loss: l2
learning_rate: 0.1
"""


def test_a_matrix_is_turned_by_mistake_where_weights_of_one_unit_lie_as_they_are(tmp_path):
    """Samples lie in rows where the config has columns; of two weights one is a line, and lies as the config has it."""
    layers = "[{type: linear, W: [[0.5, -0.2, 0.3], [-0.4, 0.1, 0.6]]}, tanh, {type: linear, W: [[0.3, -0.6]]}]"
    given = f"inputs: {X.T.tolist()}\ntargets: [[0.25, 0.5, -0.5, 1, 0]]\nloss: l2\nlearning_rate: 0.1\n"
    (tmp_path / "c.yaml").write_text(f"layers: {layers}\n{given}conventions: nielsen\n")
    trace = load(str(tmp_path / "c.yaml"), "furthest")[0].setup.trace
    np.savez(tmp_path / "d.npz", a1=trace["a1"].T, nabla_w2=trace["nabla_w2"], nabla_w1=trace["nabla_w1"].T)
    done = CliRunner().invoke(group, ["check", str(tmp_path / "c.yaml"), "--against", str(tmp_path / "d.npz")])
    assert done.exit_code == 1
    assert "nabla_w1 is wrong in itself: it is transposed" in done.stdout


@pytest.mark.parametrize(("last", "passes"), [("W2_new", True), ("B1_new", False)])
def test_one_matrix_may_lie_the_other_way_where_weights_of_one_unit_do(tmp_path, last, passes):
    """Nobody writes the weights of one unit, a column, as a row by mistake; a bias may be a column anywhere."""
    (tmp_path / "c.yaml").write_text(ONE_UNIT)
    trace = load(str(tmp_path / "c.yaml"), "furthest")[0].setup.trace
    np.savez(tmp_path / "d.npz", gradW1=trace["gradW1"].T, **{last: trace[last].T})
    done = CliRunner().invoke(group, ["check", str(tmp_path / "c.yaml"), "--against", str(tmp_path / "d.npz")])
    assert (done.exit_code == 0) == passes
    assert ("its weights lie the other way" in done.stdout) == passes


def test_errors_with_the_other_sign_lie_as_they_are(tmp_path):
    """Y − D is nearly the other way round with the other sign, which D − Y has: it is as near to it as it lies."""
    W, x = np.array([[0.5, -0.2], [-0.4, 0.1]]), np.array([[1.0, 0.5], [2.0, -0.5]])
    targets = (x @ W - [[0.01, 0.5], [-0.45, 0.02]]).round(3)
    given = f"inputs: {x.tolist()}\ntargets: {targets.tolist()}\nloss: l2\nconventions: {{average: []}}\n"
    (tmp_path / "c.yaml").write_text(f"layers: [{{type: linear, W: {W.tolist()}}}]\n{given}")
    np.savez(tmp_path / "d.npz", l1_error=targets - x @ W)
    done = CliRunner().invoke(group, ["check", str(tmp_path / "c.yaml"), "--against", str(tmp_path / "d.npz")])
    assert (done.exit_code, "samples in columns" in done.stdout) == (0, False), done.stdout


def test_one_of_two_square_matrices_is_turned_by_mistake(tmp_path):
    """And the weights that it updates are wrong then; the line beside it lies as the config has it."""
    layers = "[{type: linear, W: [[0.5, -0.2], [-0.4, 0.1]]}, tanh, {type: linear, W: [[0.3, -0.6]]}]"
    given = f"inputs: {X[:, :2].T.tolist()}\ntargets: [[0.25, 0.5, -0.5, 1, 0]]\nloss: l2\nlearning_rate: 0.1\n"
    (tmp_path / "c.yaml").write_text(f"layers: {layers}\n{given}conventions: nielsen\n")
    trace = load(str(tmp_path / "c.yaml"), "furthest")[0].setup.trace
    turned = trace["nabla_w1"].T
    updated = trace["w1"] - 0.1 / len(X) * turned
    np.savez(tmp_path / "d.npz", a1=trace["a1"].T, nabla_w2=trace["nabla_w2"], nabla_w1=turned, w1_new=updated)
    done = CliRunner().invoke(group, ["check", str(tmp_path / "c.yaml"), "--against", str(tmp_path / "d.npz")])
    assert "nabla_w1 is wrong in itself" in done.stdout
    assert "consistent with: it is transposed" in done.stdout
