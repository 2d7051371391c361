"""Dumps as `mlp check` reads them: files, or arrays by name."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from ..check.claims.claimed import Claimed
from ..check.claims.dumps import read_dump
from ..check.claims.dumps.objects import read_objects
from ..check.claims.dumps.pages import Steps
from ..errors import InputError, Place, Problem
from ..files.streams import ArrayError
from . import arguments
from .arguments import whole
from .results import Array

NAME = "<dict>"
"""What stands for a file's name where claims, or a config, are given in Python."""


def read(file: str | os.PathLike[str], *, step: int | None = None, case: int = 1) -> dict[str, Array]:
    """Read a dump in any format that `mlp check --against` reads: name → array, in the order of the file.

    Of a dump of several training steps, `step` says which; of one of several cases, `case`. A number that is not
    claimed is nan. Raises InputError for a file that cannot be read.

    >>> import mlpcli
    >>> mlpcli.read("data/handout.npz")["D"].shape
    (3, 2)
    """
    path = arguments.path("read", "file", file)
    step = step if step is None else whole("read", "step", step)
    steps = read_dump(path, whole("read", "case", case))
    if step is None and len(steps) > 1:
        raise InputError(Problem(Place(path), "", f"it has the steps {', '.join(map(str, steps))}: say which, step=1"))
    if step is not None and step not in steps:
        raise InputError(Problem(Place(path), "", f"it has no step {step}, only {', '.join(map(str, steps))}"))
    claims = steps[step] if step is not None else next(iter(steps.values()))
    found: dict[str, Array] = {}
    for claim in claims:
        if not claim.note:
            name = claim.name or str(claim.place)
            found[f"{name} ({claim.place})" if name in found else name] = numbers(claim)
    return found


def numbers(claim: Claimed) -> Array:
    """Return a copy of a claim's numbers, nan where nothing is claimed."""
    return np.where(claim.written.claimed, claim.written.value, np.nan)


def claimed(claims: Mapping[str, Any] | str | os.PathLike[str], case: int) -> Steps[Claimed]:
    """Return claims about a case by training step: of a file, or arrays by name, nested as people keep them."""
    if isinstance(claims, str | os.PathLike):
        return read_dump(os.fspath(Path(claims)) if claims != "-" else "-", case)
    try:
        return read_objects(plain(claims), NAME)
    except ArrayError as error:
        raise InputError(Problem(Place(NAME), "", str(error))) from None


def plain(item: Any) -> Any:
    """Return what claims are given as in dicts, lists, arrays and numbers: tensors of other packages too."""
    if isinstance(item, Mapping):
        return {key: plain(value) for key, value in item.items()}
    if isinstance(item, list | tuple):
        return [plain(value) for value in item]
    if isinstance(item, np.generic):
        return item.item()
    if isinstance(item, np.ndarray | int | float | str) or item is None:
        return item
    if hasattr(item, "detach"):
        item = item.detach().cpu()  # PyTorch
    return np.asarray(item) if hasattr(item, "__array__") else item
