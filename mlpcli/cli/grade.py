"""`mlp grade`."""

from __future__ import annotations

import glob
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from .emit import Shown, emit
from .options import REVEAL, TOLERANCE, document_options
from .progress import with_progress

if TYPE_CHECKING:
    from ..config.points import Reveal
    from ..output.document import Document

SUFFIX = ".json"
WILDCARDS = "*?["


@click.command()
@click.argument("config", type=click.Path())
@click.argument("submissions", nargs=-1, required=True, type=click.Path())
@click.option("--case", "number", type=click.IntRange(1), default=1, show_default=True, help="Of several documents.")
@click.option("--reveal", type=REVEAL, help="Where; and what; and the numbers. Default: what the config says.")
@click.option("--rtol", type=TOLERANCE, help="Allowed difference as part of a number, in place of its digits.")
@click.option("--atol", type=TOLERANCE, help="Allowed difference, in place of a number's digits.")
@click.option("--set", "overrides", multiple=True, metavar="PATH=VALUE", help="Change a key: grading.reveal=place.")
@document_options
def command(
    config: str,
    submissions: tuple[str, ...],
    number: int,
    reveal: Reveal | None,
    rtol: float | None,
    atol: float | None,
    overrides: tuple[str, ...],
    shown: Shown,
) -> None:
    """Grade SUBMISSIONS, a dump each: files, folders of them, or patterns.

    A tensor is worth a point, or what `grading: {points: ...}` says. A mistake costs the points of the tensor that is
    wrong in itself; what merely follows earns them. Exit 0 when grading worked, whatever the marks. With the format of
    a platform and several submissions, -o names a folder for a file per submission.

    \b
    mlp grade configs/toy.yaml dumps -o grades.csv
    mlp grade configs/toy.yaml mine.npz --format gradescope -o results.json
    """
    from ..check.claims.dumps.pages import ONLY
    from ..check.grading.grader import Grader
    from ..check.reports.grades import report
    from ..config.documents import chosen, read_documents
    from ..config.load import read_cases
    from ..output.document import Grades

    shown.require("grade", frozenset({Grades}))
    files = list(expand(submissions))
    if shown.format.alone and len(files) > 1 and not shown.output:
        raise click.UsageError(f"--format {shown.name} is of one submission: for {len(files)}, name a folder with -o")
    documents = read_documents(config)
    page = number if len(documents) > 1 else ONLY
    (case,) = read_cases(chosen(documents, number, config), "furthest", list(overrides))
    grader = Grader(config, case, (rtol, atol))
    names = dict(zip(files, titles(files), strict=True))
    grades = [grader.grade_file(names[path], path, page) for path in with_progress("grading", files, lines=True)]
    told = reveal or case.experiment.grading.reveal
    if shown.format.alone and len(grades) > 1:
        emit_each({g.submission: report(config, case.experiment.title, [g], told) for g in grades}, shown)
    else:
        emit(report(config, case.experiment.title, grades, told), shown)


def expand(submissions: Sequence[str]) -> Iterator[str]:
    """Yield the files meant, each once: those of a folder and of the folders in it, by name, but for hidden ones."""
    seen = set[str]()
    for given in submissions:
        path = Path(given)
        if path.is_dir():
            inside = sorted(p for p in path.rglob("*") if p.is_file() and not hidden(p.relative_to(path)))
            found = [str(p) for p in inside]
        else:
            found = sorted(glob.glob(given)) if not path.exists() and any(c in given for c in WILDCARDS) else [given]
        if not found:
            raise click.UsageError(f"{given}: there are no files")
        yield from (file for file in found if file not in seen)
        seen.update(found)


def hidden(path: Path) -> bool:
    return any(part.startswith((".", "__MACOSX")) for part in path.parts)


def titles(files: Sequence[str]) -> list[str]:
    """Return what submissions are called: the names of their files, or their paths where two have the same."""
    names = [Path(file).name for file in files]
    return names if max(Counter(names).values()) == 1 else list(files)


def emit_each(documents: dict[str, Document], shown: Shown) -> None:
    """Write a file per submission into a folder. Raises InputError if it cannot be made."""
    from ..errors import InputError, Place, Problem

    folder = Path(shown.output or "")
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise InputError(Problem(Place(str(folder)), "", f"is no folder: {error.strerror or error}")) from None
    for name, document in documents.items():
        file = folder / (name.replace("/", "_").replace("\\", "_") + SUFFIX)
        emit(document, replace(shown, output=str(file)))
