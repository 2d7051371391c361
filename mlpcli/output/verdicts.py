"""Verdicts → text that leads with the causes, in dataflow order, and mutes what merely follows."""

from __future__ import annotations

from collections.abc import Iterator

from ..check.judge import MISPRINT, Judged
from ..check.run import VERDICTS, Checked
from .numbers import number

SHOWN_CELLS = 4
PRECISION = 12


def render(results: list[Checked]) -> str:
    """A block a case that has something to say, a line for each that has not, and the sum."""
    lines = [line for checked in results for line in case(checked)]
    total = sum(len(c.judgement.judged) for c in results)
    counts = counted({v: sum(c.count(v) for c in results) for v in VERDICTS})
    failed = sum(not c.passed for c in results)
    verdict = f"{failed} of {len(results)} cases fail" if failed else "all pass"
    return "\n".join([*lines, f"{total} claims in {len(results)} cases: {counts}; {verdict}"]) + "\n"


def counted(counts: dict[str, int]) -> str:
    words = [f"{n} {plural(verdict, n)}" for verdict, n in counts.items() if n]
    return ", ".join(words) or "none"


def plural(word: str, n: int) -> str:
    return f"{word}s" if n != 1 and word in ("cause", "consequence", "misprint") else word


def case(checked: Checked) -> Iterator[str]:
    """What is wrong in one case."""
    head = f"{checked.config}: {checked.title}" if checked.title else checked.config
    yield f"{'ok   ' if checked.passed else 'FAIL '}{head}: {counted({v: checked.count(v) for v in VERDICTS})}"
    followed = {name for judged in checked.judgement.judged for name in judged.followers}
    for judged in checked.judgement.judged:
        if judged.failed:
            yield from cause(judged, checked.errata.get(judged.name))
        elif judged.verdict == "truncated":
            yield f"  {judged.name} is cut, not rounded: {cells(judged)}"
        elif judged.verdict == "consequence" and judged.name not in followed:
            yield f"  {judged.name} follows from the claims above it as they are rounded: {cells(judged)}"
    for name, place in checked.stale:
        yield f"  {place}: {name} is declared wrong under errata, but it is right"
    yield from (f"  {sentence}" for sentence in checked.conventions)
    if checked.missing:
        yield f"  not in the dump: {', '.join(checked.missing)}"
    if checked.unclaimed:
        yield f"  not all in the dump: {', '.join(checked.unclaimed)}"
    if checked.unknown:
        yield f"  not computed by the config: {', '.join(checked.unknown)}"


def cause(judged: Judged, known: str | None) -> Iterator[str]:
    """A claim that is wrong in itself, what explains it and what follows from it."""
    word = "is misprinted" if judged.verdict == MISPRINT else "is wrong in itself"
    yield f"  {judged.claim.place}: {judged.name} {word}{': ' + judged.claim.note if judged.claim.note else ''}"
    if not judged.claim.note:
        yield f"    {cells(judged)}"
    for explanation in judged.explanations:
        yield f"    {'' if explanation.startswith('too few') else 'consistent with: '}{explanation}"
    if judged.followers:
        count = len(judged.followers)
        tensors = "tensor follows" if count == 1 else "tensors follow"
        yield f"    {count} {tensors} from it: {', '.join(judged.followers)}"
    if judged.right_users:
        yield f"    used with the right value: {', '.join(judged.right_users)}"
    if known:
        yield f"    known: {known}"


def cells(judged: Judged) -> str:
    """`[2,1] is 588, computed −588`, for the first wrong cells."""
    import numpy as np

    found = np.argwhere(judged.wrong)
    shown = [cell(judged, tuple(index)) for index in found[:SHOWN_CELLS].tolist()]
    more = f"; and {len(found) - SHOWN_CELLS} more" if len(found) > SHOWN_CELLS else ""
    return "; ".join(shown) + more


def cell(judged: Judged, index: tuple[int, ...]) -> str:
    where = f"[{','.join(map(str, index))}] " if index else ""
    right, follows = (
        number(float(v.value[index]), float(v.noise[index]), PRECISION) for v in (judged.reference, judged.expected)
    )
    other = f" ({follows} from the claims above it)" if follows != right and judged.failed else ""
    return f"{where}claimed {judged.claim.written.text[index]}, computed {right}{other}"
