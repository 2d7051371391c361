"""A config file → its cases, each an experiment and its program; or everything that is wrong with it."""

from __future__ import annotations

from collections.abc import Callable
from collections.abc import Sequence as Sequences
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any, TypeVar

from ..errors import InputError, Place, Problem
from ..files.numerals import NUMBER
from ..nn.build import NetworkError
from ..nn.network import Compiled, Goal, compile_network
from ..nn.optimizers.sgd import SGD
from ..nn.program import Program
from ..nn.run import Setup
from .checked import checked_split, checked_weights
from .claims import read_claims, read_errata
from .convert import Converter
from .documents import extend, read_documents
from .experiment import Experiment
from .grading import read_grading
from .nodes import Mapping, Node, Scalar, locate
from .overrides import Override, apply_overrides
from .places import path_text, places_of
from .renewed import renew
from .scalars import BAD, MAX_PROBLEMS
from .split import OtherTable
from .training import Training
from .unread import in_a_file, with_example, without_inputs

T = TypeVar("T")
OTHER_KEYS = ("extends", "learning_rate")
"""Keys that are no field of Experiment: they are resolved here."""
READERS = {"expect": read_claims, "errata": read_errata, "grading": read_grading}
"""Keys whose values are read in a way of their own."""


@dataclass(frozen=True)
class Case:
    """One document of a config: what it describes, and its program."""

    experiment: Experiment
    compiled: Compiled
    node: Mapping
    """The config it comes from, overrides applied."""
    trained: bool = False
    """Whether it is there to be trained."""
    later: Setup | None = None
    """The program and state to look at, where that is not the start of its training."""
    memory: dict[str, Any] = field(default_factory=dict, repr=False)
    """What is made once for a case and all steps of its training."""

    def once(self, key: str, make: Callable[[], T]) -> T:
        """Return what `make` makes, the same each time: what does not depend on the dumps that are checked."""
        if key not in self.memory:
            self.memory[key] = make()
        found: T = self.memory[key]
        return found

    @cached_property
    def setup(self) -> Setup:
        """The program as the config's dialect has it, and its numbers."""
        return self.later or self.compiled.seen()

    @property
    def program(self) -> Program:
        return self.setup.program

    @property
    def step(self) -> int:
        """The step of training that it stands before, counted from 1."""
        return self.setup.state.steps + 1


def load(
    config: str,
    goal: Goal,
    overrides: Sequences[str | Override] = (),
    training: Training | None = None,
    number: int | None = None,
) -> list[Case]:
    """Read, check and compile every document of a config file (`-` is standard input), or that of a number from 1.

    Raises InputError with every problem found.
    """
    return read_cases(read_documents(config, number), goal, overrides, training)


def read_cases(
    documents: Sequences[Node], goal: Goal, overrides: Sequences[str | Override] = (), training: Training | None = None
) -> list[Case]:
    """Check and compile documents. Raises InputError with every problem found."""
    problems: list[Problem] = []
    cases = []
    for document in documents:
        check_length(document, problems)
        converter = Converter()
        try:
            base = extend(document, ())
            node = apply_overrides(base, overrides, converter)
            if training and training.model:
                node, converter.lenient = renew(base, node, training.data, training.targets), True
            changes, unit = training.overrides(node) if training else None, unit_of(node)
            converter.lazy = changes is not None
            node = apply_overrides(node, changes or (), converter)
            case = read_case(node, goal, converter, training)
        except InputError as error:
            problems += error.problems
        else:
            problems += converter.problems
            cases += [with_unit(case, unit)] if case else []
        if len(problems) > MAX_PROBLEMS:
            break
    if problems:
        raise InputError(*dict.fromkeys(problems))
    return cases


def unit_of(node: Mapping) -> float:
    """Return what a config divides the targets in a file by."""
    targets = node.entries["targets"][1] if "targets" in node.entries else None
    if not isinstance(targets, Mapping) or not {"file", "divide"} <= set(targets.entries):
        return 1.0
    divide = targets.entries["divide"][1]
    return float(divide.text) if isinstance(divide, Scalar) and NUMBER.fullmatch(divide.text) else 1.0


def with_unit(case: Case, unit: float) -> Case:
    """Return the case with the unit of its targets, where these are numbers."""
    last = case.experiment.layers[-1] if case.experiment.layers else None
    loss = case.experiment.loss
    numbers = loss is not None and not loss.of_probabilities and not (last is not None and last.probabilities)
    return replace(case, experiment=replace(case.experiment, unit=unit)) if numbers and unit != 1 else case


def changed(case: Case, goal: Goal, overrides: Sequences[str]) -> Case:
    """Change more of a case's keys, as by `--set`. Raises InputError with every problem found."""
    converter = Converter()
    found = read_case(apply_overrides(case.node, overrides, converter), goal, converter, None)
    if found is None or converter.problems:
        raise InputError(*converter.problems)
    return found


