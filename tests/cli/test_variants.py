"""`mlp variants`: numbers of their own for each student, as good as the config's."""

import csv
import re

import numpy as np
import pytest
import yaml
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from mlpcli.check.coverage.redrawn import redraw
from mlpcli.cli import group

QUIZ = """
title: a quiz
layers:
  - {type: linear, layout: out_in, W: [[0.5, -0.2, 0.3], [-0.4, 0.1, 0.6], [0.2, 0.7, -0.5]], B: [0.1, -0.2, 0.3]}
  - tanh
  - {type: linear, layout: out_in, W: [[3, -6, 2], [-1, 4, 7]], B: [0, 0]}
  - softmax
inputs: [[1.0, 0.5, -1.0], [2.0, -0.5, 0.3], [-1.5, 1.0, 0.8], [0.4, -1.2, 1.5]]
targets: {classes: [0, 1, 1, 0], first: 0}
loss: softmax_cross_entropy
learning_rate: 0.1
expect: {Z1: [[1, 2, 3], [1, 2, 3], [1, 2, 3], [1, 2, 3]]}
require: ['grad*']
"""


@pytest.fixture
def quiz(tmp_path):
    path = tmp_path / "quiz.yaml"
    path.write_text(QUIZ.replace("expect:", "#"), encoding="utf-8")
    return str(path)


def run(*words, code=0):
    done = CliRunner().invoke(group, [str(word) for word in words])
    assert done.exit_code == code, done.output
    return done


def contents(folder):
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def test_numbers_are_of_the_config_s_kind(tmp_path, quiz):
    run("variants", quiz, "-n", 4, "-o", tmp_path / "four")
    configs = [yaml.safe_load((tmp_path / "four" / f"{n}.yaml").read_text()) for n in range(1, 5)]
    assert configs[2]["title"] == "a quiz (3)"
    for config in configs:
        first, second = config["layers"][0], config["layers"][2]
        assert re.fullmatch(r"[][, .0-9-]*", str(first["W"]))
        np.testing.assert_allclose(np.array(first["W"]) * 10, np.round(np.array(first["W"]) * 10), atol=1e-12)
        assert np.abs(first["W"]).max() <= 0.7
        assert all(isinstance(cell, int) and cell for row in second["W"] for cell in row)
        assert second["B"] == [0, 0]
        assert set(config["targets"]["classes"]) == {0, 1}
        assert config["require"] == ["grad*"]
    assert len({str(config["inputs"]) for config in configs}) == 4


def test_the_same_seed_gives_the_same_bytes(tmp_path, quiz):
    for name, seed in (("a", 7), ("b", 7), ("c", 8)):
        run("variants", quiz, "-n", 2, "-o", tmp_path / name, "--seed", seed, "--format", "markdown")
    one, same, other = (contents(tmp_path / name) for name in "abc")
    assert one == same
    assert one["1.yaml"] != other["1.yaml"]
    assert set(one) == {"1.yaml", "1.md", "1-key.md", "2.yaml", "2.md", "2-key.md", "variants.csv"}
    assert b"\\square" in one["1.md"]
    assert b"\\square" not in one["1-key.md"]


@pytest.mark.slow
def test_each_variant_has_the_coverage_that_the_list_says(tmp_path, quiz):
    run("variants", quiz, "-n", 2, "-o", tmp_path / "two", "--min-coverage", "0.9", "--decimals", 2)
    rows = list(csv.DictReader((tmp_path / "two" / "variants.csv").read_text().splitlines()))
    for row in rows:
        said = run("coverage", tmp_path / "two" / row["config"]).stdout
        assert float(row["coverage"]) >= 0.9
        assert float(re.search(r"score: ([\d.]+)", said)[1]) == pytest.approx(float(row["coverage"]), abs=0.02)


def test_what_cannot_be_had_is_told_and_leaves_nothing(tmp_path, quiz, monkeypatch):
    monkeypatch.setattr("mlpcli.check.coverage.students.ATTEMPTS", 3)
    done = run("variants", quiz, "-n", 1, "-o", tmp_path / "none", "--min-coverage", 1, code=2)
    assert "the best of 3 draws for variant 1 reveals 0." in done.stderr
    assert not (tmp_path / "none").exists()
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "mine").write_text("")
    done = run("variants", quiz, "-n", 1, "-o", tmp_path / "full", code=2)
    assert done.stderr == f"{tmp_path / 'full'}: there are files in it: name a new folder\n"
    assert {path.name for path in tmp_path.iterdir()} == {"quiz.yaml", "full"}


SEEDED = """
layers: [{type: linear, units: 3}, tanh, {type: linear, W: [[1, 2], [3, -1], [2, 2]]}, softmax]
inputs: [[1, 2], [3, -1], [0.5, 0.25]]
targets: {classes: [1, 2, 2]}
loss: softmax_cross_entropy
learning_rate: 0.1
"""


def test_weights_that_a_config_draws_are_drawn_by_another_seed(tmp_path):
    path = tmp_path / "seeded.yaml"
    path.write_text(SEEDED, encoding="utf-8")
    run("variants", path, "-n", 2, "-o", tmp_path / "two", "--min-coverage", 0)
    one, other = (yaml.safe_load((tmp_path / "two" / f"{n}.yaml").read_text()) for n in (1, 2))
    assert one["layers"][0] == {"type": "linear", "units": 3}
    assert one["seed"] != other["seed"]
    assert one["layers"][2]["W"] != [[1, 2], [3, -1], [2, 2]] != other["layers"][2]["W"]


def test_a_config_without_numbers_of_its_own_is_told(tmp_path):
    path = tmp_path / "plain.yaml"
    np.savetxt(tmp_path / "X.csv", [[1, 2], [3, 4]], delimiter=",")
    path.write_text("layers: [relu]\ninputs: {file: X.csv}\n", encoding="utf-8")
    done = run("variants", path, "-o", tmp_path / "none", code=2)
    assert done.stderr == f"{path}: no numbers stand in this config that could be drawn for each student\n"


KINDS = {
    "whole": [[3, -6, 2], [-1, 4, 7]],
    "decimals": [[0.25, -0.5], [1.5, 2]],
    "positive": [[1.5, 0.5, 2.25]],
    "one-hot": [[0, 1, 0], [1, 0, 0], [0, 1, 0]],
    "binary": [[0, 1], [1, 1]],
    "shares": [[0.2, 0.8], [0.5, 0.5]],
    "zeros": [[0, 0, 0]],
    "ones": [[1, 1]],
}


@pytest.mark.parametrize("kind", KINDS)
@given(seed=st.integers(0, 2**32), places=st.sampled_from([None, 1, 3]))
def test_a_kind_stays(kind, seed, places):
    own = np.array(KINDS[kind], float)
    drawn = redraw(own, np.random.default_rng(seed), places)
    assert drawn.shape == own.shape
    assert (drawn == np.floor(drawn)).all() >= (own == np.floor(own)).all()
    assert np.abs(drawn).max() <= (1 if kind == "shares" else np.abs(own).max())
    assert (drawn > 0).all() >= (own > 0).all()
    if kind in ("zeros", "ones"):
        assert (drawn == own).all()
    if kind in ("one-hot", "shares"):
        np.testing.assert_allclose(drawn.sum(axis=1), 1)
    if kind == "one-hot":
        assert len(np.unique(drawn, axis=0)) >= len(np.unique(own, axis=0))
    if kind == "decimals":
        unit = 10 ** (2 if places is None else places)
        np.testing.assert_allclose(drawn * unit, np.round(drawn * unit), atol=1e-9)
