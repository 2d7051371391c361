"""`mlp train --engine jax`: what is missing is said, and a run keeps its folder, its resuming and its signals."""

import json
import os
import re
import signal
import subprocess
import sys
import time
from importlib.util import find_spec

import numpy as np
import pytest
from click.testing import CliRunner

from mlpcli.cli import group
from mlpcli.config.resolved import SETTINGS

needs_jax = pytest.mark.skipif(find_spec("jax") is None, reason="needs jax, the extra `jax`")
NOTED = ("--set", "conventions={rate: over_n}")
"""What a note is told of."""
SETUP = "mlpcli.train.execute.jax_device.setup"


@pytest.fixture
def run(small, monkeypatch):
    monkeypatch.chdir(small.parent)
    return lambda *arguments: CliRunner().invoke(group, [str(a) for a in arguments], prog_name="mlp")


def refused(done, message):
    assert (done.exit_code, done.stdout) == (2, ""), (done.output, done.exception)
    assert done.stderr == message


def test_without_jax_a_line_says_what_to_install(run, small, monkeypatch):
    from mlpcli.train.execute.jax_device import setup

    monkeypatch.setitem(sys.modules, "jax", None)
    monkeypatch.setattr(SETUP, setup.__wrapped__)
    done = run("train", small, "--engine", "jax", "--run", "kept", *NOTED)
    refused(done, '--engine: engine: jax needs the package jax: pip install "mlp-yaml[jax]"\n')
    assert not (small.parent / "kept").exists()
    assert "note: divided by N" in run("train", small, *NOTED).stderr
    done = run("backward", small, "--engine", "jax")
    refused(done, '--engine: jax needs the package jax: pip install "mlp-yaml[jax]"\n')


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        (["engine=numpi"], "--set engine:1:1: engine: unknown engine 'numpi' (did you mean 'numpy'?)\n"),
        (["device=gpu"], "--set device:1:1: device: gpu is for engine: jax; --set device=null leaves it out\n"),
        (
            ["precision=bf16"],
            "--set precision:1:1: precision: bf16 is for engine: jax; --set precision=null leaves it out\n",
        ),
        (["device=tpu"], "--set device:1:1: device: unknown value 'tpu' (did you mean 'gpu'?)\n"),
    ],
)
def test_what_the_engine_does_not_have(run, small, changes, message):
    refused(run("train", small, *(word for change in changes for word in ("--set", change))), message)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--engine", "numpi"], "--engine: engine: unknown engine 'numpi' (did you mean 'numpy'?)\n"),
        (["--engine", "a: b"], "--engine: engine: unknown engine 'a: b'"),
        (["--folds", 1000], "--folds: validation.folds: "),
    ],
)
def test_what_is_wrong_names_the_option_that_was_given(run, small, options, message):
    done = run("train", small, *options)
    assert (done.exit_code, done.stdout) == (2, "")
    assert done.stderr.startswith(message)


@needs_jax
@pytest.mark.parametrize(
    ("changes", "message"),
    [
        (["precision=bf16"], "precision:1:1: precision: bf16 is for dtype: float32\n"),
        (
            ["precision=tf32", "dtype=float32", "device=cpu"],
            "precision:1:1: precision: tf32 is what a GPU has",
        ),
        (
            ["precision=bf16", "dtype=float32", "device=cpu"],
            "precision:1:1: precision: bf16 is what a GPU has",
        ),
        (["device=gpu"], "device:1:1: device: jax finds no gpu here: "),
    ],
)
def test_what_this_machine_does_not_have(run, small, changes, message):
    import jax

    if jax.default_backend() == "gpu" and "device=gpu" in changes:
        pytest.skip("there is one")
    done = run("train", small, "--engine", "jax", *(word for change in changes for word in ("--set", change)))
    assert (done.exit_code, done.stdout) == (2, ""), (done.output, done.exception)
    assert done.stderr.startswith(f"--set {message}")
    assert done.stderr.count("\n") == 1


@needs_jax
@pytest.mark.slow
def test_what_jax_is_told_to_use_and_does_not_have(small):
    environment = {**os.environ, "JAX_PLATFORMS": "cuda" if find_spec("jax_cuda12_plugin") is None else "tpu"}
    command = [sys.executable, "-m", "mlpcli", "train", str(small), "--engine", "jax"]
    done = subprocess.run(command, env=environment, capture_output=True, text=True)
    assert done.returncode == 2
    assert re.fullmatch(r"--engine: engine: jax finds nothing to compute on: JAX_PLATFORMS is \w+\n", done.stderr)


