"""Simulate students with samples in rows: CS231n, PyTorch, the handout, mytorch and scikit-learn."""

from __future__ import annotations

from ..course import HANDOUT, Course, config_text
from ..exercise import draw


class Rows(Course):
    """Compute in rows; courses differ in where they divide by N, in the layout of W and in names."""

    form = "gradient"
    vector_loss = False
    bias_column = False

    def run(self, ex, hand):
        X, T, N, L = ex.X, hand.targets(ex.Y), ex.m, ex.depth
        turn = (lambda w: w.T) if self.out_in else (lambda w: w)
        W = {i + 1: hand.weights(i + 1, turn(w)) for i, w in enumerate(ex.W)}
        b = {i + 1: v for i, v in enumerate(ex.b)}
        hand.samples = N
        inside, outside = (1 / N, 1.0) if self.average == "error" else (1.0, 1 / N)
        for _ in hand.steps(ex.steps):
            h, z, new = {0: X}, {}, {}
            for i in range(1, L + 1):
                z[i] = hand.put("z", i, hand.bias(i, h[i - 1] @ turn(W[i]), b[i]))
                h[i] = hand.put("a", i, hand.act(i, ex.acts[i], z[i]))
            self.lose(ex, hand, h[L], T)
            d = self.error(ex, hand, z[L], h[L], T, inside)
            dW, db = {}, {}
            for i in range(L, 0, -1):
                dW[i] = hand.dw(i, lambda g, x: turn(x.T @ g) * outside, d, h[i - 1], h[i])
                db[i] = hand.db(i, lambda g: g.sum(axis=0) * outside, d)
                new[i] = W[i] - ex.lr * dW[i] if dW[i].shape == W[i].shape else W[i]
                if i > 1:
                    dh = hand.put("da", i - 1, hand.through(i - 1, lambda w, g=d: g @ turn(w).T, W, new))
                    d = hand.put("dz", i - 1, hand.slope(i - 1, ex.acts[i - 1], z[i - 1], h[i - 1], dh))
            for i in range(1, L + 1):
                W[i] = hand.update("w", i, W[i], dW[i], ex.lr, ex.mu, form=self.form)
                b[i] = hand.update("b", i, b[i], db[i], ex.lr, ex.mu, form=self.form)

    def lose(self, ex, hand, out, T):
        per = 1 / ex.sizes[-1] if ex.loss in ("mse", "bce") else 1.0
        vector = self.vector_loss and "loss summed" not in hand.forms
        mean = self.average == "error" or "loss averaged" in hand.forms
        scale = per if vector or not mean else per / ex.m
        hand.put("loss", ex.depth, hand.loss(ex.loss, out, T, scale, vector=vector))

    def error(self, ex, hand, z, out, T, inside):
        """Compute the gradient before the last activation."""
        L, per = ex.depth, 1 / ex.sizes[-1]
        if ex.loss in ("ce", "bce"):
            return hand.put("dz", L, hand.error(L, out, T, inside * (per if ex.loss == "bce" else 1)))
        scale = inside * (2 * per if ex.loss == "mse" else 1)
        dh = hand.put("da", L, hand.error(L, out, T, scale))
        return hand.put("dz", L, hand.slope(L, ex.acts[L], z, out, dh))


class Cs231n(Rows):
    """CS231n, assignments 1 and 2: scores, softmax loss, dscores over N."""

    key = "cs231n"
    form = "step"

    def exercise(self, random):
        return draw(random, ["relu", "relu", "tanh"], [("softmax", "ce")], momentum=0.1)

    def config(self, ex, dialect):
        return config_text(ex, "{preset: torch, layout: in_out, momentum: step}" if dialect else "cs231n")

    def dialects(self, ex):
        return 2

    def tool(self, dialect):
        own = {
            "z": "z{l}|scores",
            "a": "h{l}",
            "loss": "loss|losses",
            "da": "dh{l}",
            "dz": "dz{l}|dscores",
            "dw": "dW{l}",
        }
        return HANDOUT if dialect else {**own, "db": "db{l}", "w": "W{l}_new", "b": "b{l}_new"}

    def styles(self, ex):
        own = {"z": "z{l}", "a": "h{l}", "loss": "loss", "da": "dh{l}", "dz": "dz{l}", "dw": "dW{l}", "db": "db{l}"}
        ends = {"Z": "scores", "A": "probs", "DZ": "dscores"}
        return [{**own, **ends, "w": "W{l}_new", "b": "b{l}_new"}, {**own, **ends, "DA": "", "w": "W{l}", "b": "b{l}"}]


