"""`--case K`: one document of a config that has several, on every command that reads one."""

import pytest
from click.testing import CliRunner

from mlpcli.cli import COMMANDS, group

SEVERAL = """
title: alpha
layers: [{type: linear, W: [[1, 2], [3, 4]], B: [0, 0]}]
inputs: [[1, 2]]
targets: [[1, 1]]
loss: l2
learning_rate: 0.001
expect: {Y1lin: [[7, 10]]}
---
title: omega
layers: [{type: linear, W: [[5, 6], [7, 8]], B: [0, 0]}]
inputs: [[1, 2]]
targets: [[1, 1]]
loss: l2
learning_rate: 0.001
expect: {Y1lin: [[19, 22]]}
"""
WITHOUT = {"conventions", "compare", "plot", "new", "schema"}
"""Commands that read no config."""


@pytest.fixture
def words(tmp_path, monkeypatch):
    """What to type after a command."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "two.yaml").write_text(SEVERAL, encoding="utf-8")
    (tmp_path / "mine.txt").write_text("Y1lin = [[19, 22]]\n", encoding="utf-8")
    return {
        "why": ["why", "Y1lin[0,0]", "two.yaml"],
        "export": ["export", "two.yaml", "-o", "w.npz"],
        "grade": ["grade", "two.yaml", "mine.txt"],
        "variants": ["variants", "two.yaml", "-n", "1", "-o", "out"],
        "record": ["record", "two.yaml", "--accept", "*"],
        "sweep": ["sweep", "two.yaml", "--set", "epochs=1", "--over", "seed=1"],
    }


@pytest.mark.parametrize("command", sorted(set(COMMANDS) - WITHOUT))
def test_every_command_takes_a_case(words, command):
    typed = words.get(command, [command, "two.yaml"])
    result = CliRunner().invoke(group, [*typed, "--case", "2"])
    assert result.exit_code == 0, result.output
    assert "alpha" not in result.stdout
    beyond = CliRunner().invoke(group, [*typed, "--case", "3"])
    assert beyond.exit_code == 2
    assert "two.yaml" in beyond.stderr


@pytest.mark.parametrize("command", ["forward", "train", "show", "check", "gradcheck", "worksheet"])
def test_without_a_case_all_are_printed(words, command):
    text = CliRunner().invoke(group, [command, "two.yaml"]).stdout
    assert "alpha" in text
    assert "omega" in text


def test_the_case_is_printed_as_if_it_were_alone(words, tmp_path):
    (tmp_path / "alone.yaml").write_text(SEVERAL.split("---\n")[1], encoding="utf-8")
    one = CliRunner().invoke(group, ["train", "two.yaml", "--case", "2"]).stdout
    assert one == CliRunner().invoke(group, ["train", "alone.yaml"]).stdout


def test_a_training_of_one_of_several(words):
    refused = CliRunner().invoke(group, ["train", "two.yaml", "--epochs", "2"])
    assert "name it with --case" in refused.stderr
    assert "epoch: 2" in CliRunner().invoke(group, ["train", "two.yaml", "--epochs", "2", "--case", "1"]).stdout
