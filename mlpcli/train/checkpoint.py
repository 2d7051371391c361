"""Where a training stands → a file, and back. Written to a temporary name and renamed; read with suspicion."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np

from ..config.npy import read_member
from ..config.streams import ArrayError
from ..errors import InputError, Place, Problem
from ..nn.op import Array
from ..output.files import replaced_by
from .fit import Best, Fit, Job
from .score import Score

VERSION = 1
PARTS = {"state": "state/", "best": "best/"}


def save(fit: Fit, path: Path) -> None:
    """Write the state, the optimizer's included, the step, and the sums of the epoch begun.

    The rows of every epoch are drawn from seed and epoch, so the step says where in the data the training is.
    Raises InputError if the file cannot be written; what was there before is then as it was.
    """
    fit.flush()
    score, best = fit.meter.score, fit.best
    about = {
        "version": VERSION,
        "step": fit.step,
        "stopped_early": fit.stopped_early,
        "score": [score.examples, score.loss, score.right],
        "best": [best.loss, best.epoch],
    }
    arrays: dict[str, Any] = {"about": np.frombuffer(json.dumps(about).encode(), np.uint8)}
    arrays |= {PARTS["state"] + name: value for name, value in fit.state.items()}
    arrays |= {PARTS["best"] + name: value for name, value in best.state.items()}

    def write(stream: BinaryIO) -> None:
        np.savez(stream, **arrays)

    try:
        replaced_by(path, write)
    except OSError as error:
        raise InputError(Problem(Place(str(path)), "", f"cannot be written: {error.strerror or error}")) from None


def restored(path: Path, job: Job, expected: Mapping[str, Array]) -> Fit:
    """The training as it stood. Raises InputError if the file is no checkpoint of this training."""
    try:
        arrays = read_all(path)
        about = json.loads(arrays.pop("about").tobytes())
        state = part(arrays, "state")
        fit = Fit(job, checked(state, expected), int(about["step"]))
        examples, loss, right = about["score"]
        fit.meter.score = Score(int(examples), float(loss), None if right is None else int(right))
        fit.stopped_early = bool(about["stopped_early"])
        best = part(arrays, "best")
        fit.best = Best(float(about["best"][0]), int(about["best"][1]), checked(best, expected) if best else {})
        if about["version"] != VERSION or not fit.step >= 0:
            raise ValueError("it is of another version")
    except (OSError, ArrayError, ValueError, KeyError, TypeError, zipfile.BadZipFile, EOFError) as error:
        reason = f"lacks {error}" if isinstance(error, KeyError) else str(error) or type(error).__name__
        message = f"is no whole checkpoint of this training: {reason[:200]}"
        raise InputError(Problem(Place(str(path)), "", message)) from None
    return fit


def read_all(path: Path) -> dict[str, Array]:
    with zipfile.ZipFile(path) as archive:
        size = path.stat().st_size
        return {name.removesuffix(".npy"): read_member(archive, name, size) for name in archive.namelist()}


def part(arrays: Mapping[str, Array], which: str) -> dict[str, Array]:
    prefix = PARTS[which]
    return {name.removeprefix(prefix): value for name, value in arrays.items() if name.startswith(prefix)}


def checked(state: Mapping[str, Array], expected: Mapping[str, Array]) -> dict[str, Array]:
    """The state, copied, if it has the tensors that are expected. Raises ValueError."""
    if set(state) != set(expected):
        odd = sorted(set(state) ^ set(expected))
        raise ValueError(f"its tensors are those of another network: {', '.join(odd[:5])}")
    for name, value in state.items():
        like: Any = expected[name]
        if value.shape != like.shape or value.dtype != like.dtype:
            raise ValueError(f"{name} is {value.dtype} {value.shape} in place of {like.dtype} {like.shape}")
    return {name: np.array(state[name]) for name in expected}
