"""Walks through a tree."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from .tree import Inner, Node


def rebuilt(node: Node, function: Callable[[Node], Node]) -> Node:
    """Return the node with a function applied to each of its parts."""
    return replace(node, parts=tuple(map(function, node.parts))) if isinstance(node, Inner) else node


def count(node: Node, kind: type[Node]) -> int:
    """Return how many nodes of a kind there are."""
    return isinstance(node, kind) + sum(count(part, kind) for part in node.parts)
