"""Dumps as JSON and YAML: names and nested numbers, digit for digit as written."""

from __future__ import annotations

import json
import re
from collections import Counter
from typing import Any

from ....config.claims import UNKNOWN
from ....config.nodes import MAX_DEPTH, MAX_NODES, Mapping, Node, Sequence, parse_yaml, place_at
from ....errors import InputError, Place, Problem, quoted
from ..claimed import Claimed
from .debug_tree import is_debug_tree, read_debug_tree
from .digits import NoTensorError, from_texts, is_number, no_tensor, odd_value
from .pages import MAX_TENSORS, Page, Steps, limited, steps_of, too_many
from .tree import Leaf, is_tree, leaves

SHAPE_OF_A_DUMP = 'a dump is {"tensors": [{"name", "value"}, ...]}, or a mapping of names to nested lists'
A_DUMP = "a dump is a mapping of names to numbers: Y1: [[1, 2]]"
MAX_NAMES = 200_000
"""Names in a JSON text at most, and dictionaries: each takes as much memory as ten numbers."""
DIVIDER = re.compile(r"^---\s*$", re.MULTILINE)
STEP = re.compile(r"^# step (\d{1,9})$", re.MULTILINE)


class Digits(str):
    """A number of a JSON text as it stands there."""

    __slots__ = ()


class TwiceError(Exception):
    """A key that one object has twice."""


def read_json(text: str, file: str, case: int) -> Steps[Claimed]:
    """Read one case of our own JSON, names and numbers, nested or not, or a debugger's. Raises InputError."""
    root = parse_json(text, file)
    if is_debug_tree(root):
        return read_debug_tree(root, file)
    items = root.get("tensors") if isinstance(root, dict) else root
    if isinstance(items, list) and (isinstance(root, dict) or all(map(is_described, items))):
        entries = [described(item, number, file) for number, item in enumerate(limited(items, file))]
    elif is_tree(root):
        entries = [(("", leaf.step), leaf) for leaf in leaves(root, file)]
    else:
        raise InputError(Problem(Place(file), "", SHAPE_OF_A_DUMP))
    refuse_twice([(page, leaf.name) for page, leaf in entries], file)
    claims: list[tuple[Page, Claimed]] = []
    line, start, column = 1, 0, 1
    for page, leaf in entries:
        if leaf.key is not None:
            found = max(text.find(json.dumps(leaf.key, ensure_ascii=False), start), start)
            line, start = line + text.count("\n", start, found), found
            column = found - text.rfind("\n", 0, found)
            start += 1  # the same name stands further down once more in a dump of several steps
        claims.append((page, claim(leaf.name, leaf.value, Place(file, line, column))))
    return steps_of(case, claims, file)


def parse_json(text: str, file: str) -> Any:
    if text.count(",") > MAX_NODES:
        raise InputError(Problem(Place(file), "", f"more than {MAX_NODES:,} values; put arrays in an .npz file"))
    try:
        return json.loads(
            text, parse_float=Digits, parse_int=Digits, parse_constant=Digits, object_pairs_hook=Once(file)
        )
    except json.JSONDecodeError as error:
        message = f"this is no valid JSON: {error.msg[:1].lower()}{error.msg[1:]}"
        raise InputError(Problem(Place(file, error.lineno, error.colno), "", message)) from None
    except RecursionError:
        raise InputError(Problem(Place(file), "", f"nested deeper than {MAX_DEPTH} levels")) from None
    except TwiceError as error:
        raise InputError(Problem(Place(file), "", f"the key {error} stands there twice")) from None


