"""Hypotheses: mistakes in tensors above the cause that nobody claims."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice

from ...nn.op import Array
from ...nn.program import Step
from ..mistakes import UPDATED_FIRST, declared, updated_first, variants
from ..verdicts.judgement import Change
from .edits import Edit, repeats, tensor_edits
from .question import Question
from .slips import slip_edits

SMALL = (2, 3, 4, 5, 10)
"""Factors that people put in by mistake."""
MAX_STEPS = 3
"""How many steps up slips in tensors that nobody claims are looked for."""
MAX_SCALED = 8
"""How many steps up a sign is looked for, or a factor."""


def unclaimed_steps(question: Question) -> Iterator[Change]:
    """Yield mistakes in steps above the cause that lead to it on any route by tensors nobody claims.

    The nearest come first, but those that take another tensor last: who forgets an activation takes what is before it.
    """
    judgement = question.judgement
    known = judgement.steps if question.cause.name in judgement.steps else {}
    detours = question.detours
    ways = {
        name: [*(question.ways if name in question.lead else ()), *detours.get(name, ())]
        for name in (*question.lead, *detours)
    }
    tried = [(name, variant) for name in ways if name in known for variant in variants(judgement.program, known[name])]
    for name, variant in sorted(tried, key=lambda one: not one[1].raw):
        changes = (Change(f"{name}: {variant.sentence}", {name: variant.step, **way}) for way in ways[name])
        yield from islice((change for change in changes if question.explains(change)), 1)
    steps = [known[name] for name in (question.cause.name, *ways) if name in known]
    change = Change(UPDATED_FIRST, updated_first(judgement.program, steps))
    if len(change.steps) > 1 and question.explains(change):
        yield change
    yield from filter(question.explains, in_all_layers(steps))


def in_all_layers(steps: Sequence[Step]) -> Iterator[Change]:
    """Yield each mistake in all of several steps that do the same, as the derivative that is missing in every layer."""
    alike: dict[str, list[Step]] = {}
    for step in steps:
        alike.setdefault(step.op.name, []).append(step)
    for same in alike.values():
        ways = [{v.raw: v for v in declared(step)} for step in same] if len(same) > 1 else []
        for raw, variant in ways[0].items() if ways else ():
            if all(raw in way for way in ways):
                names = " and ".join(step.name for step in reversed(same))
                yield Change(f"{names}: {variant.sentence}", {way[raw].step.name: way[raw].step for way in ways})


def unclaimed_edits(question: Question) -> list[Change]:
    """Return edits of tensors above the cause that nobody claims, where no mistake is found.

    Slips of several kinds somewhere above lead to any number or two: then none of them is named.
    """
    if any(question.found.get(name) for name in ("own_step", "page", "unclaimed_steps")):
        return []
    found: list[Change] = []
    made = [name for name in question.lead if name in question.judgement.steps]
    for position, name in enumerate(made[:MAX_SCALED]):
        value = question.judgement.claimed[name]
        definite, near = question.definite, position < MAX_STEPS
        slips = (*repeats(value, definite), *slip_edits(question, name, definite)) if near else ()
        whole = list(tensor_edits(value, question.judgement.rows))
        edits = whole if near or not question.few else whole[:1]
        guesses = () if question.few else scaled(value)
        found += question.by_values(name, (*edits, *guesses, *slips))
    return [] if question.few and len({kind(edit) for edit in found}) > 1 else found


def scaled(value: Array) -> Iterator[Edit]:
    """Yield a tensor times a small number, or divided by one."""
    for factor in SMALL:
        yield Edit(f"it is multiplied by {factor}", value * factor)
        yield Edit(f"it is divided by {factor}", value / factor)


def kind(edit: Change) -> str:
    """Return the kind of an edit: `a digit dropped`, in whichever tensor and cell."""
    return edit.sentence.rpartition(": ")[2].partition(" at ")[0]
