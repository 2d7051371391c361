"""Other numbers of the same kind: whole ones stay whole, one-hot rows one-hot, decimals keep their number of places."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import numpy as np

from .drawn import one_hot, shares

MOST_DECIMALS = 6
"""Decimals kept of numbers as they are in a config; those with more were not typed in."""
USUAL_DECIMALS = 2
SMALLEST = 3
"""Whole numbers are drawn from a range at least up to this: from 1 and 2 alone there is little to draw."""


def redraw(value: Any, random: np.random.Generator, places: int | None = None) -> Any:
    """Draw numbers like those of a matrix with a sample or a unit per row; one number throughout stays as it is.

    Decimals have `places`, or as many as they have. Signs, zeros and the size of the largest number are kept in kind.
    """
    value = np.asarray(value, float)
    if one_hot(value):
        return np.eye(value.shape[1])[classes(value.argmax(axis=1), value.shape[1], random)]
    if constant(value):
        return value
    if np.isin(value, (0, 1)).all():
        return random.permutation(value.ravel()).reshape(value.shape)
    if sums_to_1(value):
        return distributions(value.shape, random, decimals(value) if places is None else places)
    whole = bool((value == np.floor(value)).all())
    return multiples(value, random, 0 if whole else decimals(value) if places is None else places)


def constant(value: Any) -> bool:
    """Return whether every number is 0, or every number 1, as biases and scales begin."""
    return bool((value == 0).all() or (value == 1).all())


def multiples(value: Any, random: np.random.Generator, digits: int) -> Any:
    """Draw multiples of 10^−digits no larger than the largest number; 0 only where there is one."""
    unit = 10**digits
    largest = max(round(float(np.abs(value).max()) * unit), 1 if shares(value) else SMALLEST)
    signed = bool((value < 0).any())
    drawn = random.integers(1, largest + 1, value.shape)
    if signed:
        drawn = drawn * random.choice([-1, 1], value.shape)
        drawn = -np.abs(drawn) if (value <= 0).all() else drawn
    zeros = np.count_nonzero(value == 0) / value.size
    return np.where(random.random(value.shape) < zeros, 0, drawn) / unit


def classes(own: Any, count: int, random: np.random.Generator) -> Any:
    """Draw a class per row, no fewer different ones than there are."""
    different = len(set(own.tolist()))
    first = random.permutation(count)[:different]
    rest = random.integers(0, count, len(own) - different)
    return random.permutation(np.concatenate([first, rest]))


def distributions(shape: tuple[int, ...], random: np.random.Generator, digits: int) -> Any:
    """Draw rows that sum to 1, no number of them 0."""
    unit = 10 ** max(digits, len(str(shape[1])))
    cuts = [np.sort(random.choice(np.arange(1, unit), shape[1] - 1, replace=False)) for _ in range(shape[0])]
    return np.array([np.diff([0, *row, unit]) for row in cuts]) / unit


def sums_to_1(value: Any) -> bool:
    return value.ndim == 2 and value.shape[1] > 1 and shares(value) and bool(np.allclose(value.sum(axis=1), 1))


def decimals(value: Any) -> int:
    """Return how many decimals numbers are written with; the usual few where they were not typed in."""
    most = max(-int(Decimal(repr(float(cell))).normalize().as_tuple().exponent) for cell in np.ravel(value))
    return most if most <= MOST_DECIMALS else USUAL_DECIMALS
