"""Trainings side by side on the engine jax are those of the engine numpy, one by one."""

from importlib.util import find_spec

import numpy as np
import pytest
from hypothesis import given, settings

from mlpcli.train.diverged import explain_divergence
from mlpcli.train.engines import Diverged
from mlpcli.train.score import loss_step

from .networks import configs, fit_of, train
from .test_jax import EVERYTHING, assert_alike, everything  # noqa: F401 (a fixture)

pytestmark = [
    pytest.mark.skipif(find_spec("jax") is None, reason="needs jax, the extra `jax`"),
    pytest.mark.slow,
]
FEW = settings(derandomize=True, database=None, deadline=None, max_examples=6)
NUMBERS = [
    ["seed=1", "optimizer.learning_rate=0.01"],
    ["seed=2", "optimizer.learning_rate=0.03"],
    ["seed=3", "optimizer.weight_decay=0.2"],
    ["seed=1", "loss.l2=0.4"],
    ["optimizer.clip_norm=0.01", "optimizer.beta1=0.8", "layers[3].rate=0.7"],
]


def side_by_side(path, changes):
    """Train at once; return the fits, the metrics of their epochs, and how each diverged."""
    from mlpcli.train.execute.jax_side import Side, form

    fits = [fit_of(path, "engine=jax", *one) for one in changes]
    assert len({form(fit.job) for fit in fits}) == 1
    side = Side(fits)
    records, ends = [[] for _ in fits], {}

    def walk(fit, record):
        return fit.walk(lambda _: True, lambda _, epoch: record.append(epoch.metrics()))

    walks = {fit.engine: walk(fit, record) for fit, record in zip(fits, records, strict=True)}
    side.run(walks, lambda engine, done, error: ends.update({engine: (done, error)}))
    return fits, records, [ends[engine] for engine in side.engines]


def assert_each_is_the_one_alone(path, changes):
    fits, records, ends = side_by_side(path, changes)
    for one, fit, record, end in zip(changes, fits, records, ends, strict=True):
        alone = fit_of(path, *one)
        expected = train(alone)
        assert end == (True, None)
        assert_alike(alone, fit, 1e-10)
        assert len(record) == len(expected)
        for ours, theirs in zip(expected, record, strict=True):
            assert theirs == pytest.approx(ours, rel=1e-10, abs=1e-12)
    return fits


@pytest.mark.parametrize(("size", "unroll"), [(2**23, None), (9000, None), (9000, 4)])
def test_runs_that_differ_in_numbers(everything, monkeypatch, size, unroll):  # noqa: F811
    """In one block of an epoch, and in several; the last as on a GPU."""
    from mlpcli.train.execute import jax_blocks

    monkeypatch.setitem(jax_blocks.LIMITS, "cpu", jax_blocks.LIMITS["cpu"]._replace(size=size, unroll=unroll))
    fits = assert_each_is_the_one_alone(everything, NUMBERS)
    weights = {fit.state["W1"].tobytes() for fit in fits}
    assert len(weights) == len(NUMBERS)


def test_losses_that_differ_in_a_number(everything):  # noqa: F811
    """It stands in what is computed after the steps, too."""
    assert_each_is_the_one_alone(everything, [[f"loss={{type: huber, delta: {delta}}}"] for delta in (0.1, 0.5)])


def test_rates_that_follow_no_schedule_are_numbers_of_the_calls(everything):  # noqa: F811
    from mlpcli.train.execute.jax_side import slots
    from mlpcli.train.execute.recording import record_step

    changes = [[f"optimizer={{type: sgd, learning_rate: {rate}, momentum: 0.9}}"] for rate in (0.01, 0.05, 0.1)]
    assert_each_is_the_one_alone(everything, changes)
    jobs = [fit_of(everything, "engine=jax", *one).job for one in changes]
    found = slots([record_step(job.program, [loss_step(job.program).name], 7, job.dtype) for job in jobs])
    assert found
    rates = np.array([0.01, 0.05, 0.1])
    assert all(np.array(numbers) / numbers[0] == pytest.approx(rates / rates[0]) for numbers in found.values())


@FEW
@given(config=configs())
def test_any_network_by_several_seeds(config, tmp_path_factory):
    path = tmp_path_factory.mktemp("config") / "config.yaml"
    slower = config.replace("epochs: 2", "steps: 20").replace("rate: 0.1", "rate: 0.01")
    path.write_text(slower.replace("}, batchnorm", ", freeze: [B]}, batchnorm"))
    assert_each_is_the_one_alone(path, [[f"seed={seed}"] for seed in (1, 2, 3)])


def test_another_form_is_told(everything):  # noqa: F811
    from mlpcli.train.execute.jax_side import form

    one = form(fit_of(everything, "engine=jax").job)
    same = [["seed=4"], ["optimizer.learning_rate=0.5"], ["loss.l2=0.3"], ["patience=2"]]
    other = [["layers[0].units=9"], ["batch_size=8"], ["layers[2]=tanh"], ["dtype=float32"], ["loss.l2=0"], ["steps=9"]]
    assert all(form(fit_of(everything, "engine=jax", *change).job) == one for change in same)
    assert all(form(fit_of(everything, "engine=jax", *change).job) != one for change in other)


def test_one_that_diverges_and_one_that_stops_leave_the_others_alone(everything):  # noqa: F811
    changes = [["seed=1"], ["seed=2", "optimizer.learning_rate=1e300"], ["seed=3", "patience=1"], ["seed=4"]]
    changes = [["steps=60", "optimizer.clip_norm=1e300", *one] for one in changes]
    fits, _, ends = side_by_side(everything, changes)
    for k in (0, 2, 3):
        alone = fit_of(everything, *changes[k])
        train(alone)
        assert ends[k] == (True, None)
        assert_alike(alone, fits[k], 1e-10)
    assert fits[2].stopped_early
    assert fits[2].step < 60
    alone = fit_of(everything, *changes[1])
    with pytest.raises(Diverged) as caught:
        train(alone)
    done, error = ends[1]
    assert not done
    assert error.step == caught.value.step
    assert explain_divergence(fits[1], error) == explain_divergence(alone, caught.value)


def test_small_ones_are_all_at_once(everything):  # noqa: F811
    """On a CPU there is room for what is sent of 16 trainings, and more."""
    from mlpcli.train.execute.jax_side import most

    assert most(fit_of(everything, "engine=jax", "device=cpu")) > 32


def test_everything_is_what_it_says():
    """The config has what could differ: a schedule, dropout, batch statistics, clipping, a smaller last batch."""
    assert all(word in EVERYTHING for word in ("cosine", "dropout", "batchnorm", "clip_norm", "batch_size: 7"))
