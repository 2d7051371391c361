"""Dumps of several training steps: each is judged from what the one before it claims."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from ..config.load import Case
from ..errors import InputError, Problem
from ..nn.run import Setup
from .claims.claimed import Claimed
from .claims.names import canonical_names
from .pages import in_steps
from .run import Checked, check_case
from .samples import Pages
from .setups import at_step, setups
from .verdicts.hand import worked_out
from .verdicts.judge import judge
from .verdicts.judgement import Judgement

MOST_JUDGED = 3_000
"""How many steps are judged, those between included that hand on what is claimed."""
EXPLAINED = 5
"""How many steps that fail are explained: what is wrong in the first ones is what there is to mend."""
MOST_FAILED = 100
"""How many steps that fail are judged."""
MOST_STRANGE = 500
"""How many names of a step are understood by their numbers."""
NOT_EXPLAINED = f"after {EXPLAINED} steps that fail, what is wrong in the others is not explained"


def check_steps(config: str, case: Case, pages: Pages, **options: Any) -> list[Checked]:
    """Judge the claims about every step of a dump, step by step. Raises InputError if one is far off."""
    for claims in pages.values():
        refuse_many(case, claims)
    pages, said = in_steps(case, pages)
    if len(pages) > MOST_JUDGED:
        raise too_many(pages, sorted(pages)[MOST_JUDGED])
    training = Training(config, case, pages, options)
    for step, setup in setups(case, training.last):
        training.step(step, setup)
        if training.stopped:
            break
    for checked in training.found:
        checked.conventions += said
    return training.found


class Training:
    """Judges one step after the other, and keeps of those before no more than a later one needs."""

    def __init__(self, config: str, case: Case, pages: Pages, options: dict[str, Any]) -> None:
        self.config, self.case, self.pages, self.options = config, case, pages, options
        self.last = max(pages, default=1)
        self.found: list[Checked] = []
        self.before: Checked | None = None
        """What is found of the step before, whether anything was claimed of it or not."""
        self.earlier: Checked | None = None
        """What is found of the one before that, if its tensors are still there."""
        self.judged = self.failed = self.explained = 0
        self.stopped = False
        """Whether the rest is left out, since too many steps have failed."""

    def step(self, step: int, setup: Setup) -> None:
        """Judge a step, or what leads to a later one; pass over one by which nothing changes."""
        claimed, before = self.pages.get(step), self.before
        if self.judged == MOST_JUDGED:
            raise too_many(self.pages, step)
        if not (claimed or step + 1 in self.pages or (before and hands_on(before.judgement))):
            self.before = before and replace(before, judgement=Judgement(setup.program, {}))
            self.earlier = None
            return
        checked = self.of_claims(step, setup) if claimed else self.between(setup)
        self.judged += 1
        if self.before and self.earlier:
            forget(self.earlier, self.before, checked)
        self.before, self.earlier = checked, self.before

    def of_claims(self, step: int, setup: Setup) -> Checked:
        """Judge what is claimed of a step; of many that fail only the first are explained."""
        explained, claims = self.explained < EXPLAINED, self.pages[step]
        now = at_step(self.case, setup, step)
        checked = check_case(
            self.config, now, claims, dump=True, before=self.before, explained=explained, **self.options
        )
        self.found.append(checked)
        self.explained += explained and any(j.failed or j.explanations for j in checked.judgement.judged)
        self.failed += not checked.passed
        if not (checked.passed or explained or any(NOT_EXPLAINED in other.conventions for other in self.found)):
            checked.conventions.append(NOT_EXPLAINED)
        self.stopped = self.failed == MOST_FAILED and step < self.last
        told = f"later steps are not judged: {self.failed} fail that come before"
        checked.conventions += [told] if self.stopped else []
        return checked

    def between(self, setup: Setup) -> Checked:
        """Return a step of which nothing is claimed, as the claims of the one before leave it."""
        before = self.before
        unclaimed = judge(setup, {}, before=before.judgement if before else None)
        names, turned = (before.names, before.turned) if before else ({}, frozenset[str]())
        return Checked(self.config, "", unclaimed, names=names, turned=turned)


def too_many(pages: Pages, step: int) -> InputError:
    """Return the refusal of a dump with too many steps; `step` is the first of those."""
    message = f"more than {MOST_JUDGED:,} steps to judge: leave out those from step {step} on"
    return InputError(Problem(pages[max(pages)][0].place, "", message))


def forget(earlier: Checked, before: Checked, checked: Checked) -> None:
    """Leave out the tensors of the first of three steps: no later one is explained by them, and they fill memory."""
    worked_out(earlier.judgement)
    earlier.judgement = earlier.judgement.without_tensors()
    before.judgement = replace(before.judgement, before=earlier.judgement)
    checked.judgement = replace(checked.judgement, before=before.judgement)


def hands_on(judgement: Judgement) -> bool:
    """Return whether the claims leave other numbers to the next step than those that are right."""
    return any(
        new in judgement.claimed and judgement.moved(new, judgement.claimed[new])
        for new in judgement.program.successors.values()
    )


def refuse_many(case: Case, claims: list[Claimed]) -> None:
    """Raise InputError for too many strange names: each is compared with every tensor, which takes minutes then."""
    names = canonical_names(case)
    strange = [claim for claim in claims if claim.name not in names]
    if len(strange) > MOST_STRANGE:
        message = f"more than {MOST_STRANGE:,} names that the config does not have; leave out what it has no use for"
        raise InputError(Problem(strange[MOST_STRANGE].place, "", message))
