"""What commands say in other dialects: names, signs, notes. Each sentence is true of what it stands beside."""

import re

import numpy as np
import pytest
import yaml
from click.testing import CliRunner

from mlpcli.cli import group
from mlpcli.nn.conventions import PRESETS

LINE = """
layers: [{type: linear, W: [[0.5, -0.2]], B: [0.1, -0.2]}]
inputs: [[1], [2]]
targets: [[1, 2], [2, 3]]
loss: LOSS
learning_rate: 0.1
conventions: CONVENTIONS
"""


@pytest.fixture
def mlp(tmp_path):
    """Run a command on the line in some dialect."""

    def run(*words, text=LINE, loss="l2", conventions="cmu-toy", dump=None, **changes):
        text = text.replace("LOSS", loss).replace("CONVENTIONS", conventions)
        for old, new in changes.items():
            text = text.replace(old, new)
        (tmp_path / "c.yaml").write_text(text)
        command, *others = words
        return CliRunner().invoke(group, [command, *others, str(tmp_path / "c.yaml")], input=dump)

    return run


@pytest.mark.parametrize("loss", ["{type: l2, l2: 0.5}", "{type: mse, l1: 0.5}"])
@pytest.mark.parametrize("conventions", ["cmu-toy", "delta-rule", "{loss: mean}"])
def test_a_wrong_claim_beside_a_penalty_is_judged(mlp, loss, conventions):
    """A setting that would make a tensor which the program lacks is tried as far as it goes."""
    name = "grad_b1" if conventions == "delta-rule" else "gradB1"
    result = mlp("check", "--against", "-", loss=loss, conventions=conventions, dump=f"{name} = [[9, 9]]")
    assert (result.exit_code, f"{name} is wrong in itself" in result.stdout) == (1, True)


@pytest.mark.parametrize(
    ("conventions", "name", "said"),
    [
        ("cmu-toy", "gradY1lin", "it is D − Y1lin, with the sign flipped"),
        ("delta-rule", "delta1", "it is net1 − t, with the sign flipped"),
        ("{preset: nielsen, samples: rows, layout: in_out}", "delta1", "it is y − z1, with the sign flipped"),
    ],
)
def test_a_flipped_sign_is_told_the_way_round_that_it_is(mlp, conventions, name, said):
    shown = yaml.safe_load(mlp("backward", conventions=conventions).stdout)
    turned = [[-x for x in row] for row in shown[name]]
    result = mlp("check", "--against", "-", conventions=conventions, dump=f"{name} = {turned}\n")
    assert said in result.stdout


@pytest.mark.parametrize("momentum", ["step", "gradient", "ema"])
@pytest.mark.parametrize(
    "optimizer", ["{type: sgd, momentum: 0.9, learning_rate: 0.1}", "{type: adam, learning_rate: 0.1}"]
)
def test_with_the_error_turned_all_gradients_point_down(mlp, momentum, optimizer):
    """So no step subtracts one: what averages gradients points as they do."""
    conventions = f"{{error: target_minus_output, momentum: {momentum}}}"
    shown = mlp(
        "train",
        conventions=conventions,
        loss="{type: l2, l2: 0.5}",
        **{"learning_rate: 0.1\n": f"optimizer: {optimizer}\n"},
    ).stdout
    formulas = dict(re.findall(r"^(\w+):.*# (.*)$", shown, re.MULTILINE))
    assert formulas["gradW1_data"] == "Xᵀ·gradY1lin / N"
    assert formulas["gradW1"] == "gradW1_data − l2·W1"
    averages = {name: text for name, text in formulas.items() if re.match(r"[mv][WB]1_new", name)}
    assert averages
    assert not [text for name, text in averages.items() if re.search(r"− (\w+·)?grad|− \(1 − \w+\)·grad", text)]


def test_a_mean_of_differences_turns_around(mlp):
    conventions = "{loss: mean, error: target_minus_output}"
    for loss, formula in ("mse", "2/C·(D − Y1lin) / N"), ("{type: l2, over_outputs: mean}", "(D − Y1lin) / C / N"):
        shown = mlp("backward", loss=loss, conventions=conventions).stdout
        assert re.search(rf"^gradY1lin: .*# {re.escape(formula)}$", shown, re.MULTILINE), shown


