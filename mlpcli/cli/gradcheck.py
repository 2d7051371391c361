"""`mlp gradcheck`."""

from __future__ import annotations

import click

from .emit import Shown, emit
from .exits import DIFFER
from .options import case_option, config_options, config_or_run, document_options


@click.command()
@config_options
@case_option
@document_options
@click.pass_context
def command(
    ctx: click.Context,
    config: str | None,
    overrides: tuple[str, ...],
    mode: str | None,
    number: int | None,
    shown: Shown,
) -> None:
    """Compare every gradient with central differences; exit 1 if one differs and no convention says why.

    \b
    mlp gradcheck configs/toy.yaml
    """
    from ..check.reports.gradcheck import report
    from ..config.load import load
    from ..nn.gradcheck import gradcheck

    path, changes = config_or_run(config, overrides, mode)
    cases = load(path, "backward", changes, number=number)
    results = [(case.experiment.title, case.experiment.place, gradcheck(case.setup)) for case in cases]
    emit(report(path, results), shown)
    if any(not check.agrees and not check.convention for *_, found in results for check in found):
        ctx.exit(DIFFER)
