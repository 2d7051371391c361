"""`mlp why`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from .emit import Shown, emit
from .options import TENSOR, config_options, config_or_run, document_options, one_case_option

if TYPE_CHECKING:
    from ..check.claims.claimed import Claimed
    from ..check.claims.written import Written
    from ..check.why import Source
    from ..config.load import Case


@click.command()
@click.argument("cell", type=TENSOR)
@config_options
@click.option(
    "--depth", type=click.IntRange(0), default=1, show_default=True, help="How many steps back operands are explained."
)
@one_case_option
@click.option("--against", metavar="FILE", help="Show claims beside: of a text, .npz, .json and others; - is stdin.")
@click.option("--precision", type=click.IntRange(1, 15), default=8, show_default=True, help="Significant digits.")
@document_options
def command(
    cell: str,
    config: str | None,
    overrides: tuple[str, ...],
    mode: str | None,
    depth: int,
    number: int,
    against: str | None,
    precision: int,
    shown: Shown,
) -> None:
    """Write out how one CELL is computed. Rows and columns count from 0: gradW3[2,1] is row 2, column 1.

    \b
    mlp why 'gradW3[2,1]' configs/toy.yaml
    mlp why 'gradW3[2,1]' configs/toy.yaml --depth 3 --against mine.npz
    """
    from ..check.reports.why import Explainer, located, report
    from ..config.load import load

    path, changes = config_or_run(config, overrides, mode)
    (case,) = load(path, "furthest", changes, number=number)
    found = looked_at(case, against, number)
    name, index = located(case, cell, found.trace)
    emit(report(path, Explainer(found, precision).explain(name, index, depth)), shown)


def looked_at(case: Case, against: str | None, number: int) -> Source:
    """Return the case's values, and the claims of a dump that fit them."""
    from ..check.claims.dumps import read_dump
    from ..check.why import source

    found = source(case.setup)
    if against is None:
        return found
    return source(case.setup, fitting(case, read_dump(against, number).get(1, []), found))


def fitting(case: Case, claimed: list[Claimed], found: Source) -> dict[str, Written]:
    """Return the claims of a dump in the shape of the tensors they are about; drops others, with a note."""
    from ..check.claims.claimed import fit_shape
    from ..check.claims.matching import match_dump
    from ..check.claims.orientation import oriented
    from ..check.reports.causes import as_read

    matched = match_dump(case, claimed)
    known, _, orientation = oriented(case, matched.known)
    for sentence in filter(None, (as_read(matched.read), orientation)):
        click.echo(f"note: {sentence}", err=True)
    claims = {}
    for name, claim in known.items():
        if name not in found.trace:
            continue
        written, misfit = fit_shape(claim.written, found.trace[name])
        if claim.note or misfit:
            click.echo(f"{claim.place}: note: {name} is left out: {claim.note or misfit}", err=True)
        else:
            claims[name] = written
    return claims
