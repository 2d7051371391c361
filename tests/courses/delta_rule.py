"""delta-rule: as textbooks have it. Rows; W (in, out); E = ½Σ(t − o)²; delta points downhill, dw is added.

`online`: a step is one sample, in their order; else the samples' changes are summed. `momentum`: dw = eta·delta·o +
momentum·(the dw before). Written with loops over samples and units. No batch normalization.
"""

import numpy as np

from .exercises import BATCH, DEEP, SINGLE
from .functions import ACTIVATIONS

LOSS = "E"


def run(X, T, parameters, steps=3, *, hidden="sigmoid", output="sigmoid", eta=0.5, momentum=0.0, online=False):
    """`parameters`: W1, b1, W2, b2, ...; online there are `steps` passes, a dict for every sample of each."""
    p = {name: np.array(value, float) for name, value in parameters.items()}
    before = {name: np.zeros_like(value) for name, value in p.items()}
    history = []
    for _ in range(steps):
        for rows in [[i] for i in range(len(X))] if online else [list(range(len(X)))]:
            t = step([X[i] for i in rows], [T[i] for i in rows], p, before, hidden, output, eta, momentum)
            for name in p:
                before[name] = t[f"d{name.lower()}"]
                p[name] = t[f"{name}_new"] = p[name] + before[name]
            history.append(t)
    return history


def step(X, T, p, before, hidden, output, eta, momentum):
    last = sum(name[0] == "W" for name in p)
    t = {name: [] for k in range(1, last + 1) for name in (f"net{k}", f"o{k}")} | {"E": 0.0}
    t |= {f"delta{k}": [] for k in range(last, 0, -1)}
    change = {name: momentum * before[name] for name in p}
    for x, target in zip(X, T, strict=True):
        o, slopes = [list(x)], [None]
        for k in range(1, last + 1):
            f, derivative = ACTIVATIONS[output if k == last else hidden]
            W, b = p[f"W{k}"], p[f"b{k}"]
            net = np.array([sum(o[-1][i] * W[i, j] for i in range(len(W))) + b[j] for j in range(len(b))])
            o.append(f(net))
            slopes.append(derivative(net, o[-1]))
            t[f"net{k}"].append(net)
            t[f"o{k}"].append(o[-1])
        t["E"] += 0.5 * sum((target[j] - o[-1][j]) ** 2 for j in range(len(target)))
        error = [target[j] - o[-1][j] for j in range(len(target))]
        for k in range(last, 0, -1):
            W = p[f"W{k}"]
            delta = [error[j] * slopes[k][j] for j in range(W.shape[1])]
            t[f"delta{k}"].append(delta)
            error = [sum(delta[j] * W[i, j] for j in range(W.shape[1])) for i in range(len(W))]
            for j in range(W.shape[1]):
                change[f"b{k}"][j] += eta * delta[j]
                for i in range(len(W)):
                    change[f"W{k}"][i, j] += eta * delta[j] * o[k - 1][i]
    t = {name: np.array(value) for name, value in t.items()}
    return t | {f"d{name.lower()}": value for name, value in change.items()}


def own(exercise):
    p = {}
    for k, (W, b) in enumerate(zip(exercise.W, exercise.b, strict=True), 1):
        p[f"W{k}"], p[f"b{k}"] = W, b
    return exercise.X, exercise.Y, p


def neutral(step, exercise):
    return [(step[f"W{k}_new"], step[f"b{k}_new"]) for k in range(1, len(exercise.W) + 1)]


def gradient(name):
    return f"d{name.lower()}"


def share(name, n):
    return -0.5  # −eta


def single(**options):
    return run(*own(SINGLE), **options)


def batch(**options):
    return run(*own(BATCH), **options)


def batchnorm(**options):
    """Textbooks have none: a deeper network."""
    return run(*own(DEEP), **options)
