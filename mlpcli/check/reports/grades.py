"""Grades as a document: what each tensor of a submission earns, and why it does not earn more."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from ...config.points import Reveal
from ...output.document import Document, Grades, Record, Scored, Section, Submission, rounded
from ...output.numbers import scalar
from ..grading.grader import Grade, Mark
from ..run import Checked
from ..verdicts.judgement import CONSEQUENCE, MATCH, TRUNCATED, Judged
from .causes import cells, worded
from .reveal import hidden

MISSING, NOWHERE = "not in the dump", "missing"
"""What is said of a tensor that a submission has not, and the word that stands for a verdict on it."""
DIGITS = 8
FORMULAS = ("=", "+", "-", "@", "\t")
"""What a cell begins with that a spreadsheet would compute."""


def report(config: str, title: str, grades: Sequence[Grade], reveal: Reveal) -> Document:
    """Report every submission and what all of them come to."""
    found = tuple(submission(grade, reveal) for grade in grades)
    lines = tuple(line for one in found for line in lines_of(one))
    names = [test.name for test in found[0].tests] if found else []
    headings = ("submission", "gradable", "score", "max_score", *names, "remarks")
    table = Grades("submissions", headings, tuple(map(row, found)), lines, found)
    return Document("grade", (Section((table, summary(found)), title),), config)


def row(one: Submission) -> tuple[Any, ...]:
    """Return the cells of a submission. A text that a spreadsheet would take for a formula gets a quote before it."""
    words = [f"{test.name}: {test.message}" for test in one.tests if not test.passed and test.verdict != NOWHERE]
    missing = [test.name for test in one.tests if test.verdict == NOWHERE and not one.problems]
    words += [f"{MISSING}: {', '.join(missing)}"] if missing else []
    name, remarks = map(harmless, (one.name, "; ".join([*one.problems, *one.remarks, *words])))
    gradable = str(not one.problems).lower()
    return (name, gradable, one.score, one.max_score, *(rounded(test.points) for test in one.tests), remarks)


def harmless(text: str) -> str:
    return f"'{text}" if text.startswith(FORMULAS) else text


def summary(found: Sequence[Submission]) -> Record:
    """Return how many there are, and the mean of those that can be graded."""
    scores = [one.score for one in found if not one.problems]
    mean = sum(scores) / len(scores) if scores else 0.0
    values = {"submissions": len(found), "not_gradable": len(found) - len(scores), "mean": mean}
    most = found[0].max_score if found else 0.0
    words = f"{len(found)} submission{'s' if len(found) != 1 else ''}"
    words += f": mean {written(round(mean, 2))} of {written(most)}" if scores else ""
    words += f", from {written(min(scores))} to {written(max(scores))}" if len(scores) > 1 else ""
    words += f"; {len(found) - len(scores)} not gradable" if len(scores) < len(found) else ""
    return Record(values, "summary", text_lines=(words,))


def lines_of(one: Submission) -> Iterator[str]:
    """Write the score of a submission, what it loses points for, and what was not plain in reading it."""
    if one.problems:
        yield f"{one.name}: not gradable"
        yield from (f"  {problem}" for problem in one.problems)
        return
    yield f"{one.name}: {written(one.score)} of {written(one.max_score)}"
    missing = [test for test in one.tests if test.verdict == NOWHERE]
    for test in one.tests:
        if not test.passed and test not in missing:
            yield f"  {test.name}: {written(test.points)} of {written(test.max_points)}: {test.message}"
    if missing:
        lost = written(sum(test.max_points for test in missing))
        yield f"  {MISSING}, 0 of {lost}: {', '.join(test.name for test in missing)}"
    yield from (f"  {remark}" for remark in one.remarks)


def written(points: float) -> str:
    return scalar(float(points), DIGITS)


def submission(grade: Grade, reveal: Reveal) -> Submission:
    """Return a submission with what is told of it."""
    tests = tuple(Scored(m.name, m.points, m.most, verdict(m), message(m, reveal)) for m in grade.marks)
    remarks = list(dict.fromkeys(c.orientation for c in grade.checked if c.orientation))
    remarks += [f"judged with {grade.accepted}, which is accepted"] if grade.accepted else []
    unknown = list(dict.fromkeys(name for c in grade.checked for name in c.unknown))
    remarks += [f"not judged: {', '.join(unknown)}"] if unknown else []
    return Submission(grade.submission, tests, tuple(remarks), tuple(map(str, grade.problems)))


def verdict(mark: Mark) -> str:
    """Return the worst verdict on a tensor, of several training steps."""
    found = [judged.verdict for _, judged in mark.claims]
    return next((word for word in found if word not in (MATCH, TRUNCATED)), found[0] if found else NOWHERE)


def message(mark: Mark, reveal: Reveal) -> str:
    """Say what is wrong with a tensor; nothing where it is right."""
    if not mark.claims:
        return MISSING
    return "; ".join(dict.fromkeys(filter(None, (said(c, judged, mark, reveal) for c, judged in mark.claims))))


def said(checked: Checked, judged: Judged, mark: Mark, reveal: Reveal) -> str:
    """Say what is wrong with one claim, with the name that the dump has for it where that is another."""
    if judged.verdict == CONSEQUENCE and mark.pays_for:
        return f"comes of a mistake in {mark.pays_for}, which has no points of its own"
    if judged.verdict == CONSEQUENCE:
        return f"follows from an earlier mistake{f', but {mark.hollow}' if mark.hollow else ''}"
    if not judged.failed:
        left = int((~judged.claim.written.claimed).sum())
        return f"{left} of its {judged.claim.written.claimed.size} numbers are left open" if left else ""
    told = judged if reveal == "values" else hidden(judged, reveal)
    source = next((name for name, tensor in checked.names.items() if tensor == judged.name), mark.name)
    own = f"{source}: " if source != mark.name else ""
    return own + "; ".join([told.claim.note or cells(told), *map(worded, told.explanations)])
