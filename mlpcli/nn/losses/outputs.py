"""Losses of several outputs a row: summed over them, or averaged."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import ClassVar, Literal

from ..conventions import Conventions
from ..op import Array, Op, wrong
from .loss import Loss

Over = Literal["sum", "mean"]


@dataclass(frozen=True, kw_only=True)
class OverOutputs(Loss):
    """A loss with the option `over_outputs`: Σ over the C outputs of a row, or that divided by C; so is its gradient.

    `value` and `gradient` are those of what is usual, `others` the other two.
    """

    over_outputs: Over | None = None
    """Whether the outputs of an example are summed or averaged; mean, but for l2."""

    usual: ClassVar[Over] = "mean"
    others: ClassVar[tuple[Op, Op]]

    @property
    def ops(self) -> tuple[Op, Op]:
        return super().ops if self.over_outputs in (None, self.usual) else self.others

    def under(self, conventions: Conventions) -> Loss:
        return self if self.over_outputs else replace(self, over_outputs=conventions.over_outputs)

    def settings(self) -> dict[str, object]:
        return {name: value for name, value in super().settings().items() if name != "over_outputs"}


def wrong_as(means: Op, sums: Op) -> None:
    """Declare for the op that sums over the outputs what is wrong with the one that averages, or the other way round.

    The one that has mistakes declared lends them; what it says of the outputs the other says in its own words.
    """
    lends, borrows = (means, sums) if means.mistakes else (sums, means)
    scaled, sentence = (times, "is") if lends is means else (over, "is not")
    for mistake in lends.mistakes:
        if "outputs" not in mistake.sentence:
            wrong(borrows, mistake.sentence, scaled(mistake.function))
    wrong(borrows, f"it {sentence} divided by the number of outputs", lends.function)


def times(function: Callable[..., Array]) -> Callable[..., Array]:
    """The function multiplied by the number of outputs."""
    return lambda *operands, **settings: function(*operands, **settings) * operands[0].shape[1]


def over(function: Callable[..., Array]) -> Callable[..., Array]:
    """The function divided by the number of outputs."""
    return lambda *operands, **settings: function(*operands, **settings) / operands[0].shape[1]