def check_length(document: Node, problems: list[Problem]) -> None:
    """Note a problem where the document itself, apart from what it extends, says in two ways how long to train."""
    entries = document.entries if isinstance(document, Mapping) else {}
    both = [entries[key][0] for key in ("epochs", "steps") if key in entries]
    if len(both) == 2:
        later = max(both, key=lambda place: (place.line, place.column))
        problems.append(Problem(later, "", "epochs and steps: one of the two"))


def read_case(node: Mapping, goal: Goal, converter: Converter, training: Training | None) -> Case | None:
    """Convert and compile one document; problems go to the converter."""
    unread = training is not None and not training.examples and in_a_file(node)
    experiment = read_experiment(without_inputs(node) if unread else node, converter)
    if experiment is not None and unread:
        experiment = with_example(experiment, node, converter)
    if experiment is None:
        return None
    experiment = experiment.canonical()
    if training and training.blank:
        encoding = training.applied.encoding if training.applied else None
        experiment = replace(experiment, inputs=training.blank.rows(), encoding=encoding)
    if experiment.table is not None:
        from .with_table import with_table

        experiment = with_table(experiment, node, converter, training)
    elif isinstance(experiment.validation, OtherTable):
        message = "rows of another table are held out where there is a table; else {inputs: ..., targets: ...}"
        converter.fail(locate(node, ("validation", "file")), "validation.file", message)
        return None
    if experiment is None:
        return None
    experiment = (experiment.shaped() if converter.lazy else experiment.in_column()).sized().paced()
    parted = training and training.targets if converter.lazy else experiment.ordered
    if parted and experiment.inputs is None:
        converter.fail(node.place, "inputs", "is missing: the examples")
        return None
    if not parted or checked_split(experiment, node, converter):
        weighted = not converter.lazy or goal != "forward"
        experiment = replace(
            experiment, sample_weights=checked_weights(experiment, node, converter) if weighted else None
        )
        experiment = experiment if converter.lazy else experiment.in_order()
    sample = experiment.sample() if converter.lazy else experiment
    if training and not training.targets:
        sample = replace(sample, targets=None)
    elif converter.lazy and experiment.target_count not in (None, experiment.count):
        message = f"{experiment.target_count} targets for {experiment.count} inputs"
        converter.fail(locate(node, ("targets",)), "targets", message)
    if any(problem.path == "targets" for problem in converter.problems):  # what follows from it is not told too
        sample = replace(sample, targets=None)
    try:
        compiled = compile_network(sample, "forward" if converter.problems else goal)
    except NetworkError as error:
        for path, message in error.problems:
            converter.fail(locate(node, path), path_text(path), message)
        return None
    except MemoryError:
        converter.fail(locate(node, ("layers",)), "layers", "the network does not fit into memory")
        return None
    if not converter.lazy:
        compiled = replace(compiled, notes=(*compiled.notes, *experiment.unheeded))
    compiled = replace(compiled, notes=(*experiment.said, *compiled.notes))
    return Case(experiment, compiled, node, converter.lazy)


def read_experiment(node: Mapping, converter: Converter) -> Experiment | None:
    """Read what one document describes, less what is wrong with it; None if that leaves no layers or no inputs."""
    given = dict(node.entries)
    own = {key: given.pop(key)[1] for key in READERS if key in given}
    values: dict[str, Any] = converter.values(Mapping(node.place, given), Experiment, "", skip=OTHER_KEYS)
    values |= {key: READERS[key](value, converter) for key, value in own.items()}
    if "learning_rate" in given:
        values["optimizer"] = short_optimizer(given, converter)
    good = {key: value for key, value in values.items() if value is not BAD}
    # Other conventions make other problems of shapes.
    enough = "layers" in good and not {"inputs", "table"}.isdisjoint(good)
    if values.get("conventions") is BAD or (converter.problems and not enough):
        return None
    conventions = node.entries["conventions"][1] if "conventions" in node.entries else node
    chosen = frozenset(conventions.entries) if isinstance(conventions, Mapping) else frozenset()
    at = locate(node, ("table",) if "table" in node.entries else ("targets",))
    return Experiment(**good, place=at, places=places_of(node), chosen=chosen)


def short_optimizer(given: dict[str, tuple[Place, Node]], converter: Converter) -> Any:
    """Spell out `learning_rate: 0.1`, which is short for `optimizer: {type: sgd, learning_rate: 0.1}`."""
    place, value = given["learning_rate"]
    if "optimizer" in given:
        return converter.fail(place, "learning_rate", "belongs inside optimizer, which is given too")
    return converter.fields(Mapping(place, {"learning_rate": (place, value)}), SGD, "")
