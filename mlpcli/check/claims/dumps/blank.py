"""Pasted text with spaces in place of what is neither a name nor a number."""

from __future__ import annotations

import re

CHARACTERS = str.maketrans({"−": "-", "–": "-", "‒": "-", "\N{NO-BREAK SPACE}": " ", "\t": " ", "\r": " ", "$": " "})
"""Minus signs and spaces of word processors and PDFs."""

CALL = r"(?<![\w.])(?:(?:np|numpy|torch|jnp|tf)\.)?(?:[Aa]rray|[Tt]ensor|asarray|matrix|float\d*|int\d+|double)\("
BLANKS = (
    re.compile(r"\x1b\[[0-9;?]{0,20}[A-Za-z]"),  # colours
    re.compile(r"#[^\n]*"),
    re.compile(r"^(?:>>>|\.\.\.(?= )|(?:In|Out) ?\[\d{1,6}\]:)", re.MULTILINE),
    re.compile(
        r"(?<!\w)(?:dtype|device|grad_fn|requires_grad|size|shape|layout)\s{0,20}=\s{0,20}"
        r"(?:<[^<>\n]{0,200}>|'[^'\n]{0,80}'|\([^()\n]{0,200}\)|torch\.Size\([^()\n]{0,200}\)|[\w.]{1,80})"
    ),
    re.compile(CALL),
    re.compile(r"Parameter containing:"),
    re.compile(r"(?:collections\.)?OrderedDict\(\["),
    re.compile(r"(?<=\))\]\)[ ,]*$", re.MULTILINE),
)
LATEX = re.compile(r"\\(?:mathbf|mathrm|mathit|boldsymbol|bm|text)\{([^{}\n]{1,40})\}")

TENSOR = re.compile(r"(?:[Tt]ensor|Parameter)\(\s*$")
TAIL = re.compile(
    r"[\s\])]{0,20},\s{0,40}(?:(?:device='[^'\n]{0,40}'|shape=\([\d, ]{0,40}\)),\s{0,40}){0,2}dtype=(?:\w+\.)?(\w+)"
)
TYPES = {
    "float32": 2.0**-23,
    "float16": 2.0**-10,
    "half": 2.0**-10,
    "bfloat16": 2.0**-7,
    "float64": 2.0**-52,
    "double": 2.0**-52,
}


def blank_out(text: str) -> str:
    """Put spaces in place of comments, colours, prompts and calls; every other character keeps its place."""
    clean = text.translate(CHARACTERS)
    for pattern in BLANKS:
        clean = pattern.sub(lambda found: re.sub(r"[^\n]", " ", found[0]), clean)
    return LATEX.sub(lambda found: found[1].rjust(len(found[0]) - 1) + " ", clean)


def rounding(text: str, start: int, end: int) -> float:
    """Return the rounding of the type that printed numbers are said to have; 0 where nothing is said.

    PyTorch names a type only if it is not the usual one, float32.
    """
    tail = TAIL.match(text, end, end + 300)
    if tail:
        return TYPES.get(tail[1], 0.0)
    return TYPES["float32"] if TENSOR.search(text, max(0, start - 40), start) else 0.0
