"""What is wrong in a case, told to a person: the causes first, in dataflow order; what merely follows is muted."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping

import numpy as np

from ...errors import short, suggestion
from ...output.numbers import number
from ..diagnosis.explain import UNFILLED
from ..run import Checked
from ..verdicts.judgement import CONSEQUENCE, MISPRINT, TRUNCATED, Judged

CUT = "cut, not rounded"
SHOWN_CELLS = 3
SHOWN = 60
"""How much of a name is shown."""
SHOWN_NAMES = 8
FEWEST, PRECISION = 4, 12
CLEAR = 20
"""How many times smaller what is left out must be than the difference that is shown."""
WORDS = {
    (False, True): "is wrong in itself",
    (False, False): "are wrong in themselves, in the same way",
    (True, True): "is misprinted",
    (True, False): "are misprinted, in the same way",
}
"""By whether it is a misprint, and whether it is one tensor."""


def wrong_lines(checked: Checked) -> Iterator[str]:
    """Write what is wrong in one case, and what merely follows."""
    followed = {name for judged in checked.judgement.judged for name in judged.followers}
    shown, carried = set[str](), list[str]()
    for judged in checked.judgement.judged:
        if judged.failed and judged.name not in shown:
            same = [judged, *alike(judged, checked)]
            shown.update(j.name for j in same)
            yield from cause(same, checked.errata.get(judged.name))
        elif judged.verdict == TRUNCATED:
            yield f"  {judged.name} is {judged.explanations[0] if judged.explanations else CUT}: {cells(judged)}"
        elif judged.verdict == CONSEQUENCE and judged.name not in followed and checked.judgement.goes_on:
            carried.append(judged.name)
        elif judged.verdict == CONSEQUENCE and judged.name not in followed:
            yield f"  {judged.name} follows from the claims above it as they are rounded: {cells(judged)}"
    yield from (line[2:] for line in following(carried, "from the step before"))


def remarks(checked: Checked) -> Iterator[str]:
    """Write the convention that explains several claims, and what a dump lacks or has too much."""
    read = as_read(checked.read)
    yield from (f"  {sentence}" for sentence in (read, checked.orientation, *checked.conventions) if sentence)
    if missing := [name for name in checked.missing if name not in checked.lacking]:
        yield f"  not in the dump: {few(missing)}"
    if checked.unclaimed:
        yield f"  not all in the dump: {few(checked.unclaimed)}"
    if checked.unknown:
        known = checked.judgement.program.order
        judged = len(checked.judgement.judged)
        names = few([short(name, SHOWN) + suggestion(name, known) for name in checked.unknown])
        yield f"  {judged} of the dump's {judged + len(checked.unknown)} tensors are judged; not judged: {names}"


def as_read(read: Mapping[str, str]) -> str:
    """Write which tensors a dump's names are taken for, where their spelling alone does not tell."""
    return f"read: {few([f'{short(name, SHOWN)} as {tensor}' for name, tensor in read.items()])}" if read else ""


def few(names: list[str]) -> str:
    """Return the names, or the first of many."""
    more = f", … ({len(names) - SHOWN_NAMES} more)" if len(names) > SHOWN_NAMES else ""
    return ", ".join(names[:SHOWN_NAMES]) + more


def alike(judged: Judged, checked: Checked) -> list[Judged]:
    """Return later causes that the same is said of."""
    if not (judged.explanations or judged.claim.note) or judged.name in checked.errata:
        return []
    wrong = [j for j in checked.judgement.judged if j.failed and j.name not in checked.errata]
    later = wrong[wrong.index(judged) + 1 :]
    return [j for j in later if likeness(j) == likeness(judged)]


def likeness(judged: Judged) -> tuple[str, str, list[str]]:
    return judged.verdict, kind(judged), unnumbered(judged)


def kind(judged: Judged) -> str:
    """Return why a claim cannot be compared, without its shape."""
    return judged.claim.note.partition(": ")[0]


