"""The folder of a run: its config, metrics, checkpoints and weights."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from math import isfinite
from pathlib import Path
from typing import Any

import numpy as np

from ..config.training import Blank
from ..errors import InputError, Place, Problem
from ..files.lock import take
from ..files.read import read_bytes
from ..files.write import TEMPORARY, write_file
from ..nn.op import Array
from ..output.json import SCHEMA, dumps, strict
from ..output.plot.pictures import run_picture
from ..tables.encoding import Encoding, of_json
from . import checkpoint
from .fit import Fit, Job

MAX_TABLE = 64 * 2**20
DAMAGED = "is damaged; mlp train --resume writes it anew"
MAX_WIDTH = 10**7
KEPT = 2
"""Checkpoints that are kept; the one before the last is there if the last is damaged."""


class Folder:
    """A run on disk."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.config = path / "config.yaml"
        self.metrics = path / "metrics.jsonl"
        self.weights = path / "weights.npz"
        self.plot = path / "plot.svg"
        self.result = path / "result.json"
        self.table = path / "table.json"
        self.lock = path / "lock"
        self.made: list[Path] = []
        """Folders that its lock needed, the innermost first."""

    def fail(self, message: str) -> InputError:
        return InputError(Problem(Place(str(self.path)), "", message))

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Keep others out; the lock goes when the process does, however it ends. Raises InputError if one is in."""
        self.made = [path for path in (self.path, *self.path.parents) if not path.exists()]
        try:
            self.path.mkdir(parents=True, exist_ok=True)
            handle = os.open(self.lock, os.O_RDWR | os.O_CREAT, 0o666)
        except OSError as error:
            raise self.fail(f"cannot be written: {error.strerror or error}") from None
        try:
            try:
                take(handle)
            except BlockingIOError:
                raise self.fail("another training runs in this folder") from None
            if not self.lock.exists():
                raise self.fail("another training was refused in this folder just now; try again")
            try:
                yield
            finally:
                self.abandon()
        finally:
            os.close(handle)
            if os.name == "nt":  # where a file that is open cannot be removed
                self.abandon()

    def abandon(self) -> None:
        """Remove the lock, and the folders made for it, where no run was begun."""
        with suppress(OSError):
            if os.listdir(self.path) == [self.lock.name]:
                self.lock.unlink()
        with suppress(OSError):
            for path in self.made:
                path.rmdir()

    def begin(self) -> None:
        """Make it the folder of a new run. Raises InputError if it holds what was trained already."""
        if self.checkpoints() or self.weights.exists():
            raise self.fail("holds a run already: --resume goes on with it")
        self.metrics.unlink(missing_ok=True)
        self.result.unlink(missing_ok=True)

    def describe(self, config: str, encoding: Encoding | None) -> None:
        """Keep the config of the run, and how its table became numbers."""
        write_file(self.config, config.encode())
        if encoding is not None:
            write_file(self.table, encoding.to_json().encode())

    def encoding(self) -> Encoding | None:
        """Read how the table became numbers that the run was trained on. Raises InputError if that is damaged."""
        if not self.table.exists():
            return None
        try:
            return of_json(read_bytes(str(self.table), str(self.table), MAX_TABLE).decode())
        except ValueError as error:
            raise InputError(Problem(Place(str(self.table)), "", f"is damaged: {error}")) from None

    def learned(self) -> Path:
        """Return the file of its weights. Raises InputError where there is none yet."""
        if not self.weights.exists():
            later = f"they are written when its training ends: mlp train --resume {self.path} goes on with it"
            raise self.fail(f"has no weights yet; {later}")
        return self.weights

    def conclude(self, result: Mapping[str, Any]) -> None:
        """Keep what the training came to."""
        write_file(self.result, (dumps({"schema": SCHEMA} | strict(result)) + "\n").encode())

    def concluded(self) -> dict[str, Any] | None:
        """Read what the training came to; None where it has not. Raises InputError."""
        if not self.result.exists():
            return None
        try:
            found = json.loads(self.result.read_bytes())
            if not isinstance(found, dict):
                raise ValueError
        except (OSError, ValueError, RecursionError):
            raise InputError(Problem(Place(str(self.result)), "", DAMAGED)) from None
        return found

    def draw(self) -> None:
        """Draw the run: its curves, and what the training came to."""
        write_file(self.plot, self.picture().encode())

    def picture(self) -> str:
        """Return a picture of the run as SVG. Raises InputError where there is nothing to draw."""
        records, result = self.epochs(), self.concluded() or {}
        try:
            return run_picture(str(result.get("title") or self.path.resolve().name), records, result)
        except (KeyError, TypeError, ValueError, AttributeError, OverflowError):
            raise InputError(Problem(Place(str(self.result)), "", DAMAGED)) from None

    def epochs(self) -> list[dict[str, Any]]:
        """Read the metrics of the epochs. Raises InputError where there are none."""
        records = self.read_metrics()
        if not records:
            raise self.fail("has no metrics yet: no epoch of a training is over")
        return records

    def constant_prediction(self) -> Array | None:
        """Read the constant prediction (C,) that the training compared itself with; None where it keeps none."""
        found = (self.concluded() or {}).get("constant_prediction")
        numbers = isinstance(found, list) and all(type(value) in (int, float) for value in found)
        return np.array(found, np.float64) if numbers and found else None

    def blank(self) -> Blank | None:
        """Read how many inputs an example has and what divides them; None where the run does not keep it."""
        found = (self.concluded() or {}).get("inputs")
        width, divide = (found.get(key) for key in ("width", "divide")) if isinstance(found, dict) else (None, None)
        if not isinstance(width, int) or not 0 < width < MAX_WIDTH or not isinstance(divide, int | float | None):
            return None
        return Blank(width, divide)

    def checkpoints(self) -> list[Path]:
        """Return its checkpoints, oldest first."""
        return sorted(self.path.glob("checkpoint-*.npz"))

    def save(self, fit: Fit) -> None:
        """Write a checkpoint, and remove those that are older than the one before."""
        checkpoint.save(fit, self.path / f"checkpoint-{fit.step:012}.npz")
        for old in self.checkpoints()[:-KEPT]:
            old.unlink()

    def resume(self, job: Job, state: Mapping[str, Array]) -> Fit:
        """Return the run as it stood at its last checkpoint, or its start. Raises InputError if that is damaged."""
        if job.hosts is None or job.hosts.writes:
            for leftover in self.path.glob(TEMPORARY + "*"):
                leftover.unlink()
        found = self.checkpoints()
        if not found:
            return Fit(job, dict(state))
        try:
            fit = checkpoint.restore(found[-1], job, state)
        except checkpoint.ForeignError:
            raise
        except InputError as error:
            before = f"; remove it to go on from {found[-2].name}" if len(found) > 1 else ""
            raise InputError(*(Problem(p.place, p.path, p.message + before) for p in error.problems)) from None
        if job.hosts is None or job.hosts.writes:
            self.forget(fit.step)
        return fit

    def last(self) -> Path | None:
        """Return its last checkpoint."""
        return self.checkpoints()[-1] if self.checkpoints() else None

    def forget(self, step: int) -> None:
        """Drop the metrics of what comes after a step and will be done again."""
        if self.metrics.exists():
            kept = [line for line in self.read_metrics() if line["step"] <= step]
            write_file(self.metrics, "".join(json.dumps(line) + "\n" for line in kept).encode())

    def read_metrics(self) -> list[dict[str, Any]]:
        """Read a record per epoch, less a last line that a crash cut off. Raises InputError for any other damage."""
        if not self.metrics.exists():
            return []
        lines = self.metrics.read_bytes().split(b"\n")[:-1]
        records = [record_of(line) for line in lines]
        if None in records:
            place = Place(str(self.metrics), records.index(None) + 1)
            raise InputError(Problem(place, "", "this is no record of an epoch; remove the line"))
        return [record for record in records if record is not None]

    def log(self, metrics: Mapping[str, Any]) -> None:
        """Append a line to the metrics."""
        try:
            with self.metrics.open("a", encoding="utf-8", newline="\n") as stream:
                stream.write(json.dumps(metrics) + "\n")
        except OSError as error:
            raise self.fail(f"{self.metrics.name} cannot be written: {error.strerror or error}") from None


def record_of(line: bytes) -> dict[str, Any] | None:
    """Read the metrics of one epoch; None where the line holds none."""
    try:
        record = json.loads(line)
    except (ValueError, RecursionError):
        return None
    if not isinstance(record, dict) or not {"epoch", "step"} <= set(record):
        return None
    numbers = all(type(value) in (int, float) and isfinite(value) for value in record.values())
    return record if numbers else None
