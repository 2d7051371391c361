"""The executor against the program as it is explained, step by step."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings

from mlpcli.train.diverged import step_setup
from mlpcli.train.execute import blas, layout
from mlpcli.values.noisy import noisy

from .networks import configs, fit_of, train

THOROUGH = settings(derandomize=True, database=None, deadline=None, max_examples=150)


@pytest.mark.slow
@THOROUGH
@given(config=configs())
def test_every_step_is_that_of_the_program(config, tmp_path_factory):
    """Each step of two epochs, last batches too, within 1e-12 of the largest number and what rounding allows."""
    path = tmp_path_factory.mktemp("config") / "config.yaml"
    path.write_text(config)
    fit = fit_of(path)
    rows = [fit.job.order(epoch) for epoch in range(2)]
    for step in range(fit.job.total):
        epoch, k = divmod(step, fit.job.steps_per_epoch)
        explained = step_setup(fit, {name: value.copy() for name, value in fit.state.items()}, step).run(noisy)
        fit.engine.take(rows[epoch][k * fit.job.batch_size : (k + 1) * fit.job.batch_size])
        for old, new in fit.job.program.successors.items():
            expected = explained[new]
            allowed = 1e-12 * np.abs(expected.value).max() + 100 * expected.noise
            assert (np.abs(fit.state[old] - expected.value) <= allowed).all(), (step, new)


def test_a_matrix_product_and_a_sum_of_two_are_the_same_bits(tmp_path):
    """Where no fusion reorders a sum: one batch of one example, no momentum, whole numbers."""
    path = tmp_path / "config.yaml"
    path.write_text(
        "layers: [{type: linear, W: [[4, 2, -2], [5, 4, 5]]}, relu, {type: linear, W: [[2, 5], [2, -3], [-2, 4]]}]\n"
        "inputs: [[4, 3]]\ntargets: [[24, 4]]\nloss: l2\nlearning_rate: 0.125\nsteps: 1\n"
    )
    fit = fit_of(path)
    explained = step_setup(fit, dict(fit.state), 0).run()
    train(fit)
    for old, new in fit.job.program.successors.items():
        assert fit.state[old].tobytes() == explained[new].tobytes()


def test_losses_are_those_of_the_program(tmp_path):
    """Outputs that come with a factor still to be applied: that of the selu before them."""
    path = tmp_path / "config.yaml"
    path.write_text(
        "layers: [{type: linear, W: [[1, -2]]}, selu, {type: linear, W: [[2], [1]]}]\ninputs: [[1], [-1], [2], [3]]\n"
        "targets: [[0], [1], [2], [1]]\nloss: l2\nlearning_rate: 0.01\nbatch_size: 2\nsteps: 2\n"
    )
    fit = fit_of(path)
    state, explained = fit.state, []
    setup = step_setup(fit, {name: value.copy() for name, value in state.items()}, 0)
    trace = setup.run()
    explained += trace["L"].tolist()
    explained += replace(setup.next(trace), batch=step_setup(fit, state, 1).batch).run()["L"].tolist()
    (epoch,) = train(fit)
    assert epoch["loss"] == pytest.approx(np.mean(explained), rel=1e-14)


def test_without_numpys_blas_the_plain_road_is_taken(tmp_path, monkeypatch):
    path = tmp_path / "config.yaml"
    X = np.random.default_rng(0).normal(size=(8, 70))
    path.write_text(
        f"layers: [{{type: linear, units: 70}}, {{type: linear, units: 2}}]\ninputs: {X.tolist()}\n"
        f"targets: {np.eye(2)[[0, 1] * 4].tolist()}\nloss: softmax_cross_entropy\nlearning_rate: 0.1\nsteps: 3\n"
    )
    fast = fit_of(path)
    train(fast)
    monkeypatch.setattr(layout, "gemm", lambda dtype: None)
    plain = fit_of(path)
    train(plain)
    assert not any(bound.layout.accumulates for bound in plain.engine.executor.known.values())
    for name, value in plain.state.items():
        np.testing.assert_allclose(fast.state[name], value, rtol=1e-13, atol=1e-15)


def test_a_symbol_that_does_something_else_is_not_used():
    assert not blas.right(lambda *_: None, "float32")


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_the_update_is_one_call_where_the_library_has_it(dtype):
    function = blas.gemm(dtype)
    if function is None:
        pytest.skip("this numpy has no such symbol")
    assert blas.right(function, dtype)


def test_memory_is_used_again(tmp_path):
    """A deep network needs room for its outputs, and not for all gradients at once."""
    path = tmp_path / "config.yaml"
    layers = ", ".join("{type: linear, units: 64}, relu" for _ in range(8))
    X = np.zeros((32, 64))
    path.write_text(
        f"layers: [{layers}]\ninputs: {X.tolist()}\ntargets: {X.tolist()}\nloss: l2\nlearning_rate: 0.1\nsteps: 1\n"
    )
    fit = fit_of(path)
    output = 32 * 64 * 8
    assert fit.engine.executor.bound(32).layout.size <= 12 * output
    everything = step_setup(fit, fit.state, 0).run()
    assert sum(value.nbytes for name, value in everything.items() if name not in fit.state) > 30 * output
