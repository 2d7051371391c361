"""What is wrong with the examples of an experiment: each problem is noted, and the next check goes on."""

from __future__ import annotations

from typing import Any

from .convert import Converter
from .experiment import Experiment
from .nodes import Mapping, locate
from .places import path_text
from .split import Split
from .weighting import WeightError, weights_of


def checked_split(experiment: Experiment, node: Mapping, converter: Converter) -> bool:
    """Return whether there are examples in the part that is to be held out, and others."""
    if not isinstance(experiment.validation, float | Split):
        return True
    problem = experiment.split.problem(experiment.count, experiment.targets)
    if problem is not None:
        path = ("validation", *problem[0])
        converter.fail(locate(node, path), path_text(path), problem[1])
    return problem is None


def checked_weights(experiment: Experiment, node: Mapping, converter: Converter) -> Any:
    """Return how much each example counts; None where nothing says so, or what says so is wrong."""
    try:
        return weights_of(experiment)
    except WeightError as error:
        converter.fail(locate(node, (error.key,)), error.key, str(error))
        return None
