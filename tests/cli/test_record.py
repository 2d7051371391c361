"""`mlp record`: what would change under `expect:`, and the text that is written."""

import json
import shutil
from pathlib import Path

import pytest
import yaml
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st

from mlpcli.cli import group
from mlpcli.config.recorded import record

ROOT = Path(__file__).parents[2]
TEXT = """# a quiz — of «one» layer 🙂
layers:
  - {type: linear, W: [[4, 2, -2], [5, 4, 5]], B: [0, 0, 0]}  # W1
  - relu
inputs: [[4, 3], [5, 6]]
targets: [[30, 20, 0], [1, 2, 3]]
loss: l2
learning_rate: 0.1

# what the class computed together
expect:
  Y1lin: [[31, 20, 7], [50, 34, 9]]   # the last number is wrong
  # rows
  Y1:
    - [31, 20, 7]  # the first
    - [50, 34, 20]
  dW1: {value: [[1, 2, 3], [4, 5, 6]], rtol: 1e-3}  # with a tolerance
  # the end
errata: {Y1lin: a slip}
"""


@pytest.fixture
def config(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    path = tmp_path / "c.yaml"
    path.write_text(TEXT, encoding="utf-8")
    return path


def run(*words, code=0):
    result = CliRunner().invoke(group, ["record", *words])
    assert result.exit_code == code, result.output
    return result


def test_nothing_is_written_that_is_not_accepted(config):
    shown = run("c.yaml", code=1).stdout
    assert "Y1lin: changed, not accepted: [1,2] claimed 9, computed 20\n" in shown
    assert "\nY1:" not in shown
    assert "B1_new: new, not accepted\n" in shown
    assert config.read_text(encoding="utf-8") == TEXT


def test_what_is_accepted_is_written_and_all_else_stays(config):
    shown = run("c.yaml", "--accept", "Y1lin", "--accept", "B1_new", code=1).stdout
    assert "Y1lin: changed: [1,2] claimed 9, computed 20\n" in shown
    assert config.read_text(encoding="utf-8") == TEXT.replace("50, 34, 9]]", "50, 34, 20]]").replace(
        "rtol: 1e-3}  # with a tolerance\n", "rtol: 1e-3}  # with a tolerance\n  B1_new: [[-2.5, -1.6, -1.2]]\n"
    )  # (1 + 49)/2·0.1, (0 + 32)/2·0.1, (7 + 17)/2·0.1


def test_numbers_beside_a_tolerance_are_written_in_their_place(config):
    run("c.yaml", "--accept", "gradW1", code=1)
    # Xᵀ·(Y − D)/2: (4·1 + 5·49)/2 = 124.5, ...
    written = "dW1: {value: [[124.5, 80, 56.5], [148.5, 96, 61.5]], rtol: 1e-3}  # with"
    assert written in config.read_text(encoding="utf-8")


def test_rows_on_lines_of_their_own_stay_so(config):
    config.write_text(TEXT.replace("[50, 34, 20]\n", "[50, 34, 21]\n"), encoding="utf-8")
    run("c.yaml", "--accept", "Y1", code=1)
    assert "  Y1:\n    - [31, 20, 7]\n    - [50, 34, 20]\n  dW1" in config.read_text(encoding="utf-8")


def test_all_accepted_is_all_right_afterwards(config):
    config.write_text(TEXT.replace("errata: {Y1lin: a slip}\n", ""), encoding="utf-8")
    run("c.yaml", "--accept", "*")
    assert CliRunner().invoke(group, ["check", "c.yaml"]).exit_code == 0
    assert "as they were" in run("c.yaml").stdout


def test_a_new_file_is_a_snapshot(config, tmp_path):
    (tmp_path / "snapshots").mkdir()
    run("c.yaml", "-o", "snapshots/c.yaml", "--precision", "4")
    assert (tmp_path / "snapshots" / "c.yaml").read_text(encoding="utf-8").startswith("extends: ../c.yaml\nexpect:\n")
    assert CliRunner().invoke(group, ["check", "snapshots/c.yaml"]).exit_code == 0
    config.write_text(TEXT.replace("[[4, 3]", "[[4, 4]"), encoding="utf-8")
    assert CliRunner().invoke(group, ["check", "snapshots/c.yaml"]).exit_code == 1
    assert "is there already" in run("c.yaml", "-o", "snapshots/c.yaml", code=2).stderr


def test_json_lists_every_tensor(config):
    found = json.loads(run("c.yaml", "--format", "json", code=1).stdout)["tensors"]
    assert {row["name"]: row["state"] for row in found[:3]} == {
        "Y1lin": "changed, not accepted",
        "Y1": "same",
        "dW1": "changed, not accepted",
    }


def test_several_documents(config):
    config.write_text(TEXT + "---\n" + TEXT, encoding="utf-8")
    run("c.yaml", "--case", "2", "--accept", "Y1lin", code=1)
    first, second = config.read_text(encoding="utf-8").split("---\n")
    assert first == TEXT
    assert second == TEXT.replace("50, 34, 9]]", "50, 34, 20]]")
    run("c.yaml", "--accept", "Y1lin", code=1)
    assert config.read_text(encoding="utf-8").count("50, 34, 20]]") == 2


def test_a_snapshot_of_several_documents_has_them(config, tmp_path):
    """None of them can be extended, so that it is their text; or that of one."""
    text = TEXT.replace("errata: {Y1lin: a slip}\n", "")
    config.write_text(text + "---\n" + text.replace("a quiz", "another"), encoding="utf-8")
    run("c.yaml", "-o", "both.yaml")
    run("c.yaml", "--case", "2", "-o", "one.yaml", "--precision", "4")
    both, one = ((tmp_path / name).read_text(encoding="utf-8") for name in ("both.yaml", "one.yaml"))
    assert both.split("---\n")[1] == one
    assert one.startswith("# another — of «one» layer 🙂\n")
    assert "  Y1lin: [[31, 20, 7], [50, 34, 20]]   # the last number is wrong\n" in one
    checked = CliRunner().invoke(group, ["check", "both.yaml", "one.yaml"])
    assert (checked.exit_code, "in 3 cases" in checked.stdout) == (0, True)


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["c.yaml", "--accept", "Z*"], "--accept Z* matches none of Y1lin"),
        (["-"], "name one"),
        (["none.yaml"], "none.yaml: no such file"),
    ],
)
def test_bad_usage(config, words, message):
    assert message in run(*words, code=2).stderr


