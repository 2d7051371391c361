"""The tree of a formula's text.

From loose to tight: `where`, + and −, `/` between spaces, Σ, the products · and ⊙, powers and ᵀ.
"""

from __future__ import annotations

from . import tree
from .kinds import is_scalar
from .tokens import Tokens
from .tree import Node


def parse_tree(text: str) -> Node:
    """Parse a text to its tree. Raises FormulaError where it is none."""
    words = Tokens(text)
    return closed(words, choice(words), "")


def choice(words: Tokens) -> Node:
    """Parse `A where Z > 0, else B`."""
    chosen = total(words)
    if not words.skip("where"):
        return chosen
    condition = closed(words, comparison(words, total(words)), ",")
    words.expect("else")
    return tree.Where((chosen, condition, total(words)))


def comparison(words: Tokens, left: Node) -> Node:
    if words.skip("<"):
        return tree.Less((left, total(words)))
    words.expect(">")
    return tree.Greater((left, total(words)))


def total(words: Tokens) -> Node:
    """Parse `A + B − C`, or just `A`; a minus takes the whole quotient."""
    sign, terms = words.skip("−"), list[Node]()
    while sign or not terms:
        found = quotient(words)
        terms.append(tree.Negation((found,)) if sign == "−" else found)
        sign = words.skip("+", "−")
    return terms[0] if len(terms) == 1 else tree.Sum(tuple(terms))


def quotient(words: Tokens) -> Node:
    """Parse products joined by signs between spaces: `A / B ⊙ C`."""
    found = product(words)
    while sign := words.skip(" / ", " ⊙ "):
        found = joined(found, sign.strip(), product(words))
    return found


def product(words: Tokens) -> Node:
    """Parse factors: `A·B⊙C`, `2/N·A`; a Σ takes all that follow it."""
    found = factor(words)
    while sign := words.skip("·", "⊙", "/"):
        found = joined(found, sign, factor(words))
    return found


def joined(left: Node, sign: str, right: Node) -> Node:
    if sign == "·":
        return tree.Scaled((left, right)) if is_scalar(left) or is_scalar(right) else tree.Product((left, right))
    return tree.Quotient((left, right)) if sign == "/" else tree.Elementwise((left, right))


def factor(words: Tokens) -> Node:
    """Parse a sum over an index, or an atom with the powers and ᵀ behind it."""
    if words.kind == "sum":
        index = words.next()[2:]
        return tree.Total((product(words),), index)
    found = atom(words)
    while words.kind in ("rows", "exponent", "transpose"):
        if words.kind == "rows":
            before, _, rows = words.next().rpartition(",")
            found = tree.Rows((found,), rows, bool(before))
        else:
            found = tree.Transpose((found,)) if words.skip("ᵀ") else tree.Power((found,), exponent(words))
    return found


def exponent(words: Tokens) -> str:
    """Read the exponent: `2` of `²`, `3/2` of `^(3/2)`."""
    return words.next().replace("²", "2").strip("^()")


def atom(words: Tokens) -> Node:
    if words.kind == "number":
        return tree.Number(words.next())
    if words.kind == "name":
        return tree.SettingName(words.next())
    if words.kind == "function":
        return call(words)
    if words.kind == "parameter":
        name, _, scalar = words.next()[1:-1].partition(":")
        return tree.Parameter(name, bool(scalar))
    if words.skip("["):
        return closed(words, bracketed(words), "]")
    if words.skip("|"):
        return tree.Size((closed(words, choice(words), "|"),))
    words.expect("(", "a number, a name, a function or a bracket")
    return tree.Group((closed(words, choice(words), ")"),))


def bracketed(words: Tokens) -> Node:
    """Parse what stands in brackets: a condition, `A > B`, or two matrices, `A; B` or `A, B`."""
    left = total(words)
    if sign := words.skip(";", ","):
        return tree.Stacked((left, total(words)), sign == ",")
    return tree.Indicator((comparison(words, left),))


def closed(words: Tokens, found: Node, end: str) -> Node:
    words.expect(end, "" if end else "the end")
    return found


def call(words: Tokens) -> Node:
    """Parse `max(A, B)`, `tanh²(A)`, `log softmax(A)`."""
    name = words.next()
    power = exponent(words) if words.kind == "exponent" else ""
    found = tree.FunctionCall((call(words),) if words.kind == "function" else arguments(words), name)
    return tree.Power((found,), power) if power else found


def arguments(words: Tokens) -> tuple[Node, ...]:
    words.expect("(")
    found = [choice(words)]
    while words.skip(","):
        found.append(choice(words))
    words.expect(")")
    return tuple(found)
