"""Programs as graphs."""

import re
import shutil
import subprocess

import pytest
from click.testing import CliRunner

from mlpcli.cli import group

from .printed import HOSTILE, ROOT


@pytest.fixture(autouse=True)
def _in_the_checkout(monkeypatch):
    monkeypatch.chdir(ROOT)


def run(*words, **kwargs):
    done = CliRunner().invoke(group, list(words), **kwargs)
    assert done.exit_code == 0, done.output
    return done.stdout


def test_a_flowchart_has_an_arrow_per_operand():
    text = run("show", "configs/toy.yaml", "--format", "mermaid")
    names = dict(re.findall(r"""(n\d+)\(?\["?(\w+)""", text))
    arrows = {(names[a], names[b]) for a, b in re.findall(r"(\w+) --> (\w+)", text)}
    # handout 3.7: Y1lin = X·W1 + B1, and gradW3 = Y2ᵀ·gradY3lin / N
    assert {operand for operand, name in arrows if name == "Y1lin"} == {"X", "W1", "B1"}
    assert {operand for operand, name in arrows if name == "gradW3"} == {"Y2", "gradY3lin"}
    assert text.count("subgraph") == text.count("\n  end") == 5


@pytest.mark.skipif(shutil.which("dot") is None, reason="needs graphviz: apt-get install graphviz")
@pytest.mark.parametrize("config", ["configs/toy.yaml", "configs/handout/2.1.2.yaml", "-"])
def test_graphviz_draws_it(config):
    text = run("show", config, "--format", "dot", input=HOSTILE)
    done = subprocess.run(["dot", "-Tsvg"], input=text, capture_output=True, text=True, check=True, timeout=60)
    assert "</svg>" in done.stdout
    assert not done.stderr
