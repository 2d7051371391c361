"""Follow a student's hand: it writes every tensor down, and makes the mistakes that it is told to make.

The courses do the mathematics. At every place where people go wrong they ask the hand, which gives the right value back
unless a mistake of this place is due.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .maths import SPOILED, activate, derivative, loss_cells


@dataclass(frozen=True)
class Mistake:
    """Say what is done wrong, to which tensor (operation and layer), from which step on, with which number."""

    kind: str
    op: str
    layer: int
    step: int = 0
    number: float = 0.0


class Hand:
    """Record the tensors of every step, by (operation, layer), in the order in which they are computed."""

    def __init__(self, mistakes=(), axis: int = 0, decimals: int | None = None, forms=()):
        self.mistakes, self.axis, self.decimals, self.forms = list(mistakes), axis, decimals, set(forms)
        self.trace: list[dict] = []
        self.velocity: dict = {}
        self.total: dict = {}

    def steps(self, count: int):
        for t in range(count):
            self.t = t
            self.trace.append({})
            yield t

    def due(self, kind: str, layer: int = 0) -> Mistake | None:
        now = len(self.trace) - 1
        found = [k for k in self.mistakes if k.kind == kind and layer in (0, k.layer) and now >= k.step]
        return found[0] if found else None

    def put(self, op: str, layer: int, value):
        """Write a tensor down, and return what the student goes on with."""
        value = np.asarray(value)
        if self.decimals is not None:
            value = value.round(self.decimals)
        for kind, spoil in SPOILED.items():
            mistake = self.due(kind, layer)
            if mistake and mistake.op == op and now_or_always(mistake, self):
                value = spoil(value, mistake.number)
        self.trace[-1][op, layer] = value
        return value

    def note(self, op: str, layer: int, value) -> None:
        """Write down what is not gone on with, such as a transposed gradient."""
        self.trace[-1][op, layer] = np.asarray(value)

    # before the first step

    def weights(self, layer: int, W: np.ndarray) -> np.ndarray:
        if self.due_early("weights truncated", layer):
            return np.trunc(W)
        if mistake := self.due_early("weight mistyped", layer):
            W = W.copy()
            cell = int(mistake.number * W.size) % W.size
            W.flat[cell] = -W.flat[cell] if mistake.number < 0.5 else W.flat[cell] * 10
        return W

    def due_early(self, kind: str, layer: int = 0) -> Mistake | None:
        found = [k for k in self.mistakes if k.kind == kind and layer in (0, k.layer)]
        return found[0] if found else None

    def targets(self, Y: np.ndarray) -> np.ndarray:
        """Give the targets, in rows."""
        if self.due_early("labels shifted"):
            return np.roll(Y, 1, axis=1 if Y.shape[1] > 1 else 0)
        if self.due_early("targets reshaped, not transposed"):
            return Y.T.reshape(Y.shape)
        return Y

    # forward

    def bias(self, layer: int, product, b):
        if b is None or self.due("bias not added", layer):
            return product
        return product - b if self.due("bias subtracted", layer) else product + b

    def act(self, layer: int, name: str, z):
        if self.due("activation missing", layer):
            return z
        if self.due("wrong activation", layer):
            name = {"sigmoid": "tanh", "tanh": "sigmoid", "relu": "tanh"}[name]
        return self.softmax(layer, z) if name == "softmax" else activate(name, z)

    def softmax(self, layer: int, z):
        over = 1 - self.axis
        if self.due("softmax over the wrong axis", layer):
            over = self.axis
        e = np.exp(z - z.max(axis=over, keepdims=True))
        if self.due("softmax over the whole batch", layer):
            e = np.exp(z)
            return e / e.sum()
        return e / e.sum(axis=over, keepdims=True)

    def loss(self, name: str, a, y, scale: float, *, vector=False):
        """Compute the loss, a number or one per sample, times a scale."""
        log = {"loss in base 10": np.log10, "loss in base 2": np.log2}
        log = next((f for kind, f in log.items() if self.due(kind)), np.log)
        with np.errstate(all="ignore"):
            cells = loss_cells(name, a, y, log, one_term=bool(self.due("a term of the loss missing")))
        if self.due("loss not squared"):
            cells = abs(a - y) * (0.5 if name == "l2" else 1)
        if self.due("half of the loss"):
            cells = cells * (2 if name == "l2" else 0.5)
        if self.due("loss averaged twice"):
            scale = scale / y.shape[self.axis]
        if self.due("loss sign"):
            scale = -scale
        return (cells.sum(axis=1 - self.axis) if vector else cells.sum()) * scale

    # backward

    def error(self, layer: int, a, y, scale: float, *, to_target=False):
        """Compute output minus target times a scale; the sign and the scale go wrong."""
        m = y.shape[self.axis]
        if self.due("error sign"):
            scale = -scale
        if self.due("factor 2 of the error"):
            scale = scale * (0.5 if self.due("factor 2 of the error").number else 2)
        if self.due("error not averaged"):
            scale = scale * m
        if self.due("error averaged once more"):
            scale = scale / m
        if self.due("target not subtracted"):
            return a * scale
        return (y - a) * scale if to_target else (a - y) * scale

    def slope(self, layer: int, name: str, z, a, da):
        """Compute the gradient before an activation from that behind it."""
        if self.due("derivative missing", layer):
            return da
        if self.due("derivative at the output", layer):
            return da * derivative(name, a, activate(name, a))
        if self.due("derivative written with z", layer):
            return da * derivative(name, z, z)
        if self.due("derivative of another activation", layer):
            return da * derivative({"sigmoid": "tanh"}.get(name, "sigmoid"), z, a)
        if self.due("ReLU cut by its own sign", layer):
            return da * (da > 0)
        if self.due("multiplied by the activation", layer):
            return da * a
        return da * derivative(name, z, a)

    def through(self, layer: int, product, W: dict, new: dict):
        """Take a gradient through the weights of the next layer, right or wrong ones."""
        right = W[layer + 1]
        if self.due("weights after the update"):
            right = new[layer + 1]
        if self.due("weights of another layer", layer):
            right = W[layer]
        if self.due("weights not transposed", layer):
            right = right.T
        return product(right)

    def dw(self, layer: int, product, dz, inputs, own):
        """Compute the gradient of weights: product(dz, inputs), where `own` are the layer's own outputs."""
        m = dz.shape[self.axis]
        if self.due("outputs in place of inputs", layer):
            inputs = own
        for kind, sample in (("only the last sample in dW", [m - 1]), ("only the first sample in dW", [0])):
            if self.due(kind, layer):
                dz, inputs = np.take(dz, sample, self.axis), np.take(inputs, sample, self.axis)
        value = product(dz, inputs)
        if self.due("dW not averaged", layer):
            value = value * m
        if self.due("dW averaged once more", layer):
            value = value / m
        value = self.put("dw", layer, self.accumulate("dw", layer, value))
        if self.due("dW transposed", layer):
            self.note("dw", layer, value.T)
            value = value.T if value.shape[0] == value.shape[1] else value
        return value

    def db(self, layer: int, total, dz):
        """Compute the gradient of biases: total(dz)."""
        m = dz.shape[self.axis]
        value = right = total(dz)
        summed = np.ravel(dz.sum(axis=self.axis))
        most = int(np.argmax(np.abs(summed)))
        share = float(np.ravel(right)[most] / summed[most]) if summed[most] else 1.0
        if self.due("db summed over the wrong axis", layer):
            value = dz.sum(axis=1 - self.axis, keepdims=True) * share
        if self.due("db summed over the wrong axis, flat", layer):
            value = dz.sum(axis=1 - self.axis) * share
        if self.due("db summed over everything", layer):
            value = np.full_like(right, dz.sum() * share)
        if self.due("db not summed", layer):
            value = dz * share
        if self.due("only the last sample in db", layer):
            value = total(np.take(dz, [m - 1], self.axis))
        if self.due("db not averaged", layer):
            value = value * m
        if self.due("db averaged once more", layer):
            value = value / m
        if value.shape != right.shape:
            self.put("db", layer, right)
            self.note("db", layer, value)
            return right
        return self.put("db", layer, self.accumulate("db", layer, value))

    def accumulate(self, op: str, layer: int, value):
        before = self.total.get((op, layer), 0)
        self.total[op, layer] = before + value
        return before + value if self.due("gradients accumulated") else value

    # update

    def update(self, op: str, layer: int, old, gradient, lr: float, mu: float, *, form="step", sign=-1):
        """Compute a new parameter by gradient descent, with momentum where there is some."""
        if self.due("update with the wrong sign"):
            sign = -sign
        if self.due("rate twice", layer):
            lr = lr * lr
        if self.due("rate missing", layer):
            lr = 1.0
        before = self.velocity.get((op, layer), 0)
        if self.due("velocity reset"):
            before = 0
        if self.due("update averaged once more", layer):
            gradient = gradient / self.samples
        share = 1 - mu if form == "ema" and mu else 1
        velocity = mu * before + share * (gradient * lr if form == "step" else gradient)
        self.velocity[op, layer] = velocity
        change = sign * (velocity if form == "step" else lr * velocity)
        if self.due("weights not updated" if op == "w" else "bias not updated", layer):
            change = 0 * change
        if self.due("old value lost", layer) and op == "w":
            old = 0 * old
        new = self.put(op, layer, old + change)
        return old if self.due("update not carried on") else new

    samples = 1


def now_or_always(mistake: Mistake, hand: Hand) -> bool:
    """Tell whether a slip happens now: a slip in a number happens once, other mistakes are made again."""
    return mistake.kind not in ("slip in a number", "row copied") or len(hand.trace) - 1 == mistake.step
