"""A tree with tensors shown with their sign turned: minus signs move out of products, and cancel in pairs."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

from .kinds import is_scalar
from .tree import (
    Elementwise,
    Negation,
    Node,
    Number,
    Parameter,
    Power,
    Product,
    Quotient,
    Rows,
    Scaled,
    Size,
    Stacked,
    Sum,
    Total,
    Transpose,
)
from .walk import rebuilt


def signed(node: Node, names: Collection[str], result: bool) -> Node:
    """Return the tree where the operands of these names are shown negated, and so is the result if it says so."""
    found = substituted(node, names)
    return minus(found) if result else found


def substituted(node: Node, names: Collection[str]) -> Node:
    """Return the tree with −A for each A of these names, simplified from the leaves up."""
    if isinstance(node, Parameter):
        return Negation((node,)) if node.name in names else node
    return simplified(rebuilt(node, lambda part: substituted(part, names)))


def simplified(node: Node) -> Node:
    """Return the node with the signs of its parts moved out."""
    match node:
        case Negation((part,)):
            return minus(part)
        case Sum(terms):
            return added([inner for term in terms for inner in (term.parts if isinstance(term, Sum) else (term,))])
        case Product() | Scaled() | Elementwise() | Quotient() | Total() | Transpose() | Rows():
            bare = rebuilt(node, unsigned)
            return minus(bare) if sum(isinstance(part, Negation) for part in node.parts) % 2 else bare
        case Stacked(parts) if all(isinstance(part, Negation) for part in parts):
            return minus(rebuilt(node, unsigned))
        case Power(exponent="2") | Size():
            return rebuilt(node, unsigned)
    return node


def unsigned(node: Node) -> Node:
    return node.parts[0] if isinstance(node, Negation) else node


def minus(node: Node) -> Node:
    """Return −A: a difference is turned around, also under a fraction or behind a number."""
    match node:
        case Number("0"):
            return node
        case Negation((part,)):
            return part
        case Sum(terms):
            return added([minus(term) for term in terms])
        case Stacked():
            return rebuilt(node, minus)
        case Quotient((above, below)) if turnable(above):
            return replace(node, parts=(minus(above), below))
        case Scaled((left, right)) if is_scalar(left) and turnable(right):
            return replace(node, parts=(left, minus(right)))
    return Negation((node,))


def turnable(node: Node) -> bool:
    """Return whether its sign turns by turning a difference around, which numbers may stand before and below."""
    match node:
        case Quotient((above, _)):
            return turnable(above)
        case Scaled((left, right)):
            return is_scalar(left) and turnable(right)
    return is_difference(node)


def is_difference(node: Node) -> bool:
    return isinstance(node, Sum) and any(isinstance(term, Negation) for term in node.parts)


def added(terms: list[Node]) -> Node:
    """Add terms; the sum does not begin with a minus if one of them has none."""
    first = next((at for at, term in enumerate(terms) if not isinstance(term, Negation)), 0)
    return Sum((terms[first], *terms[:first], *terms[first + 1 :]))
