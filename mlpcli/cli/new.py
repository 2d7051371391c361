"""`mlp new`."""

from __future__ import annotations

from pathlib import Path

import click


@click.command()
@click.argument("table", type=click.Path(path_type=Path))
@click.option(
    "--target",
    "targets",
    required=True,
    multiple=True,
    metavar="COLUMN",
    help="The column to predict: its name or number; can be repeated.",
)
@click.option("--set", "settings", multiple=True, metavar="KEY=VALUE", help="A key of `table`: header=false.")
@click.option(
    "-o", "--output", type=click.Path(dir_okay=False, path_type=Path), metavar="FILE", help="Write to a file."
)
def command(table: Path, targets: tuple[str, ...], settings: tuple[str, ...], output: Path | None) -> None:
    """Write a config that trains on a table. What was found in it stands there as comments.

    \b
    mlp new data/iris.csv --target species -o iris.yaml
    mlp train iris.yaml --run iris
    """
    from ..config.draft import draft, settings_of
    from ..config.nodes import Scalar, Sequence
    from ..errors import InputError, Place, Problem
    from ..files.streams import ArrayError
    from ..files.write import write_file, write_stdout

    if output is not None and output.exists():
        raise InputError(Problem(Place(str(output)), "", "is there already: remove it, or name another file with -o"))
    columns = Sequence(Place("--target"), [Scalar(Place("--target"), name, plain=True) for name in targets])
    source = settings_of([("target", columns), *settings])
    folder = output.parent if output else Path()
    try:
        text = draft(table, source, folder)
    except ArrayError as error:
        said, place = str(error), "--target" if error.about == "target" else f"--set {error.about}"
        if error.about == "file":
            said = said.removeprefix(table.name).lstrip(" ,:").removesuffix(f": {table}")
            place = str(table)
        raise InputError(Problem(Place(place), "", said)) from None
    if output is None:
        write_stdout(text.encode())
    else:
        write_file(output, text.encode())
        click.echo(f"mlp: wrote {output}; mlp train {output} --run {output.stem} trains it", err=True)
