"""Names of tensors and settings in LaTeX, no two alike."""

from __future__ import annotations

import re

NAME = re.compile(r"([A-Za-z_]*[A-Za-z])(?:(\d+)(_?)(\w*))?", re.ASCII)
"""The name of a tensor in its parts: gradY, 1, _, clipped."""

GREEK = ("gamma", "beta")
SPECIAL = {"\\": r"{\backslash}", "^": r"{\wedge}", "~": r"{\sim}", " ": r"\ ", **{c: f"\\{c}" for c in "#$%&_{}"}}


def tensor(name: str) -> str:
    """Write a tensor: Y1lin has its number below and the rest above; `_new` stands above in parentheses."""
    match = NAME.fullmatch(name)
    if not match:
        return upright(name)
    stem, number, apart, rest = match.groups()
    below = f"_{{{number}}}" if number else ""
    above = f"({upright(rest)})" if apart else upright(rest) if rest else ""
    return letters(stem) + below + (f"^{{{above}}}" if above else "")


def letters(stem: str) -> str:
    if stem in GREEK:
        return f"\\{stem}"
    return stem if len(stem) == 1 else upright(stem)


def setting(name: str) -> str:
    """Write a setting by its name; N and C are single letters."""
    return name if len(name) == 1 else upright(name)


def upright(name: str) -> str:
    return rf"\mathrm{{{''.join(SPECIAL.get(c, c) for c in name)}}}"
