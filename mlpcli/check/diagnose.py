"""What mistake explains a cause: every classic mistake is tried, and kept only if it accounts for every cell.

Two engines. The step is run again on the claimed inputs with one mistake in it, or in a step above it that nobody
claims; and the tensor is edited as a page is. Explanations are "consistent with", never "proven": ties are all listed.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np

from ..nn.op import Array
from ..nn.program import Program, Step
from ..nn.rounding import Noisy
from .edits import cell_edits, last_digit_only, line_edits, possible_edits, tensor_edits
from .judge import Judged, Judgement, follow
from .written import agreement

MAX_EXPLANATIONS = 5
MAX_STEPS = 3
"""Slips in tensors that nobody claims are looked for so many steps up."""
FEW = 2
"""With so few numbers that differ, explanations cannot be told apart."""


@dataclass(frozen=True)
class Variant:
    """A step with a mistake in it, and the sentence for it."""

    step: Step
    sentence: str


def diagnose(judgement: Judgement) -> None:
    """Explain every cause, or abstain."""
    with np.errstate(all="ignore"):
        for cause in judgement.judged:
            if cause.failed and not cause.claim.note:
                cause.explanations = explanations(judgement, cause)


def explanations(judgement: Judgement, cause: Judged) -> list[str]:
    """Sentences, simplest first: mistakes in the step, edits, mistakes above it in steps that nobody claims."""
    found = list(by_own_step(judgement, cause)) + list(by_edits(judgement, cause))
    found = found or list(by_unclaimed_steps(judgement, cause)) or list(by_unclaimed_edits(judgement, cause))
    unique = list(dict.fromkeys(found))
    if len(unique) > 1 and np.isnan(cause.claim.written.value).all():
        return []  # any of the many ways to nan
    if len(unique) > 1 and np.count_nonzero(cause.wrong) <= FEW:
        count = np.count_nonzero(cause.wrong)
        unique.append(f"too few numbers differ ({count}) to tell these apart")
    return unique[:MAX_EXPLANATIONS]


def explains(cause: Judged, value: Array) -> bool:
    """Whether a value is the claimed one in every cell."""
    written = cause.claim.written
    return value.shape == written.shape and bool(agreement(written, value).all())


def by_own_step(judgement: Judgement, cause: Judged) -> Iterator[str]:
    step = next((s for s in judgement.program.steps if s.name == cause.name), None)
    if step is None:
        return
    for variant in variants(judgement.program, step):
        if explains(cause, tried(judgement, cause, variant)):
            yield variant.sentence


def by_unclaimed_steps(judgement: Judgement, cause: Judged) -> Iterator[str]:
    """Mistakes in steps above the cause that lead to it through tensors that nobody claims, nearest first."""
    for step in unclaimed_above(judgement, cause):
        for variant in variants(judgement.program, step):
            if explains(cause, tried(judgement, cause, variant)):
                yield f"{step.name}: {variant.sentence}"


def by_unclaimed_edits(judgement: Judgement, cause: Judged) -> Iterator[str]:
    """Edits of tensors above the cause that nobody claims."""
    for step in unclaimed_above(judgement, cause)[:MAX_STEPS]:
        value = judgement.claimed[step.name]
        for edit in (*tensor_edits(value, judgement.program.batch_size), *possible_edits(value)):
            if explains(cause, follow(judgement, {step.name: edit.value}, cause.name)):
                yield f"{step.name}: {edit.sentence}"


def unclaimed_above(judgement: Judgement, cause: Judged) -> list[Step]:
    """Steps whose results nobody claims, nearest first."""
    claimed = {j.name for j in judgement.judged}
    wanted, found = {cause.name}, []
    for step in reversed(judgement.program.steps):
        if step.name in wanted:
            if step.name != cause.name:
                found.append(step)
            wanted.update(operand for operand in step.operands if operand not in claimed)
    return found


def tried(judgement: Judgement, cause: Judged, variant: Variant) -> Array:
    """The cause's tensor with a mistake in one step; empty where the mistake cannot be made here."""
    try:
        return follow(judgement, {}, cause.name, {variant.step.name: variant.step})
    except (ValueError, ZeroDivisionError, TypeError, IndexError):
        return Noisy(np.zeros(0))


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


def by_edits(judgement: Judgement, cause: Judged) -> Iterator[str]:
    """Edits of what follows from the claims above, or of what is right."""
    written = cause.claim.written
    for value in (cause.expected, cause.reference):
        for edit in (*tensor_edits(value, judgement.program.batch_size), *line_edits(written, value)):
            if explains(cause, edit.value):
                yield edit.sentence
        if last_digit_only(written, value):
            yield "off in the last printed digit only, as from rounding on the way"
        slips = cell_edits(written, value, cause.wrong)
        if slips:
            yield ", ".join(slips)
