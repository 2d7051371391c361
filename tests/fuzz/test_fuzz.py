"""10,000 damaged configs and 5,000 damaged dumps, arrays, weights and tables: no traceback, soon, in little memory.

They are others every day: `MLP_FUZZ_SEED=2026-11-27` has those of a day again, and `python -m tests.fuzz` one of them.
"""

import os
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path
from random import Random

import numpy as np
import pytest

from mlpcli.check.claims.dumps import READERS, read_dump
from mlpcli.files.arrays import read_array
from mlpcli.files.weights import read_weights
from tests.fuzz import SEED, files
from tests.fuzz.__main__ import case
from tests.fuzz.cases import KINDS

ROOT = Path(__file__).parents[2]
COUNTS = {"config": 10_000, "dump": 3_200, "array": 1_000, "weights": 500, "table": 300}
BATCH = 2_500
BATCHES = [(kind, first, min(first + BATCH, n)) for kind, n in COUNTS.items() for first in range(0, n, BATCH)]
ALONE = {"PYTHONPATH": str(ROOT), "OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}


@pytest.mark.slow
@pytest.mark.parametrize(("kind", "first", "last"), BATCHES)
def test_damaged_files(tmp_path, kind, first, last):
    if kind == "table" and find_spec("duckdb") is None:
        pytest.skip("tables need the extra `tables`")
    command = [sys.executable, "-m", "tests.fuzz", kind, str(first), str(last), "--seed", SEED]
    done = subprocess.run(command, cwd=tmp_path, env=os.environ | ALONE, capture_output=True, text=True, timeout=600)
    reached = (tmp_path / "number").read_text(encoding="utf-8")
    assert done.returncode == 0, f"{done.stdout}{done.stderr[-5000:]}\nseed {SEED}, ended at {reached}"


@pytest.mark.parametrize("name", files.DUMPS)
def test_what_is_damaged_is_a_dump(tmp_path, monkeypatch, name):
    monkeypatch.chdir(tmp_path)
    if name.endswith("xlsx"):
        pytest.importorskip("openpyxl", reason="workbooks need the extra `excel`")
    Path(name).write_bytes(files.DUMPS[name])
    claims = [claim for page in read_dump(name).values() for claim in page]
    assert claims
    assert all(np.isfinite(claim.written.value).all() for claim in claims)


def test_every_kind_of_dump_is_damaged():
    assert {Path(name).suffix for name in files.DUMPS} >= set(READERS) - {".yml", ".pickle", ".pth"}


def test_what_is_damaged_are_numbers_and_weights(tmp_path):
    for name, data in (files.NUMBERS | files.WEIGHTS).items():
        (tmp_path / name).write_bytes(data)
    for name in files.NUMBERS:
        assert read_array(tmp_path / name, "W1" if name.endswith("npz") else None).size
    assert read_weights(tmp_path / "w.npz")["W1"].shape == (2, 3)
    assert read_weights(tmp_path / "w.pt")["fc1.weight"].tolist() == [[0, 1], [2, 3], [4, 5]]
    pytest.importorskip("safetensors", reason="needs the extra `safetensors`")
    assert read_weights(tmp_path / "w.safetensors")["W1"].shape == (2, 3)


def test_a_case_that_goes_wrong_is_told(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setitem(KINDS, "config", lambda random: str(1 // random.randrange(1)))
    told = case("config", "day", 7)
    assert told.startswith("config 7 --seed day after ")
    assert "ZeroDivisionError" in told


def test_a_case_is_the_same_again():
    assert len({files.damaged(files.DUMPS["d.npz"], Random("a dump 1")) for _ in range(3)}) == 1
