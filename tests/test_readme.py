"""What the README says, run as it says it."""

import dataclasses
import doctest
import re
import shlex
from pathlib import Path

import pytest
import yaml
from click.testing import CliRunner

from mlpcli.cli import COMMANDS, group
from mlpcli.nn.conventions import PRESETS, Conventions
from mlpcli.nn.layers import LAYERS
from mlpcli.nn.losses import LOSSES
from mlpcli.nn.optimizers import OPTIMIZERS
from mlpcli.nn.schedules import SCHEDULES

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")


def blocks(language):
    return re.findall(rf"```{language}\n(.*?)```", README, re.DOTALL)


def run(line, **kwargs):
    return CliRunner().invoke(group, shlex.split(line, comments=True)[1:], **kwargs)


EXAMPLES = [line for block in blocks("sh") for line in block.splitlines() if line.startswith("mlp ")]


TRAINING = next(line for line in EXAMPLES if "--run digits" in line)


@pytest.fixture(scope="module")
def checkout(tmp_path_factory):
    """A folder with what the examples read, for them to write into, one after the other."""
    folder = tmp_path_factory.mktemp("checkout")
    for name in ("configs", "data"):
        (folder / name).symlink_to(ROOT / name)
    return folder


@pytest.fixture(autouse=True)
def _in_the_checkout(monkeypatch, checkout):
    monkeypatch.chdir(checkout)


@pytest.mark.parametrize("line", EXAMPLES)
def test_examples_run(line):
    if line.startswith("mlp new"):
        pytest.importorskip("duckdb", reason="tables need the extra `tables`")
    if "--onnx" in line:
        pytest.importorskip("onnx", reason="models of ONNX need the extra `onnx`")
    if " digits " in line and "--run" not in line and not Path("digits").exists():
        assert run(TRAINING).exit_code == 0  # another process may have run that example
    assert run(line).exit_code == 0


def test_every_command_has_an_example():
    assert {line.split()[1] for line in EXAMPLES} == set(COMMANDS)


@pytest.mark.parametrize("block", blocks("console"))
def test_what_it_shows_is_printed(block):
    command, *shown = block.splitlines()
    printed = run(command.removeprefix("$ ")).stdout.splitlines()
    if shown[-1] == "...":
        shown.pop()
        printed = printed[: len(shown)]
    assert printed == shown


def test_the_python_shown_returns_what_it_shows():
    (session,) = blocks("python")
    examples = doctest.DocTestParser().get_doctest(session, {}, "README", "README.md", 0)
    assert doctest.DocTestRunner().run(examples).failed == 0


@pytest.mark.parametrize("config", blocks("yaml"))
def test_the_config_shown_runs(config):
    if "table:" in config:
        pytest.importorskip("duckdb", reason="tables need the extra `tables`")
    assert run("mlp train - --steps 2", input=config).exit_code == 0


@pytest.mark.parametrize("name", [*LAYERS, *LOSSES, *OPTIMIZERS, *SCHEDULES, *COMMANDS])
def test_every_name_is_there(name):
    assert f"`{name}`" in README or f"mlp {name}" in README


def test_the_table_of_conventions():
    table = README[README.index("| field | meaning |") :].split("\n\n")[0].splitlines()
    head, _, *rows = [[cell.strip(" `") for cell in line.strip("|").split("|")] for line in table]
    assert {row[0] for row in rows} == {field.name for field in dataclasses.fields(Conventions)}
    for row in rows:
        for preset, cell in zip(head[2:], row[2:], strict=True):
            value = getattr(PRESETS[preset], row[0])
            assert yaml.safe_load(cell) == (list(value) if isinstance(value, tuple) else value), row
