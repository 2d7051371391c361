"""Brackets that somebody forgot or lost when pasting: numbers after a name are rows anyway."""

from __future__ import annotations

import re
from collections.abc import Iterator

from .brackets import SUBSCRIPT
from .labels import FIGURE, NAME, SHAPE

LABEL = re.compile(rf"^[ (\[{{]*(['\"]?){NAME}\1{SHAPE}[ ]*[=:]", re.MULTILINE)
RUN = re.compile(r"[^\[\]]+")
SEPARATORS = str.maketrans(dict.fromkeys("[],;|()", " "))


def mend(text: str) -> str:
    """Add brackets where the numbers leave no doubt; every line and every number keeps its place."""
    if "[" not in text and "]" not in text:
        return text
    parts, position = [], 0
    for start, end in blocks(text):
        body = text[start:end]
        parts += [text[position:start], body if sound(body) or not bare(body) else rewrite(body)]
        position = end
    return "".join([*parts, text[position:]])


def blocks(text: str) -> Iterator[tuple[int, int]]:
    """Yield what follows each name that begins a line, up to the next one or to an empty line."""
    labels = list(LABEL.finditer(text))
    ends = [*(label.start() for label in labels[1:]), len(text)]
    for label, end in zip(labels, ends, strict=False):
        empty = text.find("\n\n", label.end(), end)
        yield label.end(), empty if empty >= 0 else end


def sound(body: str) -> bool:
    """Return whether every bracket has its partner and all numbers are equally deep in them."""
    depth, depths = 0, set()
    for token in re.finditer(r"[\[\]]|[\d.]+", SUBSCRIPT.sub("", body)):
        depth += {"[": 1, "]": -1}.get(token[0], 0)
        if depth < 0:
            return False
        if token[0] not in "[]":
            depths.add(depth)
    return depth == 0 and (len(depths) < 2 or "\n" not in body.strip())


def bare(body: str) -> bool:
    """Return whether there is nothing in it but numbers, brackets and what separates them, rows of one length."""
    rows = [line.translate(SEPARATORS).split() for line in body.split("\n")]
    rows = [row for row in rows if row]
    numbers = all(FIGURE.fullmatch(word) for row in rows for word in row)
    return bool(rows) and numbers and len({len(row) for row in rows}) == 1


def rewrite(body: str) -> str:
    """Write a row per line; of a single line, what stands between two brackets."""
    blank = re.sub(r"[\[\]]", " ", body)
    runs = [run for run in RUN.finditer(body) if run[0].translate(SEPARATORS).split()]
    if "\n" in body.strip() or len(runs) == 1:
        return blank
    cells = list(blank)
    for run in runs:
        begin, end = run.start() - 1, run.end()
        if begin < 0 and not run[0][0].isspace():
            return body
        cells[max(begin, 0)] = "["
        cells[end if end < len(cells) else end - 1 :] = ["]", *cells[end + 1 :]]
    return "".join(cells)
