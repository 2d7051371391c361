"""The words of a formula's text."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

FUNCTIONS = ("max", "min", "exp", "log", "softmax", "tanh", "σ", "Φ", "φ", "√")

TOKEN = re.compile(
    r"(?P<loose> [/⊙] )"  # spaces make the sign bind loosely: A⊙B / C⊙D is one quotient
    r"|\s*(?:"
    r"(?P<parameter>\{\w+(?::scalar)?\})"
    r"|(?P<sum>Σ(?:_[nj])?)(?!\w)"
    rf"|(?P<function>{'|'.join(FUNCTIONS)})(?!\w)"
    r"|(?P<keyword>where|else)(?!\w)"
    r"|\[(?P<rows>:,-?\d*:-?\d*|-?\d*:-?\d*)\]"
    r"|(?P<number>½|\d+(?:\.\d+)?)"
    r"|(?P<name>[A-Za-z]\w*)"
    r"|(?P<exponent>²|\^\(\d+(?:/\d+)?\))"
    r"|(?P<transpose>ᵀ)"
    r"|(?P<sign>[+−·⊙/<>|,;()[\]])"
    r")",
    re.ASCII,  # ² is no letter
)


class FormulaError(ValueError):
    """A formula that does not parse: the reason, and where."""

    def __init__(self, text: str, position: int, reason: str) -> None:
        super().__init__(f"{reason} at character {position + 1} of {text!r}")


@dataclass(frozen=True)
class Token:
    """A word of a formula, its kind, and where it stands."""

    kind: str
    text: str
    position: int


class Tokens:
    """The words of a text, read from left to right."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.left = list(split(text))

    @property
    def kind(self) -> str:
        """The kind of the next word; "end" after the last."""
        return self.left[0].kind

    def next(self) -> str:
        """Take the next word."""
        return self.left.pop(0).text

    def skip(self, *words: str) -> str:
        """Take the next word if it is one of these; else nothing, and say so with an empty text."""
        return self.next() if self.left[0].text in words else ""

    def expect(self, word: str, wanted: str = "") -> None:
        """Take this word, or fail."""
        if self.left[0].text != word:
            found = repr(self.left[0].text) if self.left[0].text else "the end"
            raise FormulaError(self.text, self.left[0].position, f"{found} in place of {wanted or repr(word)}")
        self.left.pop(0)


def split(text: str) -> Iterator[Token]:
    """Split a text into its words and an end."""
    position, end = 0, len(text.rstrip())
    while position < end:
        match = TOKEN.match(text, position)
        if not match:
            position = end - len(text[position:end].lstrip())
            raise FormulaError(text, position, f"unknown sign {text[position]!r}")
        kind = str(match.lastgroup)
        yield Token(kind, match[kind], match.start(kind))
        position = match.end()
    yield Token("end", "", end)
