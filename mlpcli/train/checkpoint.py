"""Where a training stands → a file, and back. Written to a temporary name and renamed; read with suspicion."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np

from ..errors import InputError, Place, Problem, short
from ..files.streams import ArrayError
from ..files.weights import read_archive
from ..files.write import replace_with
from ..nn.op import Array
from .early import Best
from .fit import Fit, Job
from .score import Score

VERSION = 4
LARGEST = 2**53
OTHER = "is of a training that differs in {}: a run goes on as it began; for another, begin anew with its weights"
DAMAGE = (
    OSError, ArrayError, ValueError, KeyError, TypeError, AttributeError, OverflowError, RecursionError, EOFError,
    zipfile.BadZipFile,
)  # fmt: skip
"""What is raised by a file that is damaged or was made up."""
PARTS = {"state": "state/", "best": "best/"}


class ForeignError(InputError):
    """A checkpoint that is whole, of another training."""


def save(fit: Fit, path: Path) -> None:
    """Write the state, the optimizer's included, the step, and the sums of the epoch begun.

    The rows of every epoch are drawn from seed and epoch, so the step says where in the data the training is.
    Raises InputError if the file cannot be written, Diverged if a number is not finite: what was there before is as it
    was.
    """
    fit.engine.settle()
    score, best = fit.score, fit.best
    about = {
        "version": VERSION,
        "origin": dict(fit.job.origin),
        "step": fit.step,
        "machines": fit.machines,
        "stopped_early": fit.stopped_early,
        "first": fit.engine.first,
        "score": [score.examples, score.loss, score.right],
        "best": [best.value, best.epoch, best.reference, best.since],
    }
    arrays: dict[str, Any] = {"about": np.frombuffer(json.dumps(about).encode(), np.uint8)}
    arrays |= {PARTS["state"] + name: value for name, value in fit.state.items()}
    arrays |= {PARTS["best"] + name: value for name, value in best.state.items()}

    def write(stream: BinaryIO) -> None:
        np.savez(stream, **arrays)

    try:
        replace_with(path, write)
    except OSError as error:
        raise InputError(Problem(Place(str(path)), "", f"cannot be written: {error.strerror or error}")) from None


def restore(path: Path, job: Job, expected: Mapping[str, Array]) -> Fit:
    """Restore the training as it stood. Raises InputError if the file is no checkpoint of this training."""
    try:
        arrays = read_archive(path)
        about = json.loads(arrays.pop("about").tobytes())
        if about["version"] != VERSION:
            raise ValueError("it is of another version of mlp")
        odd = different(about["origin"], job.origin)
        if odd:
            raise ForeignError(Problem(Place(str(path)), "", OTHER.format(", ".join(odd))))
        fit = Fit(job, checked(part(arrays, "state"), expected), whole(about["step"]))
        examples, loss, right = about["score"]
        fit.engine.score = Score(whole(examples), float(loss), None if right is None else whole(right))
        fit.machines = moved([(whole(step), str(machine)) for step, machine in about["machines"]], *fit.machines)
        fit.stopped_early = bool(about["stopped_early"])
        fit.engine.first = None if about["first"] is None else float(about["first"])
        value, epoch, reference, since = about["best"]
        best = part(arrays, "best")
        kept = checked(best, expected) if best else {}
        fit.best = Best(float(value), whole(epoch), kept, float(reference), whole(since))
    except DAMAGE as error:
        reason = f"lacks {error}" if isinstance(error, KeyError) else str(error) or type(error).__name__
        message = f"is no whole checkpoint of this training: {reason[:200]}"
        raise InputError(Problem(Place(str(path)), "", message)) from None
    return fit


def moved(past: list[tuple[int, str]], here: tuple[int, str]) -> list[tuple[int, str]]:
    """Return what the steps of a run were taken on, and go on on from here where that is another machine."""
    return past if past and past[-1][1] == here[1] else [*past, here]


def different(found: Mapping[str, str], wanted: Mapping[str, str]) -> list[str]:
    """Return the settings and data in which two trainings differ."""
    return [short(key) for key in {**wanted, **found} if found.get(key) != wanted.get(key)]


def whole(number: Any) -> int:
    """Return a count. Raises ValueError."""
    if type(number) is not int or not 0 <= number <= LARGEST:
        raise ValueError(f"{str(number)[:20]} is no count")
    return number


def part(arrays: Mapping[str, Array], which: str) -> dict[str, Array]:
    prefix = PARTS[which]
    return {name.removeprefix(prefix): value for name, value in arrays.items() if name.startswith(prefix)}


def checked(state: Mapping[str, Array], expected: Mapping[str, Array]) -> dict[str, Array]:
    """Return the state, copied, if it has the tensors that are expected. Raises ValueError."""
    if set(state) != set(expected):
        odd = sorted(set(state) ^ set(expected))
        raise ValueError(f"its tensors are those of another network: {', '.join(odd[:5])}")
    for name, value in state.items():
        like: Any = expected[name]
        if value.shape != like.shape or value.dtype != like.dtype:
            raise ValueError(f"{name} is {value.dtype} {value.shape} in place of {like.dtype} {like.shape}")
        if not np.isfinite(value).all():
            raise ValueError(f"{name} holds numbers that are not finite")
    return {name: np.array(state[name]) for name in expected}
