"""The formula of an op: read from its text once, then written for whoever reads it."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from . import tree
from .parser import parse_tree
from .text import Text
from .tree import Node
from .walk import count, rebuilt


@dataclass(frozen=True)
class Formula:
    """A tree, and the ways to write it."""

    root: Node

    def text(self, names: Mapping[str, str]) -> str:
        """Write a line of text, with these names in place of the parameters."""
        return Text(names).written(self.root)

    def latex(self, names: Mapping[str, str]) -> str:
        """Write the same in LaTeX."""
        from .latex import Latex  # most runs write text alone

        return Latex(names).written(bare(self.root))

    def seen(
        self,
        turned: Collection[str] = (),
        result_turned: bool = False,
        negated: Collection[str] = (),
        result_negated: bool = False,
    ) -> Formula:
        """Return the formula as a reader sees it: some operands, or the result, are transposed or negated."""
        from .sign import signed
        from .turn import turned as pushed

        root = self.root
        if turned or result_turned:
            root = pushed(bare(root), turned, result_turned)
        if negated or result_negated:
            root = signed(bare(root), negated, result_negated)
        return Formula(root)

    def over(self, setting: str) -> Formula:
        """Return the formula divided by a number, in parentheses if something in it is added."""
        below = tree.SettingName(setting)
        if count(self.root, tree.Sum):
            return Formula(tree.Quotient((tree.Group((self.root,)), below)))
        if isinstance(self.root, tree.Negation):
            return Formula(tree.Negation((tree.Quotient((self.root.parts[0], below)),)))
        return Formula(tree.Quotient((self.root, below)))


def parse(text: str) -> Formula:
    """Parse the formula that a text says, with `{parameter}` where an operand's name goes."""
    return Formula(parse_tree(text))


def bare(node: Node) -> Node:
    """Return the tree without the parentheses that its author chose to write."""
    return bare(node.parts[0]) if isinstance(node, tree.Group) else rebuilt(node, bare)
