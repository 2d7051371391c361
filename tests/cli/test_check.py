"""`mlp check` through click's runner."""

import json
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest
from click.testing import CliRunner

from mlpcli.cli import group

ROOT = Path(__file__).parents[2]
CONFIG = "layers: [{type: linear, W: [[1, 2], [3, 4]], B: [1, 1]}, relu]\ninputs: [[1, 1]]\n"


@pytest.fixture
def run(monkeypatch):
    monkeypatch.chdir(ROOT)
    return lambda *args, **kwargs: CliRunner().invoke(group, ["check", *args], **kwargs)


@pytest.fixture
def config(tmp_path):
    def write(text):
        (tmp_path / "c.yaml").write_text(CONFIG + text, encoding="utf-8")
        return str(tmp_path / "c.yaml")

    return write


def test_the_handout_s_errors_are_all_declared_and_found(run, golden):
    result = run("configs/handout")
    assert result.exit_code == 0
    golden("handout-check.txt", result.stdout)


def test_right_claims_pass(run, config):
    # [1, 1]·W + B = [5, 7]
    result = run(config("expect: {Y1lin: [[5, 7]]}"))
    assert (result.exit_code, result.stdout.count("match")) == (0, 2)


def test_a_wrong_claim_fails_with_its_place(run, config):
    path = config("expect:\n  Y1lin: [[5, 8]]\n")
    result = run(path)
    assert result.exit_code == 1
    assert f"{path}:4:3: Y1lin is wrong in itself" in result.stdout
    assert "[0,1] claimed 8, computed 7" in result.stdout


def test_a_declared_error_passes(run, config):
    assert run(config("expect: {Y1lin: [[5, 8]]}\nerrata: {Y1lin: a slip}")).exit_code == 0


def test_a_declared_error_that_is_right_fails(run, config):
    result = run(config("expect: {Y1lin: [[5, 7]]}\nerrata: {Y1lin: a slip}"))
    assert result.exit_code == 1
    assert "declared wrong under errata, but it is right" in result.stdout


def test_an_erratum_without_a_claim_is_a_problem(run, config):
    result = run(config("expect: {Y1lin: [[5, 7]]}\nerrata: {Y1: a slip}"))
    assert result.exit_code == 2
    assert "errata.Y1: nothing is claimed of it" in result.stderr


def test_consequences_do_not_fail_when_their_cause_is_declared(run, config):
    assert run(config("expect: {Y1lin: [[5, 8]], Y1: [[5, 8]]}\nerrata: {Y1lin: a slip}")).exit_code == 0


def test_an_unknown_name_is_a_problem_with_a_suggestion(run, config):
    result = run(config("expect: {Y1in: [[5, 7]], Y7: [[1]]}"))
    assert result.exit_code == 2
    assert "expect.Y7: no such tensor" in result.stderr


@pytest.mark.parametrize("name", ["Y1lin", "Y1in", "y1lin", "Z0"])
def test_other_spellings_are_understood(run, config, name):
    assert run(config(f"expect: {{{name}: [[5, 7]]}}")).exit_code == 0


def test_cut_digits_fail_only_when_strict(run, config):
    path = config("conventions: cmu-toy\nexpect: {Y1lin: [[5.0, 6.9]]}".replace("6.9", "7.0"))
    assert run(path, "--set", "inputs=[[1, 1.024]]", "--set", "expect={Y1lin: [[5.07, 7.09]]}").exit_code == 0
    assert (
        run(path, "--set", "inputs=[[1, 1.024]]", "--set", "expect={Y1lin: [[5.07, 7.09]]}", "--strict").exit_code == 1
    )


def test_tolerances_replace_the_digits(run, config):
    path = config("expect: {Y1lin: [[5.1, 7]]}")
    assert run(path).exit_code == 1
    assert run(path, "--atol", "0.2").exit_code == 0
    assert run(path, "--rtol", "0.03").exit_code == 0
    assert run(path, "--rtol", "0.003").exit_code == 1


def test_a_claim_can_have_a_tolerance_of_its_own(run, config):
    assert run(config("expect: {Y1lin: {value: [[5.1, 7]], atol: 0.2}, Y1: [[5, 7]]}")).exit_code == 0
    assert run(config("expect: {Y1lin: {value: [[5.1, 7]], atol: 0.02}}")).exit_code == 1
    assert run(config("expect: {Y1lin: {value: [[5.1, 7]], tol: 1}}")).exit_code == 2


def test_json_of_a_check(run):
    result = run("configs/handout/3.5.yaml", "--format", "json")
    report = json.loads(result.stdout)
    claim = next(c for c in report["configs"][0]["claims"] if c["name"] == "gradW3")
    assert claim["verdict"] == "cause"
    assert claim["cells"] == [{"index": [2, 1], "claimed": "588", "computed": -588.0, "from_claims": -588.0}]
    assert claim["explanations"] == ["sign flipped at [2,1]"]
    assert report["summary"]["claims"] == 12
    assert report["summary"]["match"] == 11


def test_junit_has_a_failure_a_cause(run, config):
    root = ET.fromstring(run(config("expect: {Y1lin: [[5, 8]], Y1: [[5, 8]]}"), "--format", "junit").stdout)
    assert [t.get("name") for t in root.iter("testcase") if t.find("failure") is not None] == ["Y1lin"]
    assert [t.get("name") for t in root.iter("testcase") if t.find("skipped") is not None] == ["Y1"]


def test_github_has_an_annotation_a_cause(run, config):
    path = config("expect:\n  Y1lin: [[5, 8]]\n  Y1: [[5, 8]]\n")
    lines = run(path, "--format", "github").stdout.splitlines()
    assert len(lines) == 1
    assert lines[0].startswith("::error file=")
    assert ",line=4,col=3,title=Y1lin%3A cause::[0,1] claimed 8, computed 7" in lines[0]


def test_a_folder_without_configs_is_a_problem(run, tmp_path):
    assert run(str(tmp_path)).exit_code == 2


def test_no_claims_is_a_problem(run, config):
    assert run(config("")).exit_code == 2


def test_the_target_that_a_claim_implies(run):
    # 3.6 with the target of the first input for all three: gradY3lin claims [-319, -1] and [-68, -4], where Y3 = [1, 0]
    result = run("configs/handout/3.6.yaml", "--set", "targets=[[240, 4], [240, 4], [240, 4]]")
    assert "gradY3lin implies D = [[240, 4], [320, 1], [69, 4]]" in result.stdout


def test_ragged_claims_are_a_problem(run, config):
    result = run(config("expect: {Y1lin: [[5, 7], [1]]}"))
    assert result.exit_code == 2
    assert "rows of different lengths" in result.stderr


def test_a_published_example_worked_with_a_calculator(run):
    """Intermediate results rounded to nine digits on the way are no mistakes."""
    result = run("tests/cli/calculator.yaml")
    assert result.exit_code == 0
    assert "gradY2lin follows from the claims above it as they are rounded" in result.stdout


def test_cells_that_nobody_claims(run, config):
    assert run(config("expect: {Y1lin: [[5, ~]], Y1: [[_, 7]]}")).exit_code == 0
    assert run(config("expect: {Y1lin: [[6, ~]]}")).exit_code == 1


def test_what_a_config_requires_is_a_tensor_also_where_its_own_claims_are_judged(run, config):
    result = run(config("expect: {Y1lin: [[5, 7]]}\nrequire: [Y1, gradY7]\n"))
    assert (result.exit_code, result.stdout) == (2, "")
    assert "c.yaml:4:10: require: no such tensor: gradY7" in result.stderr
