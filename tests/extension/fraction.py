"""A number type: fractions, exact but for roots and exponentials, which are those of the nearest floats."""

from fractions import Fraction
from numbers import Rational

import numpy as np

from mlpcli.values.table import NumberType
from mlpcli.values.value import COMPARISONS, PRIMITIVES, Value

INEXACT = {
    PRIMITIVES[name]
    for name in ("sqrt", "exp", "expm1", "log", "log1p", "tanh", "normal_cdf", "normal_density")
}  # fmt: skip


class Known(Fraction):
    """A fraction as it is printed: both its bounds are itself."""

    def bounds(self):
        return self, self


to_fractions = np.frompyfunc(lambda x: x if isinstance(x, Rational) else Fraction(repr(x)), 1, 1)
to_known = np.frompyfunc(Known, 1, 1)


class Fractions(Value):
    """An array of fractions."""

    def __init__(self, numbers):
        self.numbers = np.asarray(numbers, object)

    @property
    def value(self):
        return np.asarray(to_known(self.numbers), object)

    @property
    def shape(self):
        return self.numbers.shape

    @property
    def T(self):
        return Fractions(self.numbers.T)

    def __getitem__(self, rows):
        return Fractions(self.numbers[rows])

    def apply(self, function, *operands):
        arrays = [lift(x).numbers for x in operands]
        if function in INEXACT:
            return lift(function(*(array.astype(float) for array in arrays)))
        result = function(*arrays)
        return np.asarray(result, bool) if function in COMPARISONS else Fractions(result)

    def choose(self, condition, chosen, other):
        return Fractions(np.where(condition, lift(chosen).numbers, lift(other).numbers))

    def reduce(self, function, axis, keepdims):
        return Fractions(function.reduce(self.numbers, axis=axis, keepdims=keepdims))


def lift(value):
    """Every float as the decimal number that it is written as: 0.1 is 1/10."""
    return value if isinstance(value, Fractions) else Fractions(to_fractions(np.asarray(value).astype(object)))


class Exact:
    """Fractions at work: what is computed once is known."""

    lift = staticmethod(lift)

    def settle(self, compute, enough):
        return compute()


FRACTION = NumberType(Exact, proves=True)
