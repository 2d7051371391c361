"""Other numbers for a tensor, of the kind that it has: what is given one-hot stays one-hot."""

from __future__ import annotations

from typing import Any

import numpy as np

PLACES = 2
"""How many decimals drawn numbers are written with."""


def draw_like(value: Any, random: np.random.Generator, signed: bool, rows: int | None = None) -> Any:
    """Draw numbers of the size of 1, away from 0, of both signs where `signed`; `rows` of them where it is given."""
    shape = np.shape(value) if rows is None else (rows, *np.shape(value)[1:])
    if one_hot(value):
        return np.eye(shape[1])[np.arange(shape[0]) % shape[1]]
    if np.isin(value, (0, 1)).all() and np.ptp(value):
        return (np.arange(np.prod(shape)) % 2.0).reshape(shape)
    sizes = random.uniform(0.5, 1.5, shape).round(PLACES)
    if np.ndim(value) == 2 and (np.asarray(value) >= 0).all() and np.allclose(np.sum(value, axis=1), 1):
        parts = (sizes / sizes.sum(axis=1, keepdims=True)).round(PLACES)
        parts[:, -1] = (1 - parts[:, :-1].sum(axis=1)).round(PLACES)
        return parts
    if signed:
        return sizes * random.choice([-1, 1], shape)
    return (sizes / 2).round(PLACES) if shares(value) else sizes


def shares(value: Any) -> bool:
    """Return whether every number is from 0 to 1, as probabilities are."""
    return bool(((np.asarray(value) >= 0) & (np.asarray(value) <= 1)).all())


def one_hot(value: Any) -> bool:
    """Return whether every row has a 1 and else 0."""
    wide = np.ndim(value) == 2 and np.shape(value)[1] > 1
    return wide and bool(np.isin(value, (0, 1)).all() and (np.sum(value, axis=1) == 1).all())
