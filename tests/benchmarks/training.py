"""How fast `mlp train` is: beside peers in the same run, and over the time of the matrix products alone.

    python -m tests.benchmarks.training [--threads 1 2] [--dtypes float32 float64] [--compile] [--engine jax]

Prints ratios, ours over theirs, as min, median and max over interleaved rounds; peers that are not installed are left
out. Before a ratio is printed, three steps from the same weights must agree with the peer's to 1e-4.
"""

import argparse
import os
import subprocess
import sys
import time
from dataclasses import dataclass, field
from functools import partial

NETWORKS = [  # sizes, batch, batch normalization, steps a round
    ((2, 3, 3, 2), 3, False, 2000),
    ((784, 128, 10), 32, False, 300),
    ((784, 512, 256, 10), 128, False, 25),
    ((784, 1024, 1024, 10), 512, True, 3),
    ((4096, 4096, 4096, 10), 256, False, 4),
]
ROUNDS = 9
THREADS = ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS", "NPROC")
RATE = 0.01


@dataclass
class Task:
    sizes: tuple
    size: int
    batchnorm: bool
    dtype: str
    threads: int
    rate: float = RATE
    weights: list = field(default_factory=list)

    def __post_init__(self):
        import numpy as np

        random = np.random.default_rng(1)
        count = self.size * max(3, min(64, 6000 // self.size))
        self.X = random.random((count, self.sizes[0])).astype(self.dtype)
        self.y = random.integers(0, self.sizes[-1], count)
        for inputs, outputs in zip(self.sizes, self.sizes[1:], strict=False):
            W = random.standard_normal((inputs, outputs)) / np.sqrt(inputs)
            self.weights.append((W.astype(self.dtype), np.zeros((1, outputs), self.dtype)))


class Ours:
    """`mlp train`'s own loop: batches copied in, steps, losses gathered."""

    def __init__(self, task, engine="numpy"):
        from mlpcli.config.experiment import Experiment
        from mlpcli.nn.layers import LAYERS
        from mlpcli.nn.losses import LOSSES
        from mlpcli.nn.network import Classes, compile_network
        from mlpcli.nn.optimizers import OPTIMIZERS
        from mlpcli.nn.rows import Rows
        from mlpcli.train.fit import Fit
        from mlpcli.train.job import prepare

        layers = []
        for i, (W, B) in enumerate(task.weights):
            layers.append(LAYERS["linear"](W=W, B=B))
            if i < len(task.weights) - 1:
                layers += [LAYERS["batchnorm"]()] if task.batchnorm else []
                layers.append(LAYERS["relu"]())
        experiment = Experiment(
            layers=tuple(layers),
            inputs=Rows(task.X),
            targets=Classes(Rows(task.y), first=0),
            loss=LOSSES["softmax_cross_entropy"](),
            optimizer=OPTIMIZERS["sgd"](learning_rate=task.rate),
            batch_size=task.size,
            steps=10**9,
            shuffle=False,
            dtype=task.dtype,
            engine=engine,
        )
        if task.batchnorm:
            from mlpcli.nn.conventions import Conventions

            experiment = Experiment(
                **{**vars(experiment), "conventions": Conventions(average=("W", "B", "gamma", "beta"))}
            )
        self.fit = Fit(*prepare(experiment, compile_network(experiment.sample(), "update")))

    def train(self, steps):
        fit, stop = self.fit, self.fit.step + steps
        while fit.step < stop:
            end = (fit.step // fit.job.steps_per_epoch + 1) * fit.job.steps_per_epoch
            fit.engine.advance(fit.job.train, min(stop, end))
        fit.engine.settle()

    def weights(self):
        return [value for name, value in self.fit.state.items() if name.startswith("W")]


class Bound:
    """The matrix products of a step and nothing else."""

    def __init__(self, task):
        import numpy as np

        self.calls = []
        for i, (W, _) in enumerate(task.weights):
            X, G = (np.ones((task.size, n), task.dtype) for n in W.shape)
            self.calls += [partial(np.dot, X, W, np.empty_like(G)), partial(np.dot, X.T, G, np.empty_like(W))]
            if i:
                self.calls.append(partial(np.dot, G, W.T, np.empty_like(X)))

    def train(self, steps):
        for _ in range(steps):
            for call in self.calls:
                call()


def agree(task, peer, engine):
    """Three steps from the same weights, and the largest difference of a weight over the largest weight."""
    ours = Ours(task, engine)
    ours.train(3)
    peer.train(3)
    pairs = list(zip(ours.weights(), peer.weights(), strict=True))
    difference = max(float(abs(a - b).max() / abs(b).max()) for a, b in pairs)
    assert difference < 1e-4, f"{type(peer).__name__} differs by {difference}"


def compare(task, steps, names, engine):
    """Rounds in which everybody takes the same number of steps in turn."""
    from mlpcli.errors import InputError
    from tests.benchmarks.peers import PEERS

    runners = {"ours": Ours(task, engine), "products": Bound(task)}
    for name in names:
        try:
            peer = Ours(task, "jax") if name == "ours on jax" else PEERS[name](task)
        except (ImportError, InputError):
            continue
        if getattr(peer, "comparable", True):
            agree(task, peer, engine)
        runners[name] = peer
    times = {name: [] for name in runners}
    for runner in runners.values():
        runner.train(max(1, steps // 4))
    for _ in range(ROUNDS):
        for name, runner in runners.items():
            began = time.perf_counter()
            runner.train(steps)
            times[name].append((time.perf_counter() - began) / steps)
    ours = times.pop("ours")
    label = "-".join(map(str, task.sizes)) + (" bn" if task.batchnorm else "") + f", {task.size}"
    line = f"{label:28} {task.dtype} {task.threads} thread{'s' if task.threads > 1 else ' '} {min(ours) * 1e6:10.1f} µs"
    for name, others in times.items():
        ratios = sorted(a / b for a, b in zip(ours, others, strict=True))
        line += f" | {name} {ratios[0]:.2f} {ratios[len(ratios) // 2]:.2f} {ratios[-1]:.2f}"
    print(line, flush=True)


def worker(threads, dtype, engine, names):
    if threads == 1:
        os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})
    for sizes, size, batchnorm, steps in NETWORKS:
        compare(Task(sizes, size, batchnorm, dtype, threads), steps, names, engine)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--threads", type=int, nargs="+", default=[1, 2])
    parser.add_argument("--dtypes", nargs="+", default=["float32", "float64"])
    parser.add_argument("--compile", action="store_true", help="torch.compile too")
    parser.add_argument("--engine", default="numpy", help="what takes our steps: numpy or jax")
    parser.add_argument("--worker", nargs="*", help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.worker:
        threads, dtype, engine, *names = given.worker
        worker(int(threads), dtype, engine, names)
        return
    names = ["torch", *(["torch.compile"] if given.compile else []), "jax", "sklearn"]
    names += ["ours on jax"] if given.engine == "numpy" else []
    print("time of a step, and ours over theirs: min median max")
    for threads in given.threads:
        variables = {
            name: str(threads) for name in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS", "NPROC")
        }
        for dtype in given.dtypes:
            command = [sys.executable, "-m", "tests.benchmarks.training", "--worker", str(threads), dtype]
            subprocess.run([*command, given.engine, *names], env={**os.environ, **variables}, check=True)


if __name__ == "__main__":
    main()
