"""What is told of mistakes: where they are, what they may be, or the numbers too.

Whoever hands in a dump, and may do so again, is to find the mistake and not to copy the key.
"""

from __future__ import annotations

import re
from dataclasses import replace

from ...config.points import Reveal
from ..diagnosis.explain import UNFILLED
from ..run import Checked
from ..verdicts.judgement import Judged

HIDDEN = "…"
PIECES = re.compile(
    r"(?P<kept>(?<=[\w\]])\[[\d,]+\]|(?<=at )\[[\d,]+\]"  # a cell
    r"|\b(?:rows?|columns?|layers?|steps?|axis) \d+(?:, \d+)*(?: and \d+)?"
    r"|\b1 − (?=[^\W\d])|logarithm of 0|to 0 or 1|counted from [01]"  # of a formula, or a word of ours
    r"|\d+ of \d+ claims|(?<=differ )\(\d+\)"
    r"|[^\W\d]\w*|1/(?=[^\W\d]))"  # a name, 1/N
    r"|(?P<number>[-+−]?(?:\d[\d.,]*\d|\d)(?:[eE][-+]?\d+)?)"
)


def concealed(checked: Checked, reveal: Reveal) -> Checked:
    """Return what is found without what is not to be told."""
    if reveal == "values":
        return checked
    judgement = checked.judgement.replaced([hidden(judged, reveal) for judged in checked.judgement.judged])
    conventions = [without_numbers(s) for s in checked.conventions] if reveal == "mistake" else []
    known = dict.fromkeys(checked.errata, "declared")
    return replace(checked, judgement=judgement, conventions=conventions, errata=known)


def hidden(judged: Judged, reveal: Reveal) -> Judged:
    """Return a claim whose numbers are not shown, and whose explanations have none; or no explanations."""
    change = judged.change and replace(judged.change, setting=without_numbers(judged.change.setting))
    if reveal == "place":
        return replace(judged, shown=False, explanations=(), change=None)
    sentences = tuple(dict.fromkeys(map(without_numbers, judged.explanations)))
    return replace(judged, shown=False, explanations=sentences, change=change)


def without_numbers(sentence: str) -> str:
    """Return a sentence without its numbers, but for those of cells, rows and layers."""
    if sentence.startswith(UNFILLED):
        return UNFILLED
    return PIECES.sub(lambda piece: HIDDEN if piece["number"] else piece[0], sentence)
