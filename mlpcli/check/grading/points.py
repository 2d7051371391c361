"""What a config's tensors are worth."""

from __future__ import annotations

from ...config.load import Case
from ...errors import InputError, Place, Problem
from ..run import matching, named_by

WILDCARDS = frozenset("*?[")


def points_of(case: Case) -> dict[str, float]:
    """Return the tensors that count, in the order of computation, and what each is worth.

    Those that the config has under `grading.points` and `require`, with a point each unless it says otherwise; where it
    names none, all that it computes. What is said of a name counts before what is said of a pattern, and an earlier
    pattern before a later one; patterns are of what is computed. Raises InputError for what means no tensor.
    """
    order, given = case.program.order, case.experiment.grading.points
    patterns = sorted(given, key=lambda name: bool(WILDCARDS & set(name)))
    found, problems = dict[str, float](), list[Problem]()
    for pattern in patterns:
        names, hint = named_by(case, pattern)
        path = f"grading.points.{pattern}"
        place = case.experiment.places.get(path, case.experiment.place)
        problems += [] if names else [Problem(place, path, f"no such tensor: {pattern}{hint}")]
        computed = names & case.program.by_name.keys()
        for name in computed if WILDCARDS & set(pattern) else names:
            found.setdefault(name, given[pattern])
    if problems:
        raise InputError(*problems)
    for name in matching(case, ()):
        found.setdefault(name, 1.0)
    found = found or dict.fromkeys((step.name for step in case.program.steps), 1.0)
    worth = {name: found[name] for name in order if found.get(name)}
    if not worth:
        place = case.experiment.places.get("grading", Place(case.experiment.place.file))
        raise InputError(Problem(place, "grading.points", "nothing earns a point"))
    return worth
