"""`mlp plot`."""

from __future__ import annotations

from pathlib import Path

import click

from ..errors import needs
from .emit import use_color
from .options import color_option


@click.command()
@click.argument("run", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("-o", "--output", type=click.Path(dir_okay=False), metavar="FILE", help="A picture: .svg, .html or .png.")
@color_option
def command(run: Path, output: str | None, color: str) -> None:
    """Draw a run: its metrics over epochs, and its predictions. The predictions stand in a confusion matrix, or
    against what is true.

    Without a file the curves are drawn in the terminal.

    \b
    mlp plot digits
    mlp plot digits -o digits.png
    """
    from ..files.write import write_stdout
    from ..train.folder import Folder

    folder = Folder(run)
    if output:
        write_picture(folder.picture(), output)
        return
    from ..output.plot.terminal import STYLES, charts

    text = charts(folder.epochs())
    if use_color(color):
        from ..output.color import colored

        text = colored(text, STYLES)
    write_stdout(text.encode())


def write_picture(picture: str, output: str) -> None:
    """Write an SVG to a file, in the format of its suffix. Raises UsageError for what cannot be written."""
    from ..files.write import write_file
    from ..output.plot.pictures import SUFFIXES, rendered

    if not output.lower().endswith(SUFFIXES):
        raise click.UsageError(f"{output}: a picture is one of {', '.join(SUFFIXES)}")
    try:
        content = rendered(picture, output)
    except ImportError:
        raise click.UsageError(f"{output}: PNG {needs('resvg_py', 'plot')}") from None
    write_file(Path(output), content)
