"""What may explain a cause: every classic mistake is tried, and kept only if it accounts for every cell.

Two engines. The step is run again on the claimed inputs with one mistake in it, or with a change of something that
nobody claims: a step above it, a setting, a given tensor; and the tensor is edited as a page is.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import partial
from itertools import islice

import numpy as np

from ...nn.op import Array
from ...nn.program import Program, Step
from ..claims.written import NOISE, agreement
from ..verdicts.judgement import Change, Judged, Judgement, above, follow
from .edits import Edit, cell_edits, last_digit_only, line_edits, possible_edits, row_edits, slip_edits, tensor_edits

MAX_STEPS = 3
"""Slips in tensors that nobody claims are looked for so many steps up."""
MAX_GIVEN_STEPS = 8
"""Numbers of given tensors are varied that are used so many steps up, as over a layer with batch normalization."""
NUDGE = 1e-3
"""How far a number is moved, as part of it, to see what depends on it."""


@dataclass(frozen=True)
class Variant:
    """A step with a mistake in it, and the sentence for it."""

    step: Step
    sentence: str


def explains(judgement: Judgement, cause: Judged, change: Change) -> bool:
    """Whether with a change the value is the claimed one in every cell; a change may be impossible here."""
    if cause.name in judgement.program.given and cause.name not in change.values:
        return False  # it is not computed, so no change leads to it
    try:
        value = follow(judgement, change, cause.name)
        return agrees(cause, value) and not drowned(cause, value)
    except (ValueError, ZeroDivisionError, TypeError, IndexError):
        return False


def agrees(cause: Judged, value: Array) -> bool:
    written = cause.claim.written
    return value.shape == written.shape and bool(agreement(written, value).all())


def drowned(cause: Judged, value: Array) -> bool:
    """Whether a value agrees for nothing but its noise, by which it would agree with what is expected as well."""
    written = cause.claim.written
    with np.errstate(all="ignore"):
        off = np.abs(written.value - value.value) > written.half_unit
        apart = np.abs(written.value - cause.expected.value)
        return bool((off & (NOISE * value.noise >= apart))[cause.wrong].any())


def by_own_step(judgement: Judgement, cause: Judged) -> Iterator[str]:
    """Mistakes in the step itself, whichever way it goes."""
    step = judgement.steps.get(cause.name)
    for way in (step, *step.routes) if step else ():
        for variant in variants(judgement.program, way):
            if explains(judgement, cause, Change("", {cause.name: variant.step})):
                yield variant.sentence


def by_edits(judgement: Judgement, cause: Judged, whole: bool) -> Iterator[str]:
    """Edits of what follows from the claims above, or of what is right; those of the `whole` tensor where asked for."""
    written = cause.claim.written
    for value in (cause.expected, cause.reference):
        found = [e.sentence for e in tensor_edits(value, judgement.program.batch_size) if agrees(cause, e.value)]
        yield from found if whole else ()
        yield from (e.sentence for e in line_edits(written, value) if agrees(cause, e.value))
        if last_digit_only(written, value):
            yield "off in the last printed digit only, as from rounding on the way"
        slips = cell_edits(written, value, cause.wrong)
        if slips and not found:
            yield ", ".join(slips)


def by_settings(judgement: Judgement, cause: Judged, settings: Iterable[Iterable[Change]]) -> list[Change]:
    """Settings under which the claim holds: one if that is enough, else several at once."""
    for changes in settings:
        found = [c for c in changes if cause.name in c.holding or explains(judgement, cause, c)]
        if found:
            return found
    return []


def by_given(judgement: Judgement, cause: Judged) -> Iterator[Change]:
    """Edits of given tensors that lead to the cause; slips are looked for in those that are near."""
    near = near_given(judgement, cause)
    for name in above(judgement, cause.name):
        if name in judgement.program.given:
            value = judgement.claimed[name]
            edits = [*tensor_edits(value, judgement.program.batch_size), *row_edits(value)]
            if name in near:
                cells = filter(partial(depends, judgement, cause, name), np.ndindex(value.shape))
                edits += slip_edits(value, cells)
            yield from by_values(judgement, cause, name, edits)


def near_given(judgement: Judgement, cause: Judged) -> list[str]:
    """What is given to the cause's step and to those right above it, and is not claimed."""
    lead = above(judgement, cause.name)
    steps = [judgement.steps[name] for name in (cause.name, *lead[:MAX_GIVEN_STEPS]) if name in judgement.steps]
    used = {operand for step in steps for operand in step.operands}
    return [name for name in lead if name in used and name in judgement.program.given]


