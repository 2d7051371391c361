"""Nested brackets of numbers, as numpy, PyTorch and people print them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from ....config.claims import UNKNOWN
from ....config.nodes import MAX_DEPTH, MAX_NODES, place_at
from ....errors import InputError, Problem
from .digits import is_number

TOKEN = re.compile(r"[\[\];]|\.{3}|…|(?:(?!\.{3})[^\s,;\[\])…])+")
"""Commas, line breaks and the parentheses that a call leaves behind only separate."""
SUBSCRIPT = re.compile(r"\[['\"]?\w{1,40}['\"]?\](?=\s*[=:]|\.)")
"""The 1 of `W[1] = ...` belongs to the name."""
ELLIPSIS = (
    "numbers are left out here: print the whole tensor, after np.set_printoptions(threshold=sys.maxsize) or "
    "torch.set_printoptions(profile='full')"
)


BREAK = ";"


@dataclass
class Brackets:
    """What stands between a bracket and the one that closes it."""

    start: int
    end: int
    texts: Any
    odd: str = ""
    """The first thing in it that is no number."""

    @property
    def depth(self) -> int:
        """Levels of lists, of the first item."""
        depth, item = 0, self.texts
        while isinstance(item, list):
            depth, item = depth + 1, item[0] if item else ""
        return depth


def groups(text: str, file: str) -> list[Brackets]:
    """Return the outermost brackets of a text in order. Raises InputError where they do not fit together."""
    found: list[Brackets] = []
    position = count = 0
    while (start := text.find("[", position)) >= 0:
        subscript = SUBSCRIPT.match(text, start)
        if subscript and text[start - 1 : start].isidentifier():
            position = subscript.end()
            continue
        found.append(group(text, start, file))
        position = found[-1].end
        count += text.count(",", start, position) + 1
        if count > MAX_NODES:
            raise problem(text, start, file, f"more than {MAX_NODES:,} numbers; put arrays in an .npz file")
    return found


def group(text: str, start: int, file: str) -> Brackets:
    stack: list[list[Any]] = []
    odd = ""
    for number, token in enumerate(TOKEN.finditer(text, start)):
        word = token[0]
        if number > 2 * MAX_NODES:
            raise problem(text, start, file, f"more than {MAX_NODES:,} numbers; put arrays in an .npz file")
        if word == "[":
            if len(stack) == MAX_DEPTH:
                raise problem(text, token.start(), file, f"nested deeper than {MAX_DEPTH} levels")
            stack.append([])
        elif word == "]":
            inner = stack.pop()
            if not stack:
                return Brackets(start, token.end(), rows(inner), odd)
            stack[-1].append(rows(inner))
        elif word == ";":
            stack[-1].append(BREAK)
        elif word in ("...", "…"):
            raise problem(text, token.start(), file, ELLIPSIS)
        else:
            stack[-1].append(word)
            if not odd and not is_number(word) and word not in UNKNOWN:
                odd = word
    raise problem(text, start, file, "this bracket is never closed")


def rows(items: list[Any]) -> list[Any]:
    """Return what stands in a bracket; MATLAB ends rows with a semicolon, others separate numbers with it."""
    if BREAK not in items:
        return items
    ends = [-1, *(i for i, item in enumerate(items) if item == BREAK), len(items)]
    found = [items[a + 1 : b] for a, b in pairwise(ends) if b - a > 1]
    matrix = len(found) > 1 and any(len(row) > 1 for row in found) and all(isinstance(x, str) for x in items)
    return found if matrix else [item for item in items if item != BREAK]


def problem(text: str, position: int, file: str, message: str) -> InputError:
    return InputError(Problem(place_at(file, text[:position]), "", message))
