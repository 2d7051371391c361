"""The hidden convention: when one setting explains claims that fail, find it.

Every setting of the conventions is tried at other values, then a second one beside the best. A setting counts if more
claims hold under it; a document that changes its setting on the way is told from one that has another throughout.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping
from dataclasses import dataclass, fields, replace
from itertools import combinations
from typing import Any

import numpy as np

from ...nn.build import NetworkError
from ...nn.network import Goal, Network, compile_network
from ...nn.program import Program, Step, Trace
from ...values.noisy import Noisy, noisy
from ..claims.claimed import Claimed, fitted, order
from ..claims.written import agreement
from ..verdicts.judgement import Change
from ..verdicts.saturation import saturating

PARAMETERS = ("W", "B", "gamma", "beta")
ALTERNATIVES: dict[str, tuple[Any, ...]] = {
    "eps": (0.0, *(10.0**-k for k in range(12, 0, -1))),
    "alpha": (0.01, 0.1, 0.5, 0.9, 0.95, 0.99, 0.999),
    "alpha_weighs": ("old", "new"),
    "running_variance": ("biased", "unbiased"),
    "average": tuple(c for n in range(len(PARAMETERS) + 1) for c in combinations(PARAMETERS, n)),
    "loss": ("sum", "mean"),
    "logits_gradient": ("error", "derivative"),
    "momentum": ("step", "gradient"),
    "layout": ("in_out", "out_in"),
    "mode": ("train", "eval"),
}
MAX_SETTINGS = 2


@dataclass(frozen=True)
class Fit:
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


def fit(network: Network, goal: Goal, claims: Mapping[str, Claimed]) -> Fit | None:
    """The setting that explains most, if one explains anything."""
    search = Search(network, goal, claims)
    names, stated = search.names, search.stated
    best: tuple[int, dict[str, Any], frozenset[str]] = (len(stated), {}, stated)
    for _ in range(MAX_SETTINGS):
        found = best
        for settings in alternatives(network, best[1]):
            holds = search.holding(settings)
            score = len(holds | stated) if split(names, holds, stated) else len(holds)
            if score > found[0]:
                found = (score, settings, holds)
        if found is best:
            break
        best = found
    _, settings, holds = best
    if not settings:
        return None
    whole = set(names) <= (holds | stated if split(names, holds, stated) else holds)
    return Fit(settings, holds - stated, sentence(network, names, settings, holds, stated), whole)


def named(settings: Mapping[str, Any]) -> str:
    """`eps = 1e-8 and alpha = 0.1`."""
    return " and ".join(f"{name} = {shown(value)}" for name, value in settings.items())


class Search:
    """Runs a network under other settings; settings that lead to a program already run are not run again."""

    def __init__(self, network: Network, goal: Goal, claims: Mapping[str, Claimed]) -> None:
        self.network, self.goal, self.claims = network, goal, claims
        program = compile_network(network, goal)
        self.names = [name for name in order(program) if name in claims]
        self.reference = saturating(program, claims.values()).run(noisy)
        self.stated = agreeing(claims, self.reference)
        self.known = {signature(program): self.stated}

    def holding(self, settings: Mapping[str, Any]) -> frozenset[str]:
        """The claims that hold under these settings."""
        try:
            program = compile_network(changed(self.network, settings), self.goal)
        except NetworkError:
            return frozenset()
        key = signature(program)
        if key not in self.known:
            self.known[key] = agreeing(self.claims, rerun(program, self.reference))
        return self.known[key]


def signature(program: Program) -> Hashable:
    """What tells programs of one network apart: their steps, their ops and the ops' settings."""
    return tuple(described(step) for step in program.steps)


def described(step: Step) -> Hashable:
    return step.name, step.op.name, step.op.formula, step.operands, tuple(step.settings.items())


def rerun(program: Program, reference: Trace) -> Trace:
    """A plain run with the noise of another: rounding is alike under another setting, and ten times as dear."""
    trace = program.run()
    return {
        name: Noisy(value, reference[name].noise)
        if name in reference and reference[name].shape == np.shape(value)
        else Noisy(value)
        for name, value in trace.items()
    }


def split(names: list[str], holds: frozenset[str], stated: frozenset[str]) -> tuple[str, str] | None:
    """The last claim that needs the stated setting and the first that needs the other, if in this order."""
    old = [name for name in names if name in stated - holds]
    new = [name for name in names if name in holds - stated]
    if old and new and names.index(old[-1]) < names.index(new[0]):
        return old[-1], new[0]
    return None


