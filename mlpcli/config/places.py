"""Where in a config something stands, and what the path of keys to it is called."""

from __future__ import annotations

from ..errors import Place
from .nodes import Mapping, Node


def path_text(path: tuple[str | int, ...]) -> str:
    """Write a path as people do: layers[2].W."""
    text = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in path)
    return text.removeprefix(".")


def places_of(node: Mapping) -> dict[str, Place]:
    """Return where the value of each key stands, and the names under `errata` and `grading.points`."""
    found = {key: value.place for key, (_, value) in node.entries.items()}
    for path in (("errata",), ("grading", "points")):
        inner: Node = node
        for key in path:
            inner = (
                inner.entries[key][1] if isinstance(inner, Mapping) and key in inner.entries else Mapping(node.place)
            )
        if isinstance(inner, Mapping):
            found |= {".".join((*path, name)): place for name, (place, _) in inner.entries.items()}
    return found
