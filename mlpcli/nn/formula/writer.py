"""What the written forms of a formula share: brackets around what binds too loosely for its place."""

from __future__ import annotations

from . import tree
from .tree import Node

WHERE, SUM, NEGATION, QUOTIENT, TOTAL, PRODUCT, SUFFIXED, ATOM = range(8)
"""How tightly a node binds, from loose to tight."""

LEVELS: dict[type[Node], int] = {
    tree.Where: WHERE,
    tree.Sum: SUM,
    tree.Negation: NEGATION,
    tree.Quotient: QUOTIENT,
    tree.Total: TOTAL,
    tree.Product: PRODUCT,
    tree.Scaled: PRODUCT,
    tree.Elementwise: PRODUCT,
    tree.Transpose: SUFFIXED,
    tree.Power: SUFFIXED,
}


class Writer:
    """Writes a tree, each part in the brackets that its place asks for."""

    plus, minus, negative = " + ", " − ", "−"

    def placed(self, node: Node, least: int) -> str:
        """Write a node for a place that takes only what binds at least this tightly."""
        return self.written(node) if self.level(node) >= least else self.bracketed(node)

    def written(self, node: Node) -> str:
        raise NotImplementedError

    def bracketed(self, node: Node) -> str:
        raise NotImplementedError

    def level(self, node: Node) -> int:
        """Return how tightly a node binds; a product that ends in Σ binds like Σ, which takes all that follows."""
        found = LEVELS.get(type(node), ATOM)
        return TOTAL if found == PRODUCT and isinstance(node.parts[1], tree.Total) else found

    def total(self, node: tree.Sum) -> str:
        """Write terms with their signs."""
        first, *others = node.parts
        return self.placed(first, NEGATION) + "".join(map(self.term, others))

    def term(self, node: Node) -> str:
        """Write a term that is not the first."""
        negative = isinstance(node, tree.Negation)
        return (self.minus if negative else self.plus) + self.placed(node.parts[0] if negative else node, QUOTIENT)

    def negation(self, node: tree.Negation) -> str:
        return self.negative + self.placed(node.parts[0], QUOTIENT)

    def product(self, node: Node, sign: str) -> str:
        left, right = node.parts
        least = TOTAL if isinstance(right, tree.Total) else SUFFIXED
        return self.placed(left, PRODUCT) + sign + self.placed(right, least)

    def listed(self, nodes: tuple[Node, ...]) -> str:
        return ", ".join(map(self.written, nodes))
