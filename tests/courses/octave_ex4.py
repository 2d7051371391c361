"""octave-ex4: Coursera's Machine Learning, exercise 4. Rows; Theta (out, 1 + in), the bias in the first column.

a1, a2, ... have the column of ones; the last has not. Sigmoids everywhere; J is −Σ(y·log a + (1 − y)·log(1 − a))/m,
summed over the outputs, + λ/2m·ΣΘ² without the biases; Theta_grad = delta'·a/m + λ/m·Θ. The course minimizes with
fmincg; the step here is the plain gradient descent of its lectures. No batch normalization.
"""

import numpy as np

from .exercises import BATCH, DEEP, SINGLE
from .functions import sigmoid

LOSS = "J"


def run(X, Y, parameters, steps=3, *, alpha=0.1, lamda=0.0):
    """`parameters`: Theta1, Theta2, ..."""
    p = {name: np.array(value, float) for name, value in parameters.items()}
    last, m, history = len(p), len(X), []
    ones = np.ones((m, 1))
    for _ in range(steps):
        t = {"a1": np.hstack([ones, X])}
        for k in range(1, last + 1):
            z = t[f"z{k + 1}"] = t[f"a{k}"] @ p[f"Theta{k}"].T
            t[f"a{k + 1}"] = sigmoid(z) if k == last else np.hstack([ones, sigmoid(z)])
        h = t[f"a{last + 1}"]
        penalty = sum((Theta[:, 1:] ** 2).sum() for Theta in p.values())
        t["J"] = -(Y * np.log(h) + (1 - Y) * np.log(1 - h)).sum() / m + lamda / (2 * m) * penalty
        delta = t[f"delta{last + 1}"] = h - Y
        for k in range(last, 1, -1):
            g = sigmoid(t[f"z{k}"])
            delta = t[f"delta{k}"] = (delta @ p[f"Theta{k}"])[:, 1:] * g * (1 - g)
        for k in range(1, last + 1):
            grad = t[f"delta{k + 1}"].T @ t[f"a{k}"] / m
            grad[:, 1:] += lamda / m * p[f"Theta{k}"][:, 1:]
            t[f"Theta{k}_grad"] = grad
        for name in p:
            p[name] = t[f"{name}_new"] = p[name] - alpha * t[f"{name}_grad"]
        history.append(t)
    return history


def own(exercise):
    pairs = zip(exercise.W, exercise.b, strict=True)
    return exercise.X, exercise.Y, {f"Theta{k}": np.column_stack([b, W.T]) for k, (W, b) in enumerate(pairs, 1)}


def neutral(step, exercise):
    thetas = [step[f"Theta{k}_new"] for k in range(1, len(exercise.W) + 1)]
    return [(Theta[:, 1:].T, Theta[:, 0]) for Theta in thetas]


def gradient(name):
    return f"{name}_grad"


def share(name, n):
    return 1


def single(**options):
    return run(*own(SINGLE), **options)


def batch(**options):
    return run(*own(BATCH), **options)


def batchnorm(**options):
    """The course has none: a deeper network."""
    return run(*own(DEEP), **options)
