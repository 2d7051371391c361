"""A formula as a line of text: `X·W1 + B1`."""

from __future__ import annotations

from collections.abc import Mapping

from . import tree
from .tree import Node
from .writer import ATOM, PRODUCT, QUOTIENT, SUM, TOTAL, Writer


class Text(Writer):
    """Writes the text that parses to the same tree, with tensors' names in place of `{parameter}`."""

    def __init__(self, names: Mapping[str, str]) -> None:
        self.names = names

    def written(self, node: Node) -> str:
        match node:
            case tree.Number(text):
                return text
            case tree.SettingName(name):
                return self.names.get(name, name) if name == "N" else name
            case tree.Parameter(name):
                return self.names[name]
            case tree.Sum():
                return self.total(node)
            case tree.Negation():
                return self.negation(node)
            case tree.Product() | tree.Scaled():
                return self.product(node, "·")
            case tree.Elementwise():
                return self.loose(node, " ⊙ ") if self.level(node) == QUOTIENT else self.product(node, "⊙")
            case tree.Quotient():
                return self.product(node, "/") if is_coefficient(node) else self.loose(node, " / ")
            case tree.Total((body,)):
                return f"Σ {self.placed(body, TOTAL)}"
            case tree.Power((tree.FunctionCall(arguments, name),), exponent):
                return name + raised(exponent) + self.applied(arguments)
            case tree.Power((base,), exponent):
                return self.placed(base, ATOM) + raised(exponent)
            case tree.Transpose((base,)):
                return self.placed(base, ATOM) + "ᵀ"
            case tree.FunctionCall(arguments, name):
                return name + self.applied(arguments)
            case tree.Rows((base,), rows):
                return f"{self.written(base)}[{':,' if node.turned else ''}{rows}]"
            case tree.Stacked((upper, lower)):
                return f"[{self.placed(upper, SUM)}{', ' if node.turned else '; '}{self.placed(lower, SUM)}]"
            case tree.Indicator((condition,)):
                return f"[{self.written(condition)}]"
            case tree.Greater((left, right)):
                return f"{self.placed(left, SUM)} > {self.placed(right, SUM)}"
            case tree.Less((left, right)):
                return f"{self.placed(left, SUM)} < {self.placed(right, SUM)}"
            case tree.Size((part,)):
                return f"|{self.written(part)}|"
            case tree.Where((chosen, condition, other)):
                return f"{self.placed(chosen, SUM)} where {self.written(condition)}, else {self.placed(other, SUM)}"
        return self.bracketed(node.parts[0])  # a Group

    def bracketed(self, node: Node) -> str:
        return f"({self.written(node)})"

    def level(self, node: Node) -> int:
        """Return how tightly a node binds; `2/N` like a product, and ⊙ behind a quotient like the quotient."""
        if is_coefficient(node):
            return PRODUCT
        if isinstance(node, tree.Elementwise) and self.level(node.parts[0]) == QUOTIENT:
            return QUOTIENT
        return super().level(node)

    def loose(self, node: Node, sign: str) -> str:
        left, right = node.parts
        return self.placed(left, QUOTIENT) + sign + self.placed(right, TOTAL)

    def applied(self, arguments: tuple[Node, ...]) -> str:
        """Return what stands behind a function's name: `(A, B)`, and for `log softmax(A)` only a space."""
        match arguments:
            case (tree.FunctionCall() as inner,):
                return f" {self.written(inner)}"
        return f"({self.listed(arguments)})"


def is_coefficient(node: Node) -> bool:
    """Return whether it is a fraction such as `2/N`, written without spaces."""
    return (
        isinstance(node, tree.Quotient)
        and isinstance(node.parts[0], tree.Number)
        and isinstance(node.parts[1], tree.SettingName)
    )


def raised(exponent: str) -> str:
    return "²" if exponent == "2" else f"^({exponent})"
