"""Documents in LaTeX, compiled where there is a TeX."""

import shutil
import subprocess

import pytest
from click.testing import CliRunner

from mlpcli.cli import group

from .printed import CONFIGS, HOSTILE, ROOT

ENGINE = shutil.which("pdflatex")
engine = pytest.mark.skipif(ENGINE is None, reason="needs pdflatex: apt-get install texlive-latex-base")
WIDE = "layers: [{type: linear, units: 40}]\ninputs: [[1, 2], [3, 4]]\n"
HIGH = f"layers: [{{type: linear, units: 2}}]\ninputs: {[[i, 1] for i in range(200)]}\n"


@pytest.fixture(autouse=True)
def _in_the_checkout(monkeypatch):
    monkeypatch.chdir(ROOT)


def run(*words, **kwargs):
    done = CliRunner().invoke(group, [str(word) for word in words], **kwargs)
    assert done.exit_code == 0, done.output
    return done.stdout


@pytest.fixture
def pdf(tmp_path):
    """Compile a document, and return what the engine says of it."""

    def compiled(*words, by=ENGINE, **kwargs):
        run(*words, "-o", tmp_path / "key.tex", **kwargs)
        line = [by, "-interaction=nonstopmode", "-halt-on-error", "key.tex"]
        done = subprocess.run(line, cwd=tmp_path, capture_output=True, text=True, errors="replace", timeout=60)
        assert done.returncode == 0, done.stdout[-2000:]
        assert (tmp_path / "key.pdf").read_bytes().startswith(b"%PDF")
        assert "Overfull" not in done.stdout, done.stdout
        return done.stdout

    return compiled


def test_a_tensor_is_a_display():
    line = r"\fit{Y_{1} = \max\left(0, Y_{1}^{\mathrm{lin}}\right) = \begin{bmatrix} 31 & 20 & 7 \end{bmatrix}}"
    assert line in run("forward", "configs/toy.yaml", "--format", "latex").splitlines()


@engine
@pytest.mark.slow
@pytest.mark.parametrize("config", CONFIGS)
def test_a_key_compiles(pdf, config):
    pdf("backward", config)


@engine
@pytest.mark.slow
@pytest.mark.parametrize(
    "words",
    [
        ("train", "configs/handout/4.2.yaml", "--steps", "2"),
        ("show", "configs/courses/ng/regularization.yaml"),
        ("check", "configs/handout/3.6.yaml"),
        ("coverage", "configs/handout/2.1.1.yaml"),
        ("why", "gradW3[2,1]", "configs/toy.yaml", "--depth", "2"),
        ("gradcheck", "configs/toy.yaml"),
        ("conventions", "ng"),
        ("forward", "tests/cli/large.yaml"),
    ],
    ids=" ".join,
)
def test_what_every_command_says_compiles(pdf, words):
    pdf(*words)


@engine
@pytest.mark.slow
@pytest.mark.parametrize("config", [HOSTILE, WIDE, HIGH], ids=["marks", "wide", "high"])
def test_what_is_hard_for_tex_compiles(pdf, config):
    pdf("forward", "-", input=config)


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("xelatex") is None, reason="needs xelatex: apt-get install texlive-xetex")
def test_what_a_font_has_not_is_a_number(pdf):
    """pdfTeX stops at such a character, XeTeX leaves it out and says so in its log."""
    assert "Missing character" not in pdf("forward", "-", by="xelatex", input=HOSTILE)
