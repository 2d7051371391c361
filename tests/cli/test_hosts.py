"""`mlp train --coordinator`: two processes over loopback train as one does, and end together."""

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
from mlpcli.train import hosts as meeting
from tests.train.test_meeting import free_port

CONFIG = """
layers: [{type: linear, units: 16, freeze: [B]}, batchnorm, relu, {type: dropout, rate: 0.2}, {type: linear, units: 3}]
inputs: {file: data.npz, key: X}
targets: {classes: {file: data.npz, key: y}, first: 0}
loss: softmax_cross_entropy
optimizer: {type: adam, learning_rate: 0.001, schedule: {type: cosine, warmup: 2}}
validation: 0.25
patience: 1000
batch_size: 8
epochs: 6
engine: jax
conventions: {loss_gradient: mean}
"""
needs_jax = pytest.mark.skipif(find_spec("jax") is None, reason="needs jax, the extra `jax`")


def written(folder):
    """Write a training whose last batch, of 7, does not divide among two."""
    random = np.random.default_rng(5)
    np.savez(folder / "data.npz", X=random.normal(size=(140, 6)), y=random.integers(0, 3, 140))
    path = folder / "config.yaml"
    path.write_text(CONFIG)
    return path


@pytest.fixture
def config(tmp_path):
    return written(tmp_path)


def start(port, index, *arguments):
    team = ["--coordinator", f"127.0.0.1:{port}", "--processes", "2", "--process", index]
    command = [sys.executable, "-m", "mlpcli", "train", *arguments, *team]
    environment = {**os.environ, "OPENBLAS_NUM_THREADS": "1", "NPROC": "1"}
    pipe = subprocess.PIPE
    return subprocess.Popen([str(word) for word in command], env=environment, text=True, stdout=pipe, stderr=pipe)


def finished(*processes):
    return [(process.returncode, out, err) for process in processes for out, err in [process.communicate(timeout=120)]]


def together(*arguments, second=()):
    port = free_port()
    return finished(start(port, 0, *arguments), start(port, 1, *arguments, *second))


def training(config, folder):
    """Start two processes that train for long, and wait for the end of an epoch; returns their port and them."""
    port = free_port()
    processes = [start(port, index, config, "--run", folder, "--epochs", 10000) for index in (0, 1)]
    while processes[0].poll() is None and not (folder / "metrics.jsonl").exists():
        time.sleep(0.01)
    return port, processes


def weights(folder):
    with np.load(folder / "weights.npz") as file:
        return dict(file)


@needs_jax
@pytest.mark.slow
def test_two_train_as_one(config, tmp_path):
    """Statistics and averages are those of the whole batch, to the rounding of another order of sums."""
    alone = CliRunner().invoke(group, ["train", str(config), "--run", str(tmp_path / "alone")])
    first, second = together(config, "--run", tmp_path / "two")
    assert (first[0], second) == (0, (0, "", ""))
    assert first[2].count("note: divided by N") == 1
    assert first[1].splitlines()[:6] == alone.stdout.splitlines()[:6]
    assert "epoch 6/6" in first[2]
    found = weights(tmp_path / "two")
    for name, value in weights(tmp_path / "alone").items():
        np.testing.assert_allclose(found[name], value, rtol=1e-11, atol=1e-13, err_msg=name)


@needs_jax
@pytest.mark.slow
@pytest.mark.parametrize(("rate", "more"), [("1e80", ()), ("1e160", ("--checkpoint-every", 0)), ("1e300", ())])
def test_divergence_is_explained_as_of_one(config, tmp_path, rate, more):
    """Some updates later a loss, or the state, is no longer finite."""
    changes = ("--set", f"optimizer={{type: sgd, learning_rate: {rate}}}", "--set", "layers[1]=relu")
    alone = CliRunner().invoke(group, ["train", str(config), *changes])
    first, second = together(config, *changes, "--run", tmp_path / "two", *more)
    assert (first[0], second) == (1, (1, "", ""))
    said = alone.stderr.splitlines()[-1].partition("not finite")[0]
    assert said.endswith("is the first tensor that is ")
    assert first[2].splitlines()[-1].startswith(said)


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    """The weights after 10 epochs of two processes that nothing happens to."""
    folder = tmp_path_factory.mktemp("whole")
    done = together(written(folder), "--run", folder / "run", "--epochs", 10)
    assert [code for code, *_ in done] == [0, 0]
    return {name: value.tobytes() for name, value in weights(folder / "run").items()}


@needs_jax
@pytest.mark.slow
@pytest.mark.parametrize("victim", [0, 1])
def test_a_lost_process_ends_the_other_and_the_run_goes_on(config, tmp_path, whole, victim):
    port, arguments = free_port(), (config, "--run", tmp_path / "run", "--checkpoint-every", 0, "--epochs", 10)
    processes = [start(port, index, *arguments) for index in (0, 1)]
    while processes[0].poll() is None and not list((tmp_path / "run").glob("checkpoint-*")):
        time.sleep(0.01)
    processes[victim].kill()
    began = time.monotonic()
    code, _, err = finished(processes[1 - victim])[0]
    assert time.monotonic() - began < 20
    assert code == 2
    assert err.splitlines()[-1] == f"127.0.0.1:{port}: another process is no longer there"
    processes[victim].communicate()
    done = together("--resume", tmp_path / "run")
    assert [code for code, *_ in done] == [0, 0], done
    assert {name: value.tobytes() for name, value in weights(tmp_path / "run").items()} == whole


