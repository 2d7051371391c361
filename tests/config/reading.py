"""Configs as text → what the reader says of them."""

import pytest

from mlpcli.config.load import load
from mlpcli.errors import InputError

SMALL = """\
layers:
  - {type: linear, W: [[1, 2], [3, 4]], B: [0, 0]}
  - relu
inputs: [[1, 1]]
targets: [[0, 1]]
loss: l2
learning_rate: 0.1
"""


@pytest.fixture
def read(tmp_path, monkeypatch):
    """The cases of a config written to c.yaml, in a folder that is the current one."""
    monkeypatch.chdir(tmp_path)

    def function(content, *overrides, goal="forward"):
        data = content if isinstance(content, bytes) else content.encode()
        (tmp_path / "c.yaml").write_bytes(data)
        return load("c.yaml", goal, overrides)

    return function


@pytest.fixture
def problems(read):
    """What is wrong with a config, line by line."""

    def function(content, *overrides, goal="forward"):
        with pytest.raises(InputError) as caught:
            read(content, *overrides, goal=goal)
        return [str(problem) for problem in caught.value.problems]

    return function


@pytest.fixture
def problem(problems):
    """The one thing that is wrong with a config."""

    def function(*args, **kwargs):
        (only,) = problems(*args, **kwargs)
        return only

    return function
