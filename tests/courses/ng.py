"""ng: Deep Learning Specialization. Samples in columns; W (out, in); b (out, 1); J a mean; the 1/m is in dW, not in dZ.

`loss`: softmax, or sigmoid outputs with binary cross-entropy summed over the outputs. Batch normalization stands before
the activation: Z_norm, Z_tilde. Momentum is v = beta·v + (1 − beta)·dW. The course publishes no backward pass of batch
normalization; the one here is the derivative of J, with the 1/m at the parameters as everywhere in the course.
"""

import numpy as np

from .exercises import BATCH, BATCHNORM, SINGLE
from .functions import ACTIVATIONS, sigmoid, softmax

LOSS = "J"


def run(X, Y, parameters, steps=3, *, hidden="tanh", loss="softmax", learning_rate=0.1, beta=0.0, lambd=0.0,
        epsilon=1e-8):  # fmt: skip
    """`parameters`: W1, b1, gamma1, beta1, W2, b2, ..."""
    p = {name: np.array(value, float) for name, value in parameters.items()}
    v = {name: np.zeros_like(value) for name, value in p.items()}
    g, derivative = ACTIVATIONS[hidden]
    L, m, history = sum(name[0] == "W" for name in p), X.shape[1], []
    for _ in range(steps):
        t = {}
        A = {0: np.array(X, float)}
        for k in range(1, L + 1):
            Z = t[f"Z{k}"] = np.dot(p[f"W{k}"], A[k - 1]) + p[f"b{k}"]
            if f"gamma{k}" in p:
                t[f"mu{k}"] = np.mean(Z, axis=1, keepdims=True)
                t[f"sigma2{k}"] = np.mean((Z - t[f"mu{k}"]) ** 2, axis=1, keepdims=True)
                t[f"Z_norm{k}"] = (Z - t[f"mu{k}"]) / np.sqrt(t[f"sigma2{k}"] + epsilon)
                Z = t[f"Z_tilde{k}"] = p[f"gamma{k}"] * t[f"Z_norm{k}"] + p[f"beta{k}"]
            if k < L:
                A[k] = g(Z)
            else:
                A[k] = softmax(Z, axis=0) if loss == "softmax" else sigmoid(Z)
            t[f"A{k}"] = A[k]
        if loss == "softmax":
            J = -np.sum(Y * np.log(A[L])) / m
        else:
            J = -np.sum(Y * np.log(A[L]) + (1 - Y) * np.log(1 - A[L])) / m
        t["J"] = J + lambd / (2 * m) * sum(np.sum(np.square(p[f"W{k}"])) for k in range(1, L + 1))
        dZ = A[L] - Y
        for k in range(L, 0, -1):
            if k < L:
                t[f"dA{k}"] = np.dot(p[f"W{k + 1}"].T, dZ)
                dZ = t[f"dA{k}"] * derivative(t.get(f"Z_tilde{k}", t[f"Z{k}"]), A[k])
            if f"gamma{k}" in p:
                t[f"dZ_tilde{k}"] = dZ
                t[f"dgamma{k}"] = np.sum(dZ * t[f"Z_norm{k}"], axis=1, keepdims=True) / m
                t[f"dbeta{k}"] = np.sum(dZ, axis=1, keepdims=True) / m
                n = dZ * p[f"gamma{k}"]
                inner = n - n.mean(1, keepdims=True) - t[f"Z_norm{k}"] * (n * t[f"Z_norm{k}"]).mean(1, keepdims=True)
                dZ = inner / np.sqrt(t[f"sigma2{k}"] + epsilon)
            t[f"dZ{k}"] = dZ
            t[f"dW{k}"] = np.dot(dZ, A[k - 1].T) / m + lambd / m * p[f"W{k}"]
            t[f"db{k}"] = np.sum(dZ, axis=1, keepdims=True) / m
        t["dA0"] = np.dot(p["W1"].T, dZ)
        for name in p:
            v[name] = t[f"vd{name}"] = beta * v[name] + (1 - beta) * t[f"d{name}"]
            p[name] = t[f"{name}_new"] = p[name] - learning_rate * v[name]
        history.append(t)
    return history


def own(exercise):
    p = {}
    for k, (W, b) in enumerate(zip(exercise.W, exercise.b, strict=True), 1):
        p[f"W{k}"], p[f"b{k}"] = W.T, b[:, None]
    for k, (gamma, beta) in enumerate(zip(exercise.gamma, exercise.beta, strict=True), 1):
        p[f"gamma{k}"], p[f"beta{k}"] = gamma[:, None], beta[:, None]
    return exercise.X.T, exercise.Y.T, p


def neutral(step, exercise):
    return [(step[f"W{k}_new"].T, step[f"b{k}_new"][:, 0]) for k in range(1, len(exercise.W) + 1)]


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
