"""A tree with tensors shown transposed: every ᵀ moves to the leaves, where two of them are none."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

from .kinds import is_scalar, is_vector
from .tree import FunctionCall, Node, Number, Parameter, Product, Rows, SettingName, Stacked, Total, Transpose
from .walk import count, rebuilt

ROW_BY_ROW = ("softmax",)


def turned(node: Node, names: Collection[str], result: bool) -> Node:
    """Return the tree where the operands of these names are shown transposed, and so is the result if it says so."""
    if is_scalar(node) or is_vector(node):
        return plainest(node, names)
    return pushed(node, names, result)


def plainest(node: Node, names: Collection[str]) -> Node:
    """Return what has no orientation the way round that has fewer transposes."""
    both = pushed(node, names, False), pushed(node, names, True)
    return min(both, key=lambda way: count(way, Transpose))


def pushed(node: Node, names: Collection[str], flip: bool) -> Node:
    """Return the tree, transposed if `flip`."""
    match node:
        case Number() | SettingName():
            return node
        case Parameter(name, scalar):
            return Transpose((node,)) if not scalar and (name in names) != flip else node
        case Rows((Parameter(name),)):
            found = replace(node, turned=node.turned != (name in names))
            return Transpose((found,)) if (name in names) != flip else found
        case Stacked():
            return replace(
                node, parts=tuple(pushed(part, names, flip) for part in node.parts), turned=node.turned != flip
            )
        case Transpose((base,)):
            return pushed(base, names, not flip)
        case Product((left, right)) if flip:
            return Product((pushed(right, names, flip), pushed(left, names, flip)))
        case Total((body,), ""):
            return replace(node, parts=(plainest(body, names),))
        case Total((body,)):
            return replace(node, parts=(pushed(body, names, flip),), turned=node.turned != flip)
        case FunctionCall(name=name) if name in ROW_BY_ROW:
            return replace(node, parts=(pushed(node.parts[0], names, flip),), turned=node.turned != flip)
    return rebuilt(node, lambda part: pushed(part, names, flip))
