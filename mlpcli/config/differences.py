"""In what configs differ."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from .nodes import Mapping as MappingNode
from .nodes import Node
from .nodes import Sequence as SequenceNode
from .resolved import CLAIMS, flow

LONGEST = 60
"""Characters that are shown of a value."""


def differences(documents: Sequence[Node]) -> dict[str, list[str | None]]:
    """Return each path of keys under which not all say the same → what each says, None where it says nothing."""
    flat = [dict(leaves(document)) for document in documents]
    paths = dict.fromkeys(path for one in flat for path in one)
    found = {path: [one.get(path) for one in flat] for path in paths if path.partition(".")[0] not in CLAIMS}
    return {path: [value and shorter(value) for value in values] for path, values in found.items() if differ(values)}


def differ(values: Sequence[str | None]) -> bool:
    return len(set(values)) > 1


def shorter(text: str) -> str:
    return text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"


def leaves(node: Node, path: str = "") -> Iterator[tuple[str, str]]:
    """Yield the path of each value and what it says; a list of anything but mappings is one value."""
    if isinstance(node, MappingNode):
        for key, (_, value) in node.entries.items():
            yield from leaves(value, f"{path}.{key}" if path else key)
    elif isinstance(node, SequenceNode) and any(isinstance(item, MappingNode) for item in node.items):
        for number, item in enumerate(node.items):
            yield from leaves(item, f"{path}[{number}]")
    else:
        yield path, flow(node)
