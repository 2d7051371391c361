"""Simulate a student of Coursera's first course: Octave, Theta with the biases in its first column."""

from __future__ import annotations

import numpy as np

from ..course import Course, config_text
from ..exercise import draw


class Octave(Course):
    """Machine Learning, exercise 4: X with a column of ones, gradients over m."""

    key = "octave-ex4"
    average = "gradients"
    out_in = True
    ops = frozenset({"z", "a", "loss", "da", "dz", "dw", "w"})
    formats = ("octave", "octave", "octave_long", "matlab", "matlab", "matlab_long", "print", "json", "csv")

    def exercise(self, random):
        ex = draw(random, ["sigmoid"], [("sigmoid", "bce")])
        if random.random() < 0.7:
            outputs = int(random.integers(2, 5))
            ex.sizes[-1] = outputs
            ex.W[-1] = random.uniform(-1, 1, (ex.sizes[-2], outputs)).round(2)
            ex.b[-1] = random.uniform(-1, 1, outputs).round(2)
            ex.Y = np.eye(outputs)[random.integers(0, outputs, ex.m)]
        return ex

    def run(self, ex, hand):
        m, L = ex.m, ex.depth
        joined = [np.column_stack([b, w.T]) for w, b in zip(ex.W, ex.b, strict=True)]
        Theta = {i + 1: hand.weights(i + 1, v) for i, v in enumerate(joined)}
        y = hand.targets(ex.Y)
        hand.samples = m
        for _ in hand.steps(ex.steps):
            a, z, new, grad = {1: with_ones(ex.X)}, {}, {}, {}
            for i in range(1, L + 1):
                T = self.with_bias(hand, i, Theta[i])
                z[i] = hand.put("z", i, a[i] @ T.T)
                out = hand.put("a", i, hand.act(i, ex.acts[i], z[i]))
                a[i + 1] = with_ones(out) if i < L else out
            hand.put("loss", L, hand.loss("bce", out, y, 1 / m))
            delta = hand.put("dz", L, hand.error(L, out, y, 1.0))
            for i in range(L, 0, -1):
                grad[i] = hand.dw(i, lambda d, x: d.T @ x / m, delta, a[i], a[i + 1])
                new[i] = Theta[i] - ex.lr * grad[i] if grad[i].shape == Theta[i].shape else Theta[i]
                if i > 1:
                    back = hand.through(i - 1, lambda T, d=delta: (d @ T)[:, 1:], Theta, new)
                    back = hand.put("da", i - 1, back)
                    delta = hand.put("dz", i - 1, hand.slope(i - 1, ex.acts[i - 1], z[i - 1], a[i][:, 1:], back))
            for i in range(1, L + 1):
                Theta[i] = hand.update("w", i, Theta[i], grad[i], ex.lr, 0)

    def with_bias(self, hand, layer, Theta):
        """Give Theta, with its biases lost where the student forgets them."""
        signs = np.ones(Theta.shape[1], Theta.dtype)
        signs[0] = 0 if hand.due("bias not added", layer) else -1 if hand.due("bias subtracted", layer) else 1
        return Theta * signs

    def config(self, ex, dialect):
        joined = [np.column_stack([b, w.T]) for w, b in zip(ex.W, ex.b, strict=True)]
        bare = type(ex)(ex.sizes, ex.acts, ex.loss, joined, None, ex.X, ex.Y, ex.lr)
        return config_text(bare, "octave-ex4")

    def tool(self, dialect):
        own = {"z": "z{n}", "a": "a{n}", "loss": "J|losses", "da": "a{n}_grad", "dz": "delta{n}"}
        return {**own, "dw": "Theta{l}_grad", "w": "Theta{l}_new"}

    def styles(self, ex):
        own = {"z": "z{n}", "a": "a{n}", "loss": "J", "dz": "delta{n}", "dw": "Theta{l}_grad", "w": "Theta{l}_new"}
        return [own, {**own, "A": "h", "w": "Theta{l}"}, {k: own[k] for k in ("loss", "dw", "a")}]


def with_ones(values):
    return np.column_stack([np.ones(len(values), values.dtype), values])
