"""What `check` finds, for programs and for people."""

from __future__ import annotations

from ..check.reports.verdicts import report
from ..check.run import Checked
from .results import Result


class Report(Result[str]):
    """The verdict on every claim, by the tensor's name: match, truncated, cause, consequence or misprint."""

    def __init__(self, checked: list[Checked]) -> None:
        self.checked = checked
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
