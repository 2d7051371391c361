"""`--over path=values`: the configs of a sweep, one per combination of values."""

from __future__ import annotations

import re
import zlib
from collections.abc import Sequence as Sequences
from dataclasses import dataclass, replace
from itertools import product

from ..errors import InputError, Place, Problem, quoted
from .convert import Converter
from .documents import extend, read_documents
from .load import Case, read_cases
from .nodes import Mapping, Node, Scalar, Sequence, parse_yaml
from .overrides import Override, apply_overrides
from .resolved import flow, resolve
from .training import Training

RANGE = re.compile(r"(-?\d{1,9}):(-?\d{1,9})")
UNSAFE = re.compile(r"[^\w.=,+-]")
"""What no name of a folder should have."""
LONGEST = 100
MOST = 10_000
"""Runs of a sweep."""


@dataclass(frozen=True)
class Axis:
    """A key of the config, and the values that it takes in turn."""

    path: str
    values: tuple[Node, ...]


@dataclass(frozen=True)
class Point:
    """One run of a sweep: its values by their paths, as text, and its config as a file that stands by itself."""

    name: str
    values: dict[str, str]
    config: str


def read_axis(text: str) -> Axis:
    """Read `path=0.1,0.03`, values of YAML between commas, or `path=1:8`, the whole numbers from 1 to 8."""
    path, separator, rest = text.partition("=")
    place = Place(f"--over {path}", 1, 1)
    if not separator or not path:
        raise problem("--over", f"{quoted(text)} is not path=values, such as learning_rate=0.1,0.03 or seed=1:8")
    ends = RANGE.fullmatch(rest.strip())
    if ends:
        first, last = map(int, ends.groups())
        if not 0 <= last - first < MOST:
            raise problem(place.file, f"{rest.strip()}: from a number to one that is not below it, {MOST} at most")
        return Axis(path, tuple(Scalar(place, str(number), plain=True) for number in range(first, last + 1)))
    (values,) = parse_yaml(f"[{rest}\n]", place.file)
    if not isinstance(values, Sequence) or not values.items:
        raise problem(place.file, "values are needed, such as 0.1,0.03")
    return Axis(path, tuple(replace(value, place=place) for value in values.items))


def problem(where: str, message: str) -> InputError:
    return InputError(Problem(Place(where), "", message))


def points(
    config: str, overrides: Sequences[str | Override], axes: Sequences[Axis], number: int | None
) -> tuple[Case, list[Point]]:
    """Return the first run as a case, and all runs. Raises InputError with what is wrong with any value.

    Each value is checked once, beside the first values of the other keys.
    """
    paths = [axis.path for axis in axes]
    twice = next((path for path in paths if paths.count(path) > 1), None)
    if twice:
        raise problem(f"--over {twice}", "is there twice; give all its values at once")
    documents = read_documents(config, number)
    if len(documents) > 1:
        raise problem(config, f"has {len(documents)} documents; a sweep is of one: name it with --case")
    count = 1
    for axis in axes:
        count *= len(axis.values)
    if count > MOST:
        raise problem("--over", f"{count} runs; {MOST} are the most")
    first, *others = star(axes)
    (case,) = read_cases(documents, "update", [*overrides, *first], Training())
    if not case.trained:
        raise InputError(Problem(case.node.place, "", "says neither epochs nor steps: how long each run is to train"))
    problems: list[Problem] = []
    for values in others:
        try:
            read_cases(documents, "update", [*overrides, *values], Training())
        except InputError as error:
            problems += error.problems
    if problems:
        raise InputError(*dict.fromkeys(problems))
    base = extend(documents[0], ())
    combinations = product(*([(axis.path, value) for value in axis.values] for axis in axes))
    return case, named([point(base, overrides, combination) for combination in combinations])


def star(axes: Sequences[Axis]) -> list[list[Override]]:
    """Return the first value of every key, and then each other value beside the first ones of other keys."""
    first = [(axis.path, axis.values[0]) for axis in axes]
    changed = [(k, (axis.path, value)) for k, axis in enumerate(axes) for value in axis.values[1:]]
    return [first, *([*first[:k], override, *first[k + 1 :]] for k, override in changed)]


def point(base: Mapping, overrides: Sequences[str | Override], values: Sequences[Override]) -> Point:
    """Return the run with these values."""
    node = apply_overrides(base, [*overrides, *values], Converter())
    texts = {path: flow(value) for path, value in values}
    name = ",".join(f"{path}={text}" for path, text in texts.items())
    return Point(folder_name(name), texts, resolve(node))


def folder_name(name: str) -> str:
    """Return a name that a folder can have; one that had to be changed ends in a number of its own."""
    safe = UNSAFE.sub("_", name)
    return name if safe == name and len(name) <= LONGEST else f"{safe[:LONGEST]}-{zlib.crc32(name.encode()):08x}"


def named(found: list[Point]) -> list[Point]:
    """Return the runs. Raises InputError where two are the same."""
    names = [one.name for one in found]
    twice = next((name for name in names if names.count(name) > 1), None)
    if twice:
        raise problem("--over", f"{twice} is there twice")
    return found
