"""`mlp compare`."""

from __future__ import annotations

from pathlib import Path

import click

from .emit import Shown, emit
from .options import document_options
from .plot import write_picture


@click.command()
@click.argument("runs", nargs=-1, required=True, type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option(
    "--plot", "picture", metavar="FILE", type=click.Path(dir_okay=False), help="Draw them: .svg, .html, .png."
)
@document_options
def command(runs: tuple[Path, ...], picture: str | None, shown: Shown) -> None:
    """Compare runs: their configs, best epochs and metrics. Of configs what differs, of metrics those of the
    examples held out.

    \b
    mlp compare digits wider
    mlp compare digits wider --plot both.svg
    """
    from ..output.plot.pictures import comparison
    from ..train.compare import compare
    from ..train.folder import Folder

    folders = [Folder(run) for run in runs]
    document = compare(folders)
    if picture:
        write_picture(comparison({str(folder.path): folder.epochs() for folder in folders}), picture)
    emit(document, shown)
