"""`mlp train --folds`: a training per fold, and what they come to together."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from .emit import emit
from .exits import DIFFER
from .training import Options, advance, tell, tell_notes

if TYPE_CHECKING:
    from ..config.load import Case


def run_folds(case: Case, options: Options) -> None:
    """Train once per fold, with that fold held out. Exits with 1 if one diverges or all in all learn nothing."""
    from ..train.conclusion import conclude
    from ..train.fit import Fit
    from ..train.folds import folds, summary, worse
    from ..train.report import result

    found = []
    for number, (experiment, job, state) in enumerate(folds(case.experiment), 1):
        if number == 1:
            tell_notes(case, job)
        tell(f"fold {number} of {case.experiment.split.folds}")
        fit = Fit(job, state)
        code, records = advance(fit, None, options)
        if code:
            raise click.exceptions.Exit(code)
        found.append(conclude(fit, experiment, records))
    document = result("train", options.config, case.experiment.title, summary(found), found[0].prefix)
    emit(document, options.shown, options.rendering)
    if worse(found):
        tell("worse than a constant prediction on the mean of the folds")
        raise click.exceptions.Exit(DIFFER)
