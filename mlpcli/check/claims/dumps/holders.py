"""Dictionaries of gradients: what `grads` calls W1 is the gradient at W1."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable

HOLDER = re.compile(r"grad|nabla|change|delta|^d_?(?:params?|weights?)$", re.IGNORECASE)
GRADIENT = re.compile(r"d[A-Z_]|d[bw]\d|grad|nabla|delta|[∂∇]|.*[_.]grad$")
"""What the names of gradients begin with, or end with: these need no other."""
NAME = re.compile(r"([^\W\d]\w{0,60})['\"]?\]?\s*[=:]?\s*(?:dict\()?$")
BEFORE = 80
"""A dictionary's name stands right before it: no more is looked at."""


def in_module(module: str, name: str) -> str:
    """Return the name of a tensor in the dictionary of a layer: `Dense_0.kernel`, where it has no number itself."""
    counted = re.search(r"\d", module) and not re.search(r"\d", name)
    return f"{module}.{name}" if counted else name


def held(holder: str, name: str) -> str:
    """Return the name of a tensor in a dictionary of this name: `grads[W1]` where that is one of gradients."""
    return f"grads[{name}]" if HOLDER.search(holder) and not GRADIENT.match(name) else name


def holder_at(text: str) -> Callable[[int], tuple[str, str]]:
    """Return what finds the names of the dictionaries that a position of a text is in: of gradients, and the innermost.

    They are "" where there are none.
    """
    starts, names, opened = [0], [("", "")], [("", "")]
    for brace in re.finditer(r"[{}]", text):
        if brace[0] == "{":
            name = NAME.search(text[max(0, brace.start() - BEFORE) : brace.start()])
            word = name[1] if name else ""
            opened.append((word if HOLDER.search(word) else opened[-1][0], word))
        elif len(opened) > 1:
            opened.pop()
        starts.append(brace.start())
        names.append(opened[-1])
    return lambda position: names[bisect_right(starts, position) - 1]
