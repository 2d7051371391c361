"""Steps with a classic mistake in them: those declared beside an op, and wrong operands."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any

from ..nn.op import PENALIZED, Array
from ..nn.program import Program, Step

UPDATED_FIRST = "the weights are those after the update"


@dataclass(frozen=True)
class Variant:
    """A step with a mistake in it, and the sentence for it."""

    step: Step
    sentence: str
    derivative: Callable[[Array, Array], Array] | None = None
    """Of another activation: its gradient, which goes with it."""
    raw: str = ""
    """The sentence with places for the operands, of one that is declared beside an op."""


def variants(program: Program, step: Step) -> Iterator[Variant]:
    """Yield every mistake that can be made in a step: those declared beside its op, and wrong operands."""
    yield from declared(step)
    yield from wrong_operands(program, step)
    yield from penalized_too(program, step)
    yield from biases_counted(program, step)


def declared(step: Step) -> Iterator[Variant]:
    """Yield the mistakes that are declared beside the op of a step."""
    for mistake in step.op.mistakes:
        op, sentence = replace(step.op, function=mistake.function, mistakes=[]), mistake.sentence
        yield Variant(replace(step, op=op), step.op.named(sentence, step.operands), mistake.derivative, sentence)


def penalized_too(program: Program, step: Step) -> Iterator[Variant]:
    """Yield the gradient of biases with the penalty that weights have, where the config keeps them from it."""
    biases = next((name for name, gradient in program.gradients.items() if gradient == step.name), "")
    other = next((s for s in program.steps if s.op.name == PENALIZED), None)
    if other is None or step.op.name == PENALIZED or biases not in program.parameters:
        return
    count, rows = len(step.operands), other.operands[2:]

    def penalized(*operands: Array, **settings: Any) -> Array:
        gradient = step.op(*operands[:count], **{name: settings[name] for name in step.settings})
        return other.op(gradient, *operands[count:], **{name: settings[name] for name in other.settings})

    op = replace(step.op, function=penalized, mistakes=[])
    made = replace(step, op=op, operands=(*step.operands, biases, *rows), settings={**step.settings, **other.settings})
    yield Variant(made, "the penalty is added to it, as to the gradients of weights")


def biases_counted(program: Program, step: Step) -> Iterator[Variant]:
    """Yield a penalty of the biases as well, where the config keeps them from it."""
    biases = [name for name, (_, field) in program.fields.items() if field == "B" and name not in step.operands]
    if step.name not in program.penalties or not biases:
        return
    first, *others = step.operands
    nothing = [name in program.fields for name in others]

    def penalty(*operands: Array, **settings: Any) -> Array:
        weights, more = operands[: len(others) + 1], operands[len(others) + 1 :]
        rest = [x * 0 if zero else x for x, zero in zip(weights[1:], nothing, strict=True)]
        return sum((step.op(B, *rest, **settings) for B in more), step.op(*weights, **settings))

    made = replace(step, op=replace(step.op, function=penalty, mistakes=[]), operands=(first, *others, *biases))
    yield Variant(made, "the biases are penalized too")


def wrong_operands(program: Program, step: Step) -> Iterator[Variant]:
    """Yield the step with one operand mixed up: taken before its own step, or after its update."""
    producers = program.by_name
    updated = {old: new for old, new in program.successors.items() if old in program.parameters}
    for position, operand in enumerate(step.operands):
        for other in exchanged(program, step, operand):
            yield Variant(with_operand(step, position, other), f"{other} is used in place of {operand}")
        if operand in producers and producers[operand].section == "forward":
            before = producers[operand].operands[0]
            yield Variant(with_operand(step, position, before), f"{before} is used in place of {operand}")
        if operand in updated and step.section == "backward" and step.name != updated[operand]:
            new = with_operand(step, position, updated[operand])
            yield Variant(new, f"{operand} is used after its update, {updated[operand]}")


def updated_first(program: Program, steps: Iterable[Step]) -> dict[str, Step]:
    """Return the steps of the backward pass that take parameters, with those after the update in their place."""
    updated = {old: new for old, new in program.successors.items() if old in program.parameters}
    found = dict[str, Step]()
    for step in steps:
        operands = tuple(updated.get(operand, operand) for operand in step.operands)
        if step.section == "backward" and operands != step.operands and step.name not in updated.values():
            found[step.name] = replace(step, operands=operands)
    return found


def exchanged(program: Program, step: Step, operand: str) -> Iterator[str]:
    """Yield what may be taken for an operand: another layer's weights, or its own output for its input."""
    tensors = program.tensors
    own = tensors[operand]
    if step.section != "backward" or not own.label:
        return
    for other in tensors.values():
        if other.label and other.name != operand and other.shape == own.shape:
            weights = other.label.kind == own.label.kind == "weight"
            outputs = own.label.kind == "activation" and abs(other.label.block - own.label.block) == 1
            first = own.role == "input" and other.label.block == 1
            if weights or ((outputs or first) and other.name in block_outputs(program)):
                yield other.name


def block_outputs(program: Program) -> set[str]:
    """Return what the blocks of layers put out: their activations, and of one that has none its linear output."""
    labels = [(t.label, t.name) for t in program.tensors.values() if t.label]
    made = {label.block: name for label, name in labels if label.kind == "linear"}
    made.update({label.block: name for label, name in labels if label.kind == "activation"})
    return set(made.values())


def other_outputs(program: Program, step: Step) -> Iterator[Variant]:
    """Yield a step of the backward pass with outputs of another shape in place of a layer's inputs."""
    tensors = program.tensors
    outputs = [t for t in tensors.values() if t.label and t.label.kind in ("activation", "input")]
    for position, operand in enumerate(step.operands if step.section == "backward" else ()):
        for other in outputs if tensors[operand] in outputs else ():
            if other.shape != tensors[operand].shape:
                yield Variant(with_operand(step, position, other.name), f"{other.name} is used in place of {operand}")


def with_operand(step: Step, position: int, name: str) -> Step:
    operands = (*step.operands[:position], name, *step.operands[position + 1 :])
    return replace(step, operands=operands)
