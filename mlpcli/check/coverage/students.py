"""The same exercise for many students, each with numbers of their own that reveal as many mistakes as the first."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass

import numpy as np

from ...config.load import Case, changed
from ...config.nodes import Mapping, Node, Scalar, Sequence
from ...errors import InputError, Place, Problem
from ...values.shapes import N
from ..mistakes import variants
from .exercise import Key, exercise, numbers
from .redrawn import constant, redraw
from .search import revealable

ATTEMPTS = 50
"""How often numbers are drawn for a student."""
MOST_REFUSED = 5
"""Draws in a row that the config does not take, after which its objections are told."""


@dataclass(frozen=True)
class Own:
    """One student's exercise: the keys that differ, the case with them, and the part of the mistakes that shows."""

    sets: tuple[str, ...]
    case: Case
    score: float


@dataclass
class Students:
    """What the numbers of students are drawn from, and judged by."""

    case: Case
    steps: int = 1
    places: int | None = None
    """Decimals; as many as the config has, unless given."""
    refused: int = 0
    """Draws in a row that the config did not take."""

    def __post_init__(self) -> None:
        with np.errstate(all="ignore"):
            self.base = exercise(self.case, self.steps)
            self.seen, self.known = revealable(self.case, self.steps)
        self.keys = dict(self.drawable())
        if not self.keys and not self.seeded:
            place = Place(self.case.experiment.place.file)
            raise InputError(Problem(place, "", "no numbers stand in this config that could be drawn for each student"))

    @property
    def score(self) -> float:
        """The part of the mistakes that the exercise itself reveals."""
        return self.part(self.seen)

    def part(self, seen: frozenset[Key]) -> float:
        every = seen | self.known
        return len(seen) / len(every) if every else 1.0

    def drawable(self) -> Iterator[tuple[str, str]]:
        """Yield the given tensors whose numbers stand in the config, and the key of each."""
        program, experiment, node = self.base.first.program, self.case.experiment, self.case.node
        second = "targets" if experiment.grad_output is None else "grad_output"
        for name, key in zip(program.batch, ("inputs", second), strict=False):
            if key in node.entries and not is_file(node.entries[key][1]):
                classed = key == "targets" and "classes" in getattr(node.entries[key][1], "entries", ())
                yield name, "targets.classes" if classed else key
        for name, (layer, field) in program.fields.items():
            value = self.base.first.setup.given[name]
            if field in self.written(layer) and not constant(np.asarray(value, float)):
                yield name, f"layers[{layer}].{field}"

    def written(self, layer: int) -> Collection[str]:
        """Return the keys of a layer as the config has it."""
        layers = self.case.node.entries["layers"][1]
        node = layers.items[layer] if isinstance(layers, Sequence) else None
        return getattr(node, "entries", ())

    @property
    def seeded(self) -> bool:
        """Whether the config draws weights itself, by its seed."""
        program = self.base.first.program
        own = (place for name, place in program.fields.items() if name in program.parameters and place[1] == "W")
        return "weights" not in self.case.node.entries and any(field not in self.written(n) for n, field in own)

    def draw(self, seed: int, least: float | None) -> Iterator[Own]:
        """Draw one student's exercise after the other, no two alike. Raises InputError where none reveals enough."""
        wanted = self.score if least is None else least
        taken = set[tuple[str, ...]]()
        for student in range(2**31):
            best: Own | None = None
            for attempt in range(ATTEMPTS):
                own = self.attempt(np.random.default_rng((seed, student, attempt)))
                if own and own.sets not in taken and (best is None or own.score > best.score):
                    best = own
                if best and best.score >= wanted:
                    break
            if best is None or best.score < (least or 0):
                place = Place(self.case.experiment.place.file)
                raise InputError(Problem(place, "", self.failed(student + 1, best, wanted)))
            taken.add(best.sets)
            yield best

    def failed(self, student: int, best: Own | None, wanted: float) -> str:
        if best is None:
            return f"no numbers for variant {student} that no other has: there are too few of the config's kind"
        found = f"the best of {ATTEMPTS} draws for variant {student} reveals {best.score:.3f} of the mistakes"
        return f"{found}, not {wanted:.3f}; mlp coverage says what hides them"

    def attempt(self, random: np.random.Generator) -> Own | None:
        """Draw numbers once; None where the config does not take them, or where they leave the range of floats."""
        sets = tuple(f"{key}={self.text(name, random)}" for name, key in self.keys.items())
        sets += (f"seed={random.integers(2**31)}",) if self.seeded else ()
        try:
            case = changed(self.case, "furthest", sets)
        except InputError as error:
            self.refused += 1
            if self.refused == MOST_REFUSED:
                raise error
            return None
        self.refused = 0
        with np.errstate(all="ignore"):
            own = exercise(case, self.steps)
            if not all(np.isfinite(value.value).all() for value in own.whole.reference.values()):
                return None
            program = own.first.program
            mistakes = [variant for step in program.steps for variant in variants(program, step)]
            return Own(sets, case, self.part(own.seen(mistakes)))

    def text(self, name: str, random: np.random.Generator) -> str:
        """Draw a tensor and write it as the config has it."""
        value, program = self.base.first.setup.given[name], self.base.first.program
        columns = name in program.batch and program.tensors[name].shape[0] != N
        drawn = redraw(np.atleast_2d(value.T if columns else value), random, self.places)
        if self.keys[name] == "targets.classes":
            first = self.first_class()
            return numbers(drawn.argmax(axis=1) + first)
        if name not in program.batch and len(drawn) == 1 and program.fields[name][1] != "W":
            return numbers(drawn[0])  # a row of a layer is a list
        return numbers(drawn.T if columns else drawn)

    def first_class(self) -> int:
        """Return the number that the config's classes are counted from."""
        node = self.case.node.entries["targets"][1]
        entry = node.entries.get("first") if isinstance(node, Mapping) else None
        return int(entry[1].text) if entry and isinstance(entry[1], Scalar) else 1


def is_file(node: Node) -> bool:
    """Return whether a key names a file in place of numbers."""
    if not isinstance(node, Mapping):
        return False
    return "file" in node.entries or any(is_file(value) for _, value in node.entries.values())
