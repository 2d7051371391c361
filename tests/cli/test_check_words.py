"""What `mlp check` says of claims, declared errors and dumps, and in which of its formats."""

import xml.etree.ElementTree as ET

import pytest
from click.testing import CliRunner

from mlpcli.cli import group

CONFIG = """layers:
- {type: linear, W: [[4, 2, -2], [5, 4, 5]]}
- relu
inputs: [[4, 3]]
"""


@pytest.fixture
def check(tmp_path):
    """Judge a config of this text, by what it expects itself or a dump."""

    def judge(text, *options, dump=None):
        (tmp_path / "c.yaml").write_text(CONFIG + text)
        against = ["--against", "-"] if dump else []
        return CliRunner().invoke(group, ["check", str(tmp_path / "c.yaml"), *against, *options], input=dump)

    return judge


def refused(result, message):
    assert (result.exit_code, result.stdout) == (2, "")
    assert message in result.stderr


def test_a_declared_error_needs_a_reason(check):
    refused(check("expect:\n  Y1: [[31, 21, 7]]\nerrata:\n  Y1:\n"), "c.yaml:8:3: errata.Y1: a reason is needed here")


def test_a_declared_error_must_be_claimed_and_has_its_line(check):
    result = check("expect:\n  Y1: [[31, 20, 7]]\nerrata:\n  W1: a typo\n")
    refused(result, "c.yaml:8:3: errata.W1: nothing is claimed of it")


def test_a_cut_number_can_be_declared(check):
    """4·2 + 2.999·4 = 19.996, which is 20.0 and not 19.9."""
    config = "expect: {Y1: [[31.0, 19.9, 7.0]]}\n"
    assert check(config, "--set", "inputs=[[4, 2.999]]", "--strict").exit_code == 1
    declared = config + "errata: {Y1: cut}\n"
    assert check(declared, "--set", "inputs=[[4, 2.999]]", "--strict").exit_code == 0


def test_a_declared_error_that_is_right_is_one_failing_test(check):
    result = check("expect: {Y1lin: [[31, 20, 7]], Y1: [[31, 20, 7]]}\nerrata: {Y1: a typo}\n", "--format", "junit")
    suite = ET.fromstring(result.stdout).find("testsuite")
    names = [test.get("name") for test in suite]
    assert (suite.get("tests"), sorted(names)) == ("2", ["Y1", "Y1lin"])
    assert [test.get("name") for test in suite if test.find("failure") is not None] == ["Y1"]


def test_standard_input_is_no_file_to_annotate(check):
    result = check("", "--format", "github", dump="Y1 = [[31, 21, 7]]")
    assert result.stdout.startswith("::error title=Y1%3A cause::[0,1] claimed 21, computed 20")


def test_unknown_names_have_a_suggestion(check):
    result = check("", dump="Y1 = [[31, 20, 7]]\nYlin1 = [[31, 20, 7]]")
    assert "1 of the dump's 2 tensors are judged; not judged: Ylin1 (did you mean 'Y1lin'?)" in result.stdout


def test_long_lists_and_long_numbers_are_cut(check):
    names = "".join(f"unknown{i} = [1]\n" for i in range(20))
    assert ", … (12 more)" in check("", dump=f"Y1 = [[31, 20, 7]]\n{names}").stdout
    assert len(check("", dump=f"Y1 = [[3{'1' * 300}, 20, 7]]").stdout) < 800


def test_nothing_claimed_is_said(check):
    refused(check("expect: {Y1: [[~, ~, ~]]}\n"), "no claims: every number under expect: is left open")


def test_a_broken_config_does_not_hide_the_others(tmp_path):
    (tmp_path / "a.yaml").write_text(CONFIG + "expect: {Y1: [[31, 21, 7]]}\n")
    (tmp_path / "b.yaml").write_text("layers: [reul]\n")
    result = CliRunner().invoke(group, ["check", str(tmp_path)])
    assert result.exit_code == 2
    assert "Y1 is wrong in itself" in result.stdout
    assert "unknown layer 'reul'" in result.stderr


def test_tensors_that_are_all_transposed_are_told_once(check):
    config = "targets: [[1, 2, 3]]\nloss: mse\nlearning_rate: 0.1\n"
    turned = "[[80, 60], [48, 36], [10.666667, 8]]"
    found = check(config, dump=f"gradW1 = {turned}\nW1_new = {turned}").stdout
    assert "gradW1 and W1_new are wrong in themselves, in the same way: it is transposed\n" in found
    assert (
        "gradW1 is wrong in itself: it is transposed: shape (3, 2) in place of (2, 3)\n"
        in check(config, dump=f"gradW1 = {turned}").stdout
    )
