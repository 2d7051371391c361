"""What a training costs around its steps: `python -m tests.benchmarks.scaling`.

Prints the time of an example from 10³ to 10⁶ of them, an epoch of the `mlp train` command beside the bare loop, the
memory of a large network beside what it must hold, and how fast a large CSV is read.
"""

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

CONFIG = """
layers: [{{type: linear, units: 128}}, relu, {{type: linear, units: 10}}]
inputs: {{file: {inputs}}}
targets: {{classes: {{file: {labels}}}, first: 0}}
loss: softmax_cross_entropy
learning_rate: 0.01
batch_size: 32
epochs: {epochs}
dtype: float32
"""


def main():
    for name in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS"):
        os.environ.setdefault(name, "1")
    with tempfile.TemporaryDirectory() as folder:
        growth(Path(folder))
        command(Path(folder))
        memory(Path(folder))
        table(Path(folder))


def written(folder, count, epochs, width=784):
    """Return a config with random data of `count` examples."""
    import numpy as np

    random = np.random.default_rng(0)
    data = np.lib.format.open_memmap(folder / "X.npy", "w+", np.float32, (count, width))
    for start in range(0, count, 50_000):
        part = data[start : start + 50_000]
        part[...] = random.random(part.shape, np.float32)
    data.flush()
    np.save(folder / "y.npy", random.integers(0, 10, count).astype(np.uint8))
    path = folder / "config.yaml"
    path.write_text(CONFIG.format(inputs="X.npy", labels="y.npy", epochs=epochs))
    return path


def fit_of(path, *overrides):
    from mlpcli.config.load import load
    from mlpcli.config.training import Training
    from mlpcli.train.fit import Fit
    from mlpcli.train.job import prepare

    (case,) = load(str(path), "update", overrides, Training())
    return Fit(*prepare(case.experiment, case.compiled))


def bare(path):
    """Seconds of one epoch of the loop, the second one."""
    fit, times = fit_of(path), []
    began = time.perf_counter()
    fit.run(lambda _: True, lambda *_: times.append(time.perf_counter()))
    return times[-1] - times[-2] if len(times) > 1 else times[-1] - began


def growth(folder):
    print("an example of 20 numbers, 20-32-10, batch 32, of how many: µs")
    for count in (10**3, 10**4, 10**5, 10**6):
        path = written(folder, count, 2, width=20)
        print(f"  {count:9,} {min(bare(path) for _ in range(3)) / count * 1e6:.3f}")


def command(folder):
    path = written(folder, 60_000, 11)
    loops, commands = [], []
    for _ in range(3):
        loops.append(bare(path))
        times = {}
        for epochs in (1, 11):
            began = time.perf_counter()
            arguments = [
                "train",
                str(path),
                "--epochs",
                str(epochs),
                "--run",
                str(folder / f"run{len(commands)}-{epochs}"),
            ]
            subprocess.run([sys.executable, "-m", "mlpcli", *arguments], check=True, capture_output=True)
            times[epochs] = time.perf_counter() - began
        commands.append(times)
    loop = sorted(loops)[1]
    one, many = (sorted(times[epochs] for times in commands)[1] for epochs in (1, 11))
    further = (many - one) / 10
    print(f"784-128-10, 60,000 examples: an epoch of the bare loop {loop:.3f} s, the command with one {one:.3f} s,")
    print(
        f"  each further one {further:.3f} s, {further / loop:.2f} times the loop; with 11 {many / 11 / loop:.2f} times"
    )


def memory(folder):
    """In a process of its own: what the training adds at its peak to what numpy and the config took before."""
    code = "import sys; from tests.benchmarks.scaling import peak; peak(sys.argv[1])"
    subprocess.run([sys.executable, "-c", code, str(folder)], check=True)


def resident(which):
    """Bytes of this process in memory, now (VmRSS) or at the peak (VmHWM)."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) * 1024 for line in lines if line.startswith(which))


def peak(folder):
    import numpy as np

    path = Path(folder) / "large.yaml"
    random = np.random.default_rng(0)
    np.savez(Path(folder) / "large.npz", X=random.random((256, 4096), np.float32), y=random.integers(0, 10, 256))
    path.write_text(
        "layers: [{type: linear, units: 4096}, relu, {type: linear, units: 4096}, relu, {type: linear, units: 10}]\n"
        "inputs: {file: large.npz, key: X}\ntargets: {classes: {file: large.npz, key: y}, first: 0}\n"
        "loss: softmax_cross_entropy\nlearning_rate: 0.01\nsteps: 3\ndtype: float32\n"
    )
    fit_of(path, "layers=[{type: linear, units: 10}]").run(lambda _: True, lambda *_: None)
    before = resident("VmRSS")
    Path("/proc/self/clear_refs").write_text("5")  # the peak is measured from here on
    fit = fit_of(path)
    fit.run(lambda _: True, lambda *_: None)
    added = resident("VmHWM") - before
    parameters = sum(value.nbytes for value in fit.state.values())
    batch = sum(fit.engine.executor.inputs(256)[name].nbytes for name in fit.job.program.batch)
    outputs = 256 * (2 * 4096 + 2 * 4096 + 10) * 4  # every linear output and every activation
    print(
        f"4096-4096-4096-10, batch 256, float32: {added / 1e6:.0f} MB at the peak; parameters {parameters / 1e6:.0f}, "
        f"a batch and its outputs {(batch + outputs) / 1e6:.0f} MB: {added / (parameters + batch + outputs):.2f} times"
    )


def table(folder):
    import numpy as np

    random = np.random.default_rng(0)
    pixels = random.integers(0, 256, (60_000, 785)) * (random.random((60_000, 785)) < 0.2)
    pixels[:, 0] %= 10
    np.savetxt(folder / "table.csv", pixels, fmt="%d", delimiter=",")
    path = folder / "table.yaml"
    path.write_text(
        CONFIG.format(inputs="table.csv, columns: '1:', divide: 255", labels="table.csv, columns: 0", epochs=1)
    )
    code = "import sys; from tests.benchmarks.scaling import reading; reading(sys.argv[1])"
    subprocess.run([sys.executable, "-c", code, str(path)], check=True)


def reading(path):
    from mlpcli.config.load import load
    from mlpcli.config.training import Training

    before, began = resident("VmRSS"), time.perf_counter()
    Path("/proc/self/clear_refs").write_text("5")
    load(path, "update", (), Training())
    seconds, added = time.perf_counter() - began, resident("VmHWM") - before
    print(f"a CSV of 60,000 × 785 whole numbers: {seconds:.1f} s, {added / 1e6:.0f} MB at the peak")


if __name__ == "__main__":
    main()
