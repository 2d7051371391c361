"""The number type that printed numbers are said to have."""

from __future__ import annotations

import re

TENSOR = re.compile(r"(?:[Tt]ensor|Parameter)\(\s*$")
BEFORE = re.compile(r"dtype=(?:\w+\.)?(\w+), numpy=\s*(?:array\(\s*)?$")
TAIL = re.compile(
    r"[\s\])]{0,20},\s{0,40}(?:(?:device='[^'\n]{0,40}'|shape=\([\d, ]{0,40}\)),\s{0,40}){0,2}dtype=(?:\w+\.)?(\w+)"
)
INSIDE = re.compile(r"dtype=(?:\w+\.)?(\w+)")
TYPES = {
    "float32": 2.0**-23,
    "float16": 2.0**-10,
    "half": 2.0**-10,
    "bfloat16": 2.0**-7,
    "float64": 2.0**-52,
    "double": 2.0**-52,
}


def rounding(text: str, start: int, end: int) -> float:
    """Return the rounding of the type that printed numbers are said to have; 0 where nothing is said.

    PyTorch names a type only if it is not the usual one, float32.
    """
    said = TAIL.match(text, end, end + 300) or BEFORE.search(text, max(0, start - 60), start)
    said = said or INSIDE.search(text, start, end)  # of the arrays of a list
    if said:
        return TYPES.get(said[1], 0.0)
    return TYPES["float32"] if TENSOR.search(text, max(0, start - 40), start) else 0.0
