"""Tables as people hold them."""

import csv
import json

import pytest
from click.testing import CliRunner

from mlpcli.cli import group


@pytest.fixture
def mlp(tmp_path, monkeypatch):
    """Run a command in a folder of its own; returns its exit code, standard output and standard error."""
    monkeypatch.chdir(tmp_path)
    return lambda *arguments: CliRunner().invoke(group, [str(a) for a in arguments], prog_name="mlp")


CONFIG = """
layers: [{{type: linear, units: 6}}, tanh, linear{last}]
table: {table}
loss: {loss}
optimizer: {{type: adam, learning_rate: 0.01}}
epochs: 60
batch_size: 8
validation: 0.25
seed: 1
"""


@pytest.fixture
def config(tmp_path):
    """Write a config for a table, as a mapping; returns its name."""

    def write(table, loss="softmax_cross_entropy", last=", softmax"):
        text = CONFIG.format(table=json.dumps(table), loss=loss, last=last)
        (tmp_path / "config.yaml").write_text(text)
        return "config.yaml"

    return write


@pytest.fixture
def write(tmp_path):
    """Write rows, the first of which are names, as a .csv file."""

    def function(name, rows, **dialect):
        with (tmp_path / name).open("w", newline="", encoding="utf-8") as stream:
            csv.writer(stream, **dialect).writerows(rows)
        return name

    return function
