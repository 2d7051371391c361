"""`mlp coverage`."""

from __future__ import annotations

import shlex

import click

from .emit import Shown, emit
from .options import all_overrides, chosen_config, config_options, document_options


@click.command()
@config_options
@click.option("--case", "number", type=click.IntRange(1), help="Of several documents; default: all.")
@click.option("--steps", type=click.IntRange(1), default=1, show_default=True, help="Steps of training printed.")
@click.option("--precision", type=click.IntRange(1, 15), default=8, show_default=True, help="Digits without expect.")
@document_options
def command(
    config: str | None,
    overrides: tuple[str, ...],
    mode: str | None,
    number: int | None,
    steps: int,
    precision: int,
    shown: Shown,
) -> None:
    """List the classic mistakes that no printed tensor of an exercise can reveal, why, and what would.

    The printed tensors are those under `expect:`, with the digits written there, or else all.

    \b
    mlp coverage configs/toy.yaml
    """
    from ..check.coverage.exercise import Plan
    from ..check.coverage.search import coverage
    from ..check.reports.coverage import report
    from ..config.load import load

    path = chosen_config(config)
    cases = load(path, "furthest", all_overrides(overrides, mode), number=number)
    found = [(case.experiment.title, coverage(case, steps, precision)) for case in cases]
    usual = Plan(overrides, steps, precision).options(Plan())
    typed = ["mlp", "coverage", path, *(["--mode", mode] if mode else []), *shlex.split(usual)]
    numbers = [number] if number else range(1, len(cases) + 1) if len(cases) > 1 else [None]
    commands = [shlex.join([*typed, *(["--case", str(n)] if n else [])]) for n in numbers]
    emit(report(path, commands, found), shown)
