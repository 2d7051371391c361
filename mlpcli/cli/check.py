"""`mlp check`."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import click

from ..output.formats import FINDINGS
from ..values.table import NUMBERS
from .emit import Shown, emit
from .exits import DIFFER
from .options import REVEAL, TENSOR, TOLERANCE, TableName, case_option, document_options
from .progress import with_progress

if TYPE_CHECKING:
    from ..check.run import Checked
    from ..config.load import Case
    from ..config.points import Reveal
    from ..errors import Problem
    from ..nn.run import Setup, Trace
    from ..output.document import Document

SHOWN_NAMES = 12
FLOATS = "float64"


@click.command()
@click.argument("configs", nargs=-1, required=True, type=click.Path())
@click.option(
    "--against",
    metavar="FILE",
    help="Claims from a dump: a text, .npz, .json, .csv, .pt, .ipynb and others; - is stdin.",
)
@case_option
@click.option("--require", type=TENSOR, multiple=True, metavar="GLOB", help="Tensors that the dump must have: 'grad*'.")
@click.option("--strict", is_flag=True, help="Fail numbers whose last digit is cut, not rounded.")
@click.option(
    "--reveal",
    type=REVEAL,
    default="values",
    show_default=True,
    help="How much is told: where; also what; also the numbers.",
)
@click.option("--rtol", type=TOLERANCE, help="Relative tolerance, in place of the digits that are written.")
@click.option("--atol", type=TOLERANCE, help="Absolute tolerance, in place of the digits that are written.")
@click.option("--set", "overrides", multiple=True, metavar="PATH=VALUE", help="Change a key: conventions.eps=1e-8.")
@click.option(
    "--summary",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Append a report in Markdown: for $GITHUB_STEP_SUMMARY, whose limit it heeds.",
)
@click.option(
    "--dtype",
    type=TableName(lambda: [FLOATS, *(name for name, kind in NUMBERS.items() if kind.proves)]),
    default=FLOATS,
    show_default=True,
    help="ball: judge by proven values.",
)
@document_options
@click.pass_context
def command(
    ctx: click.Context,
    configs: tuple[str, ...],
    against: str | None,
    number: int | None,
    require: tuple[str, ...],
    strict: bool,
    reveal: Reveal,
    rtol: float | None,
    atol: float | None,
    overrides: tuple[str, ...],
    summary: Path | None,
    dtype: str,
    shown: Shown,
) -> None:
    """Judge the claims under `expect:`, or those of a dump. A folder stands for its .yaml files.

    A claim that is wrong in itself is a cause, one that follows from another is a consequence. Exit 1 if a cause is
    not declared under `errata:`.

    \b
    mlp check configs/handout
    mlp check configs/toy.yaml --against mine.npz
    """
    from ..check.reports.verdicts import report, unread
    from ..errors import InputError
    from ..output.document import Document

    paths = list(expand(configs))
    if against is not None and len(paths) != 1:
        raise click.UsageError("--against goes with one config")
    if require and against is None:
        raise click.UsageError("--require goes with --against")
    dump = (number or 1, against) if against is not None else None
    truth = proven_values(dtype) if dtype != FLOATS else None
    results: list[Checked] = []
    problems: list[Problem] = []
    for path in with_progress("checking", paths):
        try:
            results += checked_file(path, dump, number, overrides, strict, (rtol, atol), require, truth)
        except InputError as error:
            problems += error.problems
    judged = any(c.judgement.judged for c in results)
    if not judged and not problems:
        raise click.UsageError(no_claims(results, dump is not None))
    document = report(results, reveal, problems) if judged else Document("check", (), closing=tuple(unread(problems)))
    if judged or shown.format.kinds == FINDINGS:
        emit(document, shown)
    if summary is not None:
        append(document, summary)
    if problems:
        raise InputError(*problems)
    if not all(c.passed for c in results):
        ctx.exit(DIFFER)


def append(document: Document, summary: Path) -> None:
    """Add the report to what stands in the summary of a CI step. Raises InputError if that cannot be written."""
    from ..errors import InputError, Place, Problem
    from ..output.summary import LIMIT
    from ..output.summary import summary as summarized

    try:
        with summary.open("ab") as stream:
            stream.write(summarized(document, LIMIT - stream.tell()).encode())
    except OSError as error:
        problem = Problem(Place(str(summary)), "", f"cannot be written: {error.strerror or error}")
        raise InputError(problem) from None


def proven_values(dtype: str) -> Callable[[Setup], Trace]:
    """Return what computes proven values to judge by. Raises UsageError where what it needs is not installed."""
    from ..check.verdicts.proven import true_values
    from .run import number_type

    numbers = number_type(dtype)
    return lambda setup: true_values(setup, numbers)


def no_claims(results: list[Checked], dumped: bool) -> str:
    """Say why there is nothing to judge: no claims at all, or none that the config has a tensor for."""
    if not results:
        return "no claims: put them under expect:, or name a dump with --against"
    if not dumped:
        return "no claims: every number under expect: is left open"
    from ..errors import printable, short

    found, wanted = (
        ", ".join(printable(short(name)) for name in names[:SHOWN_NAMES]) + (", …" if len(names) > SHOWN_NAMES else "")
        for names in (results[0].unknown + results[0].unclaimed, results[0].missing)
    )
    return f"no claims: the dump has {found or 'nothing'}; the config computes {wanted}"


def expand(configs: tuple[str, ...]) -> list[str]:
    """Replace folders by the .yaml files in them, in order of their names."""
    found = []
    for config in configs:
        if not Path(config).is_dir():
            found.append(config)
            continue
        inside = sorted(str(p) for suffix in ("yaml", "yml") for p in Path(config).glob(f"*.{suffix}"))
        if not inside:
            raise click.UsageError(f"{config}: no .yaml files in this folder")
        found += inside
    return found


def checked_file(
    path: str,
    dump: tuple[int, str] | None,
    number: int | None,
    overrides: tuple[str, ...],
    strict: bool,
    tolerance: tuple[float | None, float | None],
    require: tuple[str, ...],
    truth: Callable[[Setup], Trace] | None,
) -> list[Checked]:
    """Yield every case of a config that has claims, or the one that a dump is of."""
    from ..check.claims.claimed import tolerant
    from ..check.claims.dumps import read_dump
    from ..check.claims.dumps.pages import ONLY
    from ..check.run import check_case, expected
    from ..check.steps import check_steps
    from ..config.load import load

    cases = load(path, "furthest", list(overrides))
    if dump:
        case = one_case(path, cases, dump[0])
        found = read_dump(dump[1], dump[0] if len(cases) > 1 else ONLY)
        pages = {step: [tolerant(claim, *tolerance) for claim in claims] for step, claims in found.items()}
        return check_steps(path, case, pages, strict=strict, required=require, truth=truth)
    cases = cases if number is None else [one_case(path, cases, number)]
    own = [(case, [tolerant(claim, *tolerance) for claim in expected(case)]) for case in cases]
    return [check_case(path, case, claims, strict, truth=truth) for case, claims in own if claims]


def one_case(path: str, cases: list[Case], number: int) -> Case:
    """Return the case of a number. Raises UsageError if there is none."""
    if number > len(cases):
        raise click.UsageError(f"--case {number}: {path} has {len(cases)}")
    return cases[number - 1]
