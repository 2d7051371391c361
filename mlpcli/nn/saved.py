"""Weights saved of a network, found under our names or under those of PyTorch's nn.Sequential."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from .op import Array

TORCH_FIELDS = {"W": "weight", "gamma": "weight", "B": "bias", "beta": "bias"}


def torch_key(index: int, field: str) -> str:
    """Return what PyTorch calls a field of the layer with this index."""
    return f"{index}.{TORCH_FIELDS.get(field, field)}"


@dataclass(frozen=True)
class Saved:
    """Arrays by name, and what to call them when one is missing."""

    arrays: Mapping[str, Array]
    source: str = "weights"

    @cached_property
    def unprefixed(self) -> dict[str, str]:
        """Names that are PyTorch's → without what stands before the layer's number."""
        matches = {name: re.search(r"(?:^|\.)(\d+\.\w+)$", name) for name in self.arrays}
        return {name: match[1] for name, match in matches.items() if match}

    def keys(self, name: str, index: int, field: str) -> list[str]:
        """Return what may be meant by a tensor of a layer; one, if all is well."""
        other = torch_key(index, field)
        return [key for key in self.arrays if key == name or self.unprefixed.get(key) == other]

    def value(self, key: str, field: str, layout: str, threshold: bool = False) -> Array:
        """Return a tensor of a layer. PyTorch stores W as (out, in), and knows no thresholds."""
        value, theirs = self.arrays[key], key in self.unprefixed
        if theirs and field == "B" and threshold:
            return -value
        return value.T if theirs and field == "W" and layout == "in_out" else value

    def needless(self, used: set[str]) -> list[str]:
        """Return what belongs to no layer, apart from what PyTorch counts."""
        return [key for key in self.arrays if key not in used and not key.endswith("num_batches_tracked")]

    def missing(self, name: str, index: int, field: str) -> str:
        known = ", ".join(list(self.arrays)[:8]) or "nothing"
        return f"{self.source} has neither {name} nor {torch_key(index, field)}; it holds {known}"
