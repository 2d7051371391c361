r"""A formula in LaTeX: `X \cdot W_{1} + B_{1}`."""

from __future__ import annotations

from collections.abc import Mapping

from . import notation, tree
from .tree import Node
from .writer import ATOM, SUFFIXED, TOTAL, Writer

FUNCTIONS = {"σ": r"\sigma", "Φ": r"\Phi", "φ": r"\varphi", "softmax": r"\mathrm{softmax}"}
NUMBERS = {"½": r"\tfrac{1}{2}"}


class Latex(Writer):
    """Writes LaTeX for a formula on a line of its own."""

    plus, minus, negative = " + ", " - ", "-"

    def __init__(self, names: Mapping[str, str]) -> None:
        self.names = names

    def written(self, node: Node) -> str:
        match node:
            case tree.Number(text):
                return NUMBERS.get(text, text)
            case tree.SettingName(name):
                return notation.setting(self.names.get(name, name) if name == "N" else name)
            case tree.Parameter(name):
                return notation.tensor(self.names[name])
            case tree.Sum():
                return self.total(node)
            case tree.Negation():
                return self.negation(node)
            case tree.Product() | tree.Scaled():
                return self.product(node, r" \cdot ")
            case tree.Elementwise():
                return self.product(node, r" \odot ")
            case tree.Quotient((above, below)):
                return rf"\frac{{{self.written(above)}}}{{{self.written(below)}}}"
            case tree.Total((body,), index):
                return rf"\sum{'_' + index if index else ''} {self.placed(body, TOTAL)}"
            case tree.Power((tree.FunctionCall(arguments, name),), exponent) if name != "√":
                return rf"{function(name)}^{{{exponent}}}{self.applied(arguments)}"
            case tree.Power((base,), exponent):
                return rf"{self.placed(base, ATOM)}^{{{exponent}}}"
            case tree.Transpose((base,)):
                return rf"{self.placed(base, ATOM)}^\top"
            case tree.FunctionCall((argument,), "√"):
                return rf"\sqrt{{{self.written(argument)}}}"
            case tree.FunctionCall(arguments, name):
                return function(name) + self.applied(arguments)
            case tree.Rows((base,), rows):
                return rf"{{{self.written(base)}}}_{{[{':,' if node.turned else ''}{rows}]}}"
            case tree.Stacked((upper, lower)):
                sign = "&" if node.turned else r"\\"
                return rf"\begin{{bmatrix}} {self.written(upper)} {sign} {self.written(lower)} \end{{bmatrix}}"
            case tree.Indicator((condition,)):
                return rf"\left[{self.written(condition)}\right]"
            case tree.Greater((left, right)):
                return f"{self.written(left)} > {self.written(right)}"
            case tree.Less((left, right)):
                return f"{self.written(left)} < {self.written(right)}"
            case tree.Size((part,)):
                return rf"\left|{self.written(part)}\right|"
            case tree.Where((chosen, condition, other)):
                rows = rf"{self.written(chosen)} & \text{{if }} {self.written(condition)} \\ {self.written(other)}"
                return rf"\begin{{cases}} {rows} & \text{{otherwise}} \end{{cases}}"
        raise TypeError(node)

    def bracketed(self, node: Node) -> str:
        return rf"\left({self.written(node)}\right)"

    def level(self, node: Node) -> int:
        """Return how tightly a node binds; a fraction, and a name with a part above, like a power."""
        if isinstance(node, tree.Quotient) or (isinstance(node, tree.Parameter) and "^" in self.written(node)):
            return SUFFIXED
        return super().level(node)

    def applied(self, arguments: tuple[Node, ...]) -> str:
        r"""Return what stands behind a function's name: `\left(A, B\right)`, and for `\log \sigma(A)` only a space."""
        match arguments:
            case (tree.FunctionCall() as inner,):
                return f" {self.written(inner)}"
        return rf"\left({self.listed(arguments)}\right)"


def function(name: str) -> str:
    return FUNCTIONS.get(name, f"\\{name}")
