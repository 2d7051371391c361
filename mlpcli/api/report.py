"""What `check` finds, for programs and for people."""

from __future__ import annotations

from functools import cached_property

from ..check.claims.claimed import Claimed
from ..check.claims.dumps.pages import Steps
from ..check.grading.grader import Grade, Grader
from ..check.reports.verdicts import report
from ..check.run import Checked
from ..config.load import Case
from .results import Result


class Report(Result[str]):
    """The verdict on every claim, by the tensor's name: match, truncated, cause, consequence or misprint."""

    def __init__(self, config: str, case: Case, checked: list[Checked], pages: Steps[Claimed]) -> None:
        self.config, self.case, self.checked, self.pages = config, case, checked, pages
        values = {judged.name: judged.verdict for c in checked for judged in c.judgement.judged}
        super().__init__(report(checked), values)

    @property
    def passed(self) -> bool:
        """Whether nothing is wrong in itself, and nothing that is required is missing."""
        return all(c.passed for c in self.checked)

    @property
    def causes(self) -> dict[str, tuple[str, ...]]:
        """What is wrong in itself, and what each may come of."""
        return {j.name: j.explanations for c in self.checked for j in c.failures}

    @property
    def score(self) -> float:
        """The part of the points that is earned, from 0 to 1, as `mlp grade` counts them."""
        return self.grade.score / self.grade.most

    @property
    def points(self) -> dict[str, float]:
        """What each tensor that is worth any points earns."""
        return {mark.name: mark.points for mark in self.grade.marks}

    @cached_property
    def grade(self) -> Grade:
        """What the claims earn. Raises InputError where the config's points name no tensor."""
        grader = Grader(self.config, self.case)
        own = Grade("", tuple(grader.marks(self.checked)), tuple(self.checked))
        return grader.accepting(own, self.pages)
