"""Kinds of values: a number, a vector with one number per row, or a tensor with rows and columns."""

from __future__ import annotations

from .tree import Node, Parameter, Total


def is_scalar(node: Node) -> bool:
    """Return whether it is one number, whatever the sizes of tensors are."""
    if isinstance(node, Parameter):
        return node.scalar
    return (isinstance(node, Total) and not node.index) or all(map(is_scalar, node.parts))


def is_vector(node: Node) -> bool:
    """Return whether it is one number per row: a vector, which has no orientation."""
    if isinstance(node, Total) and node.index == "j":
        return True
    tensors = [part for part in node.parts if not is_scalar(part)]
    return bool(tensors) and all(map(is_vector, tensors))
