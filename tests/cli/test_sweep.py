"""`mlp sweep`: a training per combination of values, each as by itself; what was stopped goes on."""

import csv
import io
import json
import os
import signal
import subprocess
import sys
import time
from importlib.util import find_spec

import numpy as np
import pytest
from click.testing import CliRunner

from mlpcli.cli import group
from mlpcli.config.sweep import folder_name, points, read_axis
from mlpcli.errors import InputError

SOME = ("--over", "learning_rate=0.1,0.5", "--over", "seed=1:2")


@pytest.fixture
def run(small, monkeypatch):
    monkeypatch.chdir(small.parent)
    small.write_text(small.read_text() + "validation: 0.2\n")
    return lambda *arguments: CliRunner().invoke(group, [str(a) for a in arguments], prog_name="mlp")


def texts(axis):
    return [value.text for value in read_axis(axis).values]


def test_values_are_yaml_between_commas_or_a_range_with_both_ends():
    assert texts("learning_rate=0.1,3e-2") == ["0.1", "3e-2"]
    assert texts("seed=1:3") == ["1", "2", "3"]
    assert texts("seed=-1:1") == ["-1", "0", "1"]
    assert texts("seed=5:5") == ["5"]
    assert len(read_axis("optimizer={type: adam, learning_rate: 0.1},{type: sgd, learning_rate: 1}").values) == 2


def test_every_combination_is_a_run_with_a_config_of_its_own(small):
    case, found = points(str(small), ["epochs=7"], [read_axis("learning_rate=0.1,0.5"), read_axis("seed=1:2")], None)
    assert [point.name for point in found] == [
        f"learning_rate={rate},seed={seed}" for rate in ("0.1", "0.5") for seed in (1, 2)
    ]
    assert case.experiment.epochs == 7
    assert "learning_rate: 0.5" in found[3].config
    assert "seed: 2" in found[3].config
    assert f"file: {small.parent}/data.npz" in found[3].config


def test_names_that_no_folder_can_have_are_changed_and_stay_apart():
    one, other = (folder_name(f"layers[0]={{type: {kind}/}}") for kind in "ab")
    assert one != other
    assert one.startswith("layers_0_=_type__a__-")
    assert len(folder_name("x" * 1000)) < 120


@pytest.mark.parametrize(
    ("axes", "message"),
    [
        (["seed"], "--over: 'seed' is not path=values, such as learning_rate=0.1,0.03 or seed=1:8"),
        (["seed="], "--over seed: values are needed, such as 0.1,0.03"),
        (["seed=3:1"], "--over seed: 3:1: from a number to one that is not below it, 10000 at most"),
        (["seed=1,1"], "--over: seed=1 is there twice"),
        (["seed=1", "seed=2"], "--over seed: is there twice; give all its values at once"),
        (["seed=0:999", "epochs=1:11"], "--over: 11000 runs; 10000 are the most"),
        (["learning_rat=1"], "--over learning_rat:1:1: learning_rat: unknown key (did you mean 'learning_rate'?)"),
        (["learning_rate=0.1,a"], "--over learning_rate:1:1: learning_rate: 'a' is not a number"),
    ],
)
def test_what_is_wrong_with_values_is_told_before_any_run(run, small, axes, message):
    done = run("sweep", small, *(word for axis in axes for word in ("--over", axis)), "--run", "runs")
    assert (done.exit_code, done.stdout) == (2, "")
    assert done.stderr == f"{message}\n"
    assert not (small.parent / "runs").exists()


def test_problems_of_several_values_come_together(small):
    with pytest.raises(InputError) as caught:
        points(str(small), [], [read_axis("learning_rate=a,b"), read_axis("layers[0].units=5,0")], None)
    assert len(caught.value.problems) == 1  # without the first value of each there is nothing to put the others beside
    with pytest.raises(InputError) as caught:
        points(str(small), [], [read_axis("learning_rate=1,b"), read_axis("layers[0].units=5,0")], None)
    assert len(caught.value.problems) == 2


def test_a_config_that_is_printed_is_not_swept(run, small):
    small.write_text(small.read_text().replace("epochs: 4\n", ""))
    done = run("sweep", small, "--over", "seed=1:2")
    assert done.exit_code == 2
    assert "says neither epochs nor steps: how long each run is to train" in done.stderr