def test_an_alias_is_left_alone(config):
    text = TEXT.replace("Y1lin: [[31, 20, 7], [50, 34, 9]]", "Y1lin: &y [[31, 20, 7], [50, 34, 9]]\n  gradX: *y")
    config.write_text(text, encoding="utf-8")
    assert "c.yaml:13:3: an alias stands here" in run("c.yaml", "--accept", "gradX", code=2).stderr
    assert config.read_text(encoding="utf-8") == text


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("a: 1\n", "a: 1\nexpect:\n  Y: [[1, 2]]\n  L: 3\n"),
        ("a: 1  # one", "a: 1  # one\nexpect:\n  Y: [[1, 2]]\n  L: 3"),
        ("{a: 1}\n", "{a: 1, expect: {Y: [[1, 2]], L: 3}}\n"),
        ("expect: {}\n", "expect: {Y: [[1, 2]], L: 3}\n"),
        ("expect: {X: [1]}  # c\nb: 2\n", "expect: {X: [1], Y: [[1, 2]], L: 3}  # c\nb: 2\n"),
        ("expect: {Y: [[0, 0], [0, 0]]}\n", "expect: {Y: [[1, 2]], L: 3}\n"),
        ("expect:\nb: 2\n", "expect:\n  Y: [[1, 2]]\n  L: 3\nb: 2\n"),
        ("expect:\n    X: 1\n\n# b\nb: 2\n", "expect:\n    X: 1\n    Y: [[1, 2]]\n    L: 3\n\n# b\nb: 2\n"),
        ("expect:\r\n  Y: [9]\r\nb: 2\r\n", "expect:\r\n  Y: [[1, 2]]\r\n  L: 3\r\nb: 2\r\n"),
        ("expect:\n  Y:\n    - [5, 6]\n    - [7, 8]\n  L: 4\n", "expect:\n  Y:\n    - [1, 2]\n  L: 3\n"),
        ("---\n---\nexpect: {L: 4}\n...\n", "---\n---\nexpect: {L: 3, Y: [[1, 2]]}\n...\n"),
    ],
)
def test_where_numbers_go(before, after):
    assert record(before, "c.yaml", 1, {"Y": [["1", "2"]], "L": "3"}) == after


NAMES = st.sampled_from(["Y1", "W1_new", "dZ1", "J", "ü"])
VALUES = st.one_of(st.just("5"), st.lists(st.lists(st.just("0.5"), min_size=2, max_size=2), min_size=1, max_size=30))


@settings(max_examples=25, deadline=None)
@given(st.dictionaries(NAMES, VALUES, min_size=1), st.dictionaries(NAMES, VALUES), st.booleans(), st.booleans())
def test_what_is_written_is_read_back(new, old, flow, comments):
    plain = yaml.safe_load(yaml.safe_dump({name: yaml.safe_load(str(v).replace("'", "")) for name, v in old.items()}))
    block = yaml.safe_dump({"expect": plain}, allow_unicode=True, default_flow_style=False)
    line = f"expect: {yaml.safe_dump(plain, allow_unicode=True, default_flow_style=True)}"
    text = f"a: 1\n{line if flow else block}b: [x, y]\n"
    text = text.replace("\n", "  # «c»\n") if comments else text
    found = yaml.safe_load(record(text, "c.yaml", 1, new))
    wanted = {name: yaml.safe_load(str(value).replace("'", "")) for name, value in new.items()}
    assert found == {"a": 1, "expect": plain | wanted, "b": ["x", "y"]}


@pytest.mark.slow
def test_every_config_of_the_handout_can_be_recorded(tmp_path, monkeypatch):
    shutil.copytree(ROOT / "configs", tmp_path / "configs")
    shutil.copytree(ROOT / "data", tmp_path / "data")
    monkeypatch.chdir(tmp_path)
    for path in sorted((tmp_path / "configs" / "handout").glob("[24]*.yaml")):
        run(str(path), "--accept", "*")
        run(str(path))
