"""Hypotheses: mistakes in the step of training before, in tensors that nobody claims, seen in what starts from it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from fractions import Fraction
from itertools import islice

import numpy as np

from ...nn.program import Step
from ...values.noisy import noisy
from ..mistakes import UPDATED_FIRST, updated_first, variants
from ..verdicts.judgement import Change, Judgement, above, follow
from .factors import PLAIN, worded
from .loop import changes
from .question import Question, Settings
from .solve import solved


def earlier(question: Question) -> Iterator[Change]:
    """Yield mistakes of the step before that give the parameters from which the cause is computed."""
    before, hidden = question.judgement.before, hidden_updates(question)
    if before is None:
        return
    for change in slips(before, list(hidden.values()), question.settings) if hidden else ():
        with suppress(ValueError, ZeroDivisionError, TypeError, IndexError):  # it may be impossible here
            left = {name: noisy(follow(before, change, new, plain=True)) for name, new in hidden.items()}
            found = Change(change.sentence, values=left)
            if question.explains(found):
                yield found


def hidden_updates(question: Question) -> dict[str, str]:
    """Return the parameters that the cause is computed from and that nobody claims, as they come of the step before."""
    before, program = question.judgement.before, question.judgement.program
    return {
        name: new
        for name, new in program.successors.items()
        if before and name in question.lead and new in before.steps and new not in before.by_name
    }


def implied_updates(question: Question) -> Iterator[Change]:
    """Yield the update of all those parameters, or of one, times the plain factor that the cause implies."""
    before = question.judgement.before
    if before is None or question.few or question.found.get("earlier"):
        return
    updates = hidden_updates(question)
    for several in [updates, *({name: new} for name, new in updates.items() if len(updates) > 1)] if updates else ():

        def change(factor: float, several: dict[str, str] = several) -> Change:
            values = before.claimed
            scaled = {name: values[name] + (values[new] - values[name]) * factor for name, new in several.items()}
            sentence = f"in the step before, {' and '.join(several.values())}: the step is {worded(question, factor)}"
            return Change(sentence, values=scaled)

        number = solved(question, 1.0, change)
        if number is not None and np.isfinite(number):
            simplest = (Fraction(number).limit_denominator(most) for most in range(1, PLAIN + 1))
            near = dict.fromkeys((Fraction(1, before.rows), before.rows, *simplest))
            found = (change(float(factor)) for factor in near if factor not in (0, 1))
            yield from islice(filter(question.explains, found), 1)


def block_of(before: Judgement, name: str) -> int:
    """Return which layer of a network a parameter is of."""
    label = before.program.tensors[name].label
    return label.block if label else 0


def alike(before: Judgement, several: list[str]) -> Iterator[Change]:
    """Yield the mistakes that can be made in every one of several steps."""
    made: dict[str, dict[str, Step]] = {}
    for name in several:
        for variant in variants(before.program, before.steps[name]):
            made.setdefault(variant.sentence, {})[name] = variant.step
    names = " and ".join(several)
    yield from (Change(f"in the step before, {names}: {s}", steps) for s, steps in made.items() if len(steps) > 1)


def slips(before: Judgement, updated: list[str], settings: Settings) -> Iterator[Change]:
    """Yield the mistakes that lead to updated parameters, of single steps and of the loop, and one setting of these."""
    way = dict.fromkeys(name for new in updated for name in (new, *above(before, new)) if name in before.steps)
    for name in way:
        for variant in variants(before.program, before.steps[name]):
            yield Change(f"in the step before, {name}: {variant.sentence}", {name: variant.step})
    layers: dict[int, list[str]] = {}
    for old, new in before.program.successors.items():
        if new in updated:
            layers.setdefault(block_of(before, old), []).append(new)
    for several in [*layers.values(), updated] if len(layers) > 1 else [updated]:
        yield from alike(before, several)
        yield from alike(before, [o for new in several for o in before.steps[new].operands if o in way])
    early = updated_first(before.program, [before.steps[name] for name in way])
    if len(early) > 1:
        yield Change(f"in the step before: {UPDATED_FIRST}", early)
    for change in settings[0] if settings else ():
        steps = {name: step for name, step in change.steps.items() if name in way}
        if steps:
            yield Change(f"in the step before: {change.sentence}", steps)
    for change in changes(before, before.before) if before.before else ():
        yield Change(f"in the step before: {change.sentence}", change.steps, change.values)