@needs_jax
def test_too_little_memory_is_one_line(run, small, monkeypatch):
    import jax

    def block(*_):
        raise jax.errors.JaxRuntimeError("RESOURCE_EXHAUSTED: Out of memory while trying to allocate 98304 bytes.")

    monkeypatch.setattr("mlpcli.train.execute.jax_blocks.compiled", lambda *_: block)
    refused(run("train", small, "--engine", "jax"), "mlp: not enough memory\n")


@needs_jax
@pytest.mark.slow
@pytest.mark.parametrize("folder", ["cache", "small.yaml"], ids=["kept", "no folder"])
def test_what_is_compiled_is_kept_in_the_users_cache_if_it_can_be(small, tmp_path, folder):
    cache = tmp_path / folder
    environment = {**os.environ, "XDG_CACHE_HOME": str(cache), "LOCALAPPDATA": str(cache), "HOME": str(cache)}
    del environment["JAX_COMPILATION_CACHE_DIR"]
    command = [sys.executable, "-m", "mlpcli", "train", str(small), "--engine", "jax"]
    done = subprocess.run(command, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    kept = [path for path in cache.rglob("*-cache") if {"mlp", "jax"} <= set(path.parts)]
    assert bool(kept) == (folder == "cache")
    assert re.fullmatch(r"(epoch \d/4: loss \S+, accuracy \S+\n)+", done.stderr), done.stderr


@needs_jax
@pytest.mark.slow
def test_a_run_moves_between_engines_and_says_so(run, small, tmp_path):
    run("train", small, "--run", "whole")
    first = run("train", small, "--run", "moved", "--steps", 5)
    assert "moves" not in first.stderr
    more = ("train", "--resume", "moved", "--epochs", 4)
    done = run(*more, "--engine", "jax")
    note = "mlp: note: after step 5 the run moves from numpy to jax on 1 cpu: its bits are those of neither alone\n"
    assert done.stderr.startswith(note)
    assert "engine: jax" in (tmp_path / "moved" / "config.yaml").read_text()
    weights = [dict(np.load(tmp_path / name / "weights.npz")) for name in ("whole", "moved")]
    for name, value in weights[0].items():
        np.testing.assert_allclose(weights[1][name], value, rtol=1e-9, atol=1e-12)
    with np.load(sorted((tmp_path / "moved").glob("checkpoint-*"))[-1]) as checkpoint:
        about = json.loads(checkpoint["about"].tobytes())
    assert about["machines"] == [[0, "numpy"], [5, "jax on 1 cpu"]]
    assert "moves" not in run(*more, "--engine", "jax").stderr


@needs_jax
@pytest.mark.slow
def test_a_step_explained_is_the_step_taken(run, small):
    texts = [
        run("train", small, "--explain-step", 6, "--only", "gradW*", "--engine", engine) for engine in ("numpy", "jax")
    ]
    assert texts[0].stdout == texts[1].stdout
    assert texts[0].stdout.count("gradW") == 2


@needs_jax
@pytest.mark.slow
@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_a_signal_ends_the_block_and_saves(run, small, tmp_path, number, code):
    run("train", small, "--engine", "jax", "--epochs", 1200, "--run", "whole")
    command = [sys.executable, "-m", "mlpcli", "train", small, "--engine", "jax", "--epochs", "1200", "--run", "part"]
    process = subprocess.Popen([str(word) for word in command], text=True, stderr=subprocess.PIPE)
    while process.poll() is None and not (tmp_path / "part" / "metrics.jsonl").exists():
        time.sleep(0.01)
    process.send_signal(number)
    _, err = process.communicate(timeout=60)
    assert process.returncode == code, err
    assert "mlp train --resume part goes on" in err.replace(str(tmp_path) + os.sep, "")
    assert run("train", "--resume", "part").exit_code == 0
    whole, part = ((tmp_path / name / "weights.npz").read_bytes() for name in ("whole", "part"))
    assert whole == part


def test_what_a_run_may_move_from_is_no_setting_of_its_training():
    """A run that a GPU began in tf32 goes on elsewhere: its machine says so, and bits are not promised."""
    assert {"engine", "device", "precision"}.isdisjoint(SETTINGS)
    assert {"dtype", "seed", "batch_size"} <= {*SETTINGS}
