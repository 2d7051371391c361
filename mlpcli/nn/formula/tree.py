"""The tree of a formula: what it says, apart from how it is written."""

from __future__ import annotations

from dataclasses import dataclass


class Node:
    """A part of a formula."""

    parts: tuple[Node, ...]


class Leaf(Node):
    """A node without parts."""

    parts = ()


@dataclass(frozen=True)
class Number(Leaf):
    """A constant: `2`, `½`."""

    text: str


@dataclass(frozen=True)
class SettingName(Leaf):
    """A number that stands under its own name: a setting of the op, N (rows of the batch) or C (columns)."""

    name: str


@dataclass(frozen=True)
class Parameter(Leaf):
    """The place of an operand: `{X}`."""

    name: str
    scalar: bool = False
    """Whether the operand is one number and no tensor: `{norm:scalar}`."""


@dataclass(frozen=True)
class Inner(Node):
    """A node that is made of others."""

    parts: tuple[Node, ...]


class Sum(Inner):
    """Terms that are added; one that is subtracted is a `Negation`."""


class Negation(Inner):
    """`−A`."""


class Product(Inner):
    """The matrix product `A·B`."""


class Scaled(Inner):
    """The product with a number, `lr·A` or `A·lr`."""


class Elementwise(Inner):
    """The product cell by cell, `A⊙B`."""


class Quotient(Inner):
    """`A / B`, cell by cell."""


class Transpose(Inner):
    """`Aᵀ`."""


class Greater(Inner):
    """The condition `A > B`."""


class Less(Inner):
    """The condition `A < B`."""


class Indicator(Inner):
    """`[A > B]`: 1 where the condition holds, else 0."""


class Where(Inner):
    """`A where Z > 0, else B`: the parts are what is chosen, the condition, and what stands elsewhere."""


class Size(Inner):
    """`|A|`."""


@dataclass(frozen=True)
class Rows(Inner):
    """Some rows of an operand: `A[1:]`; its columns `A[:,1:]` where it is shown transposed."""

    slice: str
    turned: bool = False


@dataclass(frozen=True)
class Stacked(Inner):
    """One matrix above another: `[A; B]`; beside it, `[A, B]`, where tensors are shown transposed."""

    turned: bool = False


class Group(Inner):
    """Parentheses, as the author wrote them; only the text shows those that are not needed."""


@dataclass(frozen=True)
class Power(Inner):
    """`A²`, `A^(3/2)`."""

    exponent: str


@dataclass(frozen=True)
class FunctionCall(Inner):
    """A function of each cell, or of each row: `log(A)`, `softmax(A)`."""

    name: str
    turned: bool = False
    """Whether a function of rows is applied to columns, because tensors are shown transposed."""


@dataclass(frozen=True)
class Total(Inner):
    """`Σ_n A` over the batch, `Σ_j A` over the columns of a row, `Σ A` over everything."""

    index: str
    turned: bool = False
    """Whether n counts columns and j rows, because tensors are shown transposed."""
