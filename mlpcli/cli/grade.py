"""`mlp grade`."""

from __future__ import annotations

import glob
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from .emit import Shown, emit
from .exits import BUG
from .options import REVEAL, TOLERANCE, document_options, one_case_option
from .progress import with_progress

if TYPE_CHECKING:
    from ..check.grading.grader import Grade, Grader
    from ..config.points import Reveal
    from ..output.document import Document

SUFFIX = ".json"
WILDCARDS = "*?["


@click.command()
@click.argument("config", type=click.Path())
@click.argument("submissions", nargs=-1, required=True, type=click.Path())
@one_case_option
@click.option(
    "--reveal", type=REVEAL, help="How much is told: where; also what; also the numbers. Default: as the config says."
)
@click.option("--rtol", type=TOLERANCE, help="Relative tolerance, in place of the digits that are written.")
@click.option("--atol", type=TOLERANCE, help="Absolute tolerance, in place of the digits that are written.")
@click.option("--set", "overrides", multiple=True, metavar="PATH=VALUE", help="Change a key: grading.reveal=place.")
@document_options
@click.pass_context
def command(
    ctx: click.Context,
    config: str,
    submissions: tuple[str, ...],
    number: int,
    reveal: Reveal | None,
    rtol: float | None,
    atol: float | None,
    overrides: tuple[str, ...],
    shown: Shown,
) -> None:
    """Give points to SUBMISSIONS, a dump each. They are files, folders of them, or patterns.

    CONFIG may be a folder, as `mlp variants` writes it: 007.yaml is then for the submission 007.npz, or 007_ada.npz.
    A tensor is worth a point, or what `grading: {points: ...}` says. A mistake costs the points of the tensor that is
    wrong in itself; what merely follows earns them. Exit 0 when grading worked, whatever the marks. With the format of
    a platform and several submissions, -o names a folder for a file per submission.

    \b
    mlp grade configs/toy.yaml dumps -o grades.csv
    mlp grade configs/toy.yaml mine.npz --format gradescope -o results.json
    """
    from ..check.reports.grades import report
    from ..output.document import Grades

    shown.require("grade", frozenset({Grades}))
    files = list(expand(submissions))
    if shown.format.alone and len(files) > 1 and not shown.output:
        raise click.UsageError(f"--format {shown.name} is of one submission: for {len(files)}, name a folder with -o")
    graders = Graders(config, number, overrides, (rtol, atol))
    names = dict(zip(files, titles(files), strict=True))
    grades = [graders.grade(names[path], path) for path in with_progress("grading", files, lines=True)]
    told = reveal or graders.reveal
    if shown.format.alone and len(grades) > 1:
        emit_each({g.submission: report(config, graders.title, [g], told) for g in grades}, shown)
    else:
        emit(report(config, graders.title, grades, told), shown)
    if graders.failed:
        ctx.exit(BUG)


class Graders:
    """The one grader of a config, or those of a folder of configs: each submission has the one of its name."""

    def __init__(
        self, config: str, number: int, overrides: tuple[str, ...], tolerance: tuple[float | None, float | None]
    ) -> None:
        self.config, self.number, self.overrides, self.tolerance = config, number, overrides, tolerance
        self.made: dict[str, tuple[Grader, int]] = {}
        self.failed = False
        """Whether a submission has brought a bug to light."""
        self.configs = {}
        if Path(config).is_dir():
            self.configs = {path.stem: str(path) for path in sorted(Path(config).glob("*.yaml"))}
            if not self.configs:
                raise click.UsageError(f"{config}: no .yaml files in this folder")
        self.first, _ = self.of(next(iter(self.configs.values()), config))
        self.title = "" if self.configs else self.first.case.experiment.title
        self.reveal = self.first.case.experiment.grading.reveal

    def of(self, config: str) -> tuple[Grader, int]:
        """Return the grader of a config, and the case that its dumps are of. Raises InputError for a bad config."""
        from ..check.claims.dumps.pages import ONLY
        from ..check.grading.grader import Grader
        from ..config.documents import chosen, read_documents
        from ..config.load import read_cases

        if config not in self.made:
            documents = read_documents(config)
            (case,) = read_cases(chosen(documents, self.number, config), "furthest", list(self.overrides))
            page = self.number if len(documents) > 1 else ONLY
            self.made[config] = Grader(config, case, self.tolerance), page
        return self.made[config]

    def grade(self, name: str, path: str) -> Grade:
        """Grade a submission; without a config of its name it is not gradable."""
        from ..check.grading.grader import not_gradable
        from ..errors import Place, Problem

        config = self.own_config(path) if self.configs else self.config
        if config is None:
            problem = Problem(Place(path), "", f"no config in {self.config} has its name")
            return not_gradable(name, self.first.points, problem)
        grader, page = self.of(config)
        try:
            return grader.grade_file(name, path, page)
        except Exception as error:  # a class does not wait for the repair of what one dump has brought to light
            from .bug import report

            report(error)
            self.failed = True
            return not_gradable(name, grader.points, Problem(Place(path), "", "a bug of mlp: it is not judged"))

    def own_config(self, path: str) -> str | None:
        """Return the config whose name begins that of the file, or of the folder that it is in: 007 of 007_ada.npz."""
        for part in (Path(path).stem, Path(path).parent.name):
            fitting = [stem for stem in self.configs if re.match(rf"{re.escape(stem)}(?![^\W_])", part)]
            if fitting:
                return self.configs[max(fitting, key=len)]
        return None


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
