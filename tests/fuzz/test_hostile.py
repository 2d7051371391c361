"""Files that mean harm are refused in a line by every reader: no code is run, no time and no memory taken."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from mlpcli.check.claims import dumps
from mlpcli.files import arrays
from tests.fuzz.hostile import CORPUS
from tests.fuzz.large import LARGE

ROOT = Path(__file__).parents[2]
ALONE = {"PYTHONPATH": str(ROOT), "OPENBLAS_NUM_THREADS": "1"}
SAME = {".yml": ".yaml", ".pickle": ".pkl", ".pth": ".pt"}
"""Other names of a format."""
TEXTS = {".tsv", ".txt", ".data", ".tsv.gz", ".txt.gz", ".data.gz"}
"""Read as .csv is."""


@pytest.mark.slow
def test_every_one_is_refused(tmp_path):
    pytest.importorskip("openpyxl", reason="workbooks need the extra `excel`")
    command = [sys.executable, "-m", "tests.fuzz.hostile"]
    subprocess.run([*command, "write"], cwd=tmp_path, env=os.environ | ALONE, check=True)
    done = subprocess.run([*command, "read"], cwd=tmp_path, env=os.environ | ALONE, capture_output=True, text=True)
    succeeded = [line for line in done.stdout.splitlines() if not line.endswith(": refused")]
    assert (done.returncode, succeeded) == (0, []), done.stderr[-3000:]


def test_every_reader_has_some():
    tried = {kind: {Path(name).suffix for reader, name in CORPUS if reader == kind} for kind in ("dump", "weights")}
    assert tried["dump"] >= {SAME.get(suffix, suffix) for suffix in dumps.READERS}
    assert tried["weights"] == {".npz", ".pt", ".safetensors"}
    packed = {name.partition(".")[2] for reader, name in CORPUS if reader == "array"}
    assert packed >= {suffix.lstrip(".") for suffix in set(arrays.READERS) - TEXTS}


@pytest.mark.parametrize("name", ["d.pkl", "d.pt", "d.npy", "d.npz", "d.yaml"])
def test_formats_that_can_hold_code_have_some(name):
    assert any("code" in what for what in CORPUS["dump", name])


@pytest.mark.slow
@pytest.mark.parametrize("name", LARGE)
def test_large_dumps_are_judged_or_refused_soon(tmp_path, name):
    make, refusal = LARGE[name]
    (tmp_path / name).write_text(make(), encoding="utf-8")
    command = [sys.executable, "-m", "tests.fuzz.large", name]
    done = subprocess.run(command, cwd=tmp_path, env=os.environ | ALONE, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr[-3000:]
    code, said = json.loads(done.stdout)
    assert (code, len(said) > 0) == ((2, True) if refusal else (1, False)), said
    assert refusal in "".join(said[-1:])
