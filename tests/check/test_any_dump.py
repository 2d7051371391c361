"""Any names, shapes and numbers in a dump are judged or refused: never a bug."""

import json

import numpy as np
import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st

from mlpcli.check.claims.words import meanings
from mlpcli.cli import group
from tests.check.test_matching import CONFIG, W1, W2, X, a1, a2, b1, b2, delta1, delta2, z1, z2

VALUES = (z1, a1, z2, a2, W1, W2, b1, b2, delta1, delta2, a1.T @ delta2, X.T @ delta1, delta2.sum(0), np.array(0.3))
NAMES = [
    *("W1", "w1", "dW1", "b1", "B1", "Z1", "z1", "a1", "h1"),
    *("h2", "y", "Y1", "delta1", "δ1", "J", "L", "loss", "losses"),
    *("grad", "theta", "W[0]", "W[1]", "x", "X", "t", "error", "l1_delta"),
    *("syn0", "nabla_w[0]", "0.weight", "fc1.weight.grad", "foo", "out", "o1", "v_dW1", "momentum"),
    *("W1_new", "W1'", "D", "gradY1lin", "1", "step"),
]
CHANGES = (
    lambda value: value,
    np.transpose,
    np.ravel,
    lambda value: value[..., None],
    lambda value: value * 0,
    lambda value: value * np.nan,
    lambda value: value * 1e300,
    lambda value: value[:1] if value.ndim else value,
    lambda value: value[:0] if value.ndim else value,
    lambda value: np.concatenate([np.ravel(x) for x in VALUES]),
    lambda value: np.stack([value, value]),
    lambda value: value.round(1),
)
tensors = st.builds(lambda value, change: change(value), st.sampled_from(VALUES), st.sampled_from(CHANGES))
dumps = st.dictionaries(st.sampled_from(NAMES), tensors, min_size=1, max_size=8)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    path = tmp_path_factory.mktemp("any")
    (path / "c.yaml").write_text(CONFIG)
    return path


@pytest.mark.slow
@settings(max_examples=15, deadline=None)
@given(dump=dumps, form=st.sampled_from(["json", "txt"]), steps=st.integers(1, 2))
def test_any_dump_is_judged_or_refused(folder, dump, form, steps):
    plain = {name: value.tolist() for name, value in dump.items()}
    printed = "\n".join(f"{name} =\n{value}" for name, value in dump.items()) + "\n"
    path = folder / f"d.{form}"
    path.write_text(json.dumps([plain] * steps if steps > 1 else plain) if form == "json" else printed * steps)
    result = CliRunner().invoke(group, ["check", str(folder / "c.yaml"), "--against", str(path)])
    assert result.exit_code in (0, 1, 2), result.exception


@settings(max_examples=300)
@given(st.text(max_size=40) | st.lists(st.sampled_from([*NAMES, "_", "[", "]", "0", " "]), max_size=6).map("".join))
def test_any_name_means_something_or_nothing(name):
    assert all(meaning.kind for meaning in meanings(name))