def test_thresholds_go_to_pytorch_and_back(mlp, tmp_path):
    text = (
        "layers: [{type: linear, W: [[1]], B: [3]}]\ninputs: [[1], [1]]\ntargets: [[0], [0]]\nloss: l2\n"
        "learning_rate: 1.0e-12\nconventions: {threshold: true}\nepochs: 1\n"
    )
    assert mlp("train", "--run", str(tmp_path / "run"), text=text).exit_code == 1  # no better than a constant
    for names in ("own", "torch"):
        path = str(tmp_path / f"{names}.npz")
        words = ["export", str(tmp_path / "run"), "-o", path, *(["--names", "torch"] if names == "torch" else [])]
        assert CliRunner().invoke(group, words).exit_code == 0
        loaded = text.replace("W: [[1]], B: [3]", "units: 1").replace("epochs: 1\n", f"weights: {path}\n")
        shown = yaml.safe_load(mlp("forward", text=loaded).stdout)
        np.testing.assert_allclose(shown["Y1lin"], [[-2], [-2]], rtol=1e-6)


HANDOUT = re.compile(r"^(grad[A-Zgb]|Y\d|L_|L$)")
"""Names that only the handout's notation has."""


@pytest.mark.parametrize("preset", sorted(PRESETS.keys() - {"cmu-toy", "torch"}))
@pytest.mark.parametrize("normed", [True, False])
def test_no_name_of_the_handout_is_left(mlp, preset, normed):
    middle = "batchnorm, tanh, {type: dropout, rate: 0.5}" if normed else "tanh"
    text = (
        f"layers: [{{type: linear, units: 3}}, {middle}, {{type: linear, units: 2}}]\n"
        "inputs: [[1, 2], [3, 5]]\ntargets: [[1, 2], [2, 3]]\nloss: {type: l2, l2: 0.5, l1: 0.1}\n"
        f"optimizer: {{type: adam, learning_rate: 0.1, weight_decay: 0.1, clip_norm: 1}}\nconventions: {preset}\n"
    )
    shown = yaml.safe_load(mlp("train", text=text).stdout)
    ours = {"cmu-2.0.1", "cmu-3.0.1"}
    found = [name for name in shown if HANDOUT.match(name) and not (preset in ours and name.startswith("L"))]
    assert found == []


def test_batch_normalization_is_counted_as_the_notation_counts(mlp):
    text = "layers: [{type: linear, units: 2}, batchnorm]\ninputs: [[1], [2]]\nconventions: {notation: {from: 0}}\n"
    shown = yaml.safe_load(mlp("forward", text=text).stdout)
    assert {"Y0lin", "mean0", "norm0", "Y0bn"} < shown.keys()
    assert not any("1" in name for name in shown)


def test_what_collides_is_named_by_the_keys_that_mend_it(mlp):
    names = "{notation: {preset: ng, from: 0}}"
    text = LINE.replace("layers: [", "layers: [{type: linear, units: 1}, tanh, ")
    result = mlp("backward", text=text, conventions=names)
    assert result.exit_code == 2
    assert "dA0 would be the name of two tensors: of gradient_of_" in result.stderr
    assert "and gradient_of_" in result.stderr


@pytest.mark.parametrize(
    ("entry", "message"),
    [
        ("gradient_of_weight: DW", "it lacks {l}, the number of the layer, or {name}"),
        ("linear: '{l:03}'", "'{l:03}' is no template: {l} stands alone in its braces"),
        ("linear: '{q}'", "unknown placeholder '{q}': {l}, {k}, {i}, {next}, {n} are numbers, {name} is a tensor"),
        *((f"loss: '{name}'", "a name is needed here") for name in ("a: b", "~", "1", "x y", "[x", "yes", "1e5")),
    ],
)
def test_what_is_no_name(mlp, entry, message):
    result = mlp("forward", conventions=f"{{notation: {{{entry}}}}}")
    assert (result.exit_code, message in result.stderr) == (2, True)


def test_a_note_on_targets_speaks_the_dialect(mlp):
    text = (
        "layers: [{type: linear, units: 2}]\ninputs: [[1, 2]]\ntargets: [[1, 2], [0, 0]]\n"
        "loss: softmax_cross_entropy\nconventions: ng\n"
    )
    note = mlp("backward", text=text).stderr
    assert "column 2 of Y sums to 2: by convention the gradient at the logits is A1 − Y" in note
    assert "only where each column of Y sums to 1" in note


@pytest.mark.parametrize(
    ("conventions", "noted"),
    [
        ("{average: [], rate: over_n}", False),
        ("{average: [W, B], rate: over_n}", True),
        ("{average: [], loss: mean, rate: over_n}", True),
        ("nielsen", False),
    ],
)
def test_a_rate_over_n_of_averages_is_noted(mlp, conventions, noted):
    found = mlp("train", conventions=conventions, **{"[[1], [2]]": "[[1, 2]]"} if conventions == "nielsen" else {})
    assert ("once more in the update by rate: over_n" in found.stderr) == noted


def test_gradcheck_does_not_take_a_name_of_the_program(mlp):
    found = mlp("gradcheck", conventions="{notation: {loss: J}}").stdout
    assert "the derivative of S / N" in found
    assert "J = S / N" not in found
