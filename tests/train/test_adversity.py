"""A disk that fills, a folder that cannot be written, data that change: one line, and nothing lost.

Small and read-only file systems are real ones, in a mount namespace of the process that needs them.
"""

import json
import shutil
import subprocess
import sys

import numpy as np
import pytest
from click.testing import CliRunner

from mlpcli.cli import group
from tests.train.test_interrupted import left

CONFIG = """
layers: [{type: linear, units: 8}, relu, {type: linear, units: 3}, softmax]
inputs: {file: X.npy, divide: 9}
targets: {classes: {file: y.npy}, first: 0}
loss: softmax_cross_entropy
learning_rate: 0.1
batch_size: 8
epochs: 30
"""
PYTHON = f"{sys.executable} -m mlpcli"


def can_mount():
    return (
        sys.platform == "linux" and bool(shutil.which("unshare")) and mounted("mount -t tmpfs t /mnt").returncode == 0
    )


def mounted(script, **options):
    """Run a script of a shell whose mounts nobody else sees."""
    return subprocess.run(["unshare", "--mount", "sh", "-c", script], capture_output=True, text=True, **options)


mounts = pytest.mark.skipif(not can_mount(), reason="needs the right to mount")


@pytest.fixture
def run(tmp_path, monkeypatch):
    """Runs mlp in a folder with a config and its data."""
    monkeypatch.chdir(tmp_path)
    random = np.random.default_rng(3)
    np.save("X.npy", random.integers(0, 9, (40, 4)).astype(np.uint8))  # bytes stay in the file where it is large
    np.save("y.npy", random.integers(0, 3, 40))
    (tmp_path / "c.yaml").write_text(CONFIG)
    return lambda *words: CliRunner().invoke(group, list(map(str, words)))


@mounts
@pytest.mark.slow
@pytest.mark.parametrize("size", [4, 12, 20, 28])
def test_a_disk_that_fills(run, tmp_path, size):
    """Where the disk is full is another place each time; with more room the run goes on to what it would have been."""
    assert run("train", "c.yaml", "--run", "whole", "--checkpoint-every", 0).exit_code in (0, 1)
    (tmp_path / "disk").mkdir()
    train = f"{PYTHON} train c.yaml --run disk/run"
    again = f"if [ -e disk/run/config.yaml ]; then {PYTHON} train --resume disk/run; else {train}; fi"
    script = f"""
        mount -t tmpfs -o size={size}k none disk || exit 99
        {train} --checkpoint-every 0 2>first; echo $? >code
        ls -A disk/run >files
        mount -o remount,size=10m disk && {again} 2>second; echo $? >>code
        cp -r disk/run done"""
    done = mounted(script, cwd=tmp_path)
    codes = (tmp_path / "code").read_text().split()
    assert codes in (["2", "0"], ["2", "1"]), (done.stderr, (tmp_path / "second").read_text())
    said = (tmp_path / "first").read_text().splitlines()
    assert said[-1].endswith("No space left on device")
    assert not any("Traceback" in line for line in said)
    assert ".mlp-" not in (tmp_path / "files").read_text()
    assert left(tmp_path / "done") == left(tmp_path / "whole")


def test_a_disk_that_fills_during_a_checkpoint(run, tmp_path, monkeypatch):
    """The second checkpoint ends in the middle: the first stays, and the run goes on from there."""
    run("train", "c.yaml", "--run", "whole")
    savez, count = np.savez, []

    def full(stream, **arrays):
        count.append(1)
        if len(count) == 2:
            stream.write(b"PK\x03\x04 half of it")
            raise OSError(28, "No space left on device")
        savez(stream, **arrays)

    monkeypatch.setattr(np, "savez", full)
    done = run("train", "c.yaml", "--run", "run", "--checkpoint-every", 0)
    assert (done.exit_code, done.stderr.splitlines()[-1].partition(": ")[2]) == (
        2,
        "cannot be written: No space left on device",
    )
    assert len(list((tmp_path / "run").glob("checkpoint-*.npz"))) == 1
    assert not list((tmp_path / "run").glob(".mlp-*"))
    run("train", "--resume", "run")
    assert left(tmp_path / "run") == left(tmp_path / "whole")


