"""The hidden convention: when one setting explains claims that fail, find it.

Every setting of the conventions is tried at other values, then a second one beside the best. A setting counts if more
claims hold under it; a document that changes its setting on the way is told from one that has another throughout.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from ...nn.program import Program, Step
from ...nn.run import Setup, State, Trace, run
from ...values.noisy import Noisy
from ..claims.claimed import Claimed, fit_shape
from ..claims.written import agreement
from ..verdicts.judgement import Change
from ..verdicts.saturation import reference
from .neighbours import Neighbours, described, named

MAX_SETTINGS = 2


@dataclass(frozen=True)
class SettingFit:
    """A setting that explains claims that fail without it."""

    settings: Mapping[str, Any]
    explained: frozenset[str]
    """Claims that hold under it and not as the config has it."""
    sentence: str
    whole: bool
    """Whether every claim holds under it, or up to one of them as the config has it."""

    @property
    def cause(self) -> str:
        """What explains a cause that was computed so."""
        return f"computed with {named(self.settings)}"


def fit(around: Neighbours, claims: Mapping[str, Claimed]) -> SettingFit | None:
    """Find the setting that explains most, if one explains anything."""
    search = SettingSearch(around, claims)
    stated = search.stated
    best: tuple[int, dict[str, Any], frozenset[str]] = (len(stated), {}, stated)
    for _ in range(MAX_SETTINGS):
        found = best
        for settings in around.alternatives(best[1]):
            holds = search.holding(settings)
            score = len(holds | stated) if split(search.places, holds, stated) else len(holds)
            if score > found[0]:
                found = (score, settings, holds)
        if found is best:
            break
        best = found
    _, settings, holds = best
    if not settings:
        return None
    whole = search.places.keys() <= (holds | stated if split(search.places, holds, stated) else holds)
    return SettingFit(settings, holds - stated, sentence(around, search.places, settings, holds, stated), whole)


class SettingSearch:
    """Runs a network under other settings; settings that lead to a program already run are not run again."""

    def __init__(self, around: Neighbours, claims: Mapping[str, Claimed]) -> None:
        self.around, self.claims = around, claims
        program = around.setup.program
        names = [name for name in program.order if name in claims]
        new = {program.successors.get(name) for name in program.parameters}
        last = min((i for i, name in enumerate(names) if name in new), default=len(names))
        # Parameters are updated at once: no setting changes among them.
        self.places = {name: min(i, last) for i, name in enumerate(names)}
        _, self.reference = reference(around.setup, claims.values())
        self.stated = agreeing(claims, self.reference)
        self.known = {around.signature(around.setup): self.stated}

    def holding(self, settings: Mapping[str, Any]) -> frozenset[str]:
        """Return the claims that hold under these settings."""
        setup = self.around.under(settings)
        if setup is None:
            return frozenset()
        key = self.around.signature(setup)
        if key not in self.known:
            other = self.around.once(("differing", key), lambda: differing_tensors(self.around.setup, setup))
            claims = {name: claim for name, claim in self.claims.items() if name in other or name not in setup.trace}
            trace = quietly({name: setup.trace[name] for name in claims if name in setup.trace}, self.reference)
            self.known[key] = agreeing(claims, trace) | (self.stated - claims.keys())
        return self.known[key]


def differing_tensors(own: Setup, other: Setup) -> frozenset[str]:
    """Return the tensors of another setup that have other numbers than this one's."""
    return frozenset(
        name
        for name, value in other.trace.items()
        if name not in own.trace or not np.array_equal(own.trace[name], value, equal_nan=True)
    )


def rerun(program: Program, reference: Trace, given: Mapping[str, Any]) -> Trace:
    """Run on the numbers of another run but for those given, with its noise."""
    numbers = {name: reference[name].value for name in program.given}
    return quietly(run(program, State(), {}, given={**numbers, **given}), reference)


def quietly(trace: Trace, reference: Trace) -> Trace:
    """Give a plain run the noise of another: rounding is alike under another setting, and costs ten times as much."""
    return {
        name: Noisy(value, reference[name].noise)
        if name in reference and reference[name].shape == np.shape(value)
        else Noisy(value)
        for name, value in trace.items()
    }


def split(places: Mapping[str, int], holds: frozenset[str], stated: frozenset[str]) -> tuple[str, str] | None:
    """Return the last claim that needs the stated setting and the first that needs the other, if in this order."""
    old = [name for name in places if name in stated - holds]
    new = [name for name in places if name in holds - stated]
    if old and new and places[old[-1]] < places[new[0]]:
        return old[-1], new[0]
    return None


def agreeing(claims: Mapping[str, Claimed], trace: Trace) -> frozenset[str]:
    """Return the claims that agree with a run."""
    return frozenset(name for name, claim in claims.items() if name in trace and holds(claim, trace[name]))


def holds(claim: Claimed, computed: Any) -> bool:
    written, note = fit_shape(claim.written, computed)
    with np.errstate(all="ignore"):
        return not note and bool(agreement(written, computed).all())


def setting_changes(around: Neighbours, found: SettingFit | None) -> list[list[Change]]:
    """Return what other values of one setting change in the program; then what several change that fit the claims."""
    fitting = list(changes_by(around, found.settings))[:1] if found else []
    fitting = [replace(change, holding=found.explained) for change in fitting if found]
    several = found is not None and len(found.settings) > 1
    single = [] if several else list(fitting)
    single += around.once("single", lambda: [c for s in around.alternatives({}) for c in changes_by(around, s)])
    unique: dict[Hashable, Change] = {}
    for change in single:
        unique.setdefault(frozenset(map(described, change.steps.values())), change)
    return [list(unique.values()), fitting if several else []]


def changes_by(around: Neighbours, settings: Mapping[str, Any]) -> Iterator[Change]:
    """Yield what settings change throughout, and in each layer alone that has them."""
    name = named(settings)
    for other in around.each(settings):
        steps = differing(around.setup, other) if other else {}
        if steps:
            yield Change(f"computed with {name}", steps, setting=name)


def differing(setup: Setup, other: Setup) -> dict[str, Step]:
    """Return the steps that another network has under the names of this one's; none if it is given other tensors.

    A step that reads what this network has not, as the total reads the mean of the loss, cannot take its step's place.
    """
    if any(name not in other.given or other.given[name].shape != v.shape for name, v in setup.given.items()):
        return {}
    own, known = {step.name: described(step) for step in setup.program.steps}, setup.program.tensors.keys()
    changed = (s for s in other.program.steps if s.name in own and described(s) != own[s.name])
    return {s.name: s for s in changed if known >= {*s.operands}}


def sentence(
    around: Neighbours,
    places: Mapping[str, int],
    settings: Mapping[str, Any],
    holds: frozenset[str],
    stated: frozenset[str],
) -> str:
    """Say what the claims show of the setting: it holds throughout, or from a claim on."""
    new, old = named(settings), named({name: around.current(name) for name in settings})
    parts = split(places, holds, stated)
    if parts:
        return f"claims up to {parts[0]} hold with {old}, from {parts[1]} on with {new}"
    return f"{len(holds)} of {len(places)} claims hold with {new}, {len(stated)} with {old}"
