"""Lists that have a tensor per layer: `nabla_w = [array(...), array(...)]`."""

from __future__ import annotations

from typing import Any


def per_layer(name: str, texts: Any, called: bool = False) -> dict[str, Any]:
    """Return the tensors of a list by name, `nabla_w[0]`; none where the list is one tensor.

    A list is one of layers if its items have not one shape, as those of which one is summed to a number, or are
    matrices. What is named with a number, as W1, is one layer's.
    """
    if not isinstance(texts, list) or not any(isinstance(item, list) for item in texts):
        return {}
    shapes = [shape(item) for item in texts]
    if None in shapes:
        return {}
    alike = len(set(shapes)) == 1
    counted = any(letter.isdigit() for letter in name)
    if len(shapes[0] or ()) > 1 or (not counted and (called or not alike)) or (called and not alike):
        return {f"{name}[{i}]": item for i, item in enumerate(texts)}
    return {}


def shape(item: Any) -> tuple[int, ...] | None:
    """Return the shape of nested lists; None if they are no array."""
    if not isinstance(item, list):
        return ()
    inner = [shape(part) for part in item]
    first = inner[0] if inner else None
    return None if first is None or inner.count(first) < len(inner) else (len(item), *first)