class Torch(Rows):
    """PyTorch: weights (out, in), everything averaged in the loss."""

    key = "pytorch"
    out_in = True
    formats = ("torch", "torch", "torch", "torch", "print", "dict", "json", "npz", "ipython", "tf", "csv")

    def exercise(self, random):
        ends = [("linear", "mse"), ("linear", "mse"), ("softmax", "ce"), ("sigmoid", "bce"), ("sigmoid", "mse")]
        return draw(random, ["relu", "tanh", "sigmoid"], ends, momentum=0.15)

    def config(self, ex, dialect):
        return config_text(ex, "{preset: torch, notation: torch}" if dialect else "torch", out_in=True)

    def dialects(self, ex):
        return 2

    def tool(self, dialect):
        own = {
            "z": "Y{l}lin|Y{l}",
            "a": "Y{l}",
            "loss": "L|loss",
            "da": "Y{l}.grad|Y{l}lin.grad",
            "dz": "Y{l}lin.grad|Y{l}.grad",
        }
        own = {**own, "dw": "{j}.weight.grad", "db": "{j}.bias.grad", "w": "{j}.weight_new", "b": "{j}.bias_new"}
        return own if dialect else HANDOUT

    def styles(self, ex):
        end = {"A": "out"} if ex.loss != "ce" else {"Z": "logits", "A": "probs"}
        if ex.acts[-1] == "linear":
            end = {"A": "out", "Z": "", "DA": "", "DZ": "out.grad"}
        own = {"a": "h{l}", "loss": "loss", "z": "z{l}", "dz": "z{l}.grad", "da": "h{l}.grad", **end}
        fc = {"dw": "fc{l}.weight.grad", "db": "fc{l}.bias.grad", "w": "fc{l}.weight", "b": "fc{l}.bias"}
        nn = {"dw": "{j}.weight.grad", "db": "{j}.bias.grad", "w": "{j}.weight_new", "b": "{j}.bias_new"}
        new = {"dw": "W{l}.grad", "db": "b{l}.grad", "w": "W{l}_new", "b": "b{l}_new"}
        lone = {"loss": "loss", **fc}
        return [{**own, **fc}, {**own, **nn}, {**own, **new}, lone]


class Handout(Rows):
    """The handout that this project was written for: gradients of parameters over N, losses per sample."""

    key = "handout"
    average = "gradients"
    form = "step"
    vector_loss = True
    formats = ("print", "assign", "yaml", "yaml", "json", "npz", "csv", "latex", "markdown", "R", "julia", "matlab")

    def exercise(self, random):
        ends = [
            ("softmax", "ce"),
            ("softmax", "ce"),
            ("sigmoid", "l2"),
            ("linear", "l2"),
            ("linear", "mse"),
            ("sigmoid", "bce"),
        ]
        return draw(random, ["relu", "sigmoid", "tanh"], ends, momentum=0.2)

    def config(self, ex, dialect):
        return config_text(ex, "")

    def tool(self, dialect):
        return HANDOUT

    def styles(self, ex):
        own = {"z": "Y{l}lin", "a": "Y{l}", "loss": "L", "da": "gradY{l}", "dz": "gradY{l}lin", "dw": "gradW{l}"}
        own = {**own, "db": "gradB{l}", "w": "W{l}_new", "b": "B{l}_new"}
        if ex.acts[-1] != "linear":
            return [own]
        return [{**own, "Z": "Y{l}", "DZ": "gradY{l}", "A": "", "DA": ""}, {**own, "A": "", "DA": ""}]

    def forms(self):
        return ["loss summed", "loss averaged"]


class MyTorch(Rows):
    """CMU 11-785 in later years: layers count from 0, W (out, in), b a column."""

    key = "mytorch"
    out_in = True
    formats = ("print", "assign", "dict", "json", "npz", "npz", "yaml", "csv")

    def exercise(self, random):
        return draw(random, ["relu", "sigmoid", "tanh"], [("softmax", "ce"), ("linear", "mse"), ("sigmoid", "mse")])

    def config(self, ex, dialect):
        return config_text(ex, "cmu-3.0.1", out_in=True, bias="column")

    def tool(self, dialect):
        own = {
            "z": "Z{k}|A{l}",
            "a": "A{l}",
            "loss": "L|L_mean",
            "da": "dLdA{l}|dLdZ{k}",
            "dz": "dLdZ{k}|dLdA{l}",
            "dw": "dLdW{k}",
        }
        return {**own, "db": "dLdb{k}", "w": "W{k}_new", "b": "b{k}_new"}

    def styles(self, ex):
        own = {
            "z": "Z{k}",
            "a": "A{l}",
            "loss": "L",
            "da": "dLdA{l}",
            "dz": "dLdZ{k}",
            "dw": "dLdW{k}",
            "db": "dLdb{k}",
        }
        own = {**own, "w": "W{k}_new", "b": "b{k}_new"}
        return [{**own, "Z": "Z{k}", "A": "", "DA": ""} if ex.acts[-1] == "linear" else own]


class Sklearn(Rows):
    """scikit-learn's MLP: coefs_ (in, out), lists per layer."""

    key = "sklearn"
    formats = ("lists", "lists", "lists", "json", "dict", "print")

    def exercise(self, random):
        return draw(random, ["relu", "tanh", "sigmoid"], [("softmax", "ce"), ("sigmoid", "bce")])

    def config(self, ex, dialect):
        return config_text(ex, "{preset: torch, layout: in_out}")

    def tool(self, dialect):
        return HANDOUT

    def styles(self, ex):
        own = {"a": "activations[{l}]", "loss": "loss", "dz": "deltas[{k}]", "dw": "coef_grads[{k}]"}
        return [{**own, "db": "intercept_grads[{k}]", "w": "coefs_[{k}]", "b": "intercepts_[{k}]"}]

    def lists(self, style):
        own = {"a": "activations", "dz": "deltas", "dw": "coef_grads", "db": "intercept_grads"}
        return {**own, "w": "coefs_", "b": "intercepts_"}