class Once:
    """Makes the dictionaries of a JSON text. Raises TwiceError for a key that one has twice."""

    def __init__(self, file: str) -> None:
        self.file, self.room = file, MAX_NAMES

    def __call__(self, pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        self.room -= 1 + len(pairs)
        if self.room < 0:
            raise InputError(
                Problem(Place(self.file), "", f"more than {MAX_NAMES:,} names; leave out what is no tensor")
            )
        found = dict(pairs)
        if len(found) < len(pairs):
            counts = Counter(name for name, _ in pairs)
            raise TwiceError(quoted(next(name for name in counts if counts[name] > 1)))
        return found


def is_described(item: Any) -> bool:
    return isinstance(item, dict) and isinstance(item.get("name"), str) and "value" in item


def described(item: Any, number: int, file: str) -> tuple[Page, Leaf]:
    """Return the page, name and value of one of `tensors`."""
    if not is_described(item):
        message = 'every tensor is {"name": ..., "value": ...}'
        raise InputError(Problem(Place(file), f"tensors[{number}]", message))
    case, step = (str(item[key]) if isinstance(item.get(key), Digits) else "" for key in ("case", "step"))
    name = str(item["name"])
    return (case, step), Leaf(step, name, name, item["value"])


def refuse_twice(names: list[tuple[Page, str]], file: str) -> None:
    seen: set[tuple[Page, str]] = set()
    for name in names:
        if name in seen:
            raise InputError(Problem(Place(file), "", f"{quoted(name[1])} stands there twice"))
        seen.add(name)


def claim(name: str, value: Any, place: Place) -> Claimed:
    """Make a claim of one tensor, or say why it is none."""
    try:
        return from_texts(name, place, texts(value))
    except NoTensorError as error:
        return no_tensor(name, place, str(error))


def texts(value: Any, depth: int = 0) -> Any:
    """Return the written numbers of a nested list. Raises NoTensorError."""
    if isinstance(value, list):
        if depth == MAX_DEPTH:
            raise NoTensorError(f"it is nested deeper than {MAX_DEPTH} levels")
        return [texts(item, depth + 1) for item in value]
    if value is None:
        return UNKNOWN[-1]
    if isinstance(value, dict):
        raise NoTensorError("it holds names, not numbers")
    # Only what no number of JSON can be comes in quotes.
    if isinstance(value, Digits) or value in ("nan", "inf", "-inf"):
        return str(value)
    raise NoTensorError(odd_value(str(value)))


def read_yaml(text: str, file: str, case: int) -> Steps[Claimed]:
    """Read one case of a YAML text: names and numbers, a document per step or case. Raises InputError."""
    documents = parse_yaml(text, file)
    claims = []
    for page, document in zip(pages(text, len(documents)), documents, strict=True):
        root = plain(document)
        if not is_tree(root):
            raise InputError(Problem(document.place, "", A_DUMP))
        place, found = document.place, leaves(root, file)
        refuse_twice([(("", leaf.step), leaf.name) for leaf in found], file)
        for leaf in found:
            place = leaf.key.place if isinstance(leaf.key, Key) else place
            claims.append(((page[0], leaf.step or page[1]), claim(leaf.name, leaf.value, place)))
        if len(claims) > MAX_TENSORS:
            raise too_many(file)
    if not documents:
        raise InputError(Problem(place_at(file, ""), "", A_DUMP))
    return steps_of(case, claims, file)


class Key(str):
    """A key of a YAML mapping, and where it stands."""

    __slots__ = ("place",)
    place: Place


def key_at(name: str, place: Place) -> Key:
    key = Key(name)
    key.place = place
    return key


def plain(node: Node) -> Any:
    """Return nodes as what JSON has in their place."""
    if isinstance(node, Sequence):
        return [plain(item) for item in node.items]
    if isinstance(node, Mapping):
        return {key_at(name, place): plain(value) for name, (place, value) in node.entries.items()}
    number = is_number(node.text) or (node.plain and node.text in UNKNOWN)
    return Digits(node.text) if number else node.text


def pages(text: str, count: int) -> list[Page]:
    """Return case and step of every document: a comment names the step; where steps start anew is another case."""
    heads = [head for head in DIVIDER.split(text) if head.strip()][-count:] if count else []
    told = [STEP.search(head) for head in heads]
    if len(heads) < count or None in told:
        return [(str(number) if count > 1 else "", "") for number in range(1, count + 1)]
    found: list[Page] = []
    case, last = 1, 0
    for step in (int(match[1]) for match in told if match):
        case, last = case + (step <= last), step
        found.append((str(case), str(step)))
    return found


def is_mapping_of_numbers(text: str, file: str) -> bool:
    """Return whether a text is a YAML dump, and not one that merely looks like it in places."""
    try:
        documents = parse_yaml(text, file)
        if not documents or not isinstance(documents[0], Mapping):
            return False
        for value in plain(documents[0]).values():
            texts(value)
    except (InputError, NoTensorError):
        return False
    return True
