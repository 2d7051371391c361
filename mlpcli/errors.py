"""What is wrong with a user's input, and where."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Place:
    """A position in a text: file, line and column counted from 1. Line 0 means the file as a whole."""

    file: str
    line: int = 0
    column: int = 0

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}" if self.line else self.file


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong: where in which file, the path of keys that leads there, and a sentence."""

    place: Place
    path: str
    message: str

    def __str__(self) -> str:
        return printable(": ".join(part for part in (str(self.place), short(self.path), self.message) if part))


class InputError(Exception):
    """The input cannot be used. `problems` holds everything that is wrong with it."""

    def __init__(self, *problems: Problem) -> None:
        super().__init__("\n".join(map(str, problems)))
        self.problems = problems


DISTRIBUTION = "mlp-yaml"
"""What pip calls this program."""


def needs(package: str, extra: str) -> str:
    """Return which package is missing and how to install it, quoted as every shell reads it."""
    return f'needs the package {package}: pip install "{DISTRIBUTION}[{extra}]"'


def suggestion(word: str, known: Iterable[str]) -> str:
    """Return ' (did you mean 'relu'?)', or nothing."""
    import difflib  # only a mistake needs it

    if len(word) > 60:
        return ""
    names = list(known)
    close = [name for name in names if name.casefold() == word.casefold()]
    close = close or difflib.get_close_matches(word, names, n=1, cutoff=0.6)
    return f" (did you mean {close[0]!r}?)" if close else ""


def printable(text: str) -> str:
    """The text on one line: control characters, as \\n or the escapes of a terminal, written out."""
    return text if text.isprintable() else "".join(c if c.isprintable() else ascii(c)[1:-1] for c in text)


def short(text: str, limit: int = 120) -> str:
    """Return the text without its middle where it is long."""
    return text if len(text) <= limit else f"{text[: limit // 2]}…{text[-limit // 4 :]}"


def quoted(text: str, limit: int = 40) -> str:
    """Return the user's text on one line and not too long."""
    return repr(text if len(text) <= limit else text[: limit - 1] + "…")
