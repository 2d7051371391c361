"""Submissions → grades: each read as `check` reads a dump, and judged by what is made once per case."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from ...config.load import Case
from ...errors import InputError, Place, Problem
from ..claims.claimed import Claimed, tolerant
from ..claims.dumps import read_dump
from ..claims.dumps.pages import Steps
from ..run import Checked
from ..steps import check_steps
from ..verdicts.judgement import Judged
from .accepted import alternatives, best
from .earned import charged, hollow, share
from .points import points_of

MOST_NAMES = 8
"""How many names of a dump are told."""


@dataclass(frozen=True)
class Mark:
    """What one tensor earns: points of how many, and the claims about it, one per training step that has some."""

    name: str
    points: float
    most: float
    claims: tuple[tuple[Checked, Judged], ...] = ()
    pays_for: str = ""
    """The tensor before it that is wrong in itself and worth nothing, where this one pays for that."""

    @property
    def hollow(self) -> str:
        """Why what follows from an earlier mistake earns nothing all the same; "" where it does."""
        return next((found for c, j in self.claims if not j.failed and (found := hollow(c.judgement, j))), "")


@dataclass(frozen=True)
class Grade:
    """What a submission earns, and what is found of it; with problems where it cannot be read."""

    submission: str
    marks: tuple[Mark, ...]
    checked: tuple[Checked, ...] = ()
    accepted: str = ""
    """The conventions other than the config's that it is judged by."""
    problems: tuple[Problem, ...] = ()

    @property
    def score(self) -> float:
        return sum(mark.points for mark in self.marks)

    @property
    def most(self) -> float:
        return sum(mark.most for mark in self.marks)


@dataclass
class Grader:
    """Grades submissions of one case. Raises InputError where its points name no tensor."""

    config: str
    case: Case
    tolerance: tuple[float | None, float | None] = (None, None)
    points: Mapping[str, float] = field(init=False)

    def __post_init__(self) -> None:
        self.points = points_of(self.case)
        self.others = alternatives(self.case)

    def grade_file(self, submission: str, path: str, number: int) -> Grade:
        """Grade a dump in a file; `number` is the case that it is of."""
        try:
            found = self.grade(submission, read_dump(path, number))
        except InputError as error:
            return not_gradable(submission, self.points, *error.problems)
        if any(c.judgement.judged for c in found.checked):
            return found
        names = [name for c in found.checked for name in (*c.unknown, *c.unclaimed)]
        held = f"only {', '.join(names[:MOST_NAMES])}{', …' if len(names) > MOST_NAMES else ''}" if names else "nothing"
        message = f"it has none of the config's tensors, {held}"
        return not_gradable(submission, self.points, Problem(Place(path), "", message))

    def grade(self, submission: str, pages: Steps[Claimed]) -> Grade:
        """Grade claims, by the conventions under which they earn most. Raises InputError for claims that are none."""
        pages = {step: [tolerant(claim, *self.tolerance) for claim in claims] for step, claims in pages.items()}
        return self.accepting(self.graded(submission, self.case, pages), pages)

    def accepting(self, found: Grade, pages: Steps[Claimed]) -> Grade:
        """Return the grade, or that under other conventions that are accepted, if it is better."""
        if found.score < found.most and self.others and found.checked:
            for name in best(self.case, self.others, found.checked[0]):
                other = self.graded(found.submission, self.others[name], pages, name)
                found = other if other.score > found.score else found
        return found

    def graded(self, submission: str, case: Case, pages: Steps[Claimed], accepted: str = "") -> Grade:
        """Grade claims about a case under one set of conventions."""
        checked = tuple(check_steps(self.config, case, pages))
        return Grade(submission, tuple(self.marks(checked)), checked, accepted)

    def marks(self, checked: Sequence[Checked]) -> Iterable[Mark]:
        """Return what each tensor earns: of several training steps the mean of those that it is claimed in."""
        carried = self.case.experiment.grading.consequences == "full"
        paying: dict[int, dict[str, str]] = {}
        for c in checked:
            graded = [judged.name for name in self.points if (judged := about(c, name))]
            paying[id(c)] = charged(c.judgement, graded)
        for name, most in self.points.items():
            claims = tuple((c, j) for c in checked if (j := about(c, name)))
            shares = [share(c.judgement, j, carried and j.name not in paying[id(c)]) for c, j in claims]
            pays = next((paying[id(c)][j.name] for c, j in claims if j.name in paying[id(c)]), "")
            yield Mark(name, most * sum(shares) / len(shares) if shares else 0.0, most, claims, pays)


def not_gradable(submission: str, points: Mapping[str, float], *problems: Problem) -> Grade:
    """Return the grade of what cannot be read."""
    return Grade(submission, tuple(Mark(name, 0.0, most) for name, most in points.items()), problems=problems)


def about(checked: Checked, name: str) -> Judged | None:
    """Return the claim about a tensor; of a loss of several inputs the sum and the mean will do."""
    found = checked.judgement.by_name
    forms = (f"{name}_sum", f"{name}_mean") if name == checked.judgement.program.objective else ()
    return next((found[form] for form in (name, *forms) if form in found), None)
