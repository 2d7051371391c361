"""YAML text → nodes that remember their line and column. Only importer of yaml."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import yaml

from ..errors import InputError, Place, Problem
from ..files.numerals import ENDLESS_NUMBER, find_endless

MAX_DEPTH = 32
MAX_NODES = 2_000_000
"""Nodes in a file at most: each takes some 200 bytes until it is a number."""
MAX_NAMES = 50_000
"""Names in a file at most: with its value, each takes half a kilobyte."""
MAX_REPEATED = 1_000_000
"""Values that aliases may add, so that a small file cannot become a large one."""

Parser: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass(slots=True)
class Scalar:
    """A word or number as written; `plain` if it had no quotes."""

    place: Place
    text: str
    plain: bool
    size: int = 1


@dataclass(slots=True)
class Sequence:
    """A list of nodes."""

    place: Place
    items: list[Node] = field(default_factory=list)
    size: int = 1
    """Nodes in this tree, aliases counted as often as they are used."""


@dataclass(slots=True)
class Numbers(Sequence):
    """An array that Python gives, of any number of numbers."""

    value: Any = None


@dataclass(slots=True)
class Mapping:
    """Keys in the order of the text, each with its own place."""

    place: Place
    entries: dict[str, tuple[Place, Node]] = field(default_factory=dict)
    size: int = 1


Node = Scalar | Sequence | Mapping


def parse_yaml(text: str, name: str) -> list[Node]:
    """Parse the documents of a YAML text, empty ones left out.

    Raises InputError with the first place where the text is no YAML, or uses a tag or a key twice.
    """
    refuse_endless(text, name)
    odd = yaml.reader.Reader.NON_PRINTABLE.search(text)
    if odd:
        message = f"the character U+{ord(odd[0]):04X} cannot stand in a config"
        raise InputError(Problem(place_at(name, text[: odd.start()]), "", message))
    try:
        return Reader(text, name).documents()
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        refuse_too_deep(text[: mark.index] if mark else text, name)
        place = Place(name, mark.line + 1, mark.column + 1) if mark else Place(name)
        if mark and not text[mark.index :].strip():
            place = place_at(name, text.rstrip())  # where the text ends, not the line after it
        raise InputError(Problem(place, "", sentence(error, text[mark.index :][:1] if mark else ""))) from None
    except yaml.YAMLError as error:
        reason = getattr(error, "reason", None) or type(error).__name__
        raise InputError(Problem(Place(name), "", f"this is no valid YAML: {reason}")) from None


def refuse_endless(text: str, name: str) -> None:
    """Raise InputError at the first number of more digits than are read."""
    if (start := find_endless(text)) is not None:
        raise InputError(Problem(place_at(name, text[:start]), "", ENDLESS_NUMBER))


class NestingError(InputError):
    """A list or mapping below the deepest level that is read."""


def refuse_too_deep(before: str, name: str) -> None:
    """Raise NestingError for the text before an error: parsers read ahead of what they return, and have limits too."""
    try:
        Reader(before, name).documents()
    except NestingError:
        raise
    except (InputError, yaml.YAMLError):
        pass


def place_at(name: str, before: str) -> Place:
    """Return the place that comes after this text."""
    return Place(name, before.count("\n") + 1, len(before) - before.rfind("\n"))


def locate(node: Node, path: tuple[str | int, ...]) -> Place:
    """Return the place of the deepest node on the path that exists."""
    for part in path:
        if isinstance(node, Mapping) and part in node.entries:
            node = node.entries[str(part)][1]
        elif not isinstance(node, Mapping | Scalar) and isinstance(part, int) and part < len(node.items):
            node = node.items[part]
        else:
            break
    return node.place


HINTS = {
    "mapping values are not allowed": "a text with a colon needs quotes, and keys of one mapping the same indentation",
    "did not find expected key": "is the indentation right?",
    "did not find expected node content": "is a value missing, or a bracket too many?",
    "expected <document start>": "is the indentation right, or a bracket too many?",
    "could not find expected ':'": "a key needs a colon and a space after it",
    "found unexpected ':'": "a text with a colon needs quotes",
    "tab character": "use spaces for indentation",
}
"""What libyaml's words usually mean."""


