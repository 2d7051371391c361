"""What differs on other systems, played on this one: no fcntl, the locks of Windows, drives, paths with backslashes."""

import errno
import os
import sys
from contextlib import nullcontext
from pathlib import Path, PureWindowsPath
from types import SimpleNamespace

import pytest
from click.testing import CliRunner

from mlpcli.cli import group
from mlpcli.config.beside import relative
from mlpcli.errors import InputError, Place, Problem
from mlpcli.files import write
from mlpcli.files.lock import take
from mlpcli.output.document import FAILED, Finding
from mlpcli.output.github import annotation
from mlpcli.train.folder import Folder

CONFIG = (
    "layers: [{type: linear, W: [[1, 2]]}]\ninputs: [[1]]\ntargets: [[1, 1]]\nloss: l2\nlearning_rate: 0.1\nepochs: 2\n"
)


@pytest.fixture
def windows(monkeypatch):
    """No fcntl, and msvcrt as Windows has it: a byte that is locked by one handle is denied to every other."""
    held = {}

    def locking(handle, mode, count):
        assert (mode, count) == (2, 1)
        file = os.fstat(handle).st_ino
        if held.setdefault(file, handle) != handle:
            raise OSError(errno.EACCES, "Permission denied")

    monkeypatch.setitem(sys.modules, "fcntl", None)
    monkeypatch.setitem(sys.modules, "msvcrt", SimpleNamespace(locking=locking, LK_NBLCK=2))
    return held


def test_on_windows_a_second_training_in_the_folder_is_refused(windows, tmp_path):
    with Folder(tmp_path / "run").locked():
        with pytest.raises(InputError, match="another training runs in this folder"), Folder(tmp_path / "run").locked():
            pass
        with Folder(tmp_path / "other").locked():
            assert len(windows) == 2


def test_a_training_on_windows(windows, tmp_path):
    (tmp_path / "c.yaml").write_text(CONFIG, encoding="utf-8")
    run = ["--run", str(tmp_path / "run")]
    assert CliRunner().invoke(group, ["train", str(tmp_path / "c.yaml"), *run]).exit_code in (0, 1)
    assert windows
    assert b"\r" not in (tmp_path / "run" / "metrics.jsonl").read_bytes()


@pytest.mark.parametrize("times", [2, 9])
def test_on_windows_a_file_that_is_open_for_a_moment_is_waited_for(tmp_path, monkeypatch, times):
    real, left = os.replace, [times]

    def replace(source, target):
        left[0] -= 1
        if left[0] >= 0:
            raise PermissionError(errno.EACCES, "Access is denied")
        real(source, target)

    monkeypatch.setattr(os, "replace", replace)
    monkeypatch.setattr(sys, "platform", "win32")
    monkeypatch.setattr(write, "PAUSES", (0, 0, 0))
    with nullcontext() if times == 2 else pytest.raises(InputError, match="cannot be written: Access is denied"):
        write.write_file(tmp_path / "a.txt", b"1")
    assert [path.name for path in tmp_path.iterdir()] == ["a.txt"] * (times == 2)


def test_a_lock_goes_when_its_file_is_closed(tmp_path):
    for _ in range(2):
        with (tmp_path / "lock").open("w") as file, (tmp_path / "lock").open("w") as other:
            take(file.fileno())
            with pytest.raises(BlockingIOError):
                take(other.fileno())


@pytest.mark.parametrize("before", [[], ["a"], ["a", "a/run"], ["a", "a/run", "a/run/metrics.jsonl"]])
def test_a_run_that_is_not_begun_leaves_nothing(tmp_path, before):
    for name in before:
        (tmp_path / name).touch() if name.endswith("l") else (tmp_path / name).mkdir()
    with Folder(tmp_path / "a" / "run").locked():
        assert (tmp_path / "a" / "run" / "lock").exists()
    left = sorted(str(path.relative_to(tmp_path)) for path in tmp_path.rglob("*") if path.name != "lock")
    assert left == before
    assert (tmp_path / "a" / "run" / "lock").exists() == ("a/run/metrics.jsonl" in before)


def test_without_any_locks_there_is_one_process(monkeypatch, tmp_path):
    monkeypatch.setitem(sys.modules, "fcntl", None)
    monkeypatch.setitem(sys.modules, "msvcrt", None)
    with Folder(tmp_path / "run").locked():
        pass


def test_a_path_on_another_drive_stays_absolute(monkeypatch, tmp_path):
    def relpath(path, start):
        raise ValueError("path is on mount 'D:', start on mount 'C:'")

    monkeypatch.setattr(os.path, "relpath", relpath)
    assert relative(tmp_path / "a b.csv", Path()) == (tmp_path / "a b.csv").resolve().as_posix()


def test_a_drive_in_a_message():
    path = str(PureWindowsPath("C:/Users/ada lovelace/toy.yaml"))
    problem = Problem(Place(path, 6, 11), "layers[1].type", "unknown layer 'reul'")
    assert str(problem) == r"C:\Users\ada lovelace\toy.yaml:6:11: layers[1].type: unknown layer 'reul'"
    line = annotation(Finding("Y1", "cause", FAILED, problem.place, "wrong"))
    assert line == r"::error file=C%3A\Users\ada lovelace\toy.yaml,line=6,col=11,title=Y1%3A cause::wrong"


@pytest.mark.parametrize("name", ["C:\\data\\X.npz", "C:/data/X.npz"])
def test_a_drive_in_a_config(tmp_path, monkeypatch, name):
    monkeypatch.chdir(tmp_path)
    Path("c.yaml").write_text(f"layers: [relu]\ninputs: {{file: {name}}}\n", encoding="utf-8")
    done = CliRunner().invoke(group, ["forward", "c.yaml"])
    assert (done.exit_code, done.stderr) == (2, f"c.yaml:2:16: inputs.file: no such file: {name}\n")
