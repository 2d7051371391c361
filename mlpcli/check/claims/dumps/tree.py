"""Nested dictionaries and lists → tensors by training step and name, whatever their numbers are written in."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from ....config.nodes import MAX_DEPTH
from .holders import HOLDER, held
from .pages import limited

STEP = re.compile(r"(?:step|epoch|iter(?:ation)?)[\s_.:#-]{0,3}(\d{1,9})", re.IGNORECASE)
COUNTERS = ("step", "epoch", "iteration", "iter")
LISTS_OF_STEPS = ("steps", "epochs", "iterations")
BIAS = re.compile(r"(?:^|[^a-z]|d|grad)b(?:s|ias(?:es)?)?$", re.IGNORECASE)
NUMBERED = re.compile(r"\d")
ITEM = re.compile(r"\[\d+\]$")


@dataclass(frozen=True)
class Leaf:
    """What has no names in it: a tensor, or what is none."""

    step: str
    """The number of the training step, empty where nothing is said of steps."""
    name: str
    key: Any
    """How it is called where it stands; None for a later one of a list."""
    value: Any
    holders: tuple[str, ...] = ()
    """The names of the dictionaries that it is in, the outermost first."""


def is_tree(root: Any) -> bool:
    """Return whether it is a dictionary, or a list of them."""
    return isinstance(root, dict) or are_dicts(root)


def are_dicts(found: Any) -> bool:
    return isinstance(found, list) and bool(found) and all(isinstance(item, dict) for item in found)


def leaves(root: Any, file: str) -> list[Leaf]:
    """Return the tensors of a tree, in the order they stand in it. Raises InputError for too many."""
    found: Iterator[Leaf]
    if isinstance(root, list):
        keys = [key for item in root for key in item]
        if len(set(keys)) == len(keys):  # a dictionary per tensor
            found = (leaf for item in root for leaf in walk(item, "", ()))
        else:
            found = walk({"layers" if are_layers(root) else "steps": root}, "", ())
    else:
        found = walk(root, "", ())
    return limited(split(named(from_one(limited(found, file)))), file)


def are_layers(items: list[Any]) -> bool:
    """Return whether dictionaries with the same names are layers: of other sizes, and their names carry no numbers."""
    shapes = defaultdict(set)
    for item in items:
        for key, value in item.items():
            shapes[str(key)].add(() if isinstance(value, dict) else shape(value))
    return not any(map(NUMBERED.search, shapes)) and any(len(found) > 1 for found in shapes.values())


def walk(mapping: dict[Any, Any], step: str, holders: tuple[str, ...]) -> Iterator[Leaf]:
    for key, value in mapping.items():
        name = str(key)[:200]
        told = "" if step else number_of(name)
        if len(holders) >= MAX_DEPTH or not is_tree(value):
            if not (step and name.lower() in COUNTERS):
                yield Leaf(step, name, key, value, holders)
        elif told and isinstance(value, dict):
            yield from walk(value, told, holders)
        elif not step and name.lower() in LISTS_OF_STEPS and (pages := steps_in(value)):
            for number, page in pages:
                yield from walk(page, number, holders)
        elif isinstance(value, dict):
            yield from walk(value, step, (*holders, name))
        else:
            for i, item in enumerate(value):
                yield from walk(item, step, (*holders, f"{name}[{i}]"))


def number_of(name: str) -> str:
    """Return the number in `step 3` or `epoch_3`; nothing if it is another name."""
    found = STEP.fullmatch(name.strip())
    return found[1] if found else ""


def steps_in(value: Any) -> list[tuple[str, dict[Any, Any]]]:
    """Return training steps with their numbers: those that they say of themselves, or as they are counted."""
    if isinstance(value, dict):
        items = [(str(key), item) for key, item in value.items()]
        counted = all(key.isdecimal() and len(key) < 10 and isinstance(item, dict) for key, item in items)
        return items if counted else []
    for counter in COUNTERS:
        told = [str(item.get(counter)) for item in value]
        if all(number.isdecimal() and len(number) < 10 for number in told) and len(set(told)) == len(told):
            return list(zip(told, value, strict=True))
    return [(str(number), item) for number, item in enumerate(value, 1)]


def from_one(found: list[Leaf]) -> list[Leaf]:
    """Count training steps from 1 where they are counted from 0."""
    if not any(leaf.step and int(leaf.step) == 0 for leaf in found):
        return found
    return [replace(leaf, step=str(int(leaf.step) + 1)) if leaf.step else leaf for leaf in found]


def named(found: list[Leaf]) -> list[Leaf]:
    """Name gradients as such, and `layer1.W` what several layers call by one name."""
    holding: dict[tuple[str, str], set[tuple[str, ...]]] = defaultdict(set)
    for leaf in found:
        holding[leaf.step, gradient(leaf, leaf.name)].add(leaf.holders)
    layers = {
        (step, holders)
        for (step, name), places in holding.items()
        if len(places) > 1 and not NUMBERED.search(name)
        for holders in places
    }
    return [
        replace(leaf, name=in_layer(leaf) if (leaf.step, leaf.holders) in layers else gradient(leaf, leaf.name))
        for leaf in found
    ]


def gradient(leaf: Leaf, name: str) -> str:
    return held(next((holder for holder in reversed(leaf.holders) if HOLDER.search(holder)), ""), name)


def in_layer(leaf: Leaf) -> str:
    """Return the name with that of the layer before it."""
    if NUMBERED.search(leaf.name):
        return gradient(leaf, leaf.name)
    plain = [holder for holder in leaf.holders if not HOLDER.search(holder)]
    layer = next((holder for holder in reversed(plain) if NUMBERED.search(holder)), plain[-1] if plain else "")
    if layer:
        return gradient(leaf, f"{layer}.{leaf.name}")
    place = ITEM.search(leaf.holders[-1]) if leaf.holders else None
    return gradient(leaf, leaf.name) + (place[0] if place else "")


def split(found: list[Leaf]) -> Iterator[Leaf]:
    """Yield tensors, split where they are lists that have a tensor per layer: `weights[0]`, `weights[1]`."""
    counts = defaultdict(set)
    listed = [is_per_layer(leaf) for leaf in found]
    for leaf, several in zip(found, listed, strict=True):
        if several:
            counts[leaf.step, leaf.holders].add(len(leaf.value))
    for leaf, several in zip(found, listed, strict=True):
        beside = counts.get((leaf.step, leaf.holders), set())
        if several or (beside and BIAS.search(str(leaf.key)) and rows(leaf.value) in beside):
            for i, item in enumerate(leaf.value):
                yield replace(leaf, name=f"{leaf.name}[{i}]", key=None if i else leaf.key, value=item)
        else:
            yield leaf


def is_per_layer(leaf: Leaf) -> bool:
    """Return whether it is a list of tensors: of matrices, or of other shapes, as where one is summed to a number.

    A name with a number is one layer's.
    """
    if not isinstance(leaf.value, list) or not leaf.value or str(leaf.key)[-1:].isdigit():
        return False
    shapes = [shape(item) for item in leaf.value]
    if None in shapes or set(shapes) == {()} or any(isinstance(item, dict) for item in leaf.value):
        return False
    arrays = any(not isinstance(item, list) for item in leaf.value)
    return arrays or len(set(shapes)) > 1 or len(shapes[0] or ()) > 1


def rows(value: Any) -> int:
    """Return how many rows a matrix in nested lists has; 0 if it is none."""
    size = shape(value) if isinstance(value, list) else None
    return size[0] if size and len(size) == 2 else 0


def shape(item: Any, depth: int = 0) -> tuple[int, ...] | None:
    """Return the shape of an array or of nested lists; None if they are no array."""
    if not isinstance(item, list):
        return tuple(getattr(item, "shape", ()))
    inner = {shape(part, depth + 1) for part in item} if depth < MAX_DEPTH else {None}
    if len(inner) != 1 or None in inner:
        return None
    return (len(item), *(inner.pop() or ()))
