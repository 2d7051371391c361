"""`mlp coverage`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import click

from .options import all_overrides, chosen_config, color_option, config_options

if TYPE_CHECKING:
    from ..check.coverage import Coverage, Hidden
    from ..config.load import Case


@click.command()
@config_options
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
@color_option
def command(config: str | None, overrides: tuple[str, ...], mode: str | None, form: str, color: str) -> None:
    """List the classic mistakes that no printed tensor of an exercise can reveal, why, and what would.

    The printed tensors are those under `expect:`, with the digits written there, or else all.

    \b
    mlp coverage configs/toy.yaml
    """
    from ..config.load import load
    from ..output.json import SCHEMA, dumps
    from .run import emit

    path = chosen_config(config)
    found = [(case, covered(case)) for case in load(path, "furthest", all_overrides(overrides, mode))]
    if form == "json":
        cases = [described(case, result) for case, result in found]
        emit(dumps({"schema": SCHEMA, "command": "coverage", "config": path, "cases": cases}) + "\n", None, color)
    else:
        emit("\n".join("\n".join(lines(case, result)) + "\n" for case, result in found), None, color)


def covered(case: Case) -> Coverage:
    """The coverage of the claimed tensors, or of all if none is claimed."""
    from ..check.claims import fitted
    from ..check.coverage import coverage, printed_halves
    from ..check.run import expected, matched

    halves = printed_halves(case.program)
    known, _ = matched(case, expected(case))
    trace = case.program.run()
    claimed = {}
    for name, claim in known.items():
        written, misfit = fitted(claim.written, trace[name]) if name in halves else (claim.written, "not printed")
        if not misfit:
            claimed[name] = written.half_unit
    return coverage(case.program, claimed or halves)


def described(case: Case, result: Coverage) -> dict[str, Any]:
    return {
        "title": case.experiment.title,
        "mistakes": result.mistakes,
        "hidden": [vars(hidden) for hidden in result.hidden],
        "score": result.score,
    }


def lines(case: Case, result: Coverage) -> Iterator[str]:
    """The score, and the hidden mistakes grouped by the reason."""
    from ..output.text import one_line

    seen = result.mistakes - len(result.hidden)
    title = one_line(case.experiment.title)
    yield f"# {title}" if title else "#"
    yield f"score: {result.score:.3f}  # {seen} of {result.mistakes} classic mistakes show in a printed tensor"
    groups: dict[tuple[str, str], list[Hidden]] = {}
    for hidden in result.hidden:
        groups.setdefault((hidden.reason, hidden.suggestion), []).append(hidden)
    for (reason, suggestion), members in groups.items():
        yield f"# hidden: {reason}{f'; {suggestion} these show' if suggestion else ''}"
        yield from (f"#   {hidden.tensor}: {hidden.mistake}" for hidden in members)
