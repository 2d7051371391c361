"""Simulate students with samples in columns: of Ng, as matrices, and of Nielsen, sample by sample."""

from __future__ import annotations

import numpy as np

from ..course import HANDOUT, Course, config_text
from ..exercise import draw


class Ng(Course):
    """deeplearning.ai: W (out, in), dZ = A - Y, gradients over m, J averaged."""

    key = "ng"
    average = "gradients"
    axis = 1
    out_in = True

    def exercise(self, random):
        ends = [("sigmoid", "bce"), ("sigmoid", "bce"), ("softmax", "ce")]
        return draw(random, ["tanh", "relu"], ends, momentum=0.15)

    def run(self, ex, hand):
        X, Y, m, L = ex.X.T, hand.targets(ex.Y).T, ex.m, ex.depth
        W = {i + 1: hand.weights(i + 1, w.T) for i, w in enumerate(ex.W)}
        b = {i + 1: v[:, None] for i, v in enumerate(ex.b)}
        hand.samples = m
        for _ in hand.steps(ex.steps):
            A, Z, new = {0: X}, {}, {}
            for i in range(1, L + 1):
                Z[i] = hand.put("z", i, hand.bias(i, W[i] @ A[i - 1], b[i]))
                A[i] = hand.put("a", i, hand.act(i, ex.acts[i], Z[i]))
            hand.put("loss", L, hand.loss(ex.loss, A[L], Y, 1 / m))
            inside = "dz averaged" in hand.forms
            dZ = hand.put("dz", L, hand.error(L, A[L], Y, 1 / m if inside else 1.0))
            over = 1 if inside else m
            dW, db = {}, {}
            for i in range(L, 0, -1):
                dW[i] = hand.dw(i, lambda d, a, k=over: d @ a.T / k, dZ, A[i - 1], A[i])
                db[i] = hand.db(i, lambda d, k=over: d.sum(axis=1, keepdims=True) / k, dZ)
                new[i] = W[i] - ex.lr * dW[i] if dW[i].shape == W[i].shape else W[i]
                if i > 1:
                    dA = hand.put("da", i - 1, hand.through(i - 1, lambda w, d=dZ: w.T @ d, W, new))
                    dZ = hand.put("dz", i - 1, hand.slope(i - 1, ex.acts[i - 1], Z[i - 1], A[i - 1], dA))
            for i in range(1, L + 1):
                W[i] = hand.update("w", i, W[i], dW[i], ex.lr, ex.mu, form="ema")
                b[i] = hand.update("b", i, b[i], db[i], ex.lr, ex.mu, form="ema")

    def dialects(self, ex):
        return 1 if ex.mu else 2

    def config(self, ex, dialect):
        if dialect:  # the teacher has no preset, as before there were any, and samples in rows
            return config_text(ex, "{layout: out_in, average: [W, B], loss: sum}", out_in=True)
        return config_text(ex, "ng", out_in=True, columns=True, bias="column")

    def tool(self, dialect):
        own = {"z": "Z{l}", "a": "A{l}", "loss": "J|losses", "da": "dA{l}", "dz": "dZ{l}", "dw": "dW{l}", "db": "db{l}"}
        return HANDOUT if dialect else {**own, "w": "W{l}_new", "b": "b{l}_new"}

    def styles(self, ex):
        own = {"z": "Z{l}", "a": "A{l}", "loss": "cost", "da": "dA{l}", "dz": "dZ{l}", "dw": "dW{l}", "db": "db{l}"}
        return [
            {**own, "w": "W{l}_new", "b": "b{l}_new"},
            {**own, "loss": "J", "w": "W{l}", "b": "b{l}"},
            {**own, "loss": "cost", "w": "new W{l}", "b": "new b{l}"},
        ]

    def forms(self):
        return ["dz averaged"]


class Nielsen(Course):
    """Neural Networks and Deep Learning: a sample is a column vector, nablas are summed over the batch."""

    key = "nielsen"
    average = "update"
    axis = 1
    out_in = True
    formats = ("print", "assign", "lists", "lists", "lists", "dict", "json", "npz", "yaml", "latex", "julia")

    def exercise(self, random):
        return draw(random, ["sigmoid"], [("sigmoid", "l2")], single=0.25)

    def run(self, ex, hand):
        xs = [x.reshape(-1, 1) for x in ex.X]
        ys = np.hstack([y.reshape(-1, 1) for y in hand.targets(ex.Y)])
        w = {i + 1: hand.weights(i + 1, np.transpose(v)) for i, v in enumerate(ex.W)}
        b = {i + 1: v.reshape(-1, 1) for i, v in enumerate(ex.b)}
        n, L = len(xs), ex.depth
        hand.samples = n
        for _ in hand.steps(ex.steps):
            a, zs, nabla_w, nabla_b, new = {0: np.hstack(xs)}, {}, {}, {}, {}
            for i in range(1, L + 1):
                z = [hand.bias(i, np.dot(w[i], a[i - 1][:, [s]]), b[i]) for s in range(n)]
                zs[i] = hand.put("z", i, np.hstack(z))
                a[i] = hand.put("a", i, hand.act(i, ex.acts[i], zs[i]))
            hand.put("loss", L, hand.loss("l2", a[L], ys, 1 / n))
            up = hand.put("da", L, hand.error(L, a[L], ys, 1.0))
            for i in range(L, 0, -1):
                delta = hand.put("dz", i, hand.slope(i, ex.acts[i], zs[i], a[i], up))
                nabla_b[i] = hand.db(i, lambda d: sum(d[:, [s]] for s in range(d.shape[1])), delta)
                nabla_w[i] = hand.dw(i, outer_products, delta, a[i - 1], a[i])
                new[i] = w[i] - ex.lr / n * nabla_w[i] if nabla_w[i].shape == w[i].shape else w[i]
                if i > 1:
                    up = hand.put("da", i - 1, hand.through(i - 1, lambda v, d=delta: np.dot(v.T, d), w, new))
            for i in range(1, L + 1):
                w[i] = hand.update("w", i, w[i], nabla_w[i], ex.lr / n, 0)
                b[i] = hand.update("b", i, b[i], nabla_b[i], ex.lr / n, 0)

    def config(self, ex, dialect):
        return config_text(ex, "nielsen", out_in=True, columns=True, bias="column")

    def tool(self, dialect):
        own = {"z": "z{l}", "a": "a{l}", "loss": "C|C_x", "da": "nabla_a{l}", "dz": "delta{l}", "dw": "nabla_w{l}"}
        return {**own, "db": "nabla_b{l}", "w": "w{l}_new", "b": "b{l}_new"}

    def styles(self, ex):
        own = {"z": "z{l}", "a": "a{l}", "loss": "C", "dz": "delta{l}", "dw": "nabla_w{l}", "db": "nabla_b{l}"}
        return [{**own, "w": "w{l}_new", "b": "b{l}_new"}, {**own, "loss": "cost"}]

    def lists(self, style):
        return {
            "z": "zs",
            "a": "activations",
            "dz": "deltas",
            "dw": "nabla_w",
            "db": "nabla_b",
            "w": "weights",
            "b": "biases",
        }


def outer_products(delta, inputs):
    """Sum the outer products of the samples."""
    return sum(np.dot(delta[:, [s]], inputs[:, [s]].T) for s in range(delta.shape[1]))
