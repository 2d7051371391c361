"""What a command is at, on standard error, where it takes longer than a second: in place on a terminal, else lines."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator, Sequence

import click

PATIENCE = 1.0
LINES = 5.0
"""Seconds between two lines."""


def with_progress(doing: str, names: Sequence[str], lines: bool = False) -> Iterator[str]:
    """Yield the names; say which it is at: on a terminal, and with `lines` elsewhere too."""
    start = last = time.monotonic()
    shown = False
    for number, name in enumerate(names, 1):
        now = time.monotonic()
        text = f"{doing} {number} of {len(names)}: {name}"
        if sys.stderr.isatty() and now - start > PATIENCE:
            click.echo(f"\r\x1b[K{text}", err=True, nl=False)
            shown = True
        elif lines and not sys.stderr.isatty() and now - last > LINES:
            click.echo(text, err=True)
            last = now
        yield name
    if shown:
        click.echo("\r\x1b[K", err=True, nl=False)
