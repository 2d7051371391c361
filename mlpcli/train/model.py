"""A trained network, from a run's folder or a config with weights, for other examples than it was trained on."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from ..config.load import Case, load
from ..config.overrides import Override, text_at
from ..config.table import Applied
from ..config.training import Training
from ..errors import InputError, Place, Problem
from .folder import Folder


def read_model(
    model: Path,
    changes: Sequence[str | Override] = (),
    number: int | None = None,
    weights: str | None = None,
    targets: bool = True,
    data: Path | None = None,
    examples: bool = True,
) -> Case:
    """Return the forward pass in evaluation mode on the first batch, up to the loss if there are targets.

    The examples may come from another file, `data`, and need not be read. Raises InputError.
    """
    folder = Folder(model) if model.is_dir() else None
    config = folder.config if folder else model
    if folder and weights is None:
        weights = str(folder.learned())
    learned = [text_at("weights", str(Path(weights).resolve()))] if weights is not None else []
    encoding = folder.encoding() if folder else None
    applied = Applied(encoding, targets) if encoding else None
    blank = folder.blank() if folder and not examples else None
    training = Training(True, targets=targets, applied=applied, model=True, data=data, examples=examples, blank=blank)
    cases = load(str(config), "forward", ["mode=eval", *changes, *learned], training, number)
    if len(cases) > 1:
        message = f"has {len(cases)} documents; a model is one: name it with --case"
        raise InputError(Problem(Place(str(config)), "", message))
    return cases[0]
