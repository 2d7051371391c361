"""Names before numbers in a pasted text: `Y1 =`, `'W1':`, `dL/dW1`, `loss 2556.0`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from ....files.numerals import NOT_FINITE, NUMBER
from .brackets import Brackets

BEFORE = r"(?=\s*[=:])"
MARK = rf"[\w.'′’/∂∇]|[_^]\{{[^{{}}\s]{{1,20}}\}}|\^?\(\w{{1,20}}\){BEFORE}|\^?\[['\"]?\w{{1,40}}['\"]?\](?=\s*[=:]|\.)"
NAME = rf"(?:[∂∇]|(?<![\w.])[^\W\d])(?:{MARK}){{0,60}}(?: ?\((?:updated|new)\))?"
"""Letters and digits, primes and slashes; what stands in brackets right before an equals sign belongs to it."""

FIGURE = re.compile(rf"(?:{NUMBER.pattern}|{NOT_FINITE.pattern})(?!\w|\.\d)", re.IGNORECASE | re.ASCII)
BETWEEN = re.compile(r"(?:[\s,;|]|\.{3}|…)+")
BULLET = re.compile(r"\s*[-*•]\s")

ASSIGNED = re.compile(r"(?:[=:]|->|→)\s*$")
MARKS = r"[\s=:,(\[{>→|*•-]*$"
QUOTED_AT_END = re.compile(rf"(['\"])([^'\"\n]{{1,60}})\1{MARKS}")
SHAPE = r"(?:\s*\([\d,\s×x]{1,40}\))?"
NAME_AT_END = re.compile(rf"({NAME}){SHAPE}{MARKS}")
ALONE = re.compile(rf"\s*['\"]?{NAME}['\"]?{SHAPE}\s*")
PAIR = re.compile(rf"(['\"]?)({NAME})\1\s*[=:]+\s*")
START = re.compile(rf"\s*(['\"]?)({NAME})\1,?\s+")
END = 200
"""A name stands right before its numbers: no more of a line is looked at."""


@dataclass(frozen=True)
class FoundName:
    """A name and where it stands."""

    name: str
    start: int


def label_at_end(line: str, start: int) -> FoundName | None:
    """Return the name that ends a line, before `=` or `:`; if it is no single word, all that the line ends with."""
    shift = max(0, len(line) - END)
    text = line[shift:]
    found = QUOTED_AT_END.search(text)
    if found:
        return FoundName(found[2], start + shift + found.start(2))
    found = NAME_AT_END.search(text)
    if found:
        return FoundName(found[1].rstrip("./"), start + shift + found.start())
    letter = re.search(r"[^\W\d_]", text)
    if not letter:
        return None
    return FoundName(" ".join(text[letter.start() :].rstrip(" =:,").split()), start + shift + letter.start())


def is_label(line: str) -> bool:
    """Return whether a line is nothing but a name, or ends as one does before numbers."""
    return bool(ASSIGNED.search(line) or ALONE.fullmatch(line))


def figures(line: str, position: int) -> tuple[list[str], int]:
    """Return the numbers from a position on, and where they end."""
    texts: list[str] = []
    end = position
    while found := FIGURE.match(line, position):
        texts.append(found[0])
        position = end = found.end()
        between = BETWEEN.match(line, position)
        if not between:
            break
        position = between.end()
    return texts, end


def numbers_in(line: str, start: int) -> Brackets | None:
    """Return the row that a line of nothing but numbers is."""
    bullet = BULLET.match(line)
    begin = bullet.end() if bullet else 0
    begin += len(line[begin:]) - len(line[begin:].lstrip(" \t,;|("))
    texts, end = figures(line, begin)
    return Brackets(start + begin, start + end, texts) if texts and not rest(line, end) else None


def pairs(line: str, start: int) -> Iterator[tuple[FoundName, Brackets]]:
    """Yield `loss = 2556.0, acc = 0.5` or `Y1: 31 20 7` in a line, or `loss 2556.0` as all of it."""
    alone = START.match(line)
    texts, end = figures(line, alone.end()) if alone else ([], 0)
    if alone and texts and not rest(line, end):
        yield FoundName(alone[2], start + alone.start(2)), group(texts, start + alone.end(), start + end)
        return
    for found in PAIR.finditer(line):
        texts, end = figures(line, found.end())
        after = rest(line, end)
        if texts and (not after or PAIR.match(after)):
            yield FoundName(found[2], start + found.start(2)), group(texts, start + found.end(), start + end)


def group(texts: list[str], start: int, end: int) -> Brackets:
    return Brackets(start, end, texts if len(texts) > 1 else texts[0])


def rest(line: str, position: int) -> str:
    """Return what a line has after its numbers, full stops and closing marks left out."""
    return line[position : position + END].lstrip(" \t\r,;|.)…}'\"").rstrip()
