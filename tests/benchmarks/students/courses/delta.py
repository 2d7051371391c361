"""Simulate students of the delta rule: target minus output, and changes are added; with biases or without."""

from __future__ import annotations

from ..course import HANDOUT, Course, config_text
from ..exercise import draw


class ElevenLines(Course):
    """A neural network in eleven lines of Python: l1, l1_delta, syn0 += ...; no biases."""

    key = "eleven-lines"
    average = "sum"
    ops = frozenset({"z", "a", "da", "dz", "dw", "w"})

    def exercise(self, random):
        ex = draw(random, ["sigmoid"], [("sigmoid", "l2")], biases=False)
        ex.lr = 1.0 if random.random() < 0.7 else ex.lr
        return ex

    def run(self, ex, hand):
        X, y, L = ex.X, hand.targets(ex.Y), ex.depth
        syn = {i + 1: hand.weights(i + 1, w) for i, w in enumerate(ex.W)}
        b = {i + 1: v[None, :] for i, v in enumerate(ex.b)} if ex.b is not None else {}
        hand.samples = ex.m
        for _ in hand.steps(ex.steps):
            out, net, new, dw, db = {0: X}, {}, {}, {}, {}
            for i in range(1, L + 1):
                net[i] = hand.put("z", i, hand.bias(i, out[i - 1].dot(syn[i]), b.get(i)))
                out[i] = hand.put("a", i, hand.act(i, ex.acts[i], net[i]))
            if "loss" in self.ops:
                hand.put("loss", L, hand.loss("l2", out[L], y, 1.0))
            error = hand.put("da", L, hand.error(L, out[L], y, 1.0, to_target=True))
            for i in range(L, 0, -1):
                delta = hand.put("dz", i, hand.slope(i, ex.acts[i], net[i], out[i], error))
                dw[i] = hand.dw(i, lambda d, o: o.T.dot(d), delta, out[i - 1], out[i])
                if b:
                    db[i] = hand.db(i, lambda d: d.sum(axis=0, keepdims=True), delta)
                new[i] = syn[i] + ex.lr * dw[i] if dw[i].shape == syn[i].shape else syn[i]
                if i > 1:
                    error = hand.put("da", i - 1, hand.through(i - 1, lambda w, d=delta: d.dot(w.T), syn, new))
            for i in range(1, L + 1):
                syn[i] = hand.update("w", i, syn[i], dw[i], ex.lr, 0, sign=1)
                if b:
                    b[i] = hand.update("b", i, b[i], db[i], ex.lr, 0, sign=1)

    def dialects(self, ex):
        return 2

    def config(self, ex, dialect):
        return config_text(ex, "delta-rule" if dialect else "{average: []}", freeze=True)

    def tool(self, dialect):
        own = {"z": "net{l}", "a": "o{l}", "loss": "E", "da": "grad_o{l}", "dz": "delta{l}", "dw": "grad_w{l}|dw{l}"}
        return {**own, "db": "grad_b{l}|db{l}", "w": "w{l}_new|dw{l}", "b": "b{l}_new|db{l}"} if dialect else HANDOUT

    def styles(self, ex):
        own = {"a": "l{l}", "da": "l{l}_error", "dz": "l{l}_delta", "w": "syn{k}"}
        long = {"a": "layer_{l}", "da": "layer_{l}_error", "dz": "layer_{l}_delta", "w": "synapse_{k}"}
        return [own, long, {**own, "w": "syn{k}_new"}]


class DeltaRule(ElevenLines):
    """The delta rule with biases, as textbooks write it: net, o, delta, w_new."""

    key = "delta-rule"
    ops = frozenset({"z", "a", "loss", "da", "dz", "dw", "db", "w", "b"})
    formats = ("print", "assign", "latex", "markdown", "json", "yaml", "csv", "julia", "R", "npz")

    def exercise(self, random):
        return draw(random, ["sigmoid"], [("sigmoid", "l2")], single=0.5)

    def dialects(self, ex):
        return 1

    def config(self, ex, dialect):
        return config_text(ex, "delta-rule")

    def tool(self, dialect):
        return super().tool(1)

    def styles(self, ex):
        own = {"z": "net{l}", "a": "o{l}", "loss": "E", "dz": "delta{l}", "w": "w{l}_new", "b": "b{l}_new"}
        return [own, {**own, "da": "grad_o{l}", "dw": "grad_w{l}", "db": "grad_b{l}"}, {"a": "o{l}", "dz": "delta{l}"}]
