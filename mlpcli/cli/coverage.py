"""`mlp coverage`."""

from __future__ import annotations

import shlex
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from .emit import Shown, emit
from .options import case_option, config_options, config_or_run, document_options

if TYPE_CHECKING:
    from ..check.coverage.exercise import Plan
    from ..check.coverage.search import Coverage
    from ..config.load import Case
    from ..output.document import Record


@click.command()
@config_options
@case_option
@click.option("--steps", type=click.IntRange(1), default=1, show_default=True, help="Steps of training printed.")
@click.option(
    "--precision",
    type=click.IntRange(1, 15),
    default=8,
    show_default=True,
    help="Significant digits where nothing stands under expect.",
)
@click.option("--catalogue", is_flag=True, help="List the mistakes that do show too, as for a rubric.")
@click.option("--apply", "better", type=click.Path(dir_okay=False), metavar="FILE", help="Write the improved config.")
@document_options
def command(
    config: str | None,
    overrides: tuple[str, ...],
    mode: str | None,
    number: int | None,
    steps: int,
    precision: int,
    catalogue: bool,
    better: str | None,
    shown: Shown,
) -> None:
    """List the classic mistakes that an exercise cannot reveal. It says why, and what change would reveal them.

    The printed tensors are those under `expect:`, with the digits written there, or else all.

    \b
    mlp coverage configs/toy.yaml
    mlp coverage configs/toy.yaml --apply better.yaml
    """
    from ..check.coverage.exercise import Plan
    from ..check.coverage.search import coverage
    from ..check.reports.coverage import report
    from ..config.load import load

    path, changes = config_or_run(config, overrides, mode)
    cases = load(path, "furthest", changes, number=number)
    if better and len(cases) > 1:
        raise click.UsageError(f"--apply writes one config: {path} has {len(cases)} cases, name one with --case")
    found = [(case.experiment.title, coverage(case, steps, precision)) for case in cases]
    usual = Plan(overrides, steps, precision).options(Plan())
    typed = ["mlp", "coverage", path, *(["--mode", mode] if mode else []), *shlex.split(usual)]
    numbers = [number] if number else range(1, len(cases) + 1) if len(cases) > 1 else [None]
    commands = [shlex.join([*typed, *(["--case", str(n)] if n else [])]) for n in numbers]
    document = report(path, commands, found, catalogue)
    if better:
        plan = Plan((), steps, precision)
        improved = write_better(Path(better), path, number or 1, cases[0], found[0][1], plan)
        document = replace(document, closing=(improved,))
    emit(document, shown)


def write_better(output: Path, config: str, number: int, case: Case, found: Coverage, plan: Plan) -> Record:
    """Write the config with the changes that more mistakes show with; returns what it comes to."""
    from ..check.coverage.improve import improve
    from ..check.reports.coverage import improvement
    from ..config.beside import with_modeline
    from ..config.documents import read_text
    from ..config.resolved import resolve
    from ..config.rewritten import parts, rewritten
    from ..files.write import write_file

    improved = improve(case, found, plan.steps, plan.precision)
    if config == "-":
        text = with_modeline(resolve(improved.case.node, ()), output.parent)
    else:
        text = rewritten(parts(read_text(config, config))[number - 1], Path(config), improved.case.node, output)
    write_file(output, text.encode())
    return improvement(str(output), improved)
