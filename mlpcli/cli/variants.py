"""`mlp variants`."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import click

from ..output.formats import FORMATS, able
from .options import TENSOR, TableName, all_overrides, chosen_config, config_options
from .progress import with_progress

if TYPE_CHECKING:
    from ..check.coverage.students import Own


def sheets() -> list[str]:
    """Return the formats that worksheets can be written in."""
    from ..output.document import Worksheet

    return able(frozenset({Worksheet}))


@click.command()
@config_options
@click.option("-n", "--count", type=click.IntRange(1, 10_000), default=30, show_default=True, help="How many variants.")
@click.option("-o", "--output", "folder", required=True, type=click.Path(path_type=Path), help="A new folder.")
@click.option("--seed", type=click.IntRange(0), default=1, show_default=True, help="The same seed, the same numbers.")
@click.option(
    "--decimals", type=click.IntRange(0, 6), help="Decimals of numbers that are not whole. Default: as the config's."
)
@click.option(
    "--min-coverage",
    type=click.FloatRange(0, 1),
    help="The part of the mistakes that must show. Default: as the config's.",
)
@click.option("--steps", type=click.IntRange(1), default=1, show_default=True, help="Steps of training printed.")
@click.option("--case", "number", type=click.IntRange(1), help="Which document of a config that has several.")
@click.option(
    "--format",
    "forms",
    multiple=True,
    type=TableName(sheets),
    help="The format of worksheets and keys; can be repeated.",
)
@click.option(
    "--blank", type=TENSOR, multiple=True, metavar="GLOB", help="What worksheets leave out. Default: all computed."
)
def command(
    config: str | None,
    overrides: tuple[str, ...],
    mode: str | None,
    count: int,
    folder: Path,
    seed: int,
    decimals: int | None,
    min_coverage: float | None,
    steps: int,
    number: int | None,
    forms: tuple[str, ...],
    blank: tuple[str, ...],
) -> None:
    """Write the exercise with other numbers for each student. There are configs, and worksheets with their keys.

    Whole numbers stay whole, one-hot rows one-hot, zeros and ones that are all of a tensor stay. Each variant reveals
    as many of the classic mistakes as the config itself, or as --min-coverage says. variants.csv lists them.

    \b
    mlp variants configs/toy.yaml -n 300 -o variants --seed 7 --format html
    """
    from ..check.coverage.students import Students
    from ..config.load import load
    from ..files.write import write_folder

    path = chosen_config(config)
    cases = load(path, "furthest", all_overrides(overrides, mode=mode), number=number)
    if len(cases) > 1:
        raise click.UsageError(f"{path} has {len(cases)} cases: name one with --case")
    students = Students(cases[0], steps, decimals)
    names = [f"{number:0{len(str(count))}}" for number in range(1, count + 1)]
    drawn, files = students.draw(seed, min_coverage), dict[str, bytes]()
    lines, scores = ["variant,config,coverage"], list[float]()
    for name in with_progress("variant", names):
        own = next(drawn)
        files |= pages(own, name, steps, forms, blank)
        lines.append(f"{name},{name}.yaml,{own.score:.3f}")
        scores.append(own.score)
    files["variants.csv"] = "".join(f"{line}\n" for line in lines).encode()
    write_folder(folder, files)
    least = f"{min(scores):.3f} of the classic mistakes show in each, or more; in {path} {students.score:.3f}"
    click.echo(f"{folder}: {count} variant{'s' if count > 1 else ''}  # {least}")


def pages(own: Own, name: str, steps: int, forms: tuple[str, ...], blank: tuple[str, ...]) -> dict[str, bytes]:
    """Return the files of one variant: its config, and its worksheet and key in every format asked for."""
    from ..config.load import changed
    from ..config.resolved import resolve
    from ..output.document import Document
    from ..output.formats import Rendering
    from ..output.programs import run_sections
    from .worksheet import EVERYTHING, blanked

    title = f"{own.case.experiment.title or 'variant'} ({name})"
    case = changed(own.case, "furthest", [f"title={json.dumps(title)}"])
    files = {f"{name}.yaml": resolve(case.node, ("expect", "errata")).encode()}
    sections = tuple(run_sections(case.setup, title, only=EVERYTHING, steps=steps)) if forms else ()
    key = Document("worksheet", sections, f"{name}.yaml")
    for form in forms:
        suffix = (*FORMATS[form].suffixes, ".txt")[0]
        for ending, document in (("", blanked(key, blank or EVERYTHING)), ("-key", key)):
            content = FORMATS[form].rendered(document, Rendering())
            files[f"{name}{ending}{suffix}"] = content.encode() if isinstance(content, str) else content
    return files
