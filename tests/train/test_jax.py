"""The engine jax beside the engine numpy, which is held to the program step by step in test_executor.py."""

import re
from importlib.util import find_spec

import numpy as np
import pytest
from hypothesis import given, settings

from mlpcli.errors import InputError
from mlpcli.train.checkpoint import restore, save
from mlpcli.train.diverged import explain_divergence
from mlpcli.train.engines import Diverged
from mlpcli.values.value import PRIMITIVES

from .networks import configs, fit_of, train

pytestmark = pytest.mark.skipif(find_spec("jax") is None, reason="needs jax, the extra `jax`")
THOROUGH = settings(derandomize=True, database=None, deadline=None, max_examples=25)
EVERYTHING = """
layers:
  - {type: linear, units: 8, freeze: [B]}
  - batchnorm
  - gelu
  - {type: dropout, rate: 0.2}
  - {type: linear, units: 8}
  - relu
  - {type: linear, units: 3}
inputs: {file: data.npz, key: X}
targets: {classes: {file: data.npz, key: y}, first: 0}
loss: {type: softmax_cross_entropy, l2: 0.01}
optimizer: {type: adamw, learning_rate: 0.01, clip_norm: 0.5, schedule: {type: cosine, warmup: 1}}
validation: 0.2
batch_size: 7
steps: 20
"""


@pytest.fixture
def everything(tmp_path):
    """A training of batches of which the last of an epoch is smaller, in a folder with its data."""
    random = np.random.default_rng(7)
    np.savez(tmp_path / "data.npz", X=random.normal(size=(50, 5)), y=random.integers(0, 3, 50))
    path = tmp_path / "config.yaml"
    path.write_text(EVERYTHING)
    return path


def assert_alike(one, other, tolerance=1e-12):
    """The states of two trainings, to a part of the largest number of each tensor."""
    assert one.step == other.step
    for name, value in one.state.items():
        assert np.abs(value - other.state[name]).max() <= tolerance * max(1, np.abs(value).max()), name


def bits(fit):
    return {name: value.tobytes() for name, value in fit.state.items()}


def test_every_function_that_an_op_may_call_has_one_in_jax():
    from mlpcli.train.execute.jax_calls import FUNCTIONS

    assert set(PRIMITIVES.values()) - {np.matmul} <= set(FUNCTIONS)  # a matrix product is recorded as np.dot


@pytest.mark.slow
@THOROUGH
@given(config=configs())
def test_twenty_steps_are_those_of_numpy(config, tmp_path_factory):
    path = tmp_path_factory.mktemp("config") / "config.yaml"
    slower = config.replace("epochs: 2", "steps: 20").replace("rate: 0.1", "rate: 0.01")
    path.write_text(re.sub(r"\}, batchnorm", ", freeze: [B]}, batchnorm", slower))  # whose gradient is rounding noise
    planned, compiled = fit_of(path), fit_of(path, "engine=jax")
    expected, found = train(planned), train(compiled)
    assert_alike(planned, compiled)
    for ours, theirs in zip(expected, found, strict=True):
        assert ours.keys() == theirs.keys()
        assert all(theirs[name] == pytest.approx(value, rel=1e-11, abs=1e-13) for name, value in ours.items())


@pytest.mark.slow
@pytest.mark.parametrize("room", [0, 2**30])
def test_metrics_and_state_are_those_of_numpy(everything, monkeypatch, room):
    """With examples sent in blocks, and with all of them on the device."""
    from mlpcli.train.execute import jax_device

    monkeypatch.setattr(jax_device, "ROOM", room)
    planned, compiled = fit_of(everything), fit_of(everything, "engine=jax")
    expected, found = train(planned), train(compiled)
    assert bool(compiled.engine.data) == bool(room)
    assert_alike(planned, compiled)
    for ours, theirs in zip(expected, found, strict=True):
        assert theirs == pytest.approx(ours, rel=1e-12)


