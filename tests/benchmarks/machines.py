"""What the engine jax costs around its steps: start-up, compiling, two processes beside one, runs side by side.

    python -m tests.benchmarks.machines

Prints CPU seconds, the least of five, which other work on the machine changes little; and seconds of an epoch, by one
process and by two over loopback, the least of all epochs of three runs. A process has one thread and one core.
"""

import json
import os
import resource
import shutil
import socket
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np

DIGITS = str(Path(__file__).parents[2] / "configs" / "digits.yaml")
ONE_THREAD = dict.fromkeys(("NPROC", "OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS"), "1")
CONFIG = """
layers:
  - {type: linear, units: 1024}
  - batchnorm
  - relu
  - {type: linear, units: 1024}
  - batchnorm
  - relu
  - {type: linear, units: 10}
inputs: {file: data.npz, key: X}
targets: {classes: {file: data.npz, key: y}, first: 0}
loss: softmax_cross_entropy
learning_rate: 0.01
epochs: 6
dtype: float32
engine: jax
"""
SWEEP = ("sweep", DIGITS, "--over", "seed=1:16", "--set", "epochs=10", "--run", "runs")
COMMANDS = [  # arguments of mlp, and whether what was compiled before is kept
    (("train", DIGITS, "--epochs", "1"), True),
    (("train", DIGITS, "--epochs", "1", "--engine", "jax"), False),
    (("train", DIGITS, "--epochs", "1", "--engine", "jax"), True),
    (SWEEP, True),
    ((*SWEEP, "--engine", "jax"), False),
    ((*SWEEP, "--engine", "jax"), True),
]


def start(arguments, core=0):
    """Begin with a command of mlp on one core."""
    environment = {**os.environ, **ONE_THREAD, "JAX_COMPILATION_CACHE_DIR": "cache"}
    quiet = subprocess.DEVNULL

    def pinned():
        os.sched_setaffinity(0, {sorted(os.sched_getaffinity(0))[core]})

    return subprocess.Popen(
        [sys.executable, "-m", "mlpcli", *arguments], env=environment, stdout=quiet, stderr=quiet, preexec_fn=pinned
    )


def cpu_seconds(arguments, kept):
    if not kept:
        shutil.rmtree("cache", ignore_errors=True)
    shutil.rmtree("runs", ignore_errors=True)
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    assert start(arguments).wait() == 0
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def epoch_seconds(count, size):
    """The least of an epoch, by some number of processes."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    shutil.rmtree("run", ignore_errors=True)
    arguments = ["train", "config.yaml", "--run", "run", "--set", f"batch_size={size}"]
    team = ["--coordinator", f"127.0.0.1:{port}", "--processes", str(count), "--process"]
    processes = [start([*arguments, *([*team, str(k)] if count > 1 else [])], k) for k in range(count)]
    assert [process.wait() for process in processes] == [0] * count
    return min(json.loads(line)["seconds"] for line in Path("run", "metrics.jsonl").read_text().splitlines())


def main():
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        for arguments, kept in COMMANDS:
            least = min(cpu_seconds(arguments, kept) for _ in range(5))
            words = " ".join(arguments).replace(DIGITS, "configs/digits.yaml")
            print(f"{least:6.2f} s  mlp {words}{'' if kept else ', nothing compiled before'}", flush=True)
        random = np.random.default_rng(0)
        np.savez("data.npz", X=random.random((4096, 784)).astype(np.float32), y=random.integers(0, 10, 4096))
        Path("config.yaml").write_text(CONFIG, encoding="utf-8")
        for size in (512, 2048):
            one, two = (min(epoch_seconds(count, size) for _ in range(3)) for count in (1, 2))
            print(f"784-1024-1024-10, batch norm, {size}: one {one:.3f} s an epoch, two {two:.3f} s, {one / two:.2f} ×")


if __name__ == "__main__":
    main()
