"""Colour for terminals: the same characters, with escapes between them. Only importer of rich, and only when asked."""

from __future__ import annotations

import io
import re

Parts = tuple[tuple[re.Pattern[str], str], ...]
PARTS: Parts = (
    (re.compile(r"#.*$", re.MULTILINE), "dim"),
    (re.compile(r"^[^\s#:][^:\n]*(?=:)", re.MULTILINE), "bold cyan"),
    (re.compile(r"^---$", re.MULTILINE), "dim"),
)


def colored(text: str, parts: Parts = PARTS) -> str:
    """Colour what matches the patterns: the names and comments of a YAML text."""
    from rich.console import Console
    from rich.text import Text

    styled = Text(text, end="")
    for pattern, style in parts:
        for match in pattern.finditer(text):
            styled.stylize(style, *match.span())
    stream = io.StringIO()
    console = Console(file=stream, force_terminal=True, color_system="standard", width=80, legacy_windows=False)
    console.print(styled, soft_wrap=True, markup=False, emoji=False, highlight=False, end="")
    return stream.getvalue()