@pytest.mark.parametrize("apart", [0, 60])
def test_what_diverges_is_told_as_numpy_tells_it(everything, monkeypatch, apart):
    """Looking back from a state that was copied a moment ago, and from the first."""
    from mlpcli.train.execute import jax as engine
    from mlpcli.train.execute import jax_blocks

    monkeypatch.setattr(engine, "APART", apart)
    monkeypatch.setitem(jax_blocks.LIMITS, "cpu", jax_blocks.LIMITS["cpu"]._replace(size=800))  # two batches
    changes = ["optimizer={type: sgd, learning_rate: 1e200}", "loss=mse", "layers=[{type: linear, units: 3}]"]
    told = []
    for change in ("engine=numpy", "engine=jax"):
        fit = fit_of(everything, *changes, change)
        with pytest.raises(Diverged) as caught:
            train(fit)
        told.append((caught.value.step, explain_divergence(fit, caught.value)))
    assert told[0] == told[1]
    assert "is the first tensor that is not finite" in told[0][1]


def test_what_is_looked_back_from_is_the_state_of_its_step(everything, monkeypatch):
    from mlpcli.train.execute import jax as engine

    monkeypatch.setattr(engine, "APART", 0)
    fit = fit_of(everything, "engine=jax")
    train(fit)
    step, known = fit.engine.known
    assert step == fit.step
    assert all(np.array_equal(known[name], value) for name, value in fit.state.items())


def test_a_state_that_no_loss_shows(everything):
    """The last update of all goes beyond the largest number; the loss before it is finite."""
    changes = ["optimizer={type: sgd, learning_rate: 1e308}", "loss=l2", "layers=[{type: linear, units: 3}]", "steps=1"]
    changes += ["validation=~", f"inputs={{file: {everything.parent}/data.npz, key: X, divide: 0.001}}"]
    fit = fit_of(everything, "engine=jax", *changes)
    with pytest.raises(Diverged, match="the state after step 1 is not finite") as caught:
        train(fit)
    assert "step 1 (epoch 1): W1_new is the first tensor that is not finite" in explain_divergence(fit, caught.value)


@pytest.mark.slow
@pytest.mark.parametrize("unroll", [None, 4])
def test_a_training_stopped_anywhere_ends_with_the_same_bits(everything, tmp_path, monkeypatch, unroll):
    """By a loop that is told its rounds, as on a CPU, and by loops that know them, as on any other device."""
    from mlpcli.train.execute import jax_blocks

    # Two or three batches.
    monkeypatch.setitem(jax_blocks.LIMITS, "cpu", jax_blocks.LIMITS["cpu"]._replace(size=1100, unroll=unroll))
    whole, part = fit_of(everything, "engine=jax"), fit_of(everything, "engine=jax")
    expected, found = train(whole), []
    stops = 0
    while part.step < 20:
        began = part.step
        part.run(lambda fit, began=began: fit.step == began, lambda _, epoch: found.append(epoch.metrics()))
        save(part, tmp_path / "checkpoint.npz")
        part = restore(tmp_path / "checkpoint.npz", part.job, dict(part.state))
        stops += 1
    assert stops >= 6
    assert bits(part) == bits(whole)
    assert found == expected


def test_a_function_without_one_in_jax_is_named(everything, monkeypatch):
    from mlpcli.train.execute import jax_calls

    monkeypatch.delitem(jax_calls.FUNCTIONS, np.sqrt)
    with pytest.raises(InputError, match="engine: jax: has no function for numpy's sqrt, which a step calls"):
        train(fit_of(everything, "engine=jax"))


@pytest.mark.slow
def test_single_precision_is_alike(everything):
    planned, compiled = (fit_of(everything, "dtype=float32", f"engine={engine}") for engine in ("numpy", "jax"))
    train(planned)
    train(compiled)
    assert {value.dtype.name for value in compiled.state.values() if value.ndim} == {"float32"}
    assert_alike(planned, compiled, 1e-4)
