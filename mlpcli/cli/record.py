"""`mlp record`."""

from __future__ import annotations

from fnmatch import fnmatchcase
from pathlib import Path
from typing import TYPE_CHECKING

import click

from .emit import asked, emit
from .exits import DIFFER
from .options import TENSOR, TableName, case_option, color_option

if TYPE_CHECKING:
    from ..check.record import Recorded
    from ..output.document import Document

ALL = ("*",)


@click.command()
@click.argument("config", type=click.Path())
@case_option
@click.option(
    "--accept", type=TENSOR, multiple=True, metavar="GLOB", help="Write these tensors: '*', 'grad*'; can be repeated."
)
@click.option("-o", "--output", type=click.Path(path_type=Path), metavar="FILE", help="A new file, a snapshot.")
@click.option("--precision", type=click.IntRange(1, 15), default=8, show_default=True, help="Significant digits.")
@click.option("--format", "form", type=TableName(lambda: ["text", "json", "csv"]), help="The format of what is shown.")
@color_option
@click.pass_context
def command(
    ctx: click.Context,
    config: str,
    number: int | None,
    accept: tuple[str, ...],
    output: Path | None,
    precision: int,
    form: str | None,
    color: str,
) -> None:
    """Write tensors under `expect:`, or show what would change. Only what is accepted is written.

    The rest of the file stays as it is, comments too. With -o the numbers go into a new file that extends the config,
    as a snapshot for `mlp check`; of a config with several documents it has these too, or the one of --case. Exit 1
    if something changes that is not accepted.

    \b
    mlp record configs/toy.yaml -o snapshot.yaml
    mlp record configs/toy.yaml --accept 'grad*'
    """
    from ..check.record import SAME, compare
    from ..config.documents import chosen, read_documents
    from ..config.load import read_cases
    from ..errors import InputError, Place, Problem

    if config == "-":
        raise click.UsageError("what is recorded is written into a file: name one")
    if output is not None and output.exists():
        raise InputError(Problem(Place(str(output)), "", "is there already: mlp record brings it up to date itself"))
    documents = read_documents(config)
    numbers = [number] if number else list(range(1, len(documents) + 1))
    cases = read_cases([chosen(documents, n, config)[0] for n in numbers], "furthest")
    found = {n: list(compare(config, case, precision)) for n, case in zip(numbers, cases, strict=True)}
    names = [item.tensor for items in found.values() for item in items]
    for pattern in accept:
        if not any(fnmatchcase(name, pattern) for name in names):
            raise click.UsageError(f"--accept {pattern} matches none of {', '.join(dict.fromkeys(names))}")
    patterns = ALL if output is not None else accept
    taken = {n: [i for i in items if i.state != SAME and accepted(i, patterns)] for n, items in found.items()}
    write(config, output, taken, len(documents) > 1)
    emit(report(config, found, patterns, len(documents) > 1), asked(form, None, color))
    if any(item.state != SAME and not accepted(item, patterns) for items in found.values() for item in items):
        ctx.exit(DIFFER)


def accepted(item: Recorded, patterns: tuple[str, ...]) -> bool:
    return any(fnmatchcase(name, pattern) for pattern in patterns for name in (item.tensor, item.name))


def write(config: str, output: Path | None, taken: dict[int, list[Recorded]], several: bool) -> None:
    """Write what is accepted, into the config or a new file. Raises InputError if it would not be read back."""
    from ..config.beside import with_modeline
    from ..config.documents import read_text
    from ..config.nodes import parse_yaml
    from ..config.recorded import extending, record
    from ..config.rewritten import in_folder, parts
    from ..files.write import write_file

    if output is None and not any(taken.values()):
        return
    own = list(taken)
    if output is None:
        text, own = read_text(config, config), list(range(1, max(taken) + 1))
    elif several:  # of which none can be extended
        there = parts(read_text(config, config))
        text = "---\n".join(in_folder(there[number - 1], Path(config), output.parent) for number in taken)
        text = with_modeline(text, output.parent)
    else:
        text = extending(Path(config), output.parent)
    for number, items in taken.items():
        if items:
            text = record(text, config, own.index(number) + 1, {item.name: item.written for item in items})
    parse_yaml(text, config)
    write_file(output or Path(config), text.encode())


def report(config: str, found: dict[int, list[Recorded]], patterns: tuple[str, ...], several: bool) -> Document:
    """Return a line per tensor that changes, and how many stay."""
    from ..check.record import SAME
    from ..output.document import Document, Section, Table

    sections = []
    for number, items in found.items():
        rows, lines = list[tuple[str, ...]](), list[str]()
        for item in items:
            word = item.state if item.state == SAME or accepted(item, patterns) else f"{item.state}, not accepted"
            rows.append((item.name, word, item.change))
            if item.state != SAME:
                lines.append(f"{item.name}: {word}{f': {item.change}' if item.change else ''}")
        same = sum(item.state == SAME for item in items)
        lines.append(f"# {same} of {len(items)} tensors are as they were")
        table = Table("tensors", ("name", "state", "change"), tuple(rows), tuple(lines))
        sections.append(Section((table,), case=number if several else None))
    return Document("record", tuple(sections), config)
