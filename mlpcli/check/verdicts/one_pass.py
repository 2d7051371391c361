"""One pass over the claims of a case in dataflow order, each judged by the claims above it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from ...nn.op import Array
from ...nn.program import Step
from ...nn.run import Trace, compute, following, in_order
from ...values.noisy import SURE, Noisy, noisy
from ..claims.claimed import Claimed, fit_shape
from ..claims.updated import is_given
from ..claims.written import Written, agreement, cut
from .hand import by_hand
from .judgement import CAUSE, CONSEQUENCE, MATCH, TRUNCATED, Change, Judged, Judgement, above, follow

ROUNDED = 200
"""How many half units, of the coarsest claims, a number may be off that was computed from rounded ones."""


class Pass:
    """Gathers the verdicts, and the values that the claims judged so far imply."""

    def __init__(self, start: Judgement, changes: Mapping[str, Change], misprints: frozenset[str]) -> None:
        self.start, self.changes, self.misprints = start, changes, misprints
        self.program, self.reference, carried = start.program, start.reference, start.carried
        self.changed = {name: step for change in changes.values() for name, step in change.steps.items()}
        self.values = {name: value for c in reversed(list(changes.values())) for name, value in c.values.items()}
        self.routes: dict[str, Step] = {}
        # A change may take what is computed further down.
        self.claimed, self.plain = {**self.reference, **carried}, {**self.reference, **carried}
        self.judged: dict[str, Judged] = {}

    def run(self, claims: Mapping[str, Claimed]) -> Judgement:
        """Judge every claim, taking known misprints for what they stand for."""
        own = self.program.by_name
        for name in (*self.program.given, *in_order(self.program, self.changed)):
            if name in own and self.departs(own[name], self.plain, self.reference):
                self.plain[name] = compute(own[name], self.plain, noisy)
            self.claimed[name] = self.value(name, name in claims)
            if name in claims:
                self.judge(claims[name])
        return self.judgement()

    def value(self, name: str, is_claimed: bool) -> Array:
        """Return what a tensor is as the claims above it have it."""
        if name in self.values and not is_claimed:
            return self.values[name]
        if self.changes and name in self.program.by_name:
            own = self.program.by_name[name]
            step = self.changed.get(name) or own
            if step is not own or self.departs(step, self.claimed, self.plain):
                return compute(step, self.claimed, noisy)
        return self.plain[name]

    @staticmethod
    def departs(step: Step, values: Trace, usual: Trace) -> bool:
        """Return whether a step has operands other than the usual ones, and may give something else than usual."""
        return any(values[name] is not usual[name] for name in step.operands)

    def judgement(self) -> Judgement:
        """Return what is found so far."""
        judged = tuple(self.judged.values())
        start = replace(self.start, changes=self.changes, routes=self.routes, judged=judged)
        return replace(start, claimed=self.claimed, plain=self.plain)

    def unchanged(self) -> Judgement:
        """Return what is found so far, for what follows from the claims without the changes."""
        return replace(self.judgement(), changes={}, claimed=self.plain)

    def judge(self, claim: Claimed) -> None:
        """Note the verdict on one claim, and keep the value that it implies."""
        name = claim.name
        written, note = fit_shape(claim.written, self.plain[name])
        claim = Claimed(name, written, claim.place, claim.note or note)
        if claim.note:
            plain = self.plain[name]
            self.judged[name] = Judged(claim, CAUSE, np.ones(written.shape, bool), plain, plain)
            return
        judged, nearest = self.verdict(claim)
        self.judged[name] = judged
        if name in self.misprints:
            self.claimed[name] = self.plain[name]
        else:
            self.claimed[name] = self.plain[name] = implied_value(written, judged.reference, nearest)

    def verdict(self, claim: Claimed) -> tuple[Judged, Array]:
        """Return the verdict on a claim, and the computed value that it is nearest to."""
        name, written = claim.name, claim.written
        reference, local, plain = self.reference[name], self.claimed[name], self.plain[name]
        verdict, wrong = verdict_of(written, reference, plain)
        given = self.program.predecessors.get(name, "")
        if verdict == TRUNCATED and given and is_given(written, self.plain[given].value):
            verdict, wrong = CAUSE, ~agreement(written, reference)  # nobody cuts a number to what it was before
        judged = Judged(claim, verdict, wrong, plain, reference)
        if not self.changes:
            return self.retry(judged, plain, self.judgement()) if verdict == CAUSE else (judged, plain)
        if verdict != CAUSE:
            return replace(judged, contradicts=not agreement(written, local).all()), plain
        changed, differing = verdict_of(written, reference, local)
        if changed != CAUSE or any(name in change.holding for change in self.changes.values()):
            return self.account(judged), local
        found, value = self.retry(replace(judged, wrong=differing, expected=local), local, self.judgement())
        if found.verdict == CAUSE or self.retry(judged, plain, self.unchanged())[0].verdict != CAUSE:
            return found, value
        return self.account(judged), value

    def account(self, judged: Judged) -> Judged:
        """Make the first claim that follows with a change alone the cause, and all others its consequences."""
        name, changes = judged.name, self.changes
        reach = {name, *above(self.judgement(), name)}
        reaching = [found for found, c in changes.items() if reach & c.changed or name in c.holding]
        change = changes[name if name in changes else (reaching or list(changes))[-1]]
        first = next((j for j in self.judged.values() if j.change is change), None)
        if first is None:
            return replace(judged, change=change)
        self.judged[first.name] = replace(first, accounted=(*first.accounted, name))
        return replace(judged, verdict=CONSEQUENCE, wrong=~agreement(judged.claim.written, judged.reference))

    def retry(self, judged: Judged, local: Array, so_far: Judgement) -> tuple[Judged, Array]:
        """Try to derive a claim in another way than by its own step on the claims as they are.

        By another route to the same tensor; once an earlier cause is put right, as from the computation behind a
        misprinted page; or from claims with no more digits than are written.
        """
        name, steps = judged.name, so_far.steps
        way = [made for made in (name, *above(so_far, name)) if made in steps]
        routes = [(made, route) for made in way for route in self.program.routes.get(made, ())]
        for made, route in routes:
            found = following_from(judged, follow(so_far, Change("", {made: route}), name))
            if found:
                self.take(made, route, name)
                return found, found.expected
        used = {operand for made in way for operand in steps[made].operands}
        for earlier in so_far.judged:
            if earlier.name in used and earlier.failed and not earlier.claim.note:
                found = following_from(
                    judged, follow(so_far, Change("", values={earlier.name: earlier.expected}), name)
                )
                if found:
                    return found, found.expected
        if self.follows_rounded(judged, local, so_far, routes):
            wrong = ~agreement(judged.claim.written, judged.reference)
            return replace(judged, verdict=CONSEQUENCE, wrong=wrong), local
        return judged, local

    def take(self, made: str, route: Step, until: str) -> None:
        """Go on by another route to a tensor, and to those computed of it already, which is what a claim follows."""
        for so_far, trace in ((self.judgement(), self.claimed), (self.unchanged(), self.plain)):
            run = following(so_far.actual, trace, noisy, steps={made: route}, kept=self.judged, until=until)
            trace.update([(name, value) for name, value in run if name != until])
        self.routes[made] = route

    @staticmethod
    def follows_rounded(judged: Judged, local: Array, so_far: Judgement, routes: Sequence[tuple[str, Step]]) -> bool:
        """Return whether a claim follows from the others as they are written, or if more is rounded on the way."""
        written, name = judged.claim.written, judged.name

        def agrees(value: Array) -> bool:
            return bool(agreement(written, value).all())

        off = np.abs(written.value - local.value)[judged.wrong]
        step = so_far.steps.get(name)
        near = bool((off <= ROUNDED * max(0, written.coarsest, *so_far.coarsest)).all())
        if not near and (step is None or step.section != "loss"):
            return False  # the logarithm of a small number may be off by much more
        # All is 0 if rounded enough, and a parameter is what it was before.
        hand = near and written.printed and not written.eps and written.value.any() and not unmoved(so_far, judged)
        as_written = {**so_far.carried_as_written, **so_far.as_written}
        single = [{made: route} for made, route in routes]
        for other in ({}, *single, *([dict(reversed(routes))] if len(single) > 1 else [])):
            change = Change("", other, as_written)
            if agrees(follow(so_far, change, name)) or (hand and any(map(agrees, by_hand(so_far, change, judged)))):
                return True
        return False


def unmoved(judgement: Judgement, judged: Judged) -> bool:
    """Return whether an updated parameter is claimed with the very numbers that it had before, or had to begin with."""
    given = judgement.program.predecessors.get(judged.name, "")
    traces = (judgement.plain, judgement.reference) if given else ()
    return any(is_given(judged.claim.written, trace[given].value) for trace in traces)


def verdict_of(written: Written, reference: Array, local: Array) -> tuple[str, Any]:
    """Return the verdict, and the cells that are wrong."""
    right = agreement(written, reference)
    if right.all():
        return MATCH, ~right
    if (right | cut(written, reference)).all():
        return TRUNCATED, ~right
    follows = agreement(written, local) | cut(written, local) | right | cut(written, reference)
    return (CONSEQUENCE, ~right) if follows.all() else (CAUSE, ~follows)


def following_from(judged: Judged, value: Array) -> Judged | None:
    """Turn a cause into a consequence of this value, if it is one."""
    verdict, wrong = verdict_of(judged.claim.written, judged.reference, value)
    return replace(judged, verdict=verdict, wrong=wrong, expected=value) if verdict == CONSEQUENCE else None


def implied_value(written: Written, reference: Array, local: Array) -> Array:
    """Return the value a claim implies: as computed where it follows or is right, else as written.

    What is 0 but for noise lies on the side of 0 where it was written: a derivative may hang on that.
    """
    follows = agreement(written, local)
    if follows.all():
        sided = (np.abs(local.value) <= SURE * local.noise) & (written.value != 0) & written.claimed
        value, noise = np.where(sided, written.value, local.value), np.where(sided, 0, local.noise)
        return Noisy(value, noise) if sided.any() else local
    follows |= cut(written, local)
    right = agreement(written, reference) | cut(written, reference)
    value = np.where(follows, local.value, np.where(right, reference.value, written.value))
    noise = np.where(follows, local.noise, np.where(right, reference.noise, written.noise))
    return Noisy(value, noise)