def unnumbered(judged: Judged) -> list[str]:
    """Return what is said of a tensor without the numbers of layers: W2 is not transposed, no more than W3."""
    return [re.sub(r"(?<=[A-Za-z])\d+", "", sentence) for sentence in judged.explanations]


def said(same: list[Judged]) -> list[str]:
    """Return what is said of all of them, or of one after the other."""
    sentences = list(dict.fromkeys(sentence for j in same for sentence in j.explanations))
    return [s for s in sentences if all(s in j.explanations for j in same)] or sentences


def cause(same: list[Judged], known: str | None = None) -> Iterator[str]:
    """Write a claim that is wrong in itself, what explains it and what follows; or several that are wrong alike."""
    first = same[0]
    one = len(same) == 1
    note = f": {first.claim.note if one else kind(first)}" if first.claim.note else ""
    word = WORDS[first.verdict == MISPRINT, one]
    yield f"  {first.claim.place}: {listed(j.name for j in same)} {word}{note}"
    if not first.claim.note:
        yield from (f"    {'' if one else j.name + ' '}{cells(j)}" for j in same)
    for explanation in said(same):
        yield f"    {worded(explanation)}"
    accounted = {name for j in same for name in j.accounted}
    followers = list(dict.fromkeys(name for j in same for name in j.followers))
    yield from following([name for name in followers if name not in accounted], "from it" if one else "from them")
    setting = first.change.setting if first.change else ""
    yield from following([name for name in followers if name in accounted], f"with {setting or 'the same change'}")
    used = list(dict.fromkeys(name for j in same for name in j.right_users))
    if used:
        yield f"    used with the right value: {', '.join(used)}"
    if known:
        yield f"    known: {known}"


def worded(explanation: str) -> str:
    """Write what may explain a claim as no more than that; what is a remark as it is."""
    return explanation if explanation.startswith(("too few", UNFILLED)) else f"consistent with: {explanation}"


def following(names: list[str], how: str) -> Iterator[str]:
    """Write how many tensors follow, and which."""
    if names:
        yield f"    {len(names)} {'tensor follows' if len(names) == 1 else 'tensors follow'} {how}: {', '.join(names)}"


def listed(names: Iterable[str]) -> str:
    """Write gradW3, gradW2 and gradW1."""
    *most, last = names
    return f"{', '.join(most)} and {last}" if most else last


def cells(judged: Judged) -> str:
    """Write `[2,1] claimed 588, computed −588`, for the first wrong cells."""
    found = np.argwhere(judged.wrong)
    shown = [cell(judged, tuple(index)) for index in found[:SHOWN_CELLS].tolist()]
    more = f"; and {len(found) - SHOWN_CELLS} more" if len(found) > SHOWN_CELLS else ""
    if not judged.shown:
        return f"differs{' at ' if any(shown) else ''}{', '.join(shown)}{more.replace(';', '')}"
    return "; ".join(shown) + more


def cell(judged: Judged, index: tuple[int, ...]) -> str:
    """Write where a cell is, and its numbers if they may be told."""
    where = f"[{','.join(map(str, index))}] " if index else ""
    if not judged.shown:
        return where.strip()
    claimed = float(judged.claim.written.value[index])
    right, follows = (
        apart(float(v.value[index]), float(v.noise[index]), claimed) for v in (judged.reference, judged.expected)
    )
    other = f" ({follows} from the claims above it)" if follows != right and judged.failed else ""
    return f"{where}claimed {short(str(judged.claim.written.text[index]))}, computed {right}{other}"


def apart(value: float, noise: float, claimed: float) -> str:
    """Write a number with as many digits as tell it from what is claimed."""
    for precision in range(FEWEST, PRECISION):
        text = number(value, noise, precision)
        off = abs(float(text.replace(".inf", "inf").replace(".nan", "nan")) - value)
        if off <= abs(claimed - value) / CLEAR:
            return text
    return number(value, noise, PRECISION)
