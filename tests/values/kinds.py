"""Every number type in one form: how it is made from floats, and the floats that it stands for."""

import math
import re
from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import dataclass, field
from itertools import count
from typing import Any

import numpy as np

from mlpcli.values.cells import Cells, named
from mlpcli.values.noisy import Noisy, noisy
from mlpcli.values.recorded import Recorded, Recorder
from mlpcli.values.shapes import Shaped
from mlpcli.values.special import FLOATS, cdf_ufunc, density_ufunc
from mlpcli.values.spreadsheet import Block, Spreadsheet, address, standing
from mlpcli.values.value import Value
from tests.nn.fractions import Fractions
from tests.nn.fractions import lift as to_fractions

ROOTS = {np.sqrt, np.exp, np.expm1, np.log, np.log1p, np.tanh, cdf_ufunc, density_ufunc}
"""Functions that make of a fraction what is none."""


@dataclass
class Kind:
    """A number type at work in one test."""

    array: type
    lift: Callable[[Any], Any]
    """An array of floats → one of this type."""
    floats: Callable[[Any], Any] | None = None
    """The way back; None where only the shape is known."""
    setting: Callable[[Any], Any] = lambda value: value
    """A setting as an op is given it."""
    lacks: frozenset = frozenset()
    """Functions that it has no values for."""
    slices: bool = True
    """Whether X[rows] is there: not where no mistake is run."""
    context: Any = field(default_factory=nullcontext)


def floats():
    return Kind(np.ndarray, np.asarray, np.asarray)


def noisy_kind():
    return Kind(Noisy, noisy, lambda x: x.value, noisy)


def cells_kind():
    """Each array by a name of its own: a cell times itself is written as a power."""

    def values(x):
        return np.array([x.at(index).value for index in np.ndindex(x.shape)]).reshape(x.shape)

    numbers = count(1)

    def lift(value):
        return named(f"x{next(numbers)}", value)

    return Kind(Cells, lift, values, lift)


def recorded():
    """Calls that are written down, and made when their values are asked for."""
    recorder, given = Recorder(np.float64), {}

    def lift(value):
        name = f"given {len(given)}"
        given[name] = np.asarray(value)
        return recorder.given(name, given[name].shape)

    return Kind(Recorded, lift, lambda x: evaluated(recorder.plain(x), given), slices=False)


def evaluated(node, given):
    """The value of a node: the call made on the values of its operands."""
    if not hasattr(node, "inputs"):
        return node
    inputs = [evaluated(operand, given) for operand in node.inputs]
    if node.function is None:
        found = given[node.name] if node.name in given else getattr(np, node.name)(node.shape)
    else:
        found = FLOATS.get(node.function, node.function)(*map(np.asarray, inputs), **dict(node.options))
    assert np.shape(found) == node.shape, f"{node.function} is said to have shape {node.shape}"
    return found


def shaped_kind():
    return Kind(Shaped, lambda value: Shaped(np.shape(value)))


def fractions():
    return Kind(Fractions, to_fractions, lambda x: x.value.astype(float), to_fractions, frozenset(ROOTS))


def balls():
    import flint

    from mlpcli.values.balls import Balls, lift

    return Kind(Balls, lift, lambda x: x.value.astype(float), lift, context=flint.ctx.workprec(512))


def spreadsheet():
    """Arrays that stand below each other on a sheet, and formulas that Python evaluates as spreadsheets do."""
    names, places = dict(FUNCTIONS), {}

    def lift(value):
        numbers = np.asarray(value, float)
        matrix = numbers.reshape(1, -1) if numbers.ndim < 2 else numbers
        block = Block(max((row for row, _ in places.values()), default=-1) + 1, 2, *matrix.shape)
        for (i, j), number in np.ndenumerate(matrix):
            place = block.row + i, block.column + j
            names[address(*place)], places[address(*place)] = np.float64(number), place
        return standing(block, numbers.ndim)

    def between(first, last):
        (top, left), (bottom, right) = places[first], places[last]
        return np.array([[names[address(r, c)] for c in range(left, right + 1)] for r in range(top, bottom + 1)])

    names["RANGE"] = between

    def value(term):
        python = re.sub(r"(?<![<>])=", "==", term.text).replace("<>", "!=").replace("IF(", "IF_(")
        python = re.sub(r"([A-Z]+\d+):([A-Z]+\d+)", lambda ends: f"RANGE('{ends[1]}','{ends[2]}')", python)
        with np.errstate(all="ignore"):
            return eval(python, {"__builtins__": {}}, names)

    def values(x):
        return np.array([value(term) for term in x.terms.ravel()]).reshape(x.shape)

    return Kind(Spreadsheet, lift, values, lift)


FUNCTIONS = {
    "TRUE": True,
    "FALSE": False,
    "IF_": lambda condition, one, other: one if condition else other,
    "SUM": np.sum,
    "MAX": lambda *parts: np.max(np.hstack([np.ravel(part) for part in parts])),
    "MIN": min,
    "ABS": abs,
    "SQRT": np.sqrt,
    "EXP": np.exp,
    "LN": np.log,
    "TANH": np.tanh,
    "NORMSDIST": lambda z: math.erfc(-z / math.sqrt(2)) / 2,
    "PI": lambda: math.pi,
    "MMULT": lambda one, other: (one @ other).item(),
    "SUMPRODUCT": lambda one, other: np.sum(one * other),
}
"""What the functions of spreadsheets compute."""


def traced():
    """Arrays of jax, of a room above: what is differentiated."""
    from mlpcli.train.execute.jax_device import setup

    setup()
    from mlpcli.train.execute.jax_values import Traced

    return Kind(Traced, Traced, lambda x: x.value, Traced)


KINDS = {
    "floats": floats,
    "noisy": noisy_kind,
    "cells": cells_kind,
    "recorded": recorded,
    "shaped": shaped_kind,
    "fractions": fractions,
    "balls": balls,
    "spreadsheet": spreadsheet,
}


def elsewhere(name):
    """Floats that another library computes with."""
    from mlpcli.train.execute.elsewhere import Elsewhere, numbers_of

    lift = numbers_of(name, "float64").lift
    return Kind(Elsewhere, lift, lambda x: x.value, lift)


ELSEWHERE = {"traced": traced, "jax": lambda: elsewhere("jax"), "torch": lambda: elsewhere("torch")}
"""Number types of other rooms, which need a package that takes its time."""


def subclasses(kind=Value):
    """Every number type that is loaded of those in `values`."""
    found = kind.__subclasses__()
    return {one for one in found if one.__module__.startswith("mlpcli.values")}.union(*map(subclasses, found))
