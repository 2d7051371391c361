"""`mlp gradcheck --by jax`: the hand-derived backward half of every program is the derivative that jax takes."""

import sys
from dataclasses import replace
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

from mlpcli.cli import group
from mlpcli.config.load import load
from mlpcli.errors import InputError
from mlpcli.nn.conventions import PRESETS
from mlpcli.nn.gradcheck import gradcheck

pytestmark = pytest.mark.skipif(find_spec("jax") is None, reason="needs jax, the extra `jax`")
CONFIGS = Path(__file__).parents[2] / "configs"
TOY = str(CONFIGS / "toy.yaml")
ALL_KINDS = """
seed: 3
layers:
  - {type: linear, units: 4}
  - batchnorm
  - gelu
  - {type: linear, units: 4}
  - elu
  - {type: dropout, rate: 0.3}
  - {type: linear, units: 4}
  - swish
  - {type: linear, units: 3}
  - softmax
inputs: [[0.3, -1.2], [1.5, 0.4], [-0.7, 2.1], [0.9, 0.8], [-1.1, -0.2]]
targets: {classes: [1, 2, 3, 1, 2]}
loss: {type: cross_entropy, l2: 0.1, l1: 0.01}
"""


@pytest.fixture
def oracle():
    from mlpcli.train.execute.oracles import oracle_of

    return oracle_of("jax")


def written(path, text):
    path.write_text(text, encoding="utf-8")
    return str(path)


def assert_derivatives(checks):
    """Every gradient is the derivative to 1e-10, or says why it is none."""
    for check in checks:
        assert check.agrees or "is the derivative of the loss only where" in check.convention, check
        assert check.cells == check.size


def test_every_gradient_of_the_toy_problem(oracle):
    top, *below = gradcheck(load(TOY, "backward")[0].setup, oracle)
    assert [check.name for check in below] == ["gradX", "gradW1", "gradB1", "gradW2", "gradB2", "gradW3", "gradB3"]
    assert all(check.agrees for check in below)
    # The derivative is Y·ΣD − D: with Y = [1, 0] and D = [240, 4] that is [4, −4], by hand.
    assert (top.computed, top.derivative, top.agrees) == (-239, 4, False)
    assert "Y − D" in top.convention


def test_a_gradient_that_is_wrong_in_the_ninth_digit(oracle):
    """Central differences, which know five of them, let it pass."""
    setup = load(TOY, "backward")[0].setup

    def swapped(step):
        if step.name != "gradW2":
            return step
        wrong = step.op.function
        return replace(step, op=replace(step.op, function=lambda *a, **s: wrong(*a, **s) * (1 + 1e-9)))

    setup = replace(setup, program=replace(setup.program, steps=tuple(map(swapped, setup.program.steps))))
    assert [c.name for c in gradcheck(setup, oracle) if not c.agrees and not c.convention] == ["gradW2"]
    assert not [c.name for c in gradcheck(setup) if not c.agrees and not c.convention]


def test_kinks_that_cancel_are_none_and_others_are_left_out(oracle, tmp_path):
    """σ and softplus are computed from |z|, and smooth at 0; |W| in the penalty is not, and neither is ReLU."""
    text = """
layers: [{type: linear, W: [[1, 2], [1, -1]], B: [0, 0]}, %s, {type: linear, W: [[1, 3], [2, 0]], B: [0, 0]}]
inputs: [[1, -1], [2, 3]]
targets: [[1, 0], [1, 0]]
loss: {type: mse, l1: 0.0001}
"""
    kinks = {}
    for layer in ("sigmoid", "softplus", "tanh", "relu"):
        (case,) = load(written(tmp_path / "kinks.yaml", text % layer), "backward")
        checks = gradcheck(case.setup, oracle)
        assert all(check.agrees for check in checks)
        kinks[layer] = {check.name: check.kinks for check in checks if check.kinks}
    # X·W1 = [[0, 3], [5, 1]]: only its first cell is at 0, and reaches W1[:, 0], B1[0], X[0, :].
    assert kinks["sigmoid"] == kinks["softplus"] == kinks["tanh"] == {"gradW2": 1}
    assert kinks["relu"] == {"gradX": 2, "gradW1": 2, "gradB1": 1, "gradW2": 1}


@pytest.mark.slow
@pytest.mark.parametrize("preset", PRESETS)
def test_every_preset(preset, oracle, tmp_path):
    path = written(tmp_path / "config.yaml", ALL_KINDS)
    columns = ["inputs=[[0.3, 1.5, -0.7, 0.9], [-1.2, 0.4, 2.1, 0.8]]", "targets={classes: [1, 2, 3, 1]}"]
    changes = columns if PRESETS[preset].samples == "columns" else []
    (case,) = load(path, "backward", [f"conventions={preset}", *changes])
    checks = gradcheck(case.setup, oracle)
    assert len(checks) >= 8  # octave-ex4 has the biases among the weights
    assert_derivatives(checks)


def shipped():
    """The cases of every config that has a backward pass."""
    for path in sorted(CONFIGS.rglob("*.yaml")):
        try:
            yield str(path.relative_to(CONFIGS)), load(str(path), "backward")
        except InputError as error:
            assert "a backward pass needs loss and targets, or grad_output" in str(error), path  # noqa: PT017


@pytest.mark.slow
def test_every_shipped_config(oracle):
    pytest.importorskip("duckdb", reason="one is about a table, which needs the extra `tables`")
    count = 0
    for name, cases in shipped():
        for case in cases:
            checks = gradcheck(case.setup, oracle)
            assert checks or name == "handout/3.2.2.yaml"  # where the logits are not there
            assert_derivatives(checks)
            count += len(checks)
    assert count > 200


def test_the_command_says_what_takes_the_derivatives():
    done = CliRunner().invoke(group, ["gradcheck", TOY, "--by", "jax"])
    assert done.exit_code == 0
    assert "the backward pass against jax.grad of the forward pass\n" in done.stdout
    assert "gradW3: {worst: [2, 1], backward: -588, jax: -588}  # ok, the derivative of" in done.stdout


def test_without_jax_a_line_says_what_to_install(monkeypatch):
    from mlpcli.train.execute.jax_device import setup

    monkeypatch.setitem(sys.modules, "jax", None)
    monkeypatch.setattr("mlpcli.train.execute.jax_device.setup", setup.__wrapped__)
    done = CliRunner().invoke(group, ["gradcheck", TOY, "--by", "jax"])
    assert (done.exit_code, done.stdout) == (2, "")
    assert done.stderr == 'gradcheck: by: jax needs the package jax: pip install "mlp-yaml[jax]"\n'


def test_no_noise_hides_what_is_infinite(oracle):
    value, gradient, noise = np.array([1.0, 2.0]), np.array([2.0, np.nan]), np.array([0, np.inf])
    errors = [error for error, _ in oracle.errors(lambda X: [X * 2], value, gradient, noise, [0, 1])]
    assert errors == [0, np.inf]
