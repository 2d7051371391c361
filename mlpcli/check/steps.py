"""Dumps of several training steps: each is judged from what the one before it claims."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

import numpy as np

from ..config.load import Case
from ..errors import InputError, Problem
from ..nn.run import Setup
from ..values.noisy import noisy
from .claims.claimed import Claimed
from .claims.fits import AGREES, WHOLE
from .claims.matching import Matcher
from .claims.names import canonical_names
from .claims.words import meanings
from .claims.written import agreement
from .run import Checked, check_case
from .samples import JOINED, by_sample
from .verdicts.hand import worked_out
from .verdicts.judge import judge
from .verdicts.judgement import Judgement

MAX_STEP = 10_000
MOST_JUDGED = 3_000
"""How many steps are judged, those between included that hand on what is claimed."""
EXPLAINED = 5
"""How many steps that fail are explained: what is wrong in the first ones is what there is to mend."""
MOST_FAILED = 100
"""How many steps that fail are judged."""
LATER = 10
"""How many steps are tried for parameters that are not those after the first."""
MOST_STRANGE = 500
"""How many names of a step are understood by their numbers."""
NOT_EXPLAINED = f"after {EXPLAINED} steps that fail, what is wrong in the others is not explained"
Pages = Mapping[int, list[Claimed]]


def check_steps(config: str, case: Case, pages: Pages, **options: Any) -> list[Checked]:
    """Judge the claims about every step of a dump, step by step. Raises InputError if one is far off."""
    for claims in pages.values():
        refuse_many(case, claims)
    rows = by_sample(case, pages)
    told = [JOINED] if rows is not pages else []
    pages = in_later_step(case, by_epoch(case, rows))
    found = list[Checked]()
    before: Checked | None = None
    earlier: Checked | None = None
    judged = failed = explanations = 0
    last, silent = max(pages, default=1), False
    if len(pages) > MOST_JUDGED:
        raise too_many(pages, sorted(pages)[MOST_JUDGED])
    for step, setup in setups(case, last):
        if judged == MOST_JUDGED:
            raise too_many(pages, step)
        if pages.get(step):
            now, explained = at_step(case, setup, step), explanations < EXPLAINED
            checked = check_case(config, now, pages[step], dump=True, before=before, explained=explained, **options)
            checked.conventions += told
            found.append(checked)
            failed += not checked.passed
            explanations += explained and any(j.failed or j.explanations for j in checked.judgement.judged)
            if not checked.passed and not explained and not silent:
                checked.conventions.append(NOT_EXPLAINED)
                silent = True
            if failed == MOST_FAILED and step < last:
                checked.conventions.append(f"later steps are not judged: {failed} fail that come before")
                break
        elif step + 1 in pages or (before is not None and hands_on(before.judgement)):
            unclaimed = judge(setup, {}, before=before.judgement if before else None)
            names, turned = (before.names, before.turned) if before else ({}, frozenset[str]())
            checked = Checked(config, "", unclaimed, names=names, turned=turned)
        else:
            before = before and replace(before, judgement=Judgement(setup.program, {}))
            earlier = None
            continue
        judged += 1
        if before and earlier:
            forget(earlier, before, checked)
        before, earlier = checked, before
    return found


def too_many(pages: Pages, step: int) -> InputError:
    """Return the refusal of a dump with too many steps; `step` is the first of those."""
    message = f"more than {MOST_JUDGED:,} steps to judge: leave out those from step {step} on"
    return InputError(Problem(pages[max(pages)][0].place, "", message))


def forget(earlier: Checked, before: Checked, checked: Checked) -> None:
    """Leave out the tensors of the first of three steps: no later one is explained by them, and they fill memory."""
    worked_out(earlier.judgement)
    earlier.judgement = earlier.judgement.told()
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


def setups(case: Case, last: int) -> Iterator[tuple[int, Setup]]:
    """Yield the setup before each step, from 1."""
    if not 1 <= last <= MAX_STEP:
        message = f"step {last} of a training is not judged: steps are from 1 to {MAX_STEP:,}"
        raise InputError(Problem(case.experiment.place, "", message))
    setup = case.setup
    for step in range(1, last + 1):
        yield step, setup
        setup = setup.next(setup.trace) if step < last else setup


def at_step(case: Case, setup: Setup, step: int) -> Case:
    """Return a case as it stands before a step of its training."""
    if step == 1:
        return case
    title = f"{case.experiment.title}, step {step}".removeprefix(", ")
    return replace(case, later=setup, experiment=replace(case.experiment, title=title))


def by_epoch(case: Case, pages: Pages) -> Pages:
    """Return the pages of a dump that lists the losses of several steps; what it has once is after the last."""
    if list(pages) != [1]:
        return pages
    lists = [claim for claim in pages[1] if is_history(case, claim)]
    lengths = {claim.written.value.size for claim in lists}
    if len(lengths) != 1:
        return pages
    last = lengths.pop()
    found: dict[int, list[Claimed]] = {step: [] for step in range(1, last + 1)}
    for claim in lists:
        flat = claim.written.each(np.ravel)
        for step in found:
            found[step].append(replace(claim, written=flat.at((step - 1,))))
    found[last] += [claim for claim in pages[1] if claim not in lists]
    return found


def is_history(case: Case, claim: Claimed) -> bool:
    """Return whether a claim lists a loss per step, and not one per input."""
    sizes = [n for n in claim.written.shape if n != 1]
    if claim.note or len(sizes) != 1 or not sizes[0]:
        return False
    losses = [step.name for step in case.program.steps if step.section == "loss"]
    named = canonical_names(case).get(claim.name) in losses or any(m.kind == "loss" for m in meanings(claim.name)[:1])
    if not named or sizes[0] != case.setup.rows:
        return bool(named)
    flat = claim.written.each(np.ravel)
    found = [value for name, value in case.setup.trace.items() if name in losses]
    if any(value.size == sizes[0] and agreement(flat, noisy(value.ravel())).all() for value in found):
        return False  # two inputs may have the same loss, which is the mean then
    first = flat.at((0,))
    costs = [found[0].sum(), found[0].mean(), *(value for value in found if value.ndim == 0)]
    return any(bool(agreement(first, noisy(np.asarray(cost))).all()) for cost in costs)


def in_later_step(case: Case, pages: Pages) -> Pages:
    """Return the pages with parameters after a later step under that step, where nothing says which it is."""
    if list(pages) != [1] or not case.program.successors:
        return pages
    new = {*case.program.successors.values(), *case.program.parameters}
    matcher, names = Matcher(case, pages[1]), canonical_names(case)
    others = ((claim, names.get(claim.name, "")) for claim in pages[1])
    if any(name not in new and matcher.fit(claim, name) == WHOLE for claim, name in others):
        return pages
    known = matcher.match().known
    if not known or not known.keys() <= new:
        return pages
    for step, setup in setups(case, LATER):
        matcher = Matcher(at_step(case, setup, step), pages[1])
        fits = [matcher.fit(claim, name) for name, claim in known.items()]
        if min(fits) >= AGREES and max(fits) == WHOLE:
            return {step: pages[1]}
    return pages