def depends(judgement: Judgement, cause: Judged, name: str, index: tuple[int, ...]) -> bool:
    """Whether every wrong cell of a cause changes with one cell of another tensor."""
    value = judgement.claimed[name]
    nudged = value.value.copy()
    nudged[index] += NUDGE * (abs(nudged[index]) + 1)
    moved = follow(judgement, Change("", values={name: replaced(value, nudged)}), cause.name)
    return bool((moved.value != cause.expected.value)[cause.wrong].all())


def replaced(value: Array, number: Array) -> Array:
    return type(value)(number, value.noise)


def by_unclaimed_steps(judgement: Judgement, cause: Judged) -> Iterator[Change]:
    """Mistakes in steps above the cause that lead to it, on any route, by tensors that nobody claims, nearest first."""
    own = judgement.steps.get(cause.name)
    ways = [{}, *({cause.name: route} for route in own.routes)] if own else []
    for name in above(judgement, cause.name):
        for variant in variants(judgement.program, judgement.steps[name]) if name in judgement.steps else ():
            changes = (Change(f"{name}: {variant.sentence}", {name: variant.step, **way}) for way in ways)
            yield from islice((change for change in changes if explains(judgement, cause, change)), 1)


def by_unclaimed_edits(judgement: Judgement, cause: Judged) -> Iterator[Change]:
    """Edits of tensors above the cause that nobody claims."""
    for name in [name for name in above(judgement, cause.name) if name in judgement.steps][:MAX_STEPS]:
        value = judgement.claimed[name]
        edits = (*tensor_edits(value, judgement.program.batch_size), *possible_edits(value))
        yield from by_values(judgement, cause, name, edits)


def by_values(judgement: Judgement, cause: Judged, name: str, edits: Iterable[Edit]) -> Iterator[Change]:
    for edit in edits:
        sentence = f"{name}: {edit.sentence}".replace(": it is", " is")
        change = Change(sentence, values={name: edit.value})
        if explains(judgement, cause, change):
            yield change


def variants(program: Program, step: Step) -> Iterator[Variant]:
    """Every mistake that can be made in a step: those declared beside its op, and wrong operands."""
    for mistake in step.op.mistakes:
        op = replace(step.op, function=mistake.function, mistakes=[])
        yield Variant(replace(step, op=op), step.op.named(mistake.sentence, step.operands))
    yield from wrong_operands(program, step)


def wrong_operands(program: Program, step: Step) -> Iterator[Variant]:
    """The step with one operand mixed up: taken before its own step, or after its update."""
    producers = {s.name: s for s in program.steps}
    updated = {old: new for new, old in program.carry.items() if old in program.parameters}
    for position, operand in enumerate(step.operands):
        if operand in producers and producers[operand].section == "forward":
            before = producers[operand].operands[0]
            yield Variant(with_operand(step, position, before), f"{before} is used in place of {operand}")
        if operand in updated and step.section == "backward" and step.name != updated[operand]:
            new = with_operand(step, position, updated[operand])
            yield Variant(new, f"{operand} is used after its update, {updated[operand]}")


def with_operand(step: Step, position: int, name: str) -> Step:
    operands = (*step.operands[:position], name, *step.operands[position + 1 :])
    return replace(step, operands=operands)
