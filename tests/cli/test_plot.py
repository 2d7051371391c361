"""`mlp plot` and `mlp compare`."""

import csv
import io
import json
import re
import sys

import pytest
import yaml
from click.testing import CliRunner

from mlpcli.cli import group


@pytest.fixture
def run(small, monkeypatch):
    monkeypatch.chdir(small.parent)
    return lambda *arguments: CliRunner().invoke(group, [str(a) for a in arguments], prog_name="mlp")


def train(run, small, name, *changes):
    options = [word for change in changes for word in ("--set", change)]
    assert run("train", small, "--set", "validation=0.3", *options, "--run", name).exit_code in (0, 1)


def test_a_run_is_drawn(run, small, tmp_path):
    train(run, small, "r", "title=Noise")
    drawn = (tmp_path / "r" / "plot.svg").read_text()
    assert drawn.startswith("<?xml")
    assert all(name in drawn for name in ("Noise", ">loss<", "held out", ">accuracy<", "confusion"))
    assert run("plot", "r", "-o", "p.svg").exit_code == 0
    assert (tmp_path / "p.svg").read_text() == drawn


def test_curves_in_the_terminal_are_the_same_in_colour(run, small):
    train(run, small, "r")
    plain = run("plot", "r").stdout
    colored = run("plot", "r", "--color", "always").stdout
    assert plain.startswith("loss")
    assert "\x1b[" in colored
    assert re.sub(r"\x1b\[[\d;]*m", "", colored) == plain


def test_what_cannot_be_drawn(run, small, tmp_path, monkeypatch):
    train(run, small, "r")
    (tmp_path / "empty").mkdir()
    assert run("plot", "empty").stderr == "empty: has no metrics yet: no epoch of a training is over\n"
    assert "p.gif: a picture is one of .svg, .html, .png" in run("plot", "r", "-o", "p.gif").stderr
    monkeypatch.setitem(sys.modules, "resvg_py", None)
    done = run("plot", "r", "-o", "p.png")
    assert (done.exit_code, (tmp_path / "p.png").exists()) == (2, False)
    assert 'p.png: PNG needs the package resvg_py: pip install "mlp-yaml[plot]"' in done.stderr


@pytest.mark.parametrize(
    "made_up", [{"confusion": [[1]]}, {"confusion": 3}, {"points": [1]}, {"points": {"a": [["x"]]}}]
)
def test_a_made_up_result_is_told(run, small, tmp_path, made_up):
    train(run, small, "r")
    (tmp_path / "r" / "result.json").write_text(json.dumps(made_up))
    done = run("plot", "r", "-o", "p.svg")
    assert (done.exit_code, done.stderr) == (2, "r/result.json: is damaged; mlp train --resume writes it anew\n")


def test_runs_are_compared(run, small, tmp_path):
    train(run, small, "a")
    train(run, small, "b", "layers[0].units=7", "optimizer={type: adam, learning_rate: 0.01}", "epochs=6")
    done = run("compare", "a", "b", "--plot", "both.svg")
    found = yaml.safe_load(done.stdout)
    assert found["run"] == ["a", "b"]
    assert found["layers[0].units"] == ["5", "7"]
    assert found["optimizer.type"] == [None, "adam"]
    assert found["epoch"] == [4, 6]
    assert not {"layers[3].units", "loss", "seed"} & set(found)
    results = [json.loads((tmp_path / name / "result.json").read_text()) for name in "ab"]
    assert found["validation_loss"] == pytest.approx([r["validation_loss"] for r in results], rel=1e-5)
    assert (tmp_path / "both.svg").read_text().count("<polyline") == 4
    rows = list(csv.DictReader(io.StringIO(run("compare", "a", "b", "--format", "csv").stdout)))
    assert [row["run"] for row in rows] == ["a", "b"]


def test_runs_that_cannot_be_compared(run, small, tmp_path):
    train(run, small, "a")
    (tmp_path / "empty").mkdir()
    assert run("compare", "a", "empty").stderr == "empty: no run is kept there: it has no config.yaml\n"
    (tmp_path / "a" / "result.json").unlink()
    assert "a: the run has not come to its end: mlp train --resume a goes on with it" in run("compare", "a").stderr
