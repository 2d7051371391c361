"""Weights saved of a network, found under our names or under those of PyTorch's nn.Sequential."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING

from .fitting import fit
from .op import Array

if TYPE_CHECKING:
    from .layers import Layer

TORCH_FIELDS = {"W": "weight", "gamma": "weight", "B": "bias", "beta": "bias"}


def torch_key(index: int, field: str) -> str:
    """Return what PyTorch calls a field of the layer with this index."""
    return f"{index}.{TORCH_FIELDS.get(field, field)}"


@dataclass(frozen=True)
class Saved:
    """Arrays by name, and what to call them when one is missing."""

    arrays: Mapping[str, Array]
    source: str = "weights"
    places: Mapping[tuple[int, str], str] = field(default_factory=dict)
    """Layer and field → name, where names are those of another framework and the shapes fit in one way."""

    @cached_property
    def unprefixed(self) -> dict[str, str]:
        """Names that are PyTorch's → without what stands before the layer's number."""
        matches = {name: re.search(r"(?:^|\.)(\d+\.\w+)$", name) for name in self.arrays}
        return {name: match[1] for name, match in matches.items() if match}

    def fitted(self, layers: Sequence[Layer], width: int) -> Saved:
        """Return the same with the layers that the tensors fit, where no name says it."""
        known = any(torch_key(index, field) in self.unprefixed.values() for index, field in positions(layers))
        places = fit(self.arrays, layers, width)
        in_place = {torch_key(*place): key for place, key in places.items()}
        if known and all(self.unprefixed.get(key) == name for name, key in in_place.items()):
            return self
        return replace(self, places=places)

    def keys(self, name: str, index: int, field: str) -> list[str]:
        """Return what may be meant by a tensor of a layer; one, if all is well."""
        other = torch_key(index, field)
        found = [key for key in self.arrays if key == name or self.unprefixed.get(key) == other]
        return [self.places[index, field]] if self.places and (index, field) in self.places else found

    def value(self, key: str, field: str, layout: str, threshold: bool = False) -> Array:
        """Return a tensor of a layer. PyTorch stores W as (out, in), and knows no thresholds."""
        value, theirs = self.arrays[key], key in self.unprefixed or key.endswith((".weight", ".bias"))
        if key in self.places.values() and field == "W" and not theirs:
            return value if layout == "in_out" else value.T  # Keras and scikit-learn store W as (in, out)
        if theirs and field == "B" and threshold:
            return -value
        return value.T if theirs and field == "W" and layout == "in_out" else value

    def needless(self, used: set[str]) -> list[str]:
        """Return what belongs to no layer, apart from what PyTorch counts."""
        return [key for key in self.arrays if key not in used and not key.endswith("num_batches_tracked")]

    def missing(self, name: str, index: int, field: str) -> str:
        known = ", ".join(list(self.arrays)[:8]) or "nothing"
        return f"{self.source} has neither {name} nor {torch_key(index, field)}; it holds {known}"


def positions(layers: Sequence[Layer]) -> list[tuple[int, str]]:
    """Return layer and field of every tensor that is saved."""
    return [(index, name) for index, layer in enumerate(layers) for name in layer.saves]
