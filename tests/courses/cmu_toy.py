"""cmu-toy: the handout of the HW1P1 toy problem. Rows; W (in, out); B a row; the loss of each input by itself."""

import numpy as np

from .exercises import BATCH, BATCHNORM, SINGLE
from .functions import ACTIVATIONS, softmax

LOSS = "L"


def run(X, D, parameters, steps=3, *, hidden="tanh", loss="softmax", lr=0.1, mu=0.0, eps=1e-3, alpha=0.9):
    """`parameters`: W1, B1, gamma1, beta1, W2, B2, ...; `loss`: softmax (with cross-entropy) or l2, ½Σ."""
    p = {name: np.array(value, float) for name, value in parameters.items()}
    v = {name: np.zeros_like(value) for name, value in p.items()}
    running, history = {}, []
    f, derivative = ACTIVATIONS[hidden]
    last, N = sum(name.startswith("W") for name in p), len(X)
    for _ in range(steps):
        t = {}
        Y = {0: np.array(X, float)}
        for k in range(1, last + 1):
            Z = t[f"Y{k}lin"] = Y[k - 1] @ p[f"W{k}"] + p[f"B{k}"]
            if f"gamma{k}" in p:
                mean = t[f"mean{k}"] = Z.sum(0, keepdims=True) / N
                var = t[f"var{k}"] = ((Z - mean) ** 2).sum(0, keepdims=True) / N
                old = running.get(k, (np.zeros_like(mean), np.ones_like(var)))
                running[k] = tuple(alpha * o + (1 - alpha) * b for o, b in zip(old, (mean, var), strict=True))
                t[f"running_mean{k}"], t[f"running_var{k}"] = running[k]
                t[f"norm{k}"] = (Z - mean) / np.sqrt(var + eps)
                Z = t[f"Y{k}bn"] = p[f"gamma{k}"] * t[f"norm{k}"] + p[f"beta{k}"]
            if k < last:
                Y[k] = t[f"Y{k}"] = f(Z)
        if loss == "softmax":
            t[f"Y{last}"] = softmax(Z, axis=1)
            t["L"] = -(D * np.log(t[f"Y{last}"])).sum(1)
            G = t[f"Y{last}"] - D
        else:
            t["L"] = 0.5 * ((Z - D) ** 2).sum(1)
            G = Z - D
        for k in range(last, 0, -1):
            if k < last:
                t[f"gradY{k}"] = G
                G = G * derivative(t.get(f"Y{k}bn", t[f"Y{k}lin"]), Y[k])
            if f"gamma{k}" in p:
                t[f"gradY{k}bn"] = G
                t[f"gradgamma{k}"] = (G * t[f"norm{k}"]).sum(0, keepdims=True)
                t[f"gradbeta{k}"] = G.sum(0, keepdims=True)
                n = t[f"gradnorm{k}"] = G * p[f"gamma{k}"]
                centred, spread = t[f"Y{k}lin"] - t[f"mean{k}"], t[f"var{k}"] + eps
                dv = t[f"gradvar{k}"] = -0.5 * (n * centred * spread**-1.5).sum(0, keepdims=True)
                dm = t[f"gradmean{k}"] = -(n * spread**-0.5).sum(0, keepdims=True)
                G = n * spread**-0.5 + dv * 2 * centred / N + dm / N
            t[f"gradY{k}lin"] = G
            t[f"gradB{k}"] = G.sum(0, keepdims=True) / N
            t[f"gradW{k}"] = Y[k - 1].T @ G / N
            G = G @ p[f"W{k}"].T
        t["gradX"] = G
        for name in p:
            v[name] = mu * v[name] - lr * t[f"grad{name}"]
            p[name] = t[f"{name}_new"] = p[name] + v[name]
        history.append(t)
    return history


def own(exercise):
    p = {}
    for k, (W, b) in enumerate(zip(exercise.W, exercise.b, strict=True), 1):
        p[f"W{k}"], p[f"B{k}"] = W, b[None]
    for k, (gamma, beta) in enumerate(zip(exercise.gamma, exercise.beta, strict=True), 1):
        p[f"gamma{k}"], p[f"beta{k}"] = gamma[None], beta[None]
    return exercise.X, exercise.Y, p


def neutral(step, exercise):
    layers = range(1, len(exercise.W) + 1)
    return [(step[f"W{k}_new"], step[f"B{k}_new"][0]) for k in layers]


def gradient(name):
    return f"grad{name}"


def share(name, n):
    return 1 / n if name[0] in "WB" else 1  # of ΣL


def single(**options):
    return run(*own(SINGLE), **options)


def batch(**options):
    return run(*own(BATCH), **options)


def batchnorm(**options):
    return run(*own(BATCHNORM), **options)
