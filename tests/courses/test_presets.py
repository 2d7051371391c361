"""Every preset against its course's own arithmetic: names, orientation, signs, numbers, three updates."""

import re

import numpy as np
import pytest
import yaml
from click.testing import CliRunner
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mlpcli.cli import group
from mlpcli.config.load import load
from mlpcli.nn.conventions import PRESETS

from . import ORACLES
from .compared import NORMED, config_of, pairs
from .exercises import BATCH, Exercise

FEW = settings(derandomize=True, database=None, deadline=None, max_examples=8, suppress_health_check=list(HealthCheck))


@st.composite
def exercises(draw, rows, normed):
    """A network of two layers, with numbers of two decimals."""
    random = np.random.default_rng(draw(st.integers(0, 10**6)))
    n, i, j, k = rows, draw(st.integers(1, 4)), draw(st.integers(1, 4)), draw(st.integers(2, 4))

    def numbers(*shape):
        return random.uniform(-1, 1, shape).round(2)

    return Exercise(
        X=numbers(n, i),
        Y=np.eye(k)[random.integers(0, k, n)],
        W=(numbers(i, j), numbers(j, k)),
        b=(numbers(j), numbers(k)),
        gamma=(numbers(j) + 2,) if normed else (),
        beta=(numbers(j),) if normed else (),
    )


def compared(preset, exercise, path):
    """The number of tensors that three steps of the preset and of the course's own arithmetic agree in."""
    count = 0
    for name, found, expected in pairs(preset, exercise, path):
        np.testing.assert_allclose(found, expected, rtol=1e-9, atol=1e-11, err_msg=name)
        count += 1
    return count


@pytest.mark.parametrize("preset", PRESETS)
@pytest.mark.parametrize("rows", [1, 5])
def test_a_preset_is_its_course(preset, rows, tmp_path):
    @FEW
    @given(exercise=exercises(rows, normed=False))
    def test(exercise):
        assert compared(preset, exercise, tmp_path / "config.yaml") >= 3 * 9

    test()


@pytest.mark.parametrize("preset", NORMED)
def test_a_preset_with_batch_normalization_is_its_course(preset, tmp_path):
    @FEW
    @given(exercise=exercises(5, normed=True))
    def test(exercise):
        assert compared(preset, exercise, tmp_path / "config.yaml") >= 3 * 13

    test()


@pytest.mark.parametrize(
    ("preset", "form"),
    [
        *((preset, "text") for preset in PRESETS),
        *((p, form) for p in ("ng", "torch") for form in ("json", "npz", "csv")),
    ],
)
def test_the_key_goes_back_in_as_a_claim(preset, form, tmp_path):
    """In every format, two steps of it; and a wrong number is found in its place."""
    path, key = tmp_path / "config.yaml", tmp_path / f"key.{'txt' if form == 'text' else form}"
    path.write_text(yaml.safe_dump(config_of(preset, BATCH)))
    words = ["train", str(path), "--steps", "2"]
    made = CliRunner().invoke(group, [*words, "--format", form, "-o", str(key)])
    assert made.exit_code == 0, made.output
    result = CliRunner().invoke(group, ["check", str(path), "--against", str(key)])
    assert result.exit_code == 0, result.stdout
    assert "all pass" in result.stdout
    if form == "text":
        first = next(step.name for step in load(str(path), "update")[0].program.steps)
        wrong = re.sub(rf"(?m)^({first}:.*\n  - \[)[^,\]]+", r"\g<1>77", key.read_text(), count=1)
        found = CliRunner().invoke(group, ["check", str(path), "--against", "-"], input=wrong)
        assert (found.exit_code, f"{first} is misprinted" in found.stdout) == (1, True)


def test_every_preset_has_an_oracle():
    assert set(PRESETS) == set(ORACLES)
