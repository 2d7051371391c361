"""Weights saved under names of other frameworks → the layers that they fit, where they do so in one way."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from .op import Array

if TYPE_CHECKING:
    from .layers import Layer

FIELDS = {
    "weight": ("W", "gamma"),
    "kernel": ("W", ""),
    "coefs": ("W", ""),
    "bias": ("B", "beta"),
    "intercepts": ("B", ""),
    "gamma": ("", "gamma"),
    "beta": ("", "beta"),
    "running_mean": ("", "running_mean"),
    "running_var": ("", "running_var"),
    "moving_mean": ("", "running_mean"),
    "moving_variance": ("", "running_var"),
}
"""What PyTorch, Keras and scikit-learn call a tensor → the field of a linear layer, and of one without a matrix."""
NAME = re.compile(r"(?:(?P<before>.+)[./])?(?P<kind>[a-z_]*[a-z])(?:_(?P<number>\d+))?(?::0)?")
MOST = 2
LAYERS = 200
"""Of a network whose weights are searched."""


@dataclass
class Group:
    """Tensors that are saved of one layer: kind → name."""

    name: str
    kinds: dict[str, str] = field(default_factory=dict)

    def fields(self, arrays: Mapping[str, Array]) -> dict[str, str]:
        """Return field → name, of a linear layer if one of its tensors is a matrix."""
        linear = any(arrays[name].ndim == 2 for name in self.kinds.values())
        return {FIELDS[kind][not linear]: name for kind, name in self.kinds.items()}

    def shapes(self, arrays: Mapping[str, Array]) -> frozenset[tuple[str, tuple[int, ...]]]:
        return frozenset((kind, arrays[name].shape) for kind, name in self.kinds.items())

    def matrix(self, arrays: Mapping[str, Array]) -> tuple[int, int]:
        """Return inputs and outputs of its matrix: PyTorch stores it as (outputs, inputs)."""
        kind, name = next((kind, name) for kind, name in self.kinds.items() if FIELDS[kind][0] == "W")
        shape = arrays[name].shape
        return (shape[1], shape[0]) if kind == "weight" else (shape[0], shape[1])


def fit(arrays: Mapping[str, Array], layers: Sequence[Layer], width: int) -> dict[tuple[int, str], str]:
    """Return (layer, field) → name, if all tensors fit the layers in one way; nothing if they do not.

    Of several ways the one in the order of the names counts, such as fc1, fc2.
    """
    groups = grouped(arrays)
    wanted = [(index, layer) for index, layer in enumerate(layers) if layer.saves]
    if groups is None or len(groups) != len(wanted) or len(groups) > LAYERS:
        return {}
    ways = []
    for way in assignments(arrays, groups, wanted, width):
        ways.append(way)
        if len(ways) == MOST:
            break
    if len(ways) > 1:
        ways = [way for way in [in_order(arrays, groups, wanted, width)] if way]
    found = ways[0] if ways else []
    return {
        (index, name): key
        for (index, _), group in zip(wanted, found, strict=False)
        for name, key in group.fields(arrays).items()
    }


def grouped(arrays: Mapping[str, Array]) -> list[Group] | None:
    """Group tensors by the layer that their names say; None where one is called as none of these frameworks does."""
    groups: dict[str, Group] = {}
    for name in arrays:
        if name.endswith("num_batches_tracked"):
            continue
        found = NAME.fullmatch(name)
        if not found or found["kind"] not in FIELDS:
            return None
        key = f"{found['before'] or ''}{found['number'] or ''}"
        groups.setdefault(key, Group(key)).kinds[found["kind"]] = name
    return list(groups.values())


def assignments(
    arrays: Mapping[str, Array], groups: Sequence[Group], layers: Sequence[tuple[int, Layer]], width: int
) -> Iterator[list[Group]]:
    """Yield every way in which the groups fit the layers, in the order of these."""
    if not layers:
        yield []
        return
    (_, layer), *rest = layers
    seen = set()
    for group in groups:
        after, shapes = fits(arrays, group, layer, width), group.shapes(arrays)
        if after and shapes not in seen:
            seen.add(shapes)
            others = [other for other in groups if other is not group]
            alike = sum(other.shapes(arrays) == shapes for other in groups)
            for way in assignments(arrays, others, rest, after):
                yield from [[group, *way]] * min(alike, MOST)  # another of the same shapes is another way


def fits(arrays: Mapping[str, Array], group: Group, layer: Layer, width: int) -> int:
    """Return the number of outputs of a layer that has these tensors; 0 where it cannot have them."""
    fields = group.fields(arrays)
    if set(fields) - set(layer.saves) or "" in fields:
        return 0
    outputs = width
    if "W" in layer.saves:
        if "W" not in fields:
            return 0
        inputs, outputs = group.matrix(arrays)
        if inputs != width or getattr(layer, "units", None) not in (None, outputs):
            return 0
    vectors = [arrays[name] for field, name in fields.items() if field != "W"]
    return outputs if all(vector.size == outputs for vector in vectors) else 0


def in_order(
    arrays: Mapping[str, Array], groups: Sequence[Group], layers: Sequence[tuple[int, Layer]], width: int
) -> list[Group]:
    """Return the groups in the order of their numbers, if their names differ in nothing else and they fit so."""
    stems = {re.sub(r"\d+", "", group.name) for group in groups}
    ordered = sorted(groups, key=lambda group: [int(n) for n in re.findall(r"\d+", group.name)])
    if len(stems) > 1:
        return []
    for group, (_, layer) in zip(ordered, layers, strict=True):
        width = fits(arrays, group, layer, width)
        if not width:
            return []
    return ordered
