"""`mlp schema`."""

from __future__ import annotations

from pathlib import Path

import click


@click.command()
@click.option(
    "-o", "--output", type=click.Path(dir_okay=False, path_type=Path), metavar="FILE", help="Write to a file."
)
def command(output: Path | None) -> None:
    """Print the JSON Schema (draft-07) of configs. Editors complete and check them by it.

    A config that `mlp new`, `record` or `coverage` writes beside a file mlp.schema.json names it for the editor.

    \b
    mlp schema -o mlp.schema.json
    """
    import json

    from ..config.schema import schema
    from ..files.write import write_file, write_stdout

    data = (json.dumps(schema(), indent=1, ensure_ascii=False) + "\n").encode()
    if output is None:
        write_stdout(data)
    else:
        write_file(output, data)
