"""What a hypothesis is asked, and whether what it answers accounts for the claim."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import islice
from typing import Any

import numpy as np

from ...nn.op import Array
from ...nn.program import Step
from ...values.noisy import plain
from ..claims.written import DOUBLE, NOISE, Written, agreement
from ..mistakes import variants
from ..verdicts.judgement import Change, Judged, Judgement, above, follow
from ..verdicts.precision import as_single, computed
from .edits import Edit

FEW = 2
"""Where no more numbers than this differ, explanations cannot be told apart."""
EXACT = {0: 0.0, 1: 1e-8, 2: 1e-5}
"""How far off one number may be, or each of two, as part of it, that is found again by no guess of another number."""
MAX_GIVEN_STEPS = 8
"""How many steps up the given tensors are used whose numbers are varied: over a layer with batch normalization."""
MARGIN, COARSELY = 1000, 10
"""How many times the noise of what is expected may be that of what a change leads to, and where that is not so small:
in numbers of float32, and in those that follow from what was written down.
"""
DROWNED = 10
"""How many times larger than what a number is off by its noise is, where no change leads to it but exactly."""
SAME = 1e-12
"""How near two ways to compute a tensor are, as part of each number, that are the same."""
NUDGE, FAR = 1e-3, 10.0
"""How far a number is moved, as part of it, to see what depends on it at all, and what else."""

Settings = Sequence[Sequence[Change]]
"""The changes that other conventions make: one setting at a time, then several at once."""


@dataclass(frozen=True)
class Question:
    """What explains this cause?"""

    judgement: Judgement
    cause: Judged
    settings: Settings = ()
    found: Mapping[str, Sequence[Change]] = field(default_factory=dict)
    """What the hypotheses asked before have found, by their names."""
    memo: dict[tuple[Any, ...], Any] = field(default_factory=dict)
    """What was worked out for one hypothesis and serves the next."""

    @cached_property
    def few(self) -> bool:
        """Whether hardly any number differs: one or two, and those not exact."""
        written = self.cause.claim.written
        return bool(np.count_nonzero(self.cause.wrong) <= FEW) and not self.exact(written.half_unit)

    @cached_property
    def definite(self) -> bool:
        """Whether slips are worth a search: many numbers are wrong, or one or two with too many digits for chance."""
        return not self.few or self.exact(self.cause.claim.written.digit_half)

    def exact(self, off: Any) -> bool:
        """Return whether one or two numbers differ, each written so exactly that no other number could be meant."""
        count = int(np.count_nonzero(self.cause.wrong))
        return bool((off / np.abs(self.cause.claim.written.value) < EXACT[count])[self.cause.wrong].all())

    @cached_property
    def alone(self) -> bool:
        """Return whether that is all there is to go by: guesses of a number would fit by chance."""
        return self.few and not self.others

    @cached_property
    def others(self) -> list[Judged]:
        """The other claims that are wrong in themselves."""
        return [j for j in self.judgement.judged if explainable(j) and j is not self.cause]

    @cached_property
    def single(self) -> Written:
        """What is claimed, off by what float32 rounds where it may be of that, and where nothing else is rounded."""
        written, expected = self.cause.claim.written, self.cause.expected
        return as_single(written) if computed(expected) else written

    @property
    def before(self) -> Judged | None:
        """What is found of the same tensor in the step before."""
        before = self.judgement.before
        return before.by_name.get(self.cause.name) if before else None

    @cached_property
    def lead(self) -> list[str]:
        """Tensors that lead to the cause and that nobody claims, nearest first."""
        return above(self.judgement, self.cause.name)

    @property
    def sources(self) -> list[Judged]:
        """The claims that the cause follows from, through tensors that nobody claims."""
        judgement = self.judgement
        made = [judgement.steps[name] for name in (self.cause.name, *self.lead) if name in judgement.steps]
        names = dict.fromkeys(operand for step in made for operand in step.operands if operand in judgement.by_name)
        return [judgement.by_name[name] for name in names if name != self.cause.name]

    @cached_property
    def near_given(self) -> list[str]:
        """What is given to the cause's step and to those right above it, and is not claimed."""
        steps = self.judgement.steps
        nearest = [steps[name] for name in (self.cause.name, *self.lead[:MAX_GIVEN_STEPS]) if name in steps]
        used = {operand for step in nearest for operand in step.operands}
        return [name for name in self.lead if name in used and name in self.judgement.program.given]

    def explains(self, change: Change) -> bool:
        """Return whether with a change the value is the claimed one in every cell; a change may be impossible here."""
        cause, judgement = self.cause, self.judgement
        if cause.name in judgement.program.given and cause.name not in change.values:
            return False  # it is not computed, so no change leads to it
        try:
            if not self.near(plain(follow(judgement, change, cause.name, plain=True))):
                return False
            value = follow(judgement, change, cause.name)
            return any(agrees(w, value) and not self.drowned(w, value) for w in (cause.claim.written, self.single))
        except (ValueError, ZeroDivisionError, TypeError, IndexError):
            return False

    def near(self, value: Any) -> bool:
        """Return whether plain floats are so near to what is claimed that their noise may make up for the rest."""
        written, expected = self.single, self.cause.expected
        if np.shape(value) != written.shape:
            return False
        with np.errstate(all="ignore"):
            off = np.abs(written.value - value)
            noise = self.noise_of_one * np.abs(value) + self.expected_noise
            if (off > 2 * written.half_unit + self.margin * noise).any():
                return False  # as most are
            drowned = self.cause.wrong & (noise >= DROWNED * np.abs(written.value - expected.value))
            return not (drowned & (off > 2 * written.half_unit)).any()

    @cached_property
    def margin(self) -> float:
        """How many times its noise what a change leads to may be off before that is worked out."""
        return MARGIN if self.single.coarseness == 1 and computed(self.cause.expected) else COARSELY

    @cached_property
    def expected_noise(self) -> Any:
        """How far what is expected may be off by its noise."""
        noise = self.cause.expected.noise
        return np.where(np.isfinite(noise), noise, 0) * self.noise_of_one / DOUBLE

    @property
    def noise_of_one(self) -> float:
        """How far a number may be off by its own rounding, as part of it."""
        return NOISE * self.single.coarseness * DOUBLE

    def agrees(self, value: Array) -> bool:
        """Return whether it is the claimed value."""
        return agrees(self.cause.claim.written, value)

    def drowned(self, written: Written, value: Array) -> bool:
        """Return whether a value agrees for nothing but its noise: what is expected would then agree as well."""
        with np.errstate(all="ignore"):
            off = np.abs(written.value - value.value) > written.half_unit
            apart = np.abs(written.value - self.cause.expected.value)
            return bool((off & (NOISE * written.coarseness * value.noise >= apart))[self.cause.wrong].any())

    def depends(self, name: str, index: tuple[int, ...]) -> bool:
        """Return whether every wrong cell of the cause changes with one cell of another tensor.

        Of those that some change with, others may do so only if it is another number altogether, as units of ReLU do.
        """
        left = self.cause.wrong
        for far in (NUDGE, FAR, -FAR):
            moved = self.moved(name, index, far)
            if far == NUDGE and not moved[left].any():
                return False
            left = left & ~moved
            if not left.any():
                return True
        return False

    def moved(self, name: str, index: tuple[int, ...], far: float) -> Any:
        """Return which cells of the cause change if a number is moved so far, as part of it."""
        value = self.judgement.claimed[name]
        other = value.value.copy()
        other[index] += far * (abs(other[index]) + 1)
        changed = Change("", values={name: type(value)(other, value.noise)})
        return plain(follow(self.judgement, changed, self.cause.name, plain=True)) != self.cause.expected.value

    def by_values(self, name: str, edits: Iterable[Edit]) -> Iterator[Change]:
        """Yield edits of another tensor that lead to the cause."""
        target = self.judgement.program.tensors[name].role == "target"
        own = f"the target {name}" if target else name
        ways = [*self.ways, *self.same_ways] if target else self.ways
        for edit in edits:
            sentence = f"{own}: {edit.sentence}".replace(": it is", " is")
            changes = (Change(sentence, way, {name: edit.value}) for way in ways)
            yield from islice(filter(self.explains, changes), 1)

    @cached_property
    def ways(self) -> list[dict[str, Step]]:
        """The cause's own step, and the other routes to it."""
        name = self.cause.name
        return [{}, *({name: route} for route in self.judgement.program.routes.get(name, ()))]

    @cached_property
    def detours(self) -> dict[str, list[dict[str, Step]]]:
        """Tensors that nobody claims and that lead to the cause by a route to one above it alone, or by it as well."""
        found = dict[str, list[dict[str, Step]]]()
        for made in self.lead:
            for route in self.judgement.program.routes.get(made, ()):
                other = replace(self.judgement, routes={**self.judgement.routes, made: route})
                for name in above(other, self.cause.name):
                    if name not in self.lead or name in route.operands:
                        found.setdefault(name, []).extend({**way, made: route} for way in self.ways)
        return found

    @cached_property
    def same_ways(self) -> list[dict[str, Step]]:
        """Mistakes in the steps that take targets that show only with other ones, as Y − D where a row sums to 1."""
        program, steps = self.judgement.program, self.judgement.steps
        targets = {tensor.name for tensor in program.tensors.values() if tensor.role == "target"}
        taking = [name for name in (self.cause.name, *self.lead) if name in steps and targets & {*steps[name].operands}]
        slips = [{name: variant.step} for name in taking for variant in variants(program, steps[name])]
        return [way for way in slips if self.is_same(way)]

    def is_same(self, way: Mapping[str, Step]) -> bool:
        """Return whether another step makes no difference here."""
        try:
            value = plain(follow(self.judgement, Change("", way), self.cause.name, plain=True))
        except (ValueError, ZeroDivisionError, TypeError, IndexError):
            return False
        expected = self.cause.expected.value
        return np.shape(value) == expected.shape and bool(np.allclose(value, expected, rtol=SAME, atol=0))


def agrees(written: Written, value: Array) -> bool:
    """Return whether a value is the written one in every cell."""
    return value.shape == written.shape and bool(agreement(written, value).all())


def explainable(judged: Judged) -> bool:
    """Return whether a claim is wrong in itself and can be compared."""
    return judged.failed and not judged.claim.note


Hypothesis = Callable[[Question], Iterable[Change]]
"""A question → the changes that account for the cause; those of the cause itself have a sentence alone."""
