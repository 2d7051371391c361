"""How long `mlp check` takes beside `mlp forward` of the same config: whole processes, one after the other.

    python -m tests.benchmarks.checking [--cases 40] [--seed 1]

Prints ratios and seconds for simulated students (tests.benchmarks.students), and for dumps of a 784-128-10 network:
the right one, one without the derivative of its activation, and one of random gradients.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from .students.make import make

MLP = [sys.executable, "-c", "from mlpcli.cli import main; main()"]
ONE_THREAD = dict.fromkeys(("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"), "1")
LARGE = """layers:
  - {type: linear, W: {file: W1.npy}, B: {file: B1.npy}}
  - relu
  - {type: linear, W: {file: W2.npy}, B: {file: B2.npy}}
inputs: {file: X.npy}
targets: {file: D.npy}
loss: softmax_cross_entropy
learning_rate: 0.1
"""
NUMBERS = {"X": (32, 784), "D": (32, 10), "W1": (784, 128), "B1": (1, 128), "W2": (128, 10), "B2": (1, 10)}


def main() -> None:
    """Print a line per kind of dump."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.checking", description=__doc__.split("\n")[0])
    parser.add_argument("--cases", type=int, default=40)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        print(f"{'mlp check':<34}{'over forward: median':>22}{'worst':>8}{'seconds: median':>18}{'worst':>8}")
        students = list(written(folder, options.cases, options.seed))
        for kind in sorted({group for *_, group in students}):
            report(f"students, {kind}", [(config, dump) for config, dump, group in students if group == kind])
        for dump in large(folder / "large"):
            report(f"784-128-10, {dump.stem}", [(dump.parent / "config.yaml", dump)])


def written(folder: Path, count: int, seed: int) -> Iterator[tuple[Path, Path, str]]:
    """Write the cases of students, and yield where each has its config and its dump."""
    for number in range(count):
        case, place = make(number, seed), folder / str(number)
        place.mkdir()
        config, dump = place / "config.yaml", place / f"dump{case.suffix}"
        config.write_text(case.config, encoding="utf-8")
        dump.write_bytes(case.dump)
        yield config, dump, case.group


def large(folder: Path) -> Iterator[Path]:
    """Write dumps of a 784-128-10 network and its batch of 32."""
    folder.mkdir()
    (folder / "config.yaml").write_text(LARGE)
    random = np.random.default_rng(0)
    given = {name: random.normal(0, 0.1, shape) for name, shape in NUMBERS.items()}
    given["D"] = np.eye(10)[random.integers(0, 10, 32)]
    for name, value in given.items():
        np.save(folder / f"{name}.npy", value)
    for name in ("right", "no derivative", "random"):
        np.savez(folder / f"{name}.npz", **student(given, name))
        yield folder / f"{name}.npz"


def student(given: dict[str, np.ndarray], mistake: str) -> dict[str, np.ndarray]:
    """Compute a step in plain numpy, with a mistake in the gradient of the hidden layer."""
    X, D, W1, B1, W2, B2 = given.values()
    Z1 = X @ W1 + B1
    Y1 = np.maximum(Z1, 0)
    Z2 = Y1 @ W2 + B2
    E = np.exp(Z2)
    G2 = E / E.sum(1, keepdims=True) - D
    slope = {"right": Z1 > 0, "no derivative": 1, "random": np.random.default_rng(1).normal(size=Z1.shape)}[mistake]
    G1 = G2 @ W2.T * slope
    found = {"Y1lin": Z1, "Y1": Y1, "Y2lin": Z2, "gradY2lin": G2, "gradW2": Y1.T @ G2 / 32, "gradY1lin": G1}
    return {**found, "gradW1": X.T @ G1 / 32, "gradB1": G1.mean(0, keepdims=True)}


def report(kind: str, pairs: list[tuple[Path, Path]]) -> None:
    """Print how long the checks of some dumps take."""
    times = [(seconds("forward", config), seconds("check", config, "--against", dump)) for config, dump in pairs]
    ratios, own = [check / forward for forward, check in times], [check for _, check in times]
    print(
        f"{kind:<34}{statistics.median(ratios):>21.2f}x{max(ratios):>7.2f}x"
        f"{statistics.median(own):>17.2f}s{max(own):>7.2f}s",
        flush=True,
    )


def seconds(*words: object) -> float:
    """Return how long a whole command takes."""
    start = time.perf_counter()
    subprocess.run([*MLP, *map(str, words)], capture_output=True, check=False, env={**os.environ, **ONE_THREAD})
    return time.perf_counter() - start


if __name__ == "__main__":
    main()
