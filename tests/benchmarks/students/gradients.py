"""Compare every course's right student with central differences: `python -m tests.benchmarks.students.gradients`."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from .courses import COURSES
from .exercise import Exercise
from .hand import Hand


def trace(course, ex: Exercise):
    hand = Hand(axis=course.axis)
    course.run(replace(ex, steps=1), hand)
    return hand.trace[0]


def value(course, ex: Exercise) -> float:
    """Compute the loss from the student's outputs alone, as the update's gradient has it."""
    out = trace(course, ex)["a", ex.depth]
    out = out.T if course.axis else out
    if ex.loss in ("l2", "mse"):
        cells = (out - ex.Y) ** 2 * (0.5 if ex.loss == "l2" else 1)
    else:
        cells = -(ex.Y * np.log(out)) - (0 if ex.loss == "ce" else (1 - ex.Y) * np.log(1 - out))
    per = ex.sizes[-1] if ex.loss == "mse" or (ex.loss == "bce" and course.key != "octave-ex4") else 1
    return cells.sum() / per / (1 if course.average == "sum" else ex.m)


def worst(course, random) -> float:
    """Give the largest difference between an updated parameter and what differences say."""
    ex = replace(course.exercise(random), mu=0.0)
    steps, gap = trace(course, ex), 0.0
    for layer in range(1, ex.depth + 1):
        old, new = start(course, ex, layer), steps["w", layer]
        for i, o in np.ndindex(ex.W[layer - 1].shape):
            ends = [value(course, moved(ex, layer, (i, o), step)) for step in (1e-6, -1e-6)]
            cell = (o, i + 1) if course.key == "octave-ex4" else (i, o) if same(course) else (o, i)
            gap = max(gap, abs(old[cell] - ex.lr * (ends[0] - ends[1]) / 2e-6 - new[cell]))
        gap = max(gap, worst_bias(course, ex, layer, steps) if ex.b is not None else 0.0)
    return gap


def worst_bias(course, ex: Exercise, layer: int, steps) -> float:
    new = steps["w", layer][:, 0] if course.key == "octave-ex4" else steps["b", layer].ravel()
    gap = 0.0
    for o, old in enumerate(ex.b[layer - 1]):
        ends = []
        for step in (1e-6, -1e-6):
            b = [v.copy() for v in ex.b]
            b[layer - 1][o] += step
            ends.append(value(course, replace(ex, b=b)))
        gap = max(gap, abs(old - ex.lr * (ends[0] - ends[1]) / 2e-6 - new[o]))
    return gap


def same(course) -> bool:
    return course.axis == 0 and not course.out_in


def start(course, ex, layer):
    W = ex.W[layer - 1]
    if course.key == "octave-ex4":
        return np.column_stack([ex.b[layer - 1], W.T])
    return W if same(course) else W.T


def moved(ex: Exercise, layer: int, cell, step: float) -> Exercise:
    W = [w.copy() for w in ex.W]
    W[layer - 1][cell] += step
    return replace(ex, W=W)


if __name__ == "__main__":
    random = np.random.default_rng(5)
    for course in COURSES:
        gap = max(worst(course, random) for _ in range(40))
        print(f"{course.key:14} {gap:.1e} {'fine' if gap < 1e-7 else 'WRONG'}")
