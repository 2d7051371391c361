"""An op: a pure numpy function with the formula a person reads.

Ops run on any number type: floats, floats with noise, balls, fractions. So they call what `values.value.PRIMITIVES`
declares, and use integer constants only (`/ 2`, never `0.5 *`, which would turn a fraction into a float).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from functools import cache, cached_property
from typing import TYPE_CHECKING, Any, Literal

from ..values.value import Array as Array

if TYPE_CHECKING:
    from .formula import Formula

READING = re.compile(r"(?<=Σ)_[nj]|:scalar")
"""What a text says for those who compute with it, and not for those who read it."""

PENALTY, PENALIZED, TOTAL = "_penalty", "penalized_gradient", "total_loss"
"""How the names of the ops end that penalize weights; the ops of a gradient with a penalty, and of a loss with all."""

Saturation = Literal["", "gradient", "logarithm", "kink"]


@dataclass(frozen=True, eq=False)
class Mistake:
    """A classic mistake in implementing an op: a sentence, and the function that makes it."""

    sentence: str
    """With `{parameter}` where an operand's name goes, as in formulas."""
    function: Callable[..., Array]
    turned: str = ""
    """The sentence for who sees one of the first two operands transposed and the other not, if it is another."""
    negated: str = ""
    """The sentence for who sees the result with its sign turned, if it is another."""
    derivative: Callable[[Array, Array], Array] | None = None
    """Of another activation: its gradient from Z and gradY, which goes with it."""


@dataclass(frozen=True, eq=False)
class Op:
    """A pure function of its operands, and its formula."""

    name: str
    parameters: tuple[str, ...]
    function: Callable[..., Array]
    source: str
    """The text of the formula, with `{parameter}` where an operand's name goes; without the average."""
    averages: bool = False
    """Whether the result is divided by the batch size N: a convention, not the derivative of the summed loss."""
    convention: str = ""
    """For a gradient that is no derivative: the sentence that says so."""
    saturates: Saturation = ""
    """Whether floats lose it where a number near 1 is rounded to 1, and by how much at most: by a rounding of 1 times
    the last operand, a `gradient`, or the weights of the logarithms of probabilities that targets are. Or where the
    first operand is 0 but for rounding, and the derivative one or the other: at a `kink`."""
    turned: tuple[str, ...] = ()
    """Parameters that are seen with their axes in the other order."""
    result_turned: bool = False
    count: str = "N"
    """What a reader calls the number of samples."""
    negated: tuple[str, ...] = ()
    """Parameters that are seen with their sign turned."""
    result_negated: bool = False
    mistakes: list[Mistake] = field(default_factory=list)
    """Declared beside the op with `wrong`, simplest first."""

    def __call__(self, *operands: Array, **settings: Any) -> Array:
        return self.function(*operands, **settings)

    @cached_property
    def formula(self) -> Formula:
        """The formula, read when it is first needed: training never needs it."""
        from .formula import FormulaError, parse

        try:
            found = parse(self.source)
        except FormulaError as error:
            raise ValueError(f"the formula of {self.name}: {error}") from error
        found = found.over("N") if self.averages else found
        return found.seen(self.turned, self.result_turned, self.negated, self.result_negated) if self.seen else found

    @property
    def seen(self) -> bool:
        """Whether a reader sees some of its tensors turned or negated."""
        return bool(self.turned or self.result_turned or self.negated or self.result_negated)

    def describe(self, operands: Sequence[str]) -> str:
        """Return the formula with the operands' names in it: the author's text, where it is seen as it was written."""
        if self.averages or self.seen or self.count != "N":
            return self.formula.text(dict(zip(self.parameters, operands, strict=False)) | {"N": self.count})
        return self.named(READING.sub("", self.source), operands)

    def latex(self, operands: Sequence[str]) -> str:
        """Return the formula in LaTeX, with the operands' names in it."""
        return self.formula.latex(dict(zip(self.parameters, operands, strict=False)) | {"N": self.count})

    def named(self, text: str, operands: Sequence[str]) -> str:
        """Return a text with the operands' names in place of `{parameter}`."""
        return text.format(**dict(zip(self.parameters, operands, strict=False)))


def op(formula: str, convention: str = "", saturates: Saturation = "") -> Callable[[Callable[..., Array]], Op]:
    """Turn a function into an op: `@op("{X}·{W} + {B}")`.

    A sum says over what: `Σ_n` over the batch, `Σ_j` over the columns of a row, `Σ` over everything. An operand that is
    one number says so too: `{norm:scalar}`. N is the number of rows of the batch, C that of columns.
    """

    def wrap(function: Callable[..., Array]) -> Op:
        parameters = function.__code__.co_varnames[: function.__code__.co_argcount]
        return Op(function.__name__, parameters, function, formula, convention=convention, saturates=saturates)

    return wrap


def wrong(
    base: Op,
    sentence: str,
    function: Callable[..., Array],
    turned: str = "",
    negated: str = "",
    derivative: Callable[[Array, Array], Array] | None = None,
) -> None:
    """Declare a classic mistake of an op."""
    base.mistakes.append(Mistake(sentence, function, turned, negated, derivative))


def averaged(base: Op) -> Op:
    """Return the op divided by the batch size N, the number of rows of its first operand (handout 3.6)."""
    return divided(base, *base.mistakes)


@cache
def divided(base: Op, *declared: Mistake) -> Op:
    mistakes = [
        Mistake("it is not averaged over the batch", base.function),
        Mistake("it is averaged over the batch twice", over_batch(over_batch(base.function))),
        *(replace(m, function=over_batch(m.function)) for m in declared),
    ]
    return replace(base, function=over_batch(base.function), averages=True, mistakes=mistakes)


def summed(base: Op) -> Op:
    """Return the op as it is, with averaging as a mistake: where the convention sums over the batch."""
    return undivided(base, *base.mistakes)


@cache
def undivided(base: Op, *declared: Mistake) -> Op:
    average = Mistake("it is averaged over the batch, which the convention sums over", over_batch(base.function))
    return replace(base, mistakes=[average, *declared])


@cache
def over_batch(function: Callable[..., Array]) -> Callable[..., Array]:
    """Return the function divided by the batch size."""
    return lambda *operands, **settings: function(*operands, **settings) / len(operands[0])
