"""Tokens → nested numbers: brackets that fit together, and those that somebody lost when pasting."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from .....config.claims import UNKNOWN
from .....config.nodes import MAX_DEPTH
from .tokens import (
    ASSIGN,
    BREAK,
    CALL,
    CLOSE,
    DOTS,
    FIGURE,
    LINE,
    OPEN,
    QUOTED,
    ROW,
    SEPARATOR,
    SOFT,
    STEP,
    WORD,
    WRAP,
    Token,
)

END_OF_ROW = object()
SOFTLY = frozenset({SEPARATOR, SOFT, CALL, LINE})


@dataclass
class Value:
    """Numbers as they are nested, where they stand, and what among them is none."""

    texts: Any
    start: int
    end: int
    odd: str = ""
    called: bool = False
    """Whether it is a list of what a program prints as arrays of their own."""

    @property
    def depth(self) -> int:
        """Levels of lists, of the first item."""
        depth, item = 0, self.texts
        while isinstance(item, list):
            depth, item = depth + 1, item[0] if item else ""
        return depth


class BracketError(Exception):
    """Brackets that cannot be read: a sentence, and the token that it is about."""

    def __init__(self, message: str, token: Token) -> None:
        super().__init__(message)
        self.message, self.token = message, token


NEVER_CLOSED = "this bracket is never closed"
ELLIPSIS = (
    "numbers are left out here: print the whole tensor, after np.set_printoptions(threshold=sys.maxsize) or "
    "torch.set_printoptions(profile='full')"
)


def bracket(tokens: Sequence[Token], position: int) -> tuple[Value, int]:
    """Read the bracket that opens at a position. Returns it, and the position after it. Raises BracketError."""
    first, stack, odd, called = tokens[position], list[list[Any]](), "", False
    for i in range(position, len(tokens)):
        token = tokens[i]
        if token.kind == OPEN:
            if len(stack) == MAX_DEPTH:
                raise BracketError(f"nested deeper than {MAX_DEPTH} levels", token)
            stack.append([])
        elif token.kind == CLOSE:
            inner = rows(stack.pop(), nested=bool(stack))
            if not stack:
                return Value(inner, first.start, token.end, odd, called), i + 1
            stack[-1].append(inner)
        elif token.kind == DOTS:
            raise BracketError(ELLIPSIS, token)
        elif starts_name(tokens, i) or token.kind == STEP:
            break
        elif token.kind == BREAK:
            stack[-1].append(END_OF_ROW)
        elif token.kind == FIGURE or token.text in UNKNOWN:
            stack[-1].append(token.text)
        elif token.kind not in SOFTLY | {ASSIGN, ROW, WRAP}:
            stack[-1].append(token.text)
            odd = odd or token.text
        called = called or (token.kind == CALL and len(stack) == 1)
    raise BracketError(NEVER_CLOSED, first)


def starts_name(tokens: Sequence[Token], i: int) -> bool:
    """Return whether a line starts here with a name and an equals sign."""
    named = tokens[i].kind in (WORD, QUOTED) and i > 0 and tokens[i - 1].kind == LINE
    return named and i + 1 < len(tokens) and tokens[i + 1].kind == ASSIGN


def rows(items: list[Any], nested: bool) -> list[Any]:
    """Return what stands in a bracket; MATLAB and LaTeX end rows with a mark, others separate numbers with it."""
    if END_OF_ROW not in items:
        return items
    ends = [-1, *(i for i, item in enumerate(items) if item is END_OF_ROW), len(items)]
    found = [items[a + 1 : b] for a, b in pairwise(ends) if b - a > 1]
    matrix = len(found) > 1 and all(isinstance(x, str) for row in found for x in row)
    row = nested and not any(len(row) > 1 for row in found)
    return found if matrix and not row else [item for item in items if item is not END_OF_ROW]


def loose(tokens: Sequence[Token], position: int) -> tuple[Value, int] | None:
    """Read numbers whose brackets do not fit together, where they leave no doubt: rows of one length.

    A row is a line, or within a single line what stands between two brackets.
    """
    lines, runs, i = [list[str]()], [list[str]()], position
    while i < len(tokens) and not (starts_name(tokens, i) or empty_line(tokens, i) or tokens[i].kind == STEP):
        kind = tokens[i].kind
        if kind == FIGURE:
            lines[-1].append(tokens[i].text)
            runs[-1].append(tokens[i].text)
        elif kind == LINE and heads(tokens, i + 1):
            break
        elif kind == LINE:
            lines.append([])
        elif kind in (OPEN, CLOSE):
            runs.append([])
        elif kind not in SOFTLY | {BREAK}:
            return None
        i += 1
    lines, runs = [row for row in lines if row], [row for row in runs if row]
    found = lines if len(lines) > 1 else runs
    if not found or len({len(row) for row in found}) > 1:
        return None
    return Value(found if len(found) > 1 else found[0], tokens[position].start, tokens[i - 1].end), i


def heads(tokens: Sequence[Token], i: int) -> bool:
    """Return whether a line starts with a name."""
    return i < len(tokens) and tokens[i].kind in (WORD, QUOTED)


def empty_line(tokens: Sequence[Token], i: int) -> bool:
    return tokens[i].kind == LINE and i + 1 < len(tokens) and tokens[i + 1].kind == LINE
