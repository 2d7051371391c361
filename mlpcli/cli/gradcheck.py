"""`mlp gradcheck`."""

from __future__ import annotations

from collections.abc import Collection

import click

from .emit import Shown, emit
from .exits import DIFFER
from .options import TableName, case_option, config_options, config_or_run, document_options


def oracles() -> Collection[str]:
    """Return the names of what can take derivatives."""
    from ..train.execute.oracles import ORACLES

    return ORACLES


@click.command()
@config_options
@case_option
@click.option(
    "--by",
    type=TableName(oracles),
    default="differences",
    show_default=True,
    help="Central differences, to 1e-5, or jax.grad, exactly.",
)
@document_options
@click.pass_context
def command(
    ctx: click.Context,
    config: str | None,
    overrides: tuple[str, ...],
    mode: str | None,
    number: int | None,
    by: str,
    shown: Shown,
) -> None:
    """Compare every gradient with central differences, or jax.grad. Exit 1 if one differs and no convention says why.

    Central differences are near, jax.grad is exact; both take the forward pass alone.

    \b
    mlp gradcheck configs/toy.yaml
    mlp gradcheck configs/toy.yaml --by jax
    """
    from ..check.reports.gradcheck import report
    from ..config.load import load
    from ..nn.gradcheck import gradcheck
    from ..train.execute.oracles import oracle_of

    path, changes = config_or_run(config, overrides, mode)
    cases, oracle = load(path, "backward", changes, number=number), oracle_of(by)
    results = [(case.experiment.title, case.experiment.place, gradcheck(case.setup, oracle)) for case in cases]
    emit(report(path, results, oracle), shown)
    if any(not check.agrees and not check.convention for *_, found in results for check in found):
        ctx.exit(DIFFER)
