"""Hypotheses: a constant factor that no convention has, alone or beside a mistake.

Any two numbers differ by a factor: one counts only where as many numbers share it as tell it from chance.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from fractions import Fraction

import numpy as np

from ...nn.op import Array, Op
from ...nn.program import Step
from ...nn.run import compute
from ...values.noisy import lift_of
from ..mistakes import variants
from ..verdicts.judgement import Change, follow
from .question import Question

MANY = 4
"""How many numbers share a factor that is no whole number and not one over it."""
CLOSE = {1: 1e-4, 2: 5e-3, 3: 2e-2}
"""How near a number must be known, as part of it, to tell a factor that as few numbers have."""
SMALL = 10
"""The largest factor of a single number."""
PLAIN = 50
"""The largest numerator or denominator of a plain factor."""
BASES = {float(1 / np.log(base)): f"the logarithm has base {base}" for base in (10, 2)}
"""What a loss is multiplied by whose logarithm is another than the natural one."""


def factors(question: Question) -> Iterator[Change]:
    """Yield a constant factor, where nothing else explains the cause."""
    factor = None if any(question.found.values()) else shared(question, question.cause.expected)
    if factor is not None:
        words = worded(question, factor)
        yield Change(words if factor in bases(question) else f"it is {words}")


def mistakes_with_factors(question: Question) -> Iterator[Change]:
    """Yield a mistake in a step that leads to the cause, with a factor beside it, the nearest first."""
    if any(question.found.values()):
        return
    judgement, cause = question.judgement, question.cause
    for name in [name for name in (cause.name, *question.lead) if name in judgement.steps]:
        for variant in variants(judgement.program, judgement.steps[name]):
            value = attempted(question, Change("", {name: variant.step}))
            factor = shared(question, value) if value is not None else None
            if factor is None or -1 != factor < 0:  # its sign would be a third mistake
                continue
            own = "" if name == cause.name else f"{name}: "
            change = Change(
                f"{own}{variant.sentence}, and {worded(question, factor)}", {name: scaled(variant.step, factor)}
            )
            if question.explains(change):
                yield change


def attempted(question: Question, change: Change) -> Array | None:
    try:
        return follow(question.judgement, change, question.cause.name)
    except (ValueError, IndexError, TypeError, ZeroDivisionError):
        return None


def shared(question: Question, value: Array) -> float | None:
    """Return the factor that all numbers of a claim have to those of a value, if enough of them share it."""
    written = question.cause.claim.written
    if value.shape != written.shape:
        return None
    usable = written.claimed & (np.abs(value.value) > 0) & (np.abs(written.value) > 2 * written.half_unit)
    count = int(np.count_nonzero(usable))
    if not count or not np.isfinite(value.value).all():
        return None
    best = np.unravel_index(np.argmax(np.where(usable, np.abs(written.value) / written.half_unit, 0)), value.shape)
    factor = float(written.value[best] / value.value[best])
    if not np.isfinite(factor):
        return None
    off = float(written.half_unit[best] / abs(written.value[best]))
    with np.errstate(all="ignore"):
        low, high = ((np.abs(written.value) + way * written.half_unit) / np.abs(value.value) for way in (-1, 1))
    near = simplest(factor, max(low[usable]), min(high[usable])) or simplest(
        factor, abs(factor) * (1 - off), abs(factor) * (1 + off)
    )
    whole = near is not None and 1 in (abs(near.numerator), near.denominator)
    base = next((b for b in bases(question) if abs(b - factor) <= off * abs(factor)), 0.0)
    if count < MANY and (off > CLOSE[count] or not (whole or base)):
        return None
    if count == 1 and not base and (near is None or max(abs(near.numerator), near.denominator) > SMALL):
        return None
    factor = base or (factor if near is None else float(near))
    return factor if factor != 1 and question.agrees(value * factor) else None


def simplest(factor: float, low: float, high: float) -> Fraction | None:
    """Return the plain factor of the smallest denominator that is of this size, with the sign of one, or None."""
    for below in range(1, PLAIN + 1):
        above = round((low + high) / 2 * below)
        if 0 < above <= PLAIN and low <= above / below <= high:
            return Fraction(above if factor > 0 else -above, below)
    return None


def bases(question: Question) -> Mapping[float, str]:
    """Return the factors of other logarithms where the cause is a loss: alone, and beside a sign or an average."""
    step, N = question.judgement.steps.get(question.cause.name), question.judgement.rows
    if not step or step.section != "loss":
        return {}
    beside = {1: "", -1: ", and its sign is flipped", 1 / N: f", and it is divided by N = {N}"}
    beside[N] = f", and it is multiplied by N = {N}" if N > 1 else ""
    return {factor * other: base + words for factor, base in BASES.items() for other, words in beside.items()}


def worded(question: Question, factor: float) -> str:
    """Write `multiplied by 4`, or `multiplied by −0.7, the negative learning rate`."""
    if factor in (known := bases(question)):
        return known[factor]
    names = {
        float(v): n
        for s in question.judgement.program.steps
        for n, v in s.settings.items()
        if np.ndim(v) == 0 and n == "lr"
    }
    near = Fraction(factor).limit_denominator(PLAIN)
    text = str(near) if abs(float(near) - factor) < 1e-9 * abs(factor) else f"{factor:.6g}"
    text = text.replace("-", "−")
    for value, name in names.items():
        for sign, prefix in ((1, ""), (-1, "−")):
            if np.isclose(factor, sign * value, rtol=1e-6):
                return f"multiplied by {prefix}{name} = {factor:g}".replace("= -", "= −")
    if near.numerator in (1, -1) and near.denominator > 1 and abs(float(near) - factor) < 1e-9 * abs(factor):
        N = "N = " if near.denominator == question.judgement.rows else ""
        return f"divided by {N}{near.denominator}" + (", with its sign flipped" if near < 0 else "")
    return f"multiplied by {text}"


def scaled(step: Step, factor: float) -> Step:
    """Return a step whose result has a factor."""

    def function(*operands: Array, **_: object) -> Array:
        return compute(step, dict(zip(step.operands, operands, strict=True)), lift_of(operands)) * factor

    return replace(step, op=Op(step.op.name, step.op.parameters, function, step.op.source), settings={})
