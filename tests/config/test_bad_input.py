"""Whatever stands in a config: tensors, or problems that each say where. Nothing else, soon, and in little memory."""

import re
import time
import tracemalloc
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from mlpcli.cli import group
from mlpcli.config.load import load
from mlpcli.errors import InputError
from tests.fuzz.configs import FILES, VALID, document

PLACE = re.compile(r"[^:]+(:[1-9]\d*:[1-9]\d*)?: \S")


def fuzz(examples):
    checks = [HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
    return settings(max_examples=examples, deadline=5000, database=None, derandomize=True, suppress_health_check=checks)


@pytest.fixture
def write(tmp_path, monkeypatch):
    """Write a config into the current folder, beside the array that it may name."""
    monkeypatch.chdir(tmp_path)
    for name, text in FILES.items():
        Path(name).write_text(text)
    return lambda data: Path("c.yaml").write_bytes(data)


def outcome(goal):
    """Problems as lines, or the number of tensors."""
    try:
        cases = load("c.yaml", goal)
    except InputError as error:
        return [str(problem) for problem in error.problems]
    traces = [case.setup.run() for case in cases]
    assert all(np.asarray(value).dtype == np.float64 for trace in traces for value in trace.values())
    return len(traces)


def is_problem(line):
    return PLACE.match(line) is not None and line.isprintable() and len(line) < 500


@pytest.mark.parametrize("tree", VALID)
def test_what_is_mutated_is_valid(write, tree):
    write(document(tree).encode())
    assert outcome("backward") == 1


@fuzz(200)
@given(text=st.text(max_size=30))
def test_any_text_as_a_value_to_set(write, text):
    assume("\0" not in text)
    write(document(VALID[1]).encode())
    result = CliRunner().invoke(group, ["forward", "c.yaml", "--set", text, "--set", f"title={text}"])
    assert result.exit_code in (0, 2)
    assert all(map(is_problem, result.stderr.splitlines()))


LARGE = {
    "deep": "[" * 100_000,
    "digits": f"seed: {'1' * 300_000}x",
    "a word": f"loss: {'l2x' * 100_000}",
    "words": f"inputs: [[{'x, ' * 100_000}]]",
    "keys": "".join(f"learning_rat{i}: 1\n" for i in range(20_000)),
    "layers": f"layers: [{'reul, ' * 50_000}]",
    "documents": "--- 1\n" * 20_000,
    "aliases": "a0: &a0 [x, x]\n" + "".join(f"a{i}: &a{i} [{', '.join([f'*a{i - 1}'] * 9)}]\n" for i in range(1, 20)),
    "zeros": "\0" * 1_000_000,
}


@pytest.mark.slow
@pytest.mark.parametrize("content", LARGE.values(), ids=LARGE)
def test_bad_input_takes_little_time_and_memory(write, content):
    write(content.encode())
    start = time.perf_counter()
    found = outcome("forward")
    seconds = time.perf_counter() - start
    tracemalloc.start()
    outcome("forward")
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert all(map(is_problem, found))
    assert seconds < 5
    assert peak < 200e6
