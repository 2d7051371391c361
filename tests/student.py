"""A student's multi-layer perceptron in plain numpy, written from the textbook, with mistakes on request."""

import numpy as np

CONFIG = """
layers:
  - {type: linear, W: [[0.5, -0.3, 0.8], [0.2, 0.7, -0.4], [0.6, -0.1, 0.9]], B: [0.1, -0.2, 0.3]}
  - {type: batchnorm, gamma: [1.1, 0.9, 1.3], beta: [0.2, -0.1, 0.05]}
  - leaky_relu
  - {type: linear, W: [[0.3, -0.6, 0.4], [0.7, 0.4, 0.15], [-0.5, 0.2, 0.35]], B: [0.1, 0.2, -0.3]}
  - {type: batchnorm, gamma: [0.8, 1.2, 1.05], beta: [0.1, 0.3, -0.2]}
  - tanh
  - {type: linear, W: [[0.45, -0.65], [0.25, 0.55], [-0.35, 0.75]], B: [0.15, 0.25]}
  - softmax
inputs: [[1, 2, 0.5], [0.3, -1, 2], [-0.7, 1.5, 1], [2, 0.1, -0.9]]
targets: {classes: [1, 2, 2, 1]}
loss: softmax_cross_entropy
optimizer: {type: sgd, learning_rate: 0.1, momentum: 0.9}
"""


def parameters():
    return {
        "W1": np.array([[0.5, -0.3, 0.8], [0.2, 0.7, -0.4], [0.6, -0.1, 0.9]]),
        "B1": np.array([[0.1, -0.2, 0.3]]),
        "gamma1": np.array([[1.1, 0.9, 1.3]]),
        "beta1": np.array([[0.2, -0.1, 0.05]]),
        "W2": np.array([[0.3, -0.6, 0.4], [0.7, 0.4, 0.15], [-0.5, 0.2, 0.35]]),
        "B2": np.array([[0.1, 0.2, -0.3]]),
        "gamma2": np.array([[0.8, 1.2, 1.05]]),
        "beta2": np.array([[0.1, 0.3, -0.2]]),
        "W3": np.array([[0.45, -0.65], [0.25, 0.55], [-0.35, 0.75]]),
        "B3": np.array([[0.15, 0.25]]),
    }


X = np.array([[1, 2, 0.5], [0.3, -1, 2], [-0.7, 1.5, 1], [2, 0.1, -0.9]])
D = np.array([[1, 0], [0, 1], [0, 1], [1, 0.0]])
N = 4


def dump(*mistakes):
    """Every tensor of one training step under our names."""
    p, t = parameters(), {}
    if "W1 transposed" in mistakes:
        p["W1"] = p["W1"].T.copy()
    if "W2 mistyped" in mistakes:
        p["W2"][1, 0] = 0.17
    if "W2 sign" in mistakes:
        p["W2"][0, 1] *= -1
    eps, slope = 1e-5 if "eps" in mistakes else 1e-3, 0.1 if "slope" in mistakes else 0.01
    forward(p, t, mistakes, eps, slope)
    backward(p, t, mistakes, eps, slope)
    update(p, t, mistakes)
    return t


def forward(p, t, mistakes, eps, slope):
    inputs = X
    for k in (1, 2, 3):
        out_in = k == 1 and "layout" in mistakes
        t[f"Y{k}lin"] = Z = inputs @ (p[f"W{k}"].T if out_in else p[f"W{k}"]) + p[f"B{k}"]
        if k == 3:
            break
        t[f"mean{k}"], t[f"var{k}"] = mean, var = Z.mean(0, keepdims=True), Z.var(0, keepdims=True)
        t[f"running_mean{k}"], t[f"running_var{k}"] = 0.1 * mean, 0.9 + 0.1 * var
        t[f"norm{k}"] = (Z - mean) / np.sqrt(var + eps)
        t[f"Y{k}bn"] = y = p[f"gamma{k}"] * t[f"norm{k}"] + p[f"beta{k}"]
        last = 1 / (1 + np.exp(-y)) if "sigmoid" in mistakes else np.tanh(y)
        t[f"Y{k}"] = inputs = np.where(y > 0, y, slope * y) if k == 1 else last
    E = np.exp(t["Y3lin"])
    t["Y3"] = E / E.sum(axis=0 if "softmax" in mistakes else 1, keepdims=True)
    t["L"] = -(D * np.log(t["Y3"])).sum(1) * (-1 if "L" in mistakes else 1)


def backward(p, t, mistakes, eps, slope):
    t["gradY3lin"] = G = D - t["Y3"] if "error" in mistakes else t["Y3"] - D
    for k in (3, 2, 1):
        below = t[f"Y{k - 1}"] if k > 1 else X
        share = 1 if "average" in mistakes else N
        W, gradW = p[f"W{k}"], below.T @ G / share
        if k == 1 and "layout" in mistakes:
            W, gradW = W.T, gradW.T
        t[f"gradW{k}"], t[f"gradB{k}"] = gradW, G.sum(0, keepdims=True) / share
        t["gradX" if k == 1 else f"gradY{k - 1}"] = G = G @ W.T
        if k == 1:
            break
        y = t[f"Y{k - 1}bn"]
        derivative = np.where(y > 0, 1, slope) if k == 2 else 1 - t["Y2"] ** 2
        G = G if "derivative" in mistakes else G * derivative
        t[f"gradY{k - 1}bn"] = G
        G = norm_backward(p, t, k - 1, G, eps)


def norm_backward(p, t, k, G, eps):
    deviation, centred = np.sqrt(t[f"var{k}"] + eps), t[f"Y{k}lin"] - t[f"mean{k}"]
    t[f"gradgamma{k}"], t[f"gradbeta{k}"] = (G * t[f"norm{k}"]).sum(0, keepdims=True), G.sum(0, keepdims=True)
    t[f"gradnorm{k}"] = Gn = G * p[f"gamma{k}"]
    t[f"gradvar{k}"] = Gv = -0.5 * (Gn * centred / deviation**3).sum(0, keepdims=True)
    t[f"gradmean{k}"] = Gm = -(Gn / deviation).sum(0, keepdims=True)
    t[f"gradY{k}lin"] = Gn / deviation + Gv * 2 * centred / N + Gm / N
    return t[f"gradY{k}lin"]


def update(p, t, mistakes):
    lr = 0.01 if "rate" in mistakes else 0.1
    for name, value in p.items():
        other = "momentum" in mistakes or (name == "W1" and "momentum of W1" in mistakes)
        t[f"v{name}_new"] = t[f"grad{name}"] if other else -lr * t[f"grad{name}"]
        t[f"{name}_new"] = value - lr * t[f"grad{name}"] * (-1 if "update" in mistakes else 1)