@pytest.mark.slow
def test_each_run_is_the_training_by_itself_and_the_best_is_named(run, small):
    done = run("sweep", small, *SOME, "--run", "runs", "--format", "json")
    assert done.exit_code == 0, done.stderr
    page = json.loads(done.stdout)
    losses = {}
    for rate in (0.1, 0.5):
        for seed in (1, 2):
            options = ["--set", f"learning_rate={rate}", "--set", f"seed={seed}", "--format", "json"]
            alone = json.loads(run("train", small, *options, "--run", f"alone-{rate}-{seed}").stdout)
            losses[rate, seed] = alone["result"]["validation_loss"]
            names = [f"alone-{rate}-{seed}", f"runs/learning_rate={rate},seed={seed}"]
            one, other = (np.load(small.parent / name / "weights.npz") for name in names)
            assert {name: one[name].tobytes() for name in one} == {name: other[name].tobytes() for name in other}
    assert {(row["learning_rate"], row["seed"]): row["validation_loss"] for row in page["runs"]} == losses
    rate, seed = min(losses, key=losses.get)
    assert page["result"]["best"] == f"runs/learning_rate={rate},seed={seed}"
    means = {row["learning_rate"]: (row["validation_loss"], row["spread"]) for row in page["means"]}
    for rate, (mean, spread) in means.items():
        one, other = losses[rate, 1], losses[rate, 2]
        assert mean == pytest.approx((one + other) / 2, rel=1e-14)
        assert spread == pytest.approx(abs(one - other) / 2**0.5, rel=1e-12)
    assert page["result"]["best_mean"] == f"learning_rate={min(means, key=lambda rate: means[rate])}"


@pytest.mark.slow
def test_only_what_is_not_there_is_trained_and_another_config_is_refused(run, small):
    first = run("sweep", small, "--over", "seed=1:2")
    folders = [small.parent / "small-sweep" / f"seed={seed}" for seed in (1, 2)]
    kept = (folders[0] / "weights.npz").stat().st_mtime_ns
    for path in folders[1].iterdir():
        path.unlink()
    again = run("sweep", small, "--over", "seed=1:2")
    assert again.stdout == first.stdout
    assert "mlp: 2 runs in small-sweep, 1 of them trained before\n" in again.stderr
    assert (folders[0] / "weights.npz").stat().st_mtime_ns == kept
    rows = list(csv.DictReader(io.StringIO(run("sweep", small, "--over", "seed=1:2", "--format", "csv").stdout)))
    assert [row["seed"] for row in rows] == ["1", "2"]
    other = run("sweep", small, "--over", "seed=1:2", "--set", "learning_rate=0.2")
    assert other.exit_code == 2
    assert other.stderr == "small-sweep/seed=1: holds a run of another config; name another folder with --run\n"


@pytest.mark.slow
def test_a_run_that_diverges_is_told_beside_the_others(run, small):
    change = ["--set", "layers[1]=relu"]
    done = run("sweep", small, "--over", "learning_rate=0.1,1e200", "--run", "a", *change)
    assert done.exit_code == 0
    assert "is the first tensor that is not finite" in done.stdout
    assert "best: a/learning_rate=0.1\n" in done.stdout
    none = run("sweep", small, "--over", "learning_rate=1e200", "--run", "b", *change)
    assert none.exit_code == 1
    assert "best:" not in none.stdout


def within(seconds, condition):
    """Whether a condition is met before some seconds are over."""
    deadline = time.monotonic() + seconds
    while not condition() and time.monotonic() < deadline:
        time.sleep(0.02)
    return condition()


def stopped(options, log):
    """What a sweep says that is stopped by SIGTERM once it has a log."""
    child = subprocess.Popen([sys.executable, "-m", "mlpcli", *options], stderr=subprocess.PIPE)
    assert within(60, log.exists)
    child.send_signal(signal.SIGTERM)
    _, said = child.communicate(timeout=60)
    assert child.returncode == 143, said
    return said.decode()


