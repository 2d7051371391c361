"""A run is given other files: what was done to the numbers it was trained on is done to these too."""

import json

import numpy as np
import pytest
from click.testing import CliRunner

from mlpcli.cli import group

RNG = np.random.default_rng(3)
X = RNG.integers(0, 16, (60, 3))
Y = (X[:, 0] > X[:, 1]).astype(int) + 5
CONFIG = """
layers: [{type: linear, units: 4}, relu, linear, softmax]
inputs: {file: train.csv, columns: '1:', divide: 16}
targets: {classes: {file: train.csv, columns: 0}, first: 5}
loss: softmax_cross_entropy
optimizer: {type: adam, learning_rate: 0.05}
epochs: 40
seed: 1
"""


def written(name, columns, header=None):
    with open(name, "w", encoding="utf-8") as stream:
        if header:
            print(",".join(header), file=stream)
        np.savetxt(stream, columns, "%d", ",")


def mlp(*arguments):
    done = CliRunner().invoke(group, [str(a) for a in arguments], prog_name="mlp")
    assert done.exit_code == 0, done.output
    return json.loads(done.stdout)


@pytest.fixture(params=[("kind", "a", "b", "c"), None], ids=["named", "numbered"])
def trained(request, tmp_path, monkeypatch):
    """The header of the table trained on, and what the run in the folder `run` predicts of it, which is gone."""
    monkeypatch.chdir(tmp_path)
    written("train.csv", np.column_stack([Y, X]), request.param)
    (tmp_path / "c.yaml").write_text(CONFIG)
    mlp("train", "c.yaml", "--run", "run", "--format", "json")
    expected = mlp("predict", "run", "--format", "json")
    assert mlp("evaluate", "run", "--format", "json")["result"]["accuracy"] > 0.9
    (tmp_path / "train.csv").unlink()
    return request.param, expected


def test_a_file_without_targets(trained):
    header, expected = trained
    written("new.csv", X, header and header[1:])
    assert mlp("predict", "run", "new.csv", "--format", "json") == expected
    assert mlp("predict", "run", "--set", "inputs={file: new.csv}", "--format", "json") == expected


def test_a_file_with_targets(trained):
    header, expected = trained
    written("new.csv", np.column_stack([Y, X]), header)
    assert mlp("predict", "run", "new.csv", "--format", "json") == expected
    found = mlp("evaluate", "run", "new.csv", "--format", "json")["result"]
    assert found["accuracy"] == np.mean(np.array(expected["classes"]) == Y)


def test_columns_in_another_order(trained):
    header, expected = trained
    if header:
        written("new.csv", np.column_stack([X[:, ::-1], np.arange(60)]), ["c", "b", "a", "number"])
        assert mlp("predict", "run", "new.csv", "--format", "json") == expected


def test_labels_in_a_file_of_their_own(trained):
    """They are counted from 5 still, as in the config."""
    written("new.csv", X)
    written("labels.csv", Y[:, None])
    sets = ["--set", "inputs={file: new.csv}", "--set", "targets={classes: {file: labels.csv}}"]
    found = mlp("evaluate", "run", *sets, "--format", "json")["result"]
    assert found["accuracy"] == np.mean(np.array(trained[1]["classes"]) == Y)


def test_a_file_without_its_targets_cannot_be_evaluated(trained):
    written("new.csv", X)
    done = CliRunner().invoke(group, ["evaluate", "run", "--set", "inputs={file: new.csv}"])
    assert done.exit_code == 2


def test_inputs_that_are_no_file(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "c.yaml").write_text("layers: [relu]\ninputs: [[1, 2]]")
    done = CliRunner().invoke(group, ["predict", "c.yaml", "new.csv"])
    assert done.exit_code == 2
    assert "c.yaml:2:9: inputs: are no file that new.csv could take the place of" in done.stderr
