"""Documents as Markdown."""

import json
import re

import numpy as np
import pytest
from click.testing import CliRunner

from mlpcli.cli import group

from .printed import CONFIGS, HOSTILE, ROOT


@pytest.fixture(autouse=True)
def _in_the_checkout(monkeypatch):
    monkeypatch.chdir(ROOT)


def run(*words, **kwargs):
    done = CliRunner().invoke(group, list(words), **kwargs)
    assert done.exit_code == 0, done.output
    return done.stdout


def numbers(maths):
    """The numbers of the matrix that an equation ends with."""
    body = maths.rpartition(" = ")[2].removeprefix(r"\begin{bmatrix}").removesuffix(r"\end{bmatrix}")
    cells = [line.split("&") for line in body.split(r"\\")]
    return np.array([[float(re.sub(r" \\cdot 10\^\{(.*)\}", r"e\1", cell)) for cell in row] for row in cells])


def equations(text):
    return re.findall(r"^\$\$\n(.*?)\n\$\$$", text, re.DOTALL | re.MULTILINE)


@pytest.mark.parametrize("config", CONFIGS)
def test_equations_have_the_numbers_of_the_json(config):
    found = equations(run("backward", config, "--format", "markdown"))
    known = json.loads(run("backward", config, "--format", "json", "--only", "*"))["tensors"]
    for equation, tensor in zip(map(numbers, found), known, strict=True):
        np.testing.assert_allclose(equation.ravel(), np.ravel(tensor["value"]), rtol=1e-7, atol=1e-12)


def test_an_equation_is_name_formula_and_numbers():
    text = run("forward", "configs/toy.yaml", "--format", "markdown")
    formula = r"Y_ {3} = \mathrm{softmax}\left(Y_ {3}^{\mathrm{lin}}\right)"
    assert f"\n$$\n{formula} = \\begin{{bmatrix}} 1 & 3.0607374 \\cdot 10^{{-278}} \\end{{bmatrix}}\n$$\n" in text


@pytest.mark.parametrize("config", [*CONFIGS, "-"])
def test_markdown_finds_no_marks_in_an_equation(config):
    text = run("backward", config, "--format", "markdown", input=HOSTILE)
    parser = pytest.importorskip("markdown_it", reason="rich has brought it along since 13.4")
    rendered = parser.MarkdownIt().render(text)  # CommonMark, which GitHub's Markdown extends
    assert set(re.findall(r"<(\w+)", rendered)) == {"h1", "h2", "p"}
    for equation in equations(text):
        assert not re.search(r"\\[^\w\s\\]", equation)
        assert not re.search(r"\\\\(?!\n)", equation)


def test_no_mark_of_a_title_is_one_of_the_page():
    head = run("forward", "-", "--format", "markdown", input=HOSTILE).splitlines()[0]
    assert re.sub(r"\\([^\w\s])", "", head).count("|") == 0
    assert not re.search(r"(?<!\\)[$<`*_\[|~]", head.replace("\\\\", ""))


def test_verdicts_are_a_table():
    text = run("check", "configs/handout/3.6.yaml", "--format", "markdown")
    assert "| gradY2 | cause |\n| gradY2lin | consequence |" in text
    assert "   consistent with: a digit dropped at [2,2]\n" in text
