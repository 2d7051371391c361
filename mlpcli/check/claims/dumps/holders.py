"""Dictionaries of gradients: what `grads` calls W1 is the gradient at W1."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable

HOLDER = re.compile(r"grad|nabla|change|delta|^d_?(?:params?|weights?)$", re.IGNORECASE)
GRADIENT = re.compile(r"d[A-Z_]|d[bw]\d|grad|nabla|delta|[∂∇]")
"""What the names of gradients begin with: these need no other."""
NAME = re.compile(r"([^\W\d]\w{0,60})['\"]?\]?\s*[=:]?\s*(?:dict\()?$")
BEFORE = 80
"""A dictionary's name stands right before it: no more is looked at."""


def held(holder: str, name: str) -> str:
    """Return the name of a tensor in a dictionary of this name: `grads[W1]` where that is one of gradients."""
    return f"grads[{name}]" if HOLDER.search(holder) and not GRADIENT.match(name) else name


def holder_at(text: str) -> Callable[[int], str]:
    """Return what finds the name of the dictionary of gradients that a position of a text is in; "" if in none."""
    starts, names, opened = [0], [""], [""]
    for brace in re.finditer(r"[{}]", text):
        if brace[0] == "{":
            name = NAME.search(text[max(0, brace.start() - BEFORE) : brace.start()])
            opened.append(name[1] if name and HOLDER.search(name[1]) else opened[-1])
        elif len(opened) > 1:
            opened.pop()
        starts.append(brace.start())
        names.append(opened[-1])
    return lambda position: names[bisect_right(starts, position) - 1]
