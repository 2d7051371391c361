"""A config file → its cases, each an experiment and its program; or everything that is wrong with it."""

from __future__ import annotations

import sys
from collections.abc import Sequence as Sequences
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..errors import InputError, Place, Problem, quoted
from ..nn.build import NetworkError
from ..nn.network import Goal, compile_network
from ..nn.optimizers import SGD
from ..nn.program import Program
from .claims import read_claims
from .convert import BAD, Converter
from .experiment import Experiment
from .nodes import Mapping, Node, Scalar, parse_yaml
from .overrides import apply_override

MAX_FILE = 2**30
MAX_PROBLEMS = 100
OTHER_KEYS = ("extends", "learning_rate")
"""Keys that are no field of Experiment: they are resolved here."""


@dataclass(frozen=True)
class Case:
    """One document of a config: what it describes, and its program."""

    experiment: Experiment
    program: Program


def load(config: str, goal: Goal, overrides: Sequences[str] = ()) -> list[Case]:
    """Read, check and compile every document of a config file (`-` is standard input).

    Raises InputError with every problem found.
    """
    problems: list[Problem] = []
    cases = []
    for document in read_documents(config):
        converter = Converter()
        try:
            node = extended(document, (), converter)
            for override in overrides:
                apply_override(node, override)
            case = read_case(node, goal, converter)
        except InputError as error:
            problems += error.problems
            continue
        problems += converter.problems
        cases += [case] if case else []
    if problems:
        raise InputError(*shortened(problems))
    return cases


def shortened(problems: list[Problem]) -> list[Problem]:
    unique = list(dict.fromkeys(problems))
    if len(unique) <= MAX_PROBLEMS:
        return unique
    more = Problem(Place(unique[0].place.file), "", f"{len(unique) - MAX_PROBLEMS} more problems")
    return [*unique[:MAX_PROBLEMS], more]


def read_documents(config: str) -> list[Node]:
    """The documents of a file, which must hold at least one."""
    name = "<stdin>" if config == "-" else config
    documents = parse_yaml(read_text(config, name), name)
    if not documents:
        raise InputError(Problem(Place(name), "", "the config is empty"))
    return documents


def read_text(config: str, name: str) -> str:
    try:
        if config == "-":
            data = sys.stdin.buffer.read(MAX_FILE + 1)
        else:
            with Path(config).open("rb") as stream:
                data = stream.read(MAX_FILE + 1)
    except FileNotFoundError:
        raise InputError(Problem(Place(name), "", "no such file")) from None
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise InputError(Problem(Place(name), "", f"cannot be read: {reason}")) from None
    if len(data) > MAX_FILE:
        raise InputError(Problem(Place(name), "", f"larger than {MAX_FILE >> 20} MB; put arrays in .npz files"))
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = data[: error.start]
        place = Place(name, before.count(b"\n") + 1, len(before) - before.rfind(b"\n"))
        raise InputError(Problem(place, "", "this byte is not UTF-8 text")) from None


def extended(node: Node, chain: tuple[Path, ...], converter: Converter) -> Mapping:
    """The document with the keys of the file it extends, its own keys first in rank."""
    if not isinstance(node, Mapping):
        raise InputError(Problem(node.place, "", "a config is a mapping of keys: layers, inputs, loss, ..."))
    if "extends" not in node.entries:
        return node
    link = node.entries["extends"][1]
    if not isinstance(link, Scalar) or not link.text:
        raise InputError(Problem(link.place, "extends", "the path of a config file is needed here"))
    path = Path(node.place.file).parent / link.text
    chain = (*chain, Path(node.place.file).resolve())
    if path.resolve() in chain:
        raise InputError(Problem(link.place, "extends", f"{quoted(link.text)} extends this file: a cycle"))
    try:
        documents = read_documents(str(path))
    except InputError as error:
        missing = [p for p in error.problems if not p.place.line]
        if not missing:
            raise
        raise InputError(Problem(link.place, "extends", f"{link.text}: {missing[0].message}")) from None
    if len(documents) > 1:
        raise InputError(Problem(link.place, "extends", f"{quoted(link.text)} holds {len(documents)} documents"))
    base = extended(documents[0], chain, converter)
    own = {key: entry for key, entry in node.entries.items() if key != "extends"}
    return Mapping(node.place, {**base.entries, **own})


def read_case(node: Mapping, goal: Goal, converter: Converter) -> Case | None:
    """Convert and compile one document; problems go to the converter."""
    given = dict(node.entries)
    expect = given.pop("expect", None)
    values: dict[str, Any] = converter.values(Mapping(node.place, given), Experiment, "", skip=OTHER_KEYS)
    if expect is not None:
        values["expect"] = read_claims(expect[1], converter)
    if "learning_rate" in given:
        values["optimizer"] = short_optimizer(given, converter)
    good = {key: value for key, value in values.items() if value is not BAD}
    if converter.problems and not ("layers" in good and "inputs" in good):
        return None
    experiment = Experiment(**good, place=locate(node, ("targets",)))
    try:
        program = compile_network(experiment, "forward" if converter.problems else goal)
    except NetworkError as error:
        for path, message in error.problems:
            converter.fail(locate(node, path), written(path), message)
        return None
    return Case(experiment, program)


def short_optimizer(given: dict[str, tuple[Place, Node]], converter: Converter) -> Any:
    """`learning_rate: 0.1` is short for `optimizer: {type: sgd, learning_rate: 0.1}`."""
    place, value = given["learning_rate"]
    if "optimizer" in given:
        return converter.fail(place, "learning_rate", "belongs inside optimizer, which is given too")
    return converter.fields(Mapping(place, {"learning_rate": (place, value)}), SGD, "")


def locate(node: Node, path: tuple[str | int, ...]) -> Place:
    """The place of the deepest node on the path that exists."""
    for part in path:
        if isinstance(node, Mapping) and part in node.entries:
            node = node.entries[str(part)][1]
        elif not isinstance(node, Mapping | Scalar) and isinstance(part, int) and part < len(node.items):
            node = node.items[part]
        else:
            break
    return node.place


def written(path: tuple[str | int, ...]) -> str:
    """A path as people write it: layers[2].W."""
    text = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in path)
    return text.removeprefix(".")