@mounts
def test_a_run_on_a_read_only_disk_is_read(run, tmp_path):
    run("train", "c.yaml", "--run", "run")
    reading = ["predict run", "evaluate run", "export run --format json", "forward run", "show run", "compare run"]
    words = ["plot run", *reading, "train --resume run --epochs 40", "train c.yaml --run run/other"]
    lines = "\n".join(f"main({line.split()!r})" for line in words)
    code = f"""
from click.testing import CliRunner
from mlpcli.cli import group
def main(words):
    done = CliRunner().invoke(group, words)
    print(done.exit_code, repr(done.exception) if done.exit_code not in (0, 2) else done.stderr.strip() or '-')
{lines}
"""
    (tmp_path / "all.py").write_text(code)
    script = f"mount --bind run run && mount -o remount,ro,bind run && {sys.executable} all.py"
    done = mounted(script, cwd=tmp_path)
    *read, resumed, begun = done.stdout.splitlines()
    assert [line.split()[0] for line in read] == ["0"] * (len(reading) + 1), done.stdout
    assert resumed == "2 run: cannot be written: Read-only file system"
    assert begun == "2 run/other: cannot be written: Read-only file system"


def test_data_that_change_under_a_training(run, tmp_path):
    """They are read once: it ends as if they had not changed. When it goes on later, that is noticed."""
    run("train", "c.yaml", "--run", "whole")
    swap = f"import numpy as np; np.save({str(tmp_path / 'X.npy')!r}, np.zeros((3, 4)))"
    script = f"""
from mlpcli.cli.watch import Watch
ended = Watch.ended
def changed(self, *epoch):
    {swap}
    ended(self, *epoch)
Watch.ended = changed
from mlpcli.cli import main
main()
"""
    command = [sys.executable, "-c", script, "train", "c.yaml", "--run", "run"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True)
    assert done.returncode in (0, 1), done.stderr
    assert left(tmp_path / "run") == left(tmp_path / "whole")
    later = run("train", "--resume", "run", "--epochs", 40)
    assert later.exit_code == 2
    assert "targets for 3 inputs" in later.stderr or "inputs and targets" in later.stderr


def test_a_table_that_changes_before_a_run_goes_on(run, tmp_path):
    pytest.importorskip("duckdb", reason="tables need the extra `tables`")
    rows = ["a,b,kind", *(f"{k},{k * k % 7},{'xy'[k % 2]}" for k in range(30))]
    (tmp_path / "t.csv").write_text("\n".join(rows) + "\n")
    config = CONFIG.split("inputs:")[0].replace("units: 3", "units: 2") + "table: {file: t.csv, target: kind}\n"
    (tmp_path / "t.yaml").write_text(config + "loss: softmax_cross_entropy\nlearning_rate: 0.1\nepochs: 3\n")
    assert run("train", "t.yaml", "--run", "run").exit_code in (0, 1)
    kept = json.loads((tmp_path / "run" / "result.json").read_text())
    for change in (rows[:-1], [*rows[:5], rows[5].replace("4,", "400,", 1), *rows[6:]], rows[:1] + rows[:0:-1]):
        (tmp_path / "t.csv").write_text("\n".join(change) + "\n")
        done = run("train", "--resume", "run", "--epochs", 5)
        assert done.exit_code == 2, (change, done.stderr)
        assert "differs in" in done.stderr
    assert json.loads((tmp_path / "run" / "result.json").read_text()) == kept


@pytest.mark.parametrize("row", [0, 500, 777, 998])
def test_a_number_that_changes_anywhere_changes_the_digest(row):
    from mlpcli.nn.network import Classes
    from mlpcli.nn.rows import Rows
    from mlpcli.train.examples import Examples

    X, y = np.arange(2997.0).reshape(999, 3), np.arange(999) % 2
    other = X.copy()
    other[row, 1] += 1e-9
    one, two, same = (Examples(Rows(x), Classes(Rows(y), first=0), 2, "float64").digest() for x in (X, other, X.copy()))
    assert one == same
    assert one != two
