"""nielsen: network.py and network2.py of the book. One column at a time; nabla summed; the rate over the batch.

All activations are the sigmoid. `cost`: quadratic, Σ‖y − a‖²/2n, or cross_entropy. `lmbda` adds λ/2n·Σw², n the size of
the whole training set, to the cost and to the update but not to nabla_w. No batch normalization in the book.
"""

import numpy as np

from .exercises import BATCH, DEEP, SINGLE
from .functions import sigmoid

LOSS = "C"


def run(X, Y, parameters, steps=3, *, cost="quadratic", eta=0.1, lmbda=0.0, n=None):
    """`parameters`: w1, b1, w2, b2, ...; a column a sample; `n`: size of the training set, else that of X."""
    p = {name: np.array(value, float) for name, value in parameters.items()}
    layers, m, history = range(1, sum(name[0] == "w" for name in p) + 1), X.shape[1], []
    n, last = n or m, len(layers)
    for _ in range(steps):
        t = {name: [] for k in layers for name in (f"z{k}", f"a{k}")} | {f"delta{k}": [] for k in reversed(layers)}
        nabla = {name: np.zeros_like(value) for name, value in p.items()}
        C = 0.0
        for x, y in zip(X.T[:, :, None], Y.T[:, :, None], strict=True):
            a = [x]
            for k in layers:
                z = p[f"w{k}"] @ a[-1] + p[f"b{k}"]
                a.append(sigmoid(z))
                t[f"z{k}"].append(z)
                t[f"a{k}"].append(a[-1])
            if cost == "quadratic":
                C += 0.5 * np.linalg.norm(y - a[-1]) ** 2
                delta = (a[-1] - y) * a[-1] * (1 - a[-1])
            else:
                C += np.sum(-y * np.log(a[-1]) - (1 - y) * np.log(1 - a[-1]))
                delta = a[-1] - y
            for k in reversed(layers):
                if k < last:
                    delta = (p[f"w{k + 1}"].T @ delta) * a[k] * (1 - a[k])
                t[f"delta{k}"].append(delta)
                nabla[f"b{k}"] += delta
                nabla[f"w{k}"] += delta @ a[k - 1].T
        t = {name: np.hstack(columns) for name, columns in t.items()}
        t["C"] = C / m + 0.5 * lmbda / n * sum(np.linalg.norm(p[f"w{k}"]) ** 2 for k in layers)
        t |= {f"nabla_{name}": value for name, value in nabla.items()}
        for name in p:
            shrink = 1 - eta * lmbda / n if name[0] == "w" else 1
            p[name] = t[f"{name}_new"] = shrink * p[name] - eta / m * nabla[name]
        history.append(t)
    return history


def own(exercise):
    p = {}
    for k, (W, b) in enumerate(zip(exercise.W, exercise.b, strict=True), 1):
        p[f"w{k}"], p[f"b{k}"] = W.T, b[:, None]
    return exercise.X.T, exercise.Y.T, p


def neutral(step, exercise):
    return [(step[f"w{k}_new"].T, step[f"b{k}_new"][:, 0]) for k in range(1, len(exercise.W) + 1)]


def gradient(name):
    return f"nabla_{name}"


def share(name, n):
    return n


def single(**options):
    return run(*own(SINGLE), **options)


def batch(**options):
    return run(*own(BATCH), **options)


def batchnorm(**options):
    """The book has none: a deeper network."""
    return run(*own(DEEP), **options)