def alternatives(network: Network, taken: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """The settings already taken, with one more at another value."""
    for name, values in ALTERNATIVES.items():
        for value in values:
            if name not in taken and value != current(network, name):
                yield {**taken, name: value}


def current(network: Network, name: str) -> Any:
    """A setting as the network has it: a layer's own before the convention's."""
    if name == "mode":
        return network.mode
    own = {value for layer in network.layers if (value := getattr(layer, name, None)) is not None}
    return own.pop() if len(own) == 1 else getattr(network.conventions, name)


def changed(network: Network, settings: Mapping[str, Any]) -> Network:
    """The network under other settings, in its conventions and in every layer that has its own."""
    layers = []
    for layer in network.layers:
        own = {f.name for f in fields(layer)} & set(settings)
        layers.append(replace(layer, **{name: settings[name] for name in own if getattr(layer, name) is not None}))
    conventions = {name: value for name, value in settings.items() if name != "mode"}
    mode = settings.get("mode", network.mode)
    return replace(network, mode=mode, layers=tuple(layers), conventions=replace(network.conventions, **conventions))


def agreeing(claims: Mapping[str, Claimed], trace: Trace) -> frozenset[str]:
    """The claims that agree with a run."""
    return frozenset(name for name, claim in claims.items() if name in trace and holds(claim, trace[name]))


def holds(claim: Claimed, computed: Any) -> bool:
    written, note = fitted(claim.written, computed)
    with np.errstate(all="ignore"):
        return not note and bool(agreement(written, computed).all())


def setting_changes(network: Network, goal: Goal, found: Fit | None) -> list[list[Change]]:
    """What other values of one setting change in the program; then what several do that fit the claims."""
    program = compile_network(network, goal)
    fitting = list(changes_by(program, network, goal, found.settings))[:1] if found else []
    fitting = [replace(change, holding=found.explained) for change in fitting if found]
    several = found is not None and len(found.settings) > 1
    single = [] if several else list(fitting)
    for settings in alternatives(network, {}):
        single += changes_by(program, network, goal, settings)
    unique: dict[Hashable, Change] = {}
    for change in single:
        unique.setdefault(frozenset(map(described, change.steps.values())), change)
    return [list(unique.values()), fitting if several else []]


def changes_by(program: Program, network: Network, goal: Goal, settings: Mapping[str, Any]) -> Iterator[Change]:
    """What settings change throughout, and in each layer alone that has them."""
    name = named(settings)
    for other in networks(network, settings):
        steps = differing(program, other, goal)
        if steps:
            yield Change(f"computed with {name}", steps, setting=name)


def networks(network: Network, settings: Mapping[str, Any]) -> Iterator[Network]:
    """The network under other settings, and with each layer alone under them."""
    yield changed(network, settings)
    for position, layer in enumerate(network.layers):
        own = {f.name for f in fields(layer)} & set(settings)
        if own:
            other = replace(layer, **{name: settings[name] for name in own})
            yield replace(network, layers=(*network.layers[:position], other, *network.layers[position + 1 :]))


def differing(program: Program, network: Network, goal: Goal) -> dict[str, Step]:
    """The steps that another network has under the names of this one's; none if it is given other tensors."""
    try:
        other = compile_network(network, goal)
    except NetworkError:
        return {}
    if any(name not in other.given or other.given[name].shape != v.shape for name, v in program.given.items()):
        return {}
    own = {step.name: described(step) for step in program.steps}
    return {s.name: s for s in other.steps if s.name in own and described(s) != own[s.name]}


def sentence(
    network: Network, names: list[str], settings: Mapping[str, Any], holds: frozenset[str], stated: frozenset[str]
) -> str:
    """What the claims say of the setting: it holds throughout, or from a claim on."""
    new, old = named(settings), named({name: current(network, name) for name in settings})
    parts = split(names, holds, stated)
    if parts:
        return f"claims up to {parts[0]} hold with {old}, from {parts[1]} on with {new}"
    return f"{len(holds)} of {len(names)} claims hold with {new}, {len(stated)} with {old}"


def shown(value: Any) -> str:
    if isinstance(value, tuple):
        return f"[{', '.join(value)}]"
    return f"{value:g}".replace("e-0", "e-") if isinstance(value, float) else str(value)
