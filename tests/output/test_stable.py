"""Text output is the same bytes under every BLAS kernel, thread count, terminal width and colour setting."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
CONFIGS = ("configs/toy.yaml", "configs/handout/3.6.yaml", "configs/handout/4.2.yaml", "tests/configs/kink.yaml")
KERNELS = ("Prescott", "Nehalem", "Sandybridge", "Haswell", "SkylakeX", "Zen")
ESCAPES = re.compile(r"\x1b\[[0-9;]*m")

# One process a combination: each config through the command line, as a user would.
SCRIPT = """
import sys
from mlpcli.cli import group
for config in CONFIGS:
    group(["train", config, *sys.argv[1:]], standalone_mode=False)
"""


def printed(*options, **environment):
    script = SCRIPT.replace("CONFIGS", repr(CONFIGS))
    done = subprocess.run(
        [sys.executable, "-c", script, *options], cwd=ROOT, env={**os.environ, **environment}, capture_output=True
    )
    return done.returncode, done.stdout.decode()


@pytest.fixture(scope="module")
def reference():
    code, text = printed()
    assert code == 0
    assert "gradB1: [[0, 0, 0]]" in text, "the rounding noise of a batch-normed layer's bias prints as 0"
    return text


@pytest.mark.slow
@pytest.mark.parametrize("threads", ["1", "2"])
@pytest.mark.parametrize("kernel", KERNELS)
def test_kernels_and_threads(reference, kernel, threads):
    code, text = printed(OPENBLAS_CORETYPE=kernel, OPENBLAS_NUM_THREADS=threads)
    if code < 0:
        pytest.skip(f"this processor does not run the {kernel} kernel")
    assert text == reference


@pytest.mark.parametrize("width", ["40", "200"])
@pytest.mark.parametrize("color", ["always", "never"])
def test_widths_and_colours(reference, width, color):
    code, text = printed("--color", color, COLUMNS=width, TERM="xterm-256color")
    assert code == 0
    assert (ESCAPES.search(text) is not None) is (color == "always")
    assert ESCAPES.sub("", text) == reference


def test_kernels_do_change_the_last_bits():
    """The raw values differ, otherwise the tests above could not fail."""
    raw = {printed("--format", "json", OPENBLAS_CORETYPE=kernel) for kernel in ("Prescott", "Haswell")}
    if len(raw) == 1 or any(code < 0 for code, _ in raw):
        pytest.skip("this machine does not run both kernels")
