"""Verdicts as a document: a section per case, a finding per claim."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from ...config.points import Reveal
from ...errors import Place, Problem
from ...output.document import FAILED, PASSED, SKIPPED, Document, Finding, Findings, Record, Section
from ..run import Checked
from ..verdicts.judgement import CONSEQUENCE, VERDICTS, Judged
from .causes import cause, cells, remarks, worded, wrong_lines
from .reveal import concealed

PLURALS = ("claim", "case", "cause", "consequence", "misprint")


def report(results: list[Checked], reveal: Reveal = "values", problems: Sequence[Problem] = ()) -> Document:
    """Report every case with its claims, the sum, and what could not be judged.

    Below `values` no number of the key is told.
    """
    results = [concealed(checked, reveal) for checked in results]
    claims = sum(len(c.judgement.judged) for c in results)
    counts = {verdict: sum(c.count(verdict) for c in results) for verdict in VERDICTS}
    failed = sum(not c.passed for c in results)
    passed = "all that is judged passes" if problems or any(c.unknown for c in results) else "all pass"
    verdict = f"{failed} of {len(results)} cases fail" if failed else passed
    judged = f"{claims} {plural('claim', claims)} in {len(results)} {plural('case', len(results))}"
    line = f"{judged}: {counted(counts)}; {verdict}"
    summary = Record({"claims": claims, **counts, "failed": failed}, "summary", text_lines=(line,))
    return Document("check", tuple(map(section, results)), key="configs", closing=(summary, *unread(problems)))


def unread(problems: Sequence[Problem]) -> Iterator[Findings]:
    """Yield what is wrong with files that cannot be judged. A person reads it on standard error."""
    if problems:
        yield Findings("problems", tuple(map(objection, problems)), ())


def objection(problem: Problem) -> Finding:
    place = problem.place
    fields = {"file": place.file, "line": place.line, "column": place.column, "path": problem.path}
    subject = ": ".join(word for word in (str(place), problem.path) if word)
    return Finding(subject, "", FAILED, place, problem.message, fields=fields | {"message": problem.message})


def section(checked: Checked) -> Section:
    """Report one case: how it went, what is found of every claim, and remarks."""
    name = f"{checked.config}: {checked.title}" if checked.title else checked.config
    counts = counted({verdict: checked.count(verdict) for verdict in VERDICTS})
    head = f"{'ok   ' if checked.passed else 'FAIL '}{name}: {counts}"
    failed = {judged.name for judged in checked.failures}
    claims = [finding(judged, checked, judged.name in failed) for judged in checked.judgement.judged]
    stale = [outdated(name, place) for name, place in checked.stale]
    stale += [lacks(name) for name in checked.lacking]
    names = ("orientation", "conventions", "missing", "lacking", "unknown", "unclaimed")
    lists = {name: getattr(checked, name) for name in names} | {"read": dict(checked.read)}
    parts = (
        Record({"config": checked.config, "title": checked.title, "passed": checked.passed}, text_lines=(head,)),
        Findings(
            "claims", (*claims, *stale), (*wrong_lines(checked), *(line for item in stale for line in item.lines))
        ),
        Record(lists, text_lines=tuple(remarks(checked))),
    )
    return Section(parts, checked.title, config=checked.config)


def counted(counts: dict[str, int]) -> str:
    words = [f"{n} {plural(verdict, n)}" for verdict, n in counts.items() if n]
    return ", ".join(words) or "none"


def plural(word: str, n: int) -> str:
    return f"{word}s" if n != 1 and word in PLURALS else word


def lacks(name: str) -> Finding:
    """Return the objection to a dump without a tensor that is required."""
    message = "required, and not in the dump"
    return Finding(name, "", FAILED, Place("dump"), message, (f"  {name} is {message}",))


def outdated(name: str, place: Place) -> Finding:
    """Return the objection to a declared error that is none."""
    message = "declared wrong under errata, but it is right"
    return Finding(name, "", FAILED, place, message, (f"  {place}: {name} is {message}",))


def finding(judged: Judged, checked: Checked, failed: bool) -> Finding:
    """Return what is found of one claim."""
    claim = judged.claim
    if failed:
        why = "".join(f"; {worded(sentence)}" for sentence in judged.explanations)
        state, message, lines = FAILED, (claim.note or cells(judged)) + why, tuple(cause([judged]))
    elif judged.verdict == CONSEQUENCE:
        state, message, lines = SKIPPED, "follows from an earlier claim", ()
    else:
        state, message, lines = PASSED, "", ()
    found = fields(judged, checked.errata.get(judged.name))
    return Finding(judged.name, judged.verdict, state, claim.place, message, lines, found)


def fields(judged: Judged, known: str | None) -> dict[str, Any]:
    """Return a claim for programs."""
    wrong = [] if judged.claim.note else [cell(judged, tuple(i)) for i in np.argwhere(judged.wrong).tolist()]
    return {
        "name": judged.name,
        "verdict": judged.verdict,
        "file": judged.claim.place.file,
        "line": judged.claim.place.line,
        "cells": wrong,
        "note": judged.claim.note,
        "explanations": judged.explanations,
        "followers": judged.followers,
        "accounted": judged.accounted,
        "right_users": judged.right_users,
        "errata": known,
    }


def cell(judged: Judged, index: tuple[int, ...]) -> dict[str, Any]:
    if not judged.shown:
        return {"index": list(index)}
    values = {"computed": judged.reference, "from_claims": judged.expected}
    numbers = {key: float(array.value[index]) for key, array in values.items()}
    return {"index": list(index), "claimed": str(judged.claim.written.text[index]), **numbers}
