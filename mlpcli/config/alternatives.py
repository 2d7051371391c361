"""What a mapping means where something else may stand too."""

from __future__ import annotations

import dataclasses
from collections.abc import Collection
from typing import Any

from ..errors import suggestion
from ..nn.network import Classes
from .nodes import Mapping
from .patience import Patience
from .split import HeldOut, OtherTable, Split


def mapping_type(node: Mapping, types: Collection[Any]) -> Any:
    """Return the one of the types that a mapping is meant for; None where it is for none of these."""
    if HeldOut in types:
        if {"file", "table", "csv"} & set(node.entries):
            return OtherTable
        return HeldOut if {"inputs", "targets"} & set(node.entries) else Split
    if Patience in types:
        return Patience
    return Classes if Classes in types and means_classes(node) else None


def means_classes(node: Mapping) -> bool:
    """Return whether a mapping under `targets` is {classes: ...}, with a slip perhaps, and not {file: ...}."""
    names = [field.name for field in dataclasses.fields(Classes)]
    return "file" not in node.entries and any(suggestion(key, names) for key in node.entries)
