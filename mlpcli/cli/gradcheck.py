"""`mlp gradcheck`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from .exits import DIFFER
from .options import all_overrides, chosen_config, color_option, config_options

if TYPE_CHECKING:
    from ..nn.gradcheck import Check


@click.command()
@config_options
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
@color_option
@click.pass_context
def command(
    ctx: click.Context, config: str | None, overrides: tuple[str, ...], mode: str | None, form: str, color: str
) -> None:
    """Compare every gradient with central differences; exit 1 if one differs and no convention says why.

    \b
    mlp gradcheck configs/toy.yaml
    """
    from ..config.load import load
    from ..nn.gradcheck import gradcheck
    from ..output.json import SCHEMA, dumps
    from .run import emit

    path = chosen_config(config)
    cases = load(path, "backward", all_overrides(overrides, mode))
    results = [gradcheck(case.program) for case in cases]
    if form == "json":
        checks = [described(check, number) for number, found in enumerate(results, 1) for check in found]
        emit(dumps({"schema": SCHEMA, "command": "gradcheck", "config": path, "checks": checks}) + "\n", None, color)
    else:
        pages = [text(case.experiment.title, found) for case, found in zip(cases, results, strict=True)]
        emit(pages[0] if len(pages) == 1 else "".join(f"---\n{page}" for page in pages), None, color)
    if any(not check.agrees and not check.convention for found in results for check in found):
        ctx.exit(DIFFER)


def described(check: Check, case: int) -> dict[str, Any]:
    from ..output.json import strict

    return {
        "case": case,
        "name": check.name,
        "index": list(check.index),
        "computed": strict(check.computed),
        "difference": strict(check.difference),
        "error": strict(check.error),
        "agrees": check.agrees,
        "kinks": check.kinks,
        "averaged": check.averaged,
        "convention": check.convention,
    }


def text(title: str, checks: list[Check]) -> str:
    """A line a gradient: the worst cell, what the backward pass has there, and the difference quotient."""
    from ..output.text import one_line

    lines = [f"# {one_line(title)}"] if one_line(title) else []
    lines.append("# every gradient at its worst cell: the backward pass against central differences")
    if not checks:
        lines.append("# nothing to compare: what the gradient is taken at is not in this config")
    for check in checks:
        values = f"backward: {check.computed:.6g}, differences: {check.difference:.6g}"
        shown = f"worst: {list(check.index)}, {values}" if check.kinks < check.cells else ""
        lines.append(f"{check.name}: {{{shown}}}  # {verdict(check)}")
    if any(check.averaged for check in checks):
        lines.append(
            "# averaged: divided by the batch size, so N times the gradient is the derivative of the summed loss"
        )
    return "\n".join(lines) + "\n"


def verdict(check: Check) -> str:
    if check.kinks == check.cells:
        return "no derivative: every cell is at a kink"
    how = "ok" if check.agrees else f"DIFFERS by {check.error:.1g} of the largest"
    if not check.agrees and check.convention:
        how = f"not the derivative, by convention: {check.convention}"
    kinks = f", {check.kinks} at a kink left out" if check.kinks else ""
    some = f", {check.cells} of {check.size} cells checked" if check.cells < check.size else ""
    return how + (", averaged" if check.averaged else "") + kinks + some
