"""Where every command ends: its document is written as it was asked for, in a format, to a place, in colour."""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass
from pathlib import Path, PurePath
from typing import TYPE_CHECKING

import click

from ..output.formats import DEFAULT, FORMATS, OTHERS, Format, Rendering, able, format_of

if TYPE_CHECKING:
    from ..output.document import Document, Kinds


@dataclass(frozen=True)
class Shown:
    """How and where a document is shown."""

    name: str
    """The name of the format."""
    output: str | None
    color: str

    @property
    def format(self) -> Format:
        return FORMATS[self.name]

    def require(self, command: str, *forms: Kinds) -> None:
        """Raise UsageError if the format cannot render what a command says, in none of its forms."""
        if not any(map(self.format.can_render, forms)):
            formats = ", ".join(able(*forms)) or "no format"
            raise click.UsageError(f"--format {self.name} cannot render what {command} says here: {formats} can")


def asked(form: str | None, output: str | None, color: str) -> Shown:
    """Return what --format, -o and --color ask for.

    Raises UsageError for what a terminal cannot show, and for a suffix that says that text is not what the file holds.
    """
    shown = Shown(form or format_of(output), output, color)
    suffix = PurePath(output or "").suffix.lower()
    if not form and shown.name == DEFAULT and suffix in OTHERS:
        known = ", ".join(end for written in FORMATS.values() for end in written.suffixes)
        raise click.UsageError(f"-o {output}: no format writes {suffix} files; there are {known}")
    if shown.format.binary and not output and sys.stdout and sys.stdout.isatty():
        raise click.UsageError(f"--format {shown.name} is binary: name a file with -o, or redirect it")
    return shown


def emit(document: Document, shown: Shown, rendering: Rendering | None = None) -> None:
    """Write a document to the file, or to standard output, in colour if it is wanted."""
    from ..files.write import encoded, write_file, write_stdout

    forms = (document, document.instead) if document.instead else (document,)
    shown.require(document.command, *(form.kinds for form in forms))
    document = next(form for form in forms if shown.format.can_render(form.kinds))
    content = shown.format.rendered(document, rendering or Rendering())
    if shown.output is None and isinstance(content, str) and use_color(shown.color):
        from ..output.color import colored

        content = colored(content)
    data = encoded(content) if isinstance(content, str) else content
    if shown.output is None:
        write_stdout(data)
    else:
        write_file(Path(shown.output), data)


def use_color(color: str) -> bool:
    """Return whether to colour: on a terminal, unless NO_COLOR is set or the terminal cannot."""
    if color != "auto":
        return color == "always"
    terminal = bool(sys.stdout) and sys.stdout.isatty()
    return terminal and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"
