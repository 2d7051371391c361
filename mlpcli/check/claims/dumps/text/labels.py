"""Words before numbers → the name of a tensor: `Y1 =`, `grad W1:`, `Network dW2`, `layer2_error = layer2 - T =`."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from ...words import meanings
from ..crossed import is_unit
from .tokens import ASSIGN, CALL, FIGURE, LINE, ODD, QUOTED, SEPARATOR, SOFT, WORD, Token

WORDS = frozenset(
    re.findall(
        r"\S+",
        """
        grad gradient gradients of wrt for at the d delta deltas error errors derivative partial layer hidden output
        outputs input inputs weight weights bias biases activation activations pre-activation preactivation net
        linear softmax sigmoid relu tanh updated new old final initial loss cost total mean step change
        probabilities probs predictions prediction scores logits first second third target targets label labels
        value values velocity momentum neuron unit node
        """,
    )
)
"""Words that stand in the names of tensors."""
CONNECTING = frozenset({"of", "wrt", "for", "at", "the", "in", "to"})
SYMBOL = re.compile(r"[^\W\d_]{1,2}_?\d{0,2}")
LAYER = re.compile(r"\b(?:layer|couche|schicht)\s*(\d{1,2})\b", re.IGNORECASE)
COUNTED = frozenset({"layer", "couche", "schicht"})
APART = re.compile(r"\s*\|\s*|\s*\t\s*|\s{2,}")
NAMED = re.compile(r"(?=.*[^\W\d_]).{1,60}")
MARK = frozenset({SOFT, SEPARATOR})
MAX_LABEL = 200


@dataclass(frozen=True)
class Label:
    """A name and where it stands."""

    name: str
    start: int


def label_of(text: str, words: Sequence[Token]) -> Label | None:
    """Return the name that some words end with, before `=` or `:`, or with nothing after it."""
    words = subject(words)
    while words and (bare(words[-1]) or (words[-1].kind in MARK and words[-1].text != ")")):
        words = words[:-1]
    if not words:
        return None
    last = words[-1]
    if last.kind == QUOTED:
        return Label(last.text, last.start + 1)
    if last.kind == WORD:
        phrase = trailing(words)
        if len(phrase) == 1:
            return Label(last.text.rstrip("./"), last.start)
        return Label(spelled(text, phrase), phrase[0].start)
    named = [word for word in words if word.kind in (WORD, QUOTED)]
    if not named or last.end - named[0].start > MAX_LABEL:
        return None
    return Label(spelled(text, [named[0], *words[words.index(named[0]) + 1 :]]), named[0].start)


def bare(word: Token) -> bool:
    """Return whether a token is a mark of emphasis, as in `**W1**`."""
    return word.kind == ODD and not any(letter.isalnum() for letter in word.text)


def subject(words: Sequence[Token]) -> Sequence[Token]:
    """Return what stands before the first `=` after the last `:` that is before it, or before the last `:`."""
    brace = max((i for i, word in enumerate(words) if word.text in ("{", "}")), default=-1)
    words = words[brace + 1 :]
    while words and words[-1].kind == ASSIGN and words[-1].text == ":":
        words = words[:-1]
    equals = next((i for i, word in enumerate(words) if word.kind == ASSIGN and word.text != ":"), len(words))
    words = words[:equals]
    colon = max((i for i, word in enumerate(words) if word.kind == ASSIGN), default=-1)
    return words[colon + 1 :]


def trailing(words: Sequence[Token]) -> Sequence[Token]:
    """Return the last word, and those right before it that belong to the name of a tensor."""
    start = len(words) - 1
    while start and belongs(words[start - 1]):
        start -= 1
    while words[start].text.lower() in CONNECTING and start < len(words) - 1:
        start += 1
    return words[start:]


def belongs(word: Token) -> bool:
    if word.kind == FIGURE:
        return len(word.text) < 3 and word.text.isdigit()
    return word.kind == WORD and (word.text.lower() in WORDS or bool(SYMBOL.fullmatch(word.text)))


def spelled(text: str, words: Sequence[Token]) -> str:
    """Return words as they stand in the text, with one space between them."""
    return " ".join(text[words[0].start : words[-1].end].split())


def is_heading(words: Sequence[Token]) -> bool:
    """Return whether a line of words names the numbers below it: it is one name, or ends as one does before numbers."""
    kept = [word for word in words if word.kind not in MARK and not bare(word)]
    if not kept or kept[-1].kind == ASSIGN:
        return bool(kept)
    return (len(kept) == 1 and kept[0].kind in (WORD, QUOTED)) or all(belongs(word) for word in kept)


def columns(text: str, words: Sequence[Token]) -> list[str]:
    """Return the names of a table's columns, which bars or several blanks part; none where a line is no such names."""
    if any(word.kind == ASSIGN for word in words):
        return []
    names = [name for name in APART.split(text[words[0].start : words[-1].end]) if name]
    told = is_header(words) or len(names) > 2 or not is_heading(words)
    return names if told and len(names) > 1 and all(NAMED.fullmatch(name) for name in names) else []


def unit_of(text: str, words: Sequence[Token]) -> str:
    """Return the unit that a line is about, as it says before its first colon: `Hidden neuron 1: net = 0.3775`."""
    end = unit_end(text, words)
    return spelled(text, words[: end - 1]) if end else ""


def unit_end(text: str, words: Sequence[Token]) -> int:
    """Return how many words are the unit that a line is about and its colon."""
    colon = next((i for i, word in enumerate(words) if word.kind == ASSIGN), 0)
    return colon + 1 if colon and words[colon].text == ":" and is_unit(spelled(text, words[:colon])) else 0


def pairs_only(line: Sequence[Token]) -> bool:
    """Return whether a line is nothing but names, each with numbers after it: `h0 0.77 h1 0.65`."""
    if line and line[0].text.lower() in COUNTED:
        return False
    kinds = "".join(KINDS.get(word.kind, "x") for word in line if word.kind != LINE)
    return bool(PAIRS.fullmatch(kinds))


def is_header(words: Sequence[Token]) -> bool:
    """Return whether a line has the names of a table's columns."""
    return sum(word.kind in (WORD, QUOTED) for word in words) > 1 and any(word.text == "|" for word in words)


def are_columns(words: Sequence[Token], heading: Label) -> bool:
    """Return whether a line below a heading names columns; the only one of a table may be the tensor's name itself."""
    only = len(words) == 3 and words[0].text == words[2].text == "|" and words[1].kind in (WORD, QUOTED)
    return is_header(words) or (only and bool(meanings(heading.name)))


KINDS = {WORD: "n", QUOTED: "n", FIGURE: "d", ASSIGN: "a", SEPARATOR: "s", SOFT: "s", CALL: "s"}
PAIRS = re.compile(r"[sa]*(?:(?:n{1,3}s*(?:ds*)+)+|(?:n{1,3}s*as*(?:ds*)+)+)")
