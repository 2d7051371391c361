"""Weights saved of a network, found under our names or under those of PyTorch's nn.Sequential."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from .op import Array

TORCH_FIELDS = {"W": "weight", "gamma": "weight", "B": "bias", "beta": "bias"}


def torch_key(index: int, field: str) -> str:
    """What PyTorch calls a field of the layer with this index."""
    return f"{index}.{TORCH_FIELDS.get(field, field)}"


@dataclass(frozen=True)
class Saved:
    """Arrays by name, and what to call them when one is missing."""

    arrays: Mapping[str, Array]
    source: str = "weights"

    @cached_property
    def unprefixed(self) -> dict[str, Array]:
        """Arrays under PyTorch's names without what stands before the layer's number."""
        matches = {name: re.search(r"(?:^|\.)(\d+\.\w+)$", name) for name in self.arrays}
        return {match[1]: self.arrays[name] for name, match in matches.items() if match}

    def find(self, name: str, index: int, field: str, layout: str) -> Array | None:
        """A tensor of a layer. PyTorch stores W as (out, in)."""
        if name in self.arrays:
            return self.arrays[name]
        value = self.unprefixed.get(torch_key(index, field))
        return value.T if value is not None and field == "W" and layout == "in_out" else value

    def missing(self, name: str, index: int, field: str) -> str:
        known = ", ".join(list(self.arrays)[:8]) or "nothing"
        return f"{self.source} has neither {name} nor {torch_key(index, field)}; it holds {known}"
