"""The same exercise under other conventions that are as good: `accept: [average]`."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import product

from ...config.experiment import Experiment
from ...config.load import Case
from ...nn.build import NetworkError
from ...nn.network import compile_network
from ..claims.claimed import Claimed
from ..diagnosis.conventions import agreeing, quietly
from ..diagnosis.neighbours import changed, named, signature
from ..run import Checked, neighbours

MOST = 64
"""How many combinations of settings are tried."""


def alternatives(case: Case) -> dict[str, Case]:
    """Return the case under other values of the conventions that it accepts, by what they are called."""
    around = case.once("neighbours", lambda: neighbours(case))
    names = [name for name in case.experiment.grading.accept if name in around.values]
    choices = [[around.current(name), *around.values[name]] for name in names]
    found: dict[str, Case] = {}
    known = {signature(case.program)}
    for values in list(product(*choices))[:MOST]:
        settings = dict(zip(names, values, strict=True))
        other = under(case, settings)
        if other and signature(other.program) not in known and other.program.order == case.program.order:
            known.add(signature(other.program))
            different = {name: value for name, value in settings.items() if value != around.current(name)}
            found[named(different)] = other
    return found


def under(case: Case, settings: dict[str, object]) -> Case | None:
    """Return a case under other settings; None if it cannot be so."""
    experiment = changed(case.experiment, settings)
    assert isinstance(experiment, Experiment)
    try:
        return replace(case, experiment=experiment, compiled=compile_network(experiment, "furthest"), memory={})
    except NetworkError:
        return None


def best(case: Case, others: dict[str, Case], checked: Checked) -> Iterator[str]:
    """Yield the alternative under which most claims hold, if that is more than under the case itself."""
    claims: dict[str, Claimed] = {judged.name: judged.claim for judged in checked.judgement.judged}
    reference = checked.judgement.reference
    held = {name: len(agreeing(claims, quietly(other.setup.trace, reference))) for name, other in others.items()}
    own = len(agreeing(claims, reference))
    most = max(held, key=lambda name: held[name], default="")
    if most and held[most] > own:
        yield most
