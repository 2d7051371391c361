"""cmu-3.0.1: mytorch of CMU 11-785, HW1P1, autograder 3.0.1. Rows; W (out, in); b (out, 1); counted from 0.

The loss is the mean, its gradient has the 1/N, linear layers sum. MSE is Σ/(NC), its gradient 2(A − Y)/(NC).
"""

import numpy as np

from .exercises import BATCH, BATCHNORM, SINGLE
from .functions import ACTIVATIONS, softmax

LOSS = "L"


class Linear:
    """A layer that keeps its input and its gradients, as mytorch has it."""

    def __init__(self, W, b, divide=False):
        self.W, self.b, self.divide = W, b, divide

    def forward(self, A):
        self.A = A
        self.ones = np.ones((len(A), 1))
        return A @ self.W.T + self.ones @ self.b.T

    def backward(self, dLdZ):
        n = len(self.A) if self.divide else 1
        self.dLdW = dLdZ.T @ self.A / n
        self.dLdb = dLdZ.T @ self.ones / n
        return dLdZ @ self.W


class BatchNorm1d:
    """Batch normalization with BW, Bb as rows; running = alpha·running + (1 − alpha)·batch."""

    def __init__(self, BW, Bb, alpha, eps):
        self.BW, self.Bb, self.alpha, self.eps = BW, Bb, alpha, eps
        self.running_M, self.running_V = np.zeros_like(BW), np.ones_like(BW)

    def forward(self, Z):
        self.Z, self.N = Z, len(Z)
        self.M = Z.mean(0, keepdims=True)
        self.V = Z.var(0, keepdims=True)
        self.NZ = (Z - self.M) / np.sqrt(self.V + self.eps)
        self.running_M = self.alpha * self.running_M + (1 - self.alpha) * self.M
        self.running_V = self.alpha * self.running_V + (1 - self.alpha) * self.V
        return self.BW * self.NZ + self.Bb

    def backward(self, dLdBZ):
        self.dLdBW = (dLdBZ * self.NZ).sum(0, keepdims=True)
        self.dLdBb = dLdBZ.sum(0, keepdims=True)
        self.dLdNZ = dLdBZ * self.BW
        root = np.sqrt(self.V + self.eps)
        self.dLdV = -0.5 * (self.dLdNZ * (self.Z - self.M) / root**3).sum(0, keepdims=True)
        self.dLdM = -(self.dLdNZ / root).sum(0, keepdims=True)
        return self.dLdNZ / root + self.dLdV * 2 * (self.Z - self.M) / self.N + self.dLdM / self.N


def cross_entropy(Z, Y):
    A = softmax(Z, axis=1)
    return A, -(Y * np.log(A)).sum() / len(Y), (A - Y) / len(Y)


def mse(Z, Y):
    return Z, ((Z - Y) ** 2).sum() / Y.size, 2 * (Z - Y) / Y.size


LOSSES = {"softmax": cross_entropy, "mse": mse}


def run(X, Y, parameters, steps=3, *, hidden="tanh", loss="softmax", lr=0.1, mu=0.0, eps=1e-8, alpha=0.9,
        losses=LOSSES, divide=False):  # fmt: skip
    """`parameters`: W0, b0, BW0, Bb0, W1, b1, ..."""
    p = {name: np.array(value, float) for name, value in parameters.items()}
    velocity = {name: np.zeros_like(value) for name, value in p.items()}
    f, derivative = ACTIVATIONS[hidden]
    count, history = sum(name[0] == "W" for name in p), []
    linear = [Linear(p[f"W{i}"], p[f"b{i}"], divide) for i in range(count)]
    norm = {i: BatchNorm1d(p[f"BW{i}"], p[f"Bb{i}"], alpha, eps) for i in range(count) if f"BW{i}" in p}
    for _ in range(steps):
        t = {}
        A = np.array(X, float)
        for i, layer in enumerate(linear):
            Z = t[f"Z{i}"] = layer.forward(A)
            if i in norm:
                Z = t[f"BZ{i}"] = norm[i].forward(Z)
                t |= {f"{name}{i}": getattr(norm[i], name) for name in ("M", "V", "NZ", "running_M", "running_V")}
            if i < count - 1:
                A = t[f"A{i + 1}"] = f(Z)
        A, t["L"], G = losses[loss](Z, Y)
        if loss == "softmax":
            t[f"A{count}"] = A
        for i in reversed(range(count)):
            if i < count - 1:
                t[f"dLdA{i + 1}"] = G
                G = G * derivative(t.get(f"BZ{i}", t[f"Z{i}"]), t[f"A{i + 1}"])
            if i in norm:
                t[f"dLdBZ{i}"] = G
                G = norm[i].backward(G)
                t |= {f"{name}{i}": getattr(norm[i], name) for name in ("dLdBW", "dLdBb", "dLdNZ", "dLdV", "dLdM")}
            t[f"dLdZ{i}"] = G
            G = linear[i].backward(G)
            t[f"dLdW{i}"], t[f"dLdb{i}"] = linear[i].dLdW, linear[i].dLdb
        t["dLdA0"] = G
        for name in p:
            velocity[name] = mu * velocity[name] + t[f"dLd{name}"]
            p[name] -= lr * velocity[name]  # in place: the layers hold the same arrays
            t[f"{name}_new"] = p[name].copy()
        history.append(t)
    return history


def own(exercise):
    p = {}
    for i, (W, b) in enumerate(zip(exercise.W, exercise.b, strict=True)):
        p[f"W{i}"], p[f"b{i}"] = W.T, b[:, None]
    for i, (gamma, beta) in enumerate(zip(exercise.gamma, exercise.beta, strict=True)):
        p[f"BW{i}"], p[f"Bb{i}"] = gamma[None], beta[None]
    return exercise.X, exercise.Y, p


def neutral(step, exercise):
    return [(step[f"W{i}_new"].T, step[f"b{i}_new"][:, 0]) for i in range(len(exercise.W))]


def gradient(name):
    return f"dLd{name}"


def share(name, n):
    return 1


def single(**options):
    return run(*own(SINGLE), **options)


def batch(**options):
    return run(*own(BATCH), **options)


def batchnorm(**options):
    return run(*own(BATCHNORM), **options)
