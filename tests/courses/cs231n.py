"""cs231n: Stanford's assignments. Rows; W (in, out); b flat; the mean loss + reg·ΣW²; dscores has the 1/N.

The penalty is reg·ΣW², its gradient 2·reg·W, in newer editions of assignment 1; with `half` ½·reg·ΣW² and reg·W, as
in older ones and in assignment 2. `z1` is the sum before the activation, `bn1` after batch normalization.
"""

import numpy as np

from .exercises import BATCH, BATCHNORM, SINGLE
from .functions import ACTIVATIONS

LOSS = "loss"


def run(X, y, parameters, steps=3, *, hidden="relu", learning_rate=0.1, mu=0.0, reg=0.0, half=False, eps=1e-5,
        momentum=0.9):  # fmt: skip
    """`parameters`: W1, b1, gamma1, beta1, W2, b2, ...; `y`: class ids from 0; `momentum`: of the running averages."""
    p = {name: np.array(value, float) for name, value in parameters.items()}
    v = {name: np.zeros_like(value) for name, value in p.items()}
    running = {}
    f, derivative = ACTIVATIONS[hidden]
    L, N, history = sum(name[0] == "W" for name in p), len(X), []
    strength = 0.5 * reg if half else reg
    for _ in range(steps):
        t = {}
        h = [np.array(X, float)]
        for k in range(1, L):
            z = t[f"z{k}"] = h[-1].dot(p[f"W{k}"]) + p[f"b{k}"]
            if f"gamma{k}" in p:
                mean, var = t[f"mean{k}"], t[f"var{k}"] = np.mean(z, axis=0), np.var(z, axis=0)
                running_mean, running_var = running.get(k, (np.zeros_like(mean), np.zeros_like(var)))
                running[k] = (
                    momentum * running_mean + (1 - momentum) * mean,
                    momentum * running_var + (1 - momentum) * var,
                )
                t[f"running_mean{k}"], t[f"running_var{k}"] = running[k]
                t[f"xhat{k}"] = (z - mean) / np.sqrt(var + eps)
                z = t[f"bn{k}"] = p[f"gamma{k}"] * t[f"xhat{k}"] + p[f"beta{k}"]
            t[f"h{k}"] = f(z)
            h.append(t[f"h{k}"])
        scores = t["scores"] = h[-1].dot(p[f"W{L}"]) + p[f"b{L}"]
        e = np.exp(scores - np.max(scores, axis=1, keepdims=True))
        probs = t["probs"] = e / np.sum(e, axis=1, keepdims=True)
        data_loss = np.sum(-np.log(probs[range(N), y])) / N
        t["loss"] = data_loss + strength * sum(np.sum(p[f"W{k}"] * p[f"W{k}"]) for k in range(1, L + 1))
        d = probs.copy()
        d[range(N), y] -= 1
        d /= N
        t["dscores"] = d
        for k in range(L, 0, -1):
            if k < L:
                t[f"dh{k}"] = d
                d = d * derivative(t.get(f"bn{k}", t[f"z{k}"]), t[f"h{k}"])
                if f"gamma{k}" in p:
                    t[f"dbn{k}"] = d
                    t[f"dgamma{k}"], t[f"dbeta{k}"] = np.sum(d * t[f"xhat{k}"], axis=0), np.sum(d, axis=0)
                    n, x = d * p[f"gamma{k}"], t[f"xhat{k}"]
                    d = (N * n - np.sum(n, axis=0) - x * np.sum(n * x, axis=0)) / N / np.sqrt(t[f"var{k}"] + eps)
                t[f"dz{k}"] = d
            t[f"dW{k}"] = h[k - 1].T.dot(d) + 2 * strength * p[f"W{k}"]
            t[f"db{k}"] = np.sum(d, axis=0)
            d = d.dot(p[f"W{k}"].T)
        t["dX"] = d
        for name in p:
            v[name] = mu * v[name] - learning_rate * t[f"d{name}"]
            p[name] = t[f"{name}_new"] = p[name] + v[name]
        history.append(t)
    return history


def own(exercise):
    p = {}
    for k, (W, b) in enumerate(zip(exercise.W, exercise.b, strict=True), 1):
        p[f"W{k}"], p[f"b{k}"] = W, b
    for k, (gamma, beta) in enumerate(zip(exercise.gamma, exercise.beta, strict=True), 1):
        p[f"gamma{k}"], p[f"beta{k}"] = gamma, beta
    return exercise.X, exercise.Y.argmax(1), p


def neutral(step, exercise):
    return [(step[f"W{k}_new"], step[f"b{k}_new"]) for k in range(1, len(exercise.W) + 1)]


def gradient(name):
    return f"d{name}"


def share(name, n):
    return 1


def single(**options):
    return run(*own(SINGLE), **options)


def batch(**options):
    return run(*own(BATCH), **options)


def batchnorm(**options):
    return run(*own(BATCHNORM), **options)
