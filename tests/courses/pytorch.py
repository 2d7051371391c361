"""torch: what nn.Sequential, the mean losses and optim.SGD compute. Rows; weight (out, in); counted by module.

`{i}.output` is what module i returns, `{i}.output.grad` the gradient there, at the last one that of the loss.
"""

import numpy as np

from .exercises import BATCH, BATCHNORM, SINGLE
from .functions import ACTIVATIONS, sigmoid, softmax

LOSS = "loss"


def criterion(loss, output, Y):
    """The loss as reduction="mean" gives it, and its derivative."""
    if loss == "cross_entropy":  # targets are probabilities, of any sum
        P = softmax(output, axis=1)
        return -(Y * np.log(P)).sum() / len(Y), (P * Y.sum(1, keepdims=True) - Y) / len(Y)
    if loss == "bce_with_logits":
        P = sigmoid(output)
        return -(Y * np.log(P) + (1 - Y) * np.log(1 - P)).mean(), (P - Y) / Y.size
    return ((output - Y) ** 2).mean(), 2 * (output - Y) / Y.size


def run(X, Y, parameters, steps=3, *, hidden="tanh", loss="cross_entropy", lr=0.1, momentum=0.0, weight_decay=0.0,
        eps=1e-5, alpha=0.1):  # fmt: skip
    """`parameters`: 0.weight, 0.bias, ...; a weight of one axis is a BatchNorm1d's. `alpha` is its momentum."""
    p = {name: np.array(value, float) for name, value in parameters.items()}
    indices = sorted({int(name.split(".")[0]) for name in p})
    buffers = {}
    running = {i: (np.zeros(len(p[f"{i}.bias"])), np.ones(len(p[f"{i}.bias"]))) for i in indices}
    f, derivative = ACTIVATIONS[hidden]
    history = []
    for _ in range(steps):
        t, stack = {}, []
        x = np.array(X, float)
        for i in range(indices[-1] + 1):
            if i not in indices:
                y = f(x)
                stack.append(lambda g, x=x, y=y: g * derivative(x, y))
            elif p[f"{i}.weight"].ndim == 2:
                y = x @ p[f"{i}.weight"].T + p[f"{i}.bias"]

                def linear(g, t=t, i=i, x=x):
                    t[f"{i}.weight.grad"], t[f"{i}.bias.grad"] = g.T @ x, g.sum(0)
                    return g @ p[f"{i}.weight"]

                stack.append(linear)
            else:
                mean, var = x.mean(0), x.var(0)
                old_mean, old_var = running[i]
                running[i] = ((1 - alpha) * old_mean + alpha * mean, (1 - alpha) * old_var + alpha * x.var(0, ddof=1))
                t[f"{i}.running_mean"], t[f"{i}.running_var"] = running[i]
                xhat = (x - mean) / np.sqrt(var + eps)
                y = xhat * p[f"{i}.weight"] + p[f"{i}.bias"]

                def norm(g, t=t, i=i, xhat=xhat, var=var):
                    t[f"{i}.weight.grad"], t[f"{i}.bias.grad"] = (g * xhat).sum(0), g.sum(0)
                    g = g * p[f"{i}.weight"]
                    return (g - g.mean(0) - xhat * (g * xhat).mean(0)) / np.sqrt(var + eps)

                stack.append(norm)
            x = t[f"{i}.output"] = y
        t["loss"], g = criterion(loss, x, np.array(Y, float))
        for i in reversed(range(len(stack))):
            t[f"{i}.output.grad"] = g
            g = stack[i](g)
        t["input.grad"] = g
        for name in p:
            d = t[f"{name}.grad"] + weight_decay * p[name]
            buffers[name] = momentum * buffers[name] + d if name in buffers else d
            p[name] = t[f"{name}_new"] = p[name] - lr * buffers[name]
        history.append(t)
    return history


def own(exercise):
    p, i = {}, 0
    norms = len(exercise.gamma)
    for k, (W, b) in enumerate(zip(exercise.W, exercise.b, strict=True)):
        p[f"{i}.weight"], p[f"{i}.bias"] = W.T, b
        if k < norms:
            p[f"{i + 1}.weight"], p[f"{i + 1}.bias"] = exercise.gamma[k], exercise.beta[k]
            i += 1
        i += 2
    return exercise.X, exercise.Y, p


def neutral(step, exercise):
    weights = [name for name in step if name.endswith(".weight_new") and step[name].ndim == 2]
    return [(step[name].T, step[name.replace("weight", "bias")]) for name in weights]


def gradient(name):
    return f"{name}.grad"


def share(name, n):
    return 1


def single(**options):
    return run(*own(SINGLE), **options)


def batch(**options):
    return run(*own(BATCH), **options)


def batchnorm(**options):
    return run(*own(BATCHNORM), **options)