@needs_jax
@pytest.mark.slow
def test_a_signal_to_one_stops_both(config, tmp_path):
    _, processes = training(config, tmp_path / "run")
    processes[1].send_signal(signal.SIGTERM)
    (first, _, err), (second, *_) = finished(*processes)
    assert (first, second) == (130, 143), err
    assert "goes on" in err


@needs_jax
@pytest.mark.slow
@pytest.mark.skipif(os.name == "nt", reason="signals of POSIX")
def test_a_second_signal_ends_one_that_waits_for_one_that_hangs(config, tmp_path):
    port, processes = training(config, tmp_path / "run")
    processes[1].send_signal(signal.SIGSTOP)
    time.sleep(1)
    for _ in range(2):
        processes[0].send_signal(signal.SIGINT)
        time.sleep(1)
    code, _, err = finished(processes[0])[0]
    processes[1].kill()
    processes[1].communicate()
    assert code == 130
    assert err.splitlines()[-1] == f"127.0.0.1:{port}: stopped at the second signal, without the others"


@needs_jax
@pytest.mark.slow
@pytest.mark.skipif(os.name == "nt", reason="signals of POSIX")
def test_one_that_hangs_is_lost(config, tmp_path):
    port, processes = training(config, tmp_path / "run")
    processes[1].send_signal(signal.SIGSTOP)
    began = time.monotonic()
    code, _, err = finished(processes[0])[0]
    assert time.monotonic() - began < 20
    assert code == 2
    assert err.splitlines()[-1] == f"127.0.0.1:{port}: another process has not answered for 15 s"
    processes[1].send_signal(signal.SIGCONT)
    assert finished(processes[1])[0][0] == 2


@needs_jax
@pytest.mark.slow
def test_what_differs_is_said_by_both_and_nothing_is_written(config, tmp_path):
    done = together(config, "--run", tmp_path / "run", second=("--set", "seed=3", "--set", "optimizer.beta1=0.8"))
    assert [code for code, *_ in done] == [2, 2]
    assert done[0][2] == done[1][2]
    assert done[0][2].endswith("process 1 differs from process 0 in optimizer, validation, seed\n"), done
    assert not (tmp_path / "run").exists()


@pytest.mark.slow
@pytest.mark.parametrize("refused", [0, 1])
def test_one_that_does_not_begin_is_not_waited_for(config, tmp_path, refused):
    port, changes = free_port(), [("--set", "batch_size=8"), ("--set", "batch_size=8")]
    changes[refused] = ("--set", "batch_size=eight")
    began = time.monotonic()
    done = finished(*(start(port, index, config, "--run", tmp_path / "run", *changes[index]) for index in (0, 1)))
    assert time.monotonic() - began < 20
    assert [code for code, *_ in done] == [2, 2]
    reason = done[refused][2]
    assert reason.startswith("--set batch_size:1:1: batch_size: ")
    assert done[1 - refused][2] == f"127.0.0.1:{port}: process {refused} does not begin: {reason}"
    assert not (tmp_path / "run").exists()


@needs_jax
@pytest.mark.slow
@pytest.mark.parametrize(
    ("change", "message"),
    [
        ("device=gpu", ": device: jax finds no gpu here, only cpu\n"),
        ("batch_size=6", ": batches of 6 rows do not divide among 4 devices; take another batch_size\n"),
    ],
)
def test_what_the_devices_cannot_do_is_told_by_all(config, tmp_path, monkeypatch, change, message):
    monkeypatch.setenv("XLA_FLAGS", "--xla_force_host_platform_device_count=2")
    done = together(config, "--run", tmp_path / "run", "--set", change)
    assert [code for code, *_ in done] == [2, 2]
    assert all(err.endswith(message) for *_, err in done), done
    assert not (tmp_path / "run").exists()


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--coordinator", "localhost:1"], "--coordinator, --processes and --process go together"),
        (["--coordinator", "localhost", "--processes", 2, "--process", 0], "HOST:PORT, such as node1:1234, is needed"),
        (["--coordinator", "h:1", "--processes", 2, "--process", 2], "of 2 processes the last is 1"),
        (["--coordinator", "h:1", "--processes", 2, "--process", 0, "--folds", 3], "processes train together once"),
        (
            ["--coordinator", "h:1", "--processes", 2, "--process", 0, "--set", "engine=numpy"],
            "engine: processes that train together need engine: jax",
        ),
        pytest.param(
            ["--coordinator", "h:1", "--processes", 3, "--process", 0],
            "h:1: batches of 8 rows do not divide among 3 processes; take another batch_size",
            marks=needs_jax,
        ),
        pytest.param(
            ["--coordinator", "h:1", "--processes", 9, "--process", 0],
            "h:1: 9 processes for batches of 8 rows: some would have none",
            marks=needs_jax,
        ),
    ],
)
def test_bad_options(config, monkeypatch, options, message):
    monkeypatch.setenv("TF_CPP_MIN_LOG_LEVEL", "3")
    monkeypatch.setattr(meeting, "SOON", 0.1)
    done = CliRunner().invoke(group, ["train", str(config), *map(str, options)], prog_name="mlp")
    assert (done.exit_code, done.stdout) == (2, "")
    assert message in done.stderr.splitlines()[-1]
