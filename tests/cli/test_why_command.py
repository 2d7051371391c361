"""`mlp why`, through click's runner."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from mlpcli.cli import group

ROOT = Path(__file__).parents[2]


@pytest.fixture
def run(monkeypatch):
    monkeypatch.chdir(ROOT)
    return lambda *args, **kwargs: CliRunner().invoke(group, ["why", *args], **kwargs)


def test_the_cell_that_the_handout_misprints(run):
    # handout 3.5 prints 588; Y2 = [88, 123, 147] and gradY3lin = [-239, -4] are in 2.1.3 and 3.5
    assert run("gradW3[2,1]", "configs/toy.yaml").stdout == (
        "gradW3[2,1] = Y2ᵀ·gradY3lin / N\n"
        "  = Y2[0,2]·gradY3lin[0,1] / 1\n"
        "  = 147·-4 / 1\n"
        "  = -588\n"
        "  Y2[0,2] = 147                         # max(0, Y2lin)\n"
        "  gradY3lin[0,1] = -4                   # Y3 − D\n"
    )


@pytest.mark.parametrize("cell", ["Y1lin[0,1]", "Y1lin[1]", " Y1lin [ 0 , 1 ]", "Y1in[1]"])
def test_ways_to_write_a_cell(run, cell):
    assert run(cell, "configs/toy.yaml").stdout.startswith("Y1lin[0,1] = X·W1 + B1\n")


@pytest.mark.parametrize("cell", ["L", "L[0]"])
def test_a_tensor_of_one_number_needs_no_index(run, cell):
    assert run(cell, "configs/toy.yaml").stdout.startswith("L[0] = −Σ D⊙log softmax(Y3lin)\n")


def test_a_tensor_without_dimensions(run):
    arguments = ("configs/toy.yaml", "--set", "conventions={loss: mean}")
    assert run("L_mean", *arguments).stdout.startswith("L_mean = Σ L / N\n  = L[0] / 1\n")


@pytest.mark.parametrize("cell", ["X[0,1]", "X[1]"])
def test_a_given_tensor(run, cell):
    assert run(cell, "configs/toy.yaml").stdout == "X[0,1] = 3                              # given\n"


@pytest.mark.parametrize(
    ("cell", "message"),
    [
        ("gradW4[0,0]", "no tensor 'gradW4' (did you mean 'gradW3'?)"),
        ("nope[0]", "no tensor 'nope': there are X, W1, B1, "),
        ("gradW3", "gradW3 has shape (3, 2): its last cell is gradW3[2,1]"),
        ("gradW3[2]", "gradW3 has shape (3, 2): its last cell is gradW3[2,1]"),
        ("gradW3[3,0]", "gradW3 has shape (3, 2): its last cell is gradW3[2,1]"),
        ("gradW3[0,0,0]", "gradW3 has shape (3, 2): its last cell is gradW3[2,1]"),
        ("gradW3[-1,0]", "'gradW3[-1,0]' names no cell"),
        ("gradW3[a]", "'gradW3[a]' names no cell"),
        ("", "'' names no cell"),
    ],
)
def test_what_is_no_cell(run, cell, message):
    result = run(cell, "configs/toy.yaml")
    assert result.exit_code == 2
    assert message in result.stderr


def test_a_maximum_is_the_number_that_it_is(run):
    # handout 3.6: logits [3538, 1966] and D = [69, 5]
    found = run("L[2]", "configs/handout/3.6.yaml").stdout
    assert "−D[2,0]·log1p(exp(Y3lin[2,1] − Y3lin[2,0]))" in found
    assert "where Y3lin[2,0] is the largest" in found


def test_case_chooses_a_document(run):
    config = "---\nlayers: [relu]\ninputs: [[1]]\n---\nlayers: [relu]\ninputs: [[5]]\n"
    assert "max(1, 0)" in run("Y[0]", "-", input=config).stdout
    assert "max(5, 0)" in run("Y[0]", "-", "--case", "2", input=config).stdout
    result = run("Y[0]", "-", "--case", "3", input=config)
    assert result.exit_code == 2
    assert "has 2 cases" in result.stderr


def test_depth_and_precision(run):
    text = run("mean1[0,0]", "configs/handout/4.1.yaml", "--depth", "2", "--precision", "3").stdout
    # by hand: (31 + 50 + 68)/3 = 49.67, and 31 = 4·4 + 3·5
    assert "\n  = 49.7\n" in text
    assert "\n    = 4·4 + 3·5 + 0\n    = 31\n" in text


def test_json(run):
    found = json.loads(run("gradW3[2,1]", "configs/toy.yaml", "--format", "json").stdout)
    assert (found["schema"], found["command"], found["config"]) == (1, "why", "configs/toy.yaml")
    first, *operands = found["cells"]
    assert first == {
        "name": "gradW3",
        "index": [2, 1],
        "formula": "Y2ᵀ·gradY3lin / N",
        "value": -588.0,
        "names": "Y2[0,2]·gradY3lin[0,1] / 1",
        "numbers": "147·-4 / 1",
        "operands": ["Y2[0,2]", "gradY3lin[0,1]"],
    }
    assert [(o["name"], o["value"]) for o in operands] == [("Y2", 147.0), ("gradY3lin", -4.0)]


def test_colour_is_the_same_characters(run):
    import re

    plain, colored = (run("Y1lin[0]", "configs/toy.yaml", "--color", c).stdout for c in ("never", "always"))
    assert plain != colored
    assert re.sub(r"\x1b\[[\d;]*m", "", colored) == plain


MINE = """
gradW3: [[1, 2], [3, 4], [-35133, 588]]
Y2: [[88, 123, -147]]
gradW1: [[1], [2]]
"""
"""The misprint of handout 3.5, another Y2, and a tensor of the wrong shape."""


def test_against_shows_claims_and_the_arithmetic_with_them(run, tmp_path):
    (tmp_path / "mine.yaml").write_text(MINE)
    result = run("gradW3[2,1]", "configs/toy.yaml", "--against", str(tmp_path / "mine.yaml"))
    assert result.stdout.splitlines()[3:6] == [
        "  = -588",
        "  claimed: 588",
        "  with the claimed operands: -147·-4 / 1 = 588",
    ]
    assert "Y2[0,2] = 147                         # max(0, Y2lin); claimed: -147" in result.stdout
    assert "note: gradW1 is left out: it has shape (2, 1) in place of (2, 3)" in result.stderr


def test_against_as_json(run, tmp_path):
    (tmp_path / "mine.yaml").write_text(MINE)
    arguments = ("--against", str(tmp_path / "mine.yaml"), "--format", "json")
    first = json.loads(run("gradW3[2,1]", "configs/toy.yaml", *arguments).stdout)["cells"][0]
    assert (first["claimed"], first["with_claimed_operands"]) == ("588", "-147·-4 / 1 = 588")
