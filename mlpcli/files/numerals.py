"""What a number looks like in a text, and how long one is at most."""

from __future__ import annotations

import re

# No digit can be matched in two ways: a text of many digits that is no number in the end is refused at once.
NUMBER = re.compile(r"[-+]?(\d+(\.\d*)?|\.\d+)([eE][-+]?\d+)?", re.ASCII)
NOT_FINITE = re.compile(r"[-+]?\.?(nan|inf|infinity)", re.IGNORECASE | re.ASCII)

MAX_DIGITS = 4_000
"""Digits of a number at most: a float64 written out has 1,075 after the point, and Python's integers end at 4,300."""
DIGIT = r"[\d¹²³⁰⁴-⁹₀-₉]"
ENDLESS = re.compile(rf"(?<!{DIGIT}){DIGIT}{{{MAX_DIGITS + 1}}}")
ENDLESS_NUMBER = f"a number of more than {MAX_DIGITS:,} digits"
WINDOW = MAX_DIGITS // 2


def find_endless(text: str) -> int | None:
    """Return where the first number of more digits than are read begins: it would take seconds, and be infinite.

    So many digits fill one of the windows that the text is cut into, and `isdigit` ends at the first other character:
    the pattern, which takes seconds for a text of 100 MB, is asked only where a window is full.
    """
    if any(text[i : i + WINDOW].isdigit() for i in range(0, len(text) - WINDOW + 1, WINDOW)):
        found = ENDLESS.search(text)
        return found.start() if found else None
    return None
