"""`mlp forward|backward --engine jax|torch`: another library computes the same tensors, and their text is the same."""

import sys
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

from mlpcli.cli import group
from mlpcli.train.execute.elsewhere import LIBRARIES
from mlpcli.values.value import COMPARISONS, PRIMITIVES

CONFIGS = Path(__file__).parents[2] / "configs"
TOY = CONFIGS / "toy.yaml"


@pytest.fixture(params=LIBRARIES)
def engine(request):
    pytest.importorskip(request.param)
    return request.param


def printed(*arguments):
    return CliRunner().invoke(group, [str(argument) for argument in arguments])


def test_every_function_that_computes_has_one_there(engine):
    assert set(LIBRARIES[engine]().functions) >= set(PRIMITIVES.values()) - COMPARISONS


@pytest.mark.parametrize("dtype", ["float64", "float32"])
def test_the_toy_problem_is_the_same_bytes(engine, dtype):
    here = printed("backward", TOY, "--dtype", dtype)
    there = printed("backward", TOY, "--dtype", dtype, "--engine", engine)
    assert (there.exit_code, there.stdout) == (0, here.stdout)


def test_the_library_computes_every_number(engine, monkeypatch):
    """With a product of its own that is one too large, the text is another."""
    library = LIBRARIES[engine]()
    product = library.functions[np.matmul]
    monkeypatch.setitem(LIBRARIES, engine, lambda: library)
    monkeypatch.setitem(library.functions, np.matmul, lambda A, B: product(A, B) + 1)
    assert "Y1lin: [[32, 21, 8]]" in printed("forward", TOY, "--engine", engine).stdout


def text_of(path, *options):
    """What backward prints of a config, or forward where it has no loss."""
    for command in ("backward", "forward"):
        done = printed(command, path, *options)
        if done.exit_code == 0:
            return done.stdout
    raise AssertionError(done.output)


@pytest.mark.slow
def test_every_shipped_config_is_the_same_bytes(engine):
    pytest.importorskip("duckdb", reason="one is about a table, which needs the extra `tables`")
    for path in sorted(CONFIGS.rglob("*.yaml")):
        assert text_of(path, "--engine", engine) == text_of(path), path


def refused(done, message):
    assert (done.exit_code, done.stdout) == (2, "")
    assert done.stderr.splitlines()[-1] == message


def test_proven_digits_are_of_no_library():
    refused(
        printed("forward", TOY, "--engine", "torch", "--dtype", "ball"),
        "--engine: ball is a number type of the engine numpy alone",
    )


def test_without_the_library_a_line_says_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "torch", None)
    monkeypatch.delitem(sys.modules, "mlpcli.train.execute.torch_calls", raising=False)
    refused(
        printed("forward", TOY, "--engine", "torch"),
        '--engine: torch needs the package torch: pip install "mlp-yaml[torch]"',
    )