def sentence(error: yaml.MarkedYAMLError, character: str) -> str:
    """Return libyaml's words, what it was reading, and the usual reason at this character."""
    problem, start = error.problem or error.context or "it ends too early", error.context_mark
    elsewhere = error.problem and start and error.problem_mark and start.line != error.problem_mark.line
    inside = f" ({error.context} that starts in line {start.line + 1})" if elsewhere and start else ""
    hint = next((f"; {hint}" for words, hint in HINTS.items() if words in problem), "")
    if "cannot start any token" in problem:
        tab = character == "\t"
        hint = "; it is a tab: use spaces for indentation" if tab else f": {character}; put the text in quotes"
    return f"this is no valid YAML: {problem}{hint}{inside}"


class Reader:
    """Builds nodes from parser events: faster than yaml's own constructors, and every node keeps its place."""

    def __init__(self, text: str, name: str) -> None:
        self.parser = Parser(text)
        self.name = name
        self.anchors: dict[str, Node] = {}
        self.count = 0
        self.names = 0
        self.repeated = 0

    def documents(self) -> list[Node]:
        found = []
        try:
            while not self.parser.check_event(yaml.StreamEndEvent):
                event = self.parser.get_event()
                if isinstance(event, yaml.DocumentStartEvent):
                    self.anchors = {}
                    found.append(self.node(self.parser.get_event(), 0))
        finally:
            self.parser.dispose()
        return [node for node in found if not (isinstance(node, Scalar) and node.plain and not node.text)]

    def fail(self, event: Any, message: str) -> InputError:
        return InputError(self.problem(event, message))

    def problem(self, event: Any, message: str) -> Problem:
        return Problem(self.place(event), "", message)

    def place(self, event: Any) -> Place:
        mark = event.start_mark
        return Place(self.name, mark.line + 1, mark.column + 1)

    def node(self, event: Any, depth: int) -> Node:
        if isinstance(event, yaml.AliasEvent):
            return self.alias(event)
        self.count += 1
        if self.count > MAX_NODES:
            raise self.fail(event, f"more than {MAX_NODES:,} values; put arrays in .npz files")
        if event.tag is not None and event.tag != "!":
            tag = event.tag.replace("tag:yaml.org,2002:", "!!")
            raise self.fail(event, f"the tag {tag[:60]!r} is not used here; put the text in quotes if it is no tag")
        if isinstance(event, yaml.ScalarEvent):
            node: Node = Scalar(self.place(event), event.value, not event.style)
        elif depth == MAX_DEPTH:
            raise NestingError(self.problem(event, f"nested deeper than {MAX_DEPTH} levels"))
        elif isinstance(event, yaml.SequenceStartEvent):
            node = self.sequence(event, depth)
        else:
            node = self.mapping(event, depth)
        if event.anchor is not None:
            self.anchors[event.anchor] = node
        return node

    def alias(self, event: Any) -> Node:
        """Return the node of that anchor, once more."""
        if event.anchor not in self.anchors:
            raise self.fail(event, f"no anchor &{event.anchor[:60]} is complete before this alias")
        node = self.anchors[event.anchor]
        self.repeated += node.size
        if self.repeated > MAX_REPEATED:
            raise self.fail(event, f"aliases add more than {MAX_REPEATED:,} values")
        return node

    def sequence(self, start: Any, depth: int) -> Sequence:
        node = Sequence(self.place(start))
        get_event = self.parser.get_event
        while not isinstance(event := get_event(), yaml.SequenceEndEvent):
            item = self.node(event, depth + 1)
            node.items.append(item)
            node.size += item.size
        return node

    def mapping(self, start: Any, depth: int) -> Mapping:
        node = Mapping(self.place(start))
        while not isinstance(event := self.parser.get_event(), yaml.MappingEndEvent):
            key = self.node(event, depth + 1)
            if not isinstance(key, Scalar):
                raise self.fail(event, "a key must be a word")
            if key.text in node.entries:
                first = node.entries[key.text][0]
                raise self.fail(event, f"the key {key.text[:60]!r} stands here twice (first in line {first.line})")
            self.names += 1
            if self.names > MAX_NAMES:
                raise self.fail(event, f"more than {MAX_NAMES:,} names; leave out what is not to be read")
            value = self.node(self.parser.get_event(), depth + 1)
            node.entries[key.text] = (self.place(event), value)
            node.size += value.size
        return node
