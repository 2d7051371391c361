"""Exact fractions as a number type: what an op computes without any rounding."""

from fractions import Fraction

import numpy as np

from mlpcli.values.value import COMPARISONS, Value

to_fraction = np.frompyfunc(lambda number: number if isinstance(number, Fraction) else Fraction(str(number)), 1, 1)


class Fractions(Value):
    """An array of fractions; functions whose values are no fractions are not there."""

    def __init__(self, value):
        self.value = np.asarray(value, dtype=object)

    @property
    def shape(self):
        return self.value.shape

    def apply(self, function, *operands):
        result = function(*(lift(x).value for x in operands))
        return np.asarray(result, bool) if function in COMPARISONS else Fractions(result)

    def choose(self, condition, chosen, other):
        return Fractions(np.where(condition, lift(chosen).value, lift(other).value))

    def reduce(self, function, axis, keepdims):
        return Fractions(function.reduce(self.value, axis=axis, keepdims=keepdims))

    def stack(self, upper, lower):
        return Fractions(np.concatenate((lift(upper).value, lift(lower).value)))

    @property
    def T(self):
        return Fractions(self.value.T)

    def __getitem__(self, rows):
        return Fractions(self.value[rows])


def lift(value):
    """Every float as the decimal number it is written as: 0.1 is 1/10."""
    return value if isinstance(value, Fractions) else Fractions(to_fraction(value))


def exact_run(setup, **changes):
    """Every tensor of a run as arrays of fractions."""
    return {name: found.value for name, found in setup.run(lift, **changes).items()}
