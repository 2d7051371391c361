"""`mlp gradcheck`."""

from __future__ import annotations

import click

from .emit import Shown, emit
from .exits import DIFFER
from .options import all_overrides, chosen_config, config_options, document_options


@click.command()
@config_options
@document_options
@click.pass_context
def command(ctx: click.Context, config: str | None, overrides: tuple[str, ...], mode: str | None, shown: Shown) -> None:
    """Compare every gradient with central differences; exit 1 if one differs and no convention says why.

    \b
    mlp gradcheck configs/toy.yaml
    """
    from ..check.reports.gradcheck import report
    from ..config.load import load
    from ..nn.gradcheck import gradcheck

    path = chosen_config(config)
    cases = load(path, "backward", all_overrides(overrides, mode))
    results = [(case.experiment.title, case.experiment.place, gradcheck(case.setup)) for case in cases]
    emit(report(path, results), shown)
    if any(not check.agrees and not check.convention for *_, found in results for check in found):
        ctx.exit(DIFFER)