@pytest.mark.slow
@pytest.mark.skipif(os.name == "nt", reason="signals of POSIX")
def test_what_a_signal_stopped_goes_on(run, small):
    options = ["sweep", str(small), "--over", "seed=1:2", "--set", "epochs=500", "--processes", "1"]
    whole = run(*options, "--run", "whole")
    log = small.parent / "part" / "seed=1" / "metrics.jsonl"
    assert "stopped after 0 of 2 runs; the same command goes on" in stopped([*options, "--run", "part"], log)
    assert list(log.parent.glob("checkpoint-*.npz"))
    assert run(*options, "--run", "part").stdout.replace("part/", "whole/") == whole.stdout


@pytest.mark.slow
def test_what_it_started_ends_with_it(run, small):
    """A process that is killed cannot say so to others."""
    options = ["sweep", str(small), "--over", "seed=1:2", "--set", "epochs=500000", "--processes", "2", "--run", "part"]
    sweep = subprocess.Popen([sys.executable, "-m", "mlpcli", *options], stderr=subprocess.DEVNULL)
    runs = [small.parent / "part" / f"seed={seed}" for seed in (1, 2)]
    assert within(60, lambda: all((run / "metrics.jsonl").exists() for run in runs))
    sweep.kill()
    sweep.wait()
    for run_folder in runs:
        assert within(60, lambda: "stopped" in (run_folder / "said.txt").read_text()), run_folder  # noqa: B023
        assert list(run_folder.glob("checkpoint-*.npz"))


needs_jax = pytest.mark.skipif(find_spec("jax") is None, reason="needs jax, the extra `jax`")


@needs_jax
@pytest.mark.slow
def test_side_by_side_is_one_by_one(run, small):
    """Two forms, for the second network is another, and one that diverges among those of its form."""
    options = [*("--over", "learning_rate=0.1,1e200", "--over", "seed=1:2", "--over", "layers[1]=relu,tanh")]
    one = json.loads(run("sweep", small, *options, "--run", "one", "--format", "json").stdout)
    side = json.loads(run("sweep", small, *options, "--run", "side", "--engine", "jax", "--format", "json").stdout)
    assert len(one["runs"]) == 8
    for alone, beside in zip(one["runs"], side["runs"], strict=True):
        assert beside.keys() == alone.keys()
        assert ("problem" in alone) == (alone["learning_rate"] == 1e200)
        numbers = {name: value for name, value in alone.items() if not isinstance(value, str)}
        assert {name: beside[name] for name in numbers} == pytest.approx(numbers, rel=1e-10)
    files = {path.name for path in (small.parent / "side").glob("*seed=1*relu*/*") if "1e200" not in str(path)}
    assert files >= {"config.yaml", "weights.npz", "result.json", "metrics.jsonl", "plot.svg", "lock"}


@needs_jax
@pytest.mark.slow
@pytest.mark.skipif(os.name == "nt", reason="signals of POSIX")
def test_what_a_signal_stopped_side_by_side_goes_on(run, small):
    options = ["sweep", str(small), "--over", "seed=1:2", "--set", "epochs=1200", "--engine", "jax"]
    log = small.parent / "part" / "seed=2" / "metrics.jsonl"
    assert "stopped after 0 of 2 runs; the same command goes on" in stopped([*options, "--run", "part"], log)
    assert len(list((small.parent / "part").glob("*/checkpoint-*.npz"))) == 2
    done = run(*options, "--run", "part")
    assert done.exit_code == 0, done.output
    assert done.stdout.replace("part/", "whole/") == run(*options, "--run", "whole").stdout


@needs_jax
def test_processes_are_not_for_what_trains_side_by_side(run, small):
    done = run("sweep", small, "--over", "seed=1:2", "--engine", "jax", "--processes", "2")
    assert done.exit_code == 2
    assert "--processes: the engine jax trains side by side in one process" in done.stderr


def test_without_the_engine_nothing_is_written(run, small):
    done = run("sweep", small, "--over", "seed=1:2", "--engine", "jaxx", "--run", "runs")
    assert done.exit_code == 2
    assert "unknown engine 'jaxx' (did you mean 'jax'?)" in done.stderr
    assert not (small.parent / "runs").exists()
