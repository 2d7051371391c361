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
from .exercises import BATCH, Exercise

FEW = settings(derandomize=True, database=None, deadline=None, max_examples=8, suppress_health_check=list(HealthCheck))

CROSS = ("tanh", "softmax", {"type": "softmax_cross_entropy"})
ENDS = {
    "nielsen": ("sigmoid", "sigmoid", {"type": "l2"}),
    "delta-rule": ("sigmoid", "sigmoid", {"type": "l2"}),
    "octave-ex4": ("sigmoid", "sigmoid", {"type": "binary_cross_entropy", "l2": 0.5, "over_n": True}),
    "cs231n": ("relu", "softmax", {"type": "softmax_cross_entropy", "l2": 0.05, "half": False}),
}
"""Preset → hidden activation, the last one, and the loss, where they are not those of CROSS."""
TOLD = {"ng": {"beta": 0.9}, "cs231n": {"reg": 0.05}, "octave-ex4": {"lamda": 0.5}, "delta-rule": {"eta": 0.1}}
"""What the course's own function is told beside its defaults."""
NORMED = [name for name in PRESETS if name not in ("nielsen", "octave-ex4", "delta-rule")]
"""Presets of courses that have batch normalization."""


def renamed(preset, name):
    """What the preset calls a tensor of the oracle; None for what it has no tensor of."""
    if preset == "torch":
        return None if "output" in name or "input" in name else name
    if preset == "ng" and name.startswith("vd"):
        return f"{name}_new"
    if preset == "delta-rule" and name.endswith("_new"):
        return name.replace("W", "w")
    other = {"cmu-2.0.1": {"L": "L_mean"}, "cmu-3.0.1": {"L": "L_mean"}, "cs231n": {"probs": "h2"}}
    sigma = {"sigma21": "sigma2_1"}
    return {**other.get(preset, {}), **(sigma if preset == "ng" else {})}.get(name, name)


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


def config_of(preset, exercise):
    """The exercise as a config of the preset has it."""
    conventions = PRESETS[preset]
    turned = conventions.samples == "columns"
    hidden, last, loss = ENDS.get(preset, CROSS)

    def stored(field, values):
        if field == "B" and conventions.biases == "flat":
            return values.tolist()
        return (values[:, None] if conventions.stored(field) == "column" else values[None]).tolist()

    layers = []
    for number, (W, b) in enumerate(zip(exercise.W, exercise.b, strict=True)):
        W = np.vstack([b, W]) if conventions.biases == "first" else W
        W = W.T if conventions.layout == "out_in" else W
        layers.append({"type": "linear", "W": W.tolist(), **({} if conventions.joins else {"B": stored("B", b)})})
        if number < len(exercise.gamma):
            norm = {"gamma": exercise.gamma[number], "beta": exercise.beta[number]}
            norm |= {"running_var": np.zeros(len(b))} if preset == "cs231n" else {}
            layers.append({"type": "batchnorm"} | {field: stored(field, row) for field, row in norm.items()})
        layers.append(hidden if number == 0 else last)
    momentum = {"momentum": 0.9} if preset == "ng" else {}
    return {
        "layers": layers,
        "inputs": (exercise.X.T if turned else exercise.X).tolist(),
        "targets": (exercise.Y.T if turned else exercise.Y).tolist(),
        "loss": loss,
        "optimizer": {"type": "sgd", "learning_rate": 0.1, **momentum},
        "conventions": {"preset": preset, **({"notation": "torch"} if preset == "torch" else {})},
    }


def compared(preset, exercise, path):
    """The number of tensors that three steps of the preset and of the course's own arithmetic agree in."""
    path.write_text(yaml.safe_dump(config_of(preset, exercise)))
    oracle = ORACLES[preset]
    setup, count = load(str(path), "update")[0].setup, 0
    for expected in oracle.run(*oracle.own(exercise), steps=3, **TOLD.get(preset, {})):
        trace = setup.run()
        for name, value in expected.items():
            ours = renamed(preset, name)
            if ours is not None:
                assert_same(trace[ours], np.asarray(value), name)
                count += 1
        setup = setup.next(trace)
    return count


def assert_same(found, expected, name):
    """Equal numbers in the course's shape; a number per output that it keeps flat is a row here."""
    if expected.ndim == 0 and found.ndim == 1:
        found = found.sum()
    if expected.ndim == 2 and expected.shape[1] == found.shape[1] + 1 and (expected[:, 0] == 1).all():
        expected = expected[:, 1:]  # what goes into the next layer, with its column of ones
    assert found.shape == expected.shape or (expected.ndim == 1 and found.shape == (1, *expected.shape)), name
    np.testing.assert_allclose(found.reshape(expected.shape), expected, rtol=1e-9, atol=1e-11, err_msg=name)


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


@pytest.mark.parametrize("preset", PRESETS)
@pytest.mark.parametrize("form", ["text", "json", "npz", "csv"])
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
