"""The commands, through click's runner."""

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from click.testing import CliRunner

from mlpcli.cli import COMMANDS, group

ROOT = Path(__file__).parents[2]


@pytest.fixture
def run(monkeypatch):
    monkeypatch.chdir(ROOT)
    return lambda *args, **kwargs: CliRunner().invoke(group, list(args), **kwargs)


@pytest.mark.parametrize("command", COMMANDS)
def test_help_has_an_example(run, command):
    assert re.search(
        rf"mlp {command} (\S+ )?(configs/(toy|digits).yaml|nielsen|data/iris.csv|digits|mlp.schema.json)",
        run(command, "--help").stdout,
    )


def test_the_list_of_commands_has_whole_sentences(run):
    listed = run("--help", terminal_width=80).stdout.partition("Commands:")[2].strip().splitlines()
    assert [line.split()[0] for line in listed] == list(COMMANDS)
    assert [line for line in listed if not line.endswith(".") or line.endswith("...")] == []


def test_default_config_is_that_of_the_folder(run):
    result = run("train", "--steps", "1")
    assert "W3_new" in yaml.safe_load(result.stdout)
    assert "using configs/toy.yaml\n" in result.stderr


def test_default_config_elsewhere_is_the_shipped_one(run, monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    result = run("train", "--steps", "1")
    assert result.exit_code == 0
    assert "(shipped with mlp)" in result.stderr


def test_python_m_mlpcli():
    done = subprocess.run([sys.executable, "-m", "mlpcli", "--version"], capture_output=True, text=True)
    assert done.stdout.startswith("mlp ")


def test_a_note_on_targets_that_are_no_distribution(run):
    result = run("backward", "configs/toy.yaml")
    assert result.stderr.count("\n") == 1
    assert "row 1 of D sums to 244" in result.stderr


def test_set_changes_any_key(run):
    result = run("forward", "configs/toy.yaml", "--set", "inputs=[[5, 6]]", "--set", "layers[1]=identity")
    assert yaml.safe_load(result.stdout)["Y1lin"] == [[50, 34, 20]]  # handout 2.2.3, row 2


def test_mode_chooses_the_statistics(run):
    text = run("forward", "configs/handout/4.1.yaml", "--mode", "eval").stdout
    assert "mean1:" not in text
    assert "running_mean1" in text


def test_standard_input(run):
    assert yaml.safe_load(run("forward", "-", input="layers: [relu]\ninputs: [[-1, 2]]").stdout) == {"Y": [[0, 2]]}


def test_only_without_a_match_says_what_there_is(run):
    result = run("forward", "configs/toy.yaml", "--only", "Z*")
    assert result.exit_code == 2
    assert "Y1lin" in result.stderr


def test_backward_needs_something_to_derive(run):
    result = run("backward", "configs/handout/2.1.3.yaml")
    assert result.exit_code == 2
    assert "needs loss and targets, or grad_output" in result.stderr


def test_gradcheck_explains_conventions(run):
    result = run("gradcheck", "configs/handout/3.6.yaml")
    assert result.exit_code == 0
    assert "not the derivative, by convention: Y − D" in result.stdout
    assert "gradW1: " in result.stdout
    assert "ok, the derivative of Σ gradY3lin⊙Y3lin / N" in result.stdout


def test_gradcheck_fails_on_a_wrong_gradient(run, monkeypatch):
    from mlpcli.nn.layers import LAYERS

    # tanh's backward op under relu's forward op
    monkeypatch.setattr(LAYERS["relu"], "gradient", LAYERS["tanh"].gradient)
    result = run("gradcheck", "configs/handout/3.6.yaml")
    assert result.exit_code == 1
    assert "DIFFERS" in result.stdout


def test_gradcheck_as_json(run):
    checks = json.loads(run("gradcheck", "configs/handout/4.2.yaml", "--format", "json").stdout)["checks"]
    assert {"gradW1", "gradgamma1", "gradX"} <= {check["name"] for check in checks}
    assert all(check["agrees"] or check["convention"] for check in checks)


def test_show_counts_parameters(run):
    # 2·3 + 3 + 3·3 + 3 + 3·2 + 2 = 29
    assert yaml.safe_load(run("show", "configs/toy.yaml").stdout)["parameters"] == 29


def test_frozen_parameters_are_neither_counted_nor_updated(run):
    config = (
        "layers: [{type: linear, W: [[1]], freeze: [W]}]\ninputs: [[1]]\ntargets: [[0]]\nloss: l2\nlearning_rate: 1"
    )
    assert yaml.safe_load(run("show", "-", input=config).stdout)["parameters"] == 1
    tensors = yaml.safe_load(run("train", "-", input=config).stdout)
    assert "gradW1" in tensors
    assert "W1_new" not in tensors


def test_an_unknown_command_is_suggested(run):
    result = run("forwrad")
    assert result.exit_code == 2
    assert "did you mean 'forward'?" in result.stderr


def test_an_extends_chain_finds_files_beside_each_config(run, tmp_path):
    shutil.copytree(ROOT / "configs", tmp_path / "configs")
    shutil.copytree(ROOT / "data", tmp_path / "data")
    (tmp_path / "mine.yaml").write_text("extends: configs/handout/3.6.yaml\nlearning_rate: 1\n")
    assert run("train", str(tmp_path / "mine.yaml")).exit_code == 0


@pytest.mark.parametrize("form", ["text", "json"])
def test_a_sum_that_cancels_to_noise_is_not_above_0(run, form):
    # 0.1 + 0.2 − 0.3 is 0, and the derivative of ReLU at 0 is 0 (handout 2.1.2)
    result = run("backward", "tests/configs/kink.yaml", "--only", "gradY1lin", "--format", form)
    values = yaml.safe_load(result.stdout)
    rows = values["gradY1lin"] if form == "text" else values["tensors"][0]["value"]
    assert rows == [[0], [0]]


def test_gradcheck_does_not_agree_with_nan(run):
    result = run(
        "gradcheck", "-", "--format", "json", input="layers: [identity]\ninputs: [[1e308]]\ngrad_output: [[1e308]]"
    )
    assert result.exit_code == 1
    assert json.loads(result.stdout)["checks"][0]["agrees"] is False


def test_gradcheck_says_where_there_is_no_derivative(run):
    result = run("gradcheck", "-", input="layers: [relu]\ninputs: [[0]]\ngrad_output: [[1]]")
    assert "no derivative: every cell is at a kink" in result.stdout


@pytest.mark.parametrize(
    ("options", "sentence"), [(["--every", "5"], "prints nothing"), (["--every", "2", "--last"], "one of")]
)
def test_train_prints_something(run, options, sentence):
    result = run("train", "configs/toy.yaml", "--steps", "3", *options)
    assert result.exit_code == 2
    assert sentence in result.stderr


@pytest.mark.parametrize(
    "override",
    [
        "optimizer.momentum=0.9",
        "optimizer={type: sgd, learning_rate: 0.1, momentum: 0.9}",
        "conventions.loss=mean",
        "conventions=torch",
        "grad_output=[[1, 1]]",
        "layers[1].type=tanh",
    ],
)
def test_set_goes_into_short_forms_and_takes_the_place_of_rivals(run, override):
    torch = "layers[0].layout=in_out" if "torch" in override else override
    more = ["--set", "layers[2].layout=in_out", "--set", "layers[4].layout=in_out"] if "torch" in override else []
    result = run("backward", "configs/toy.yaml", "--set", override, "--set", torch, *more)
    assert result.exit_code == 0, result.stderr


def test_extends_takes_the_place_of_rivals(run, tmp_path):
    text = f"extends: {ROOT}/configs/toy.yaml\noptimizer: {{type: sgd, learning_rate: 0.1, momentum: 0.9}}\n"
    (tmp_path / "c.yaml").write_text(text)
    assert "vW1_new" in run("train", str(tmp_path / "c.yaml")).stdout


def test_cross_entropy_of_a_sigmoid_is_finite_where_it_underflows(run):
    config = "layers: [sigmoid]\ninputs: [[-10000, 5]]\ntargets: [[1, 0]]\nloss: cross_entropy\n"
    tensors = yaml.safe_load(run("backward", "-", input=config).stdout)
    # −log σ(−10000) = 10000, and its derivative is σ − 1 = −1
    assert (tensors["L"], tensors["gradX"]) == ([10000], [[-1, 0]])
