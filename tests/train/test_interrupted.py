"""Nothing is lost: killed at any moment, a training that is resumed ends as if nothing had happened."""

import json
import multiprocessing
import os
import signal
import subprocess
import sys
import time
from importlib.util import find_spec

import numpy as np
import pytest

from mlpcli.cli import main

CONFIG = """
layers: [{type: linear, units: 16}, batchnorm, relu, {type: dropout, rate: 0.2}, {type: linear, units: 3}]
inputs: {file: data.npz, key: X}
targets: {file: data.npz, key: D}
loss: softmax_cross_entropy
optimizer: {type: adam, learning_rate: 0.001, schedule: {type: cosine, warmup: 2}}
validation: 0.25
patience: 1000
batch_size: 7
epochs: 60
"""


@pytest.fixture
def config(tmp_path):
    random = np.random.default_rng(5)
    X = random.normal(size=(120, 6))
    np.savez(tmp_path / "data.npz", X=X, D=np.eye(3)[X[:, :3].argmax(axis=1)])
    path = tmp_path / "config.yaml"
    path.write_text(CONFIG)
    return path


KILLS = 50
SERVER = multiprocessing.get_context("forkserver") if "forkserver" in multiprocessing.get_all_start_methods() else None
"""Starts a process in little time: what a training imports is imported already."""
if SERVER:
    SERVER.set_forkserver_preload([__name__, "numpy.random", "mlpcli.config.load", "mlpcli.train.fit"])


def train(*arguments):
    """Run the command in a process of the server's."""
    sys.argv = ["mlp", "train", *map(str, arguments)]
    with open(os.devnull, "w") as sys.stdout:
        main()


def start(*arguments, **options):
    environment = {**os.environ, "OPENBLAS_NUM_THREADS": "1"}
    command = [sys.executable, "-m", "mlpcli", "train", *map(str, arguments)]
    return subprocess.Popen(
        command, env=environment, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE, **options
    )


def finished(*arguments):
    process = start(*arguments)
    out, err = process.communicate(timeout=120)
    assert process.returncode == 0, err
    return out


def left(folder):
    """What a finished run leaves: its weights as bytes, its metrics apart from the time they took."""
    with np.load(folder / "weights.npz") as weights:
        arrays = {name: weights[name].tobytes() for name in weights.files}
    metrics = [json.loads(line) for line in (folder / "metrics.jsonl").read_text().splitlines()]
    return arrays, [(m["epoch"], m["step"], m.get("validation_loss", m["loss"])) for m in metrics]


def killed_or_done(arguments, folder, random):
    """Train, and kill the process a random while after its first checkpoint, or as it starts; or its exit code."""
    before = checkpoints(folder)
    process = SERVER.Process(target=train, args=arguments)
    process.start()
    wait = random.uniform(0, 0.4) if random.random() < 0.2 else 60
    deadline = time.monotonic() + wait
    while process.is_alive() and time.monotonic() < deadline and not checkpoints(folder) - before:
        time.sleep(0.001)
    process.join(0.001 + float(random.uniform(0, 0.2)))
    if killed := process.is_alive():
        process.kill()
    process.join()
    return None if killed else process.exitcode


def checkpoints(folder):
    return {path.name for path in folder.glob("checkpoint-*.npz")}


@pytest.mark.slow
@pytest.mark.skipif(SERVER is None, reason="this system starts no process by a fork")
def test_killed_at_fifty_moments(config, tmp_path):
    finished(config, "--run", tmp_path / "whole")
    expected = left(tmp_path / "whole")
    random, kills, runs = np.random.default_rng(6), 0, 0
    while kills < KILLS:
        runs += 1
        folder = tmp_path / f"killed{runs}"
        arguments = (config, "--run", folder, "--checkpoint-every", 0)
        while (code := killed_or_done(arguments, folder, random)) is None:
            kills += 1
            if (folder / "config.yaml").exists():
                arguments = ("--resume", folder, "--checkpoint-every", 0)
        assert code == 0
        assert left(folder) == expected
        assert not list(folder.glob(".mlp-*"))
    assert runs < KILLS  # trainings were really interrupted, most of them more than once


@pytest.mark.slow
@pytest.mark.skipif(find_spec("jax") is None, reason="needs jax, the extra `jax`")
@pytest.mark.skipif(SERVER is None, reason="this system starts no process by a fork")
def test_killed_on_another_engine(config, tmp_path):
    finished(config, "--run", tmp_path / "whole", "--engine", "jax")
    folder, random = tmp_path / "killed", np.random.default_rng(6)
    arguments = (config, "--run", folder, "--engine", "jax")
    for _ in range(2):
        assert killed_or_done((*arguments, "--checkpoint-every", 0), folder, random) is None
        assert checkpoints(folder)
        arguments = ("--resume", folder)
    finished(*arguments)
    assert left(folder) == left(tmp_path / "whole")
    assert not list(folder.glob(".mlp-*"))


@pytest.mark.slow
@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_a_signal_ends_the_step_and_saves(config, tmp_path, number, code):
    finished(config, "--run", tmp_path / "whole", "--epochs", 200)
    process = start(config, "--run", tmp_path / "run", "--epochs", 200)
    while process.poll() is None and not (tmp_path / "run" / "metrics.jsonl").exists():
        time.sleep(0.01)
    process.send_signal(number)
    out, err = process.communicate(timeout=60)
    assert process.returncode == code, err
    assert out == ""
    assert "stopped after step" in err
    assert f"mlp train --resume {tmp_path / 'run'} goes on" in err
    finished("--resume", tmp_path / "run")
    assert left(tmp_path / "run") == left(tmp_path / "whole")


@pytest.mark.slow
def test_a_second_training_in_the_folder_is_refused(config, tmp_path):
    process = start(config, "--run", tmp_path / "run", "--epochs", 100000)
    while process.poll() is None and not (tmp_path / "run" / "metrics.jsonl").exists():
        time.sleep(0.01)
    second = start("--resume", tmp_path / "run")
    _, err = second.communicate(timeout=60)
    assert second.returncode == 2
    assert err == f"{tmp_path / 'run'}: another training runs in this folder\n"
    process.kill()
    process.communicate()


@pytest.mark.slow
def test_the_same_seed_the_same_bits(config, tmp_path):
    finished(config, "--run", tmp_path / "one")
    finished(config, "--run", tmp_path / "two")
    assert left(tmp_path / "one") == left(tmp_path / "two")
    finished(config, "--run", tmp_path / "three", "--set", "seed=1")
    assert left(tmp_path / "three") != left(tmp_path / "one")
