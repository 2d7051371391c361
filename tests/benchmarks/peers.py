"""The same training step in other frameworks: each peer takes `steps` steps from given weights, and gives them back."""

import numpy as np


class Torch:
    """PyTorch, eager."""

    def __init__(self, task, compiled=False):
        import torch

        self.torch = torch
        torch.set_num_threads(task.threads)
        layers = []
        for i, (W, B) in enumerate(task.weights):
            linear = torch.nn.Linear(*W.shape)
            linear.weight.data = torch.from_numpy(W.T.copy())
            linear.bias.data = torch.from_numpy(B.reshape(-1).copy())
            layers.append(linear)
            if i < len(task.weights) - 1:
                layers += (
                    [torch.nn.BatchNorm1d(len(W.T), eps=1e-3, dtype=linear.weight.dtype)] if task.batchnorm else []
                )
                layers.append(torch.nn.ReLU())
        self.linears = [layer for layer in layers if isinstance(layer, torch.nn.Linear)]
        self.model = torch.nn.Sequential(*layers)
        self.forward = torch.compile(self.model) if compiled else self.model
        self.optimizer = torch.optim.SGD(self.model.parameters(), lr=task.rate)
        self.X, self.y = torch.from_numpy(task.X), torch.from_numpy(task.y)
        self.size = task.size

    def train(self, steps):
        loss_of = self.torch.nn.functional.cross_entropy
        for k in range(steps):
            start = k * self.size % len(self.X)
            self.optimizer.zero_grad()
            loss = loss_of(self.forward(self.X[start : start + self.size]), self.y[start : start + self.size])
            loss.backward()
            self.optimizer.step()

    def weights(self):
        return [linear.weight.detach().numpy().T for linear in self.linears]


class Compiled(Torch):
    """PyTorch with torch.compile."""

    def __init__(self, task):
        super().__init__(task, compiled=True)


class Jax:
    """JAX, the whole step under jit."""

    def __init__(self, task):
        import jax
        import jax.numpy as jnp

        jax.config.update("jax_enable_x64", True)
        self.X, self.size, self.jax = task.X, task.size, jax
        self.labels = np.eye(task.weights[-1][0].shape[1], dtype=task.X.dtype)[task.y]
        ones = [np.ones((1, W.shape[1]), W.dtype) for W, _ in task.weights]
        self.parameters = [
            tuple(map(jnp.asarray, (W, B, one, 0 * one))) for (W, B), one in zip(task.weights, ones, strict=True)
        ]
        rate, batchnorm, last = task.rate, task.batchnorm, len(task.weights) - 1

        def loss(parameters, X, D):
            for i, (W, B, gamma, beta) in enumerate(parameters):
                X = X @ W + B
                if i < last and batchnorm:
                    X = gamma * (X - X.mean(0)) / jnp.sqrt(X.var(0) + 1e-3) + beta
                X = jnp.maximum(X, 0) if i < last else X
            return -(D * jax.nn.log_softmax(X)).sum() / len(X)

        def step(parameters, X, D):
            gradients = jax.grad(loss)(parameters, X, D)
            return jax.tree.map(lambda W, G: W - rate * G, parameters, gradients)

        self.step = jax.jit(step, donate_argnums=0)

    def train(self, steps):
        for k in range(steps):
            start = k * self.size % len(self.X)
            rows = slice(start, start + self.size)
            self.parameters = self.step(self.parameters, self.X[rows], self.labels[rows])
        self.jax.block_until_ready(self.parameters)

    def weights(self):
        return [np.asarray(W) for W, *_ in self.parameters]


class Sklearn:
    """scikit-learn's MLPClassifier."""

    comparable = True

    def __init__(self, task):
        from sklearn.neural_network import MLPClassifier

        self.X, self.y, self.size = task.X, task.y, task.size
        if task.batchnorm:
            raise ImportError("no batch normalization")
        classes = np.arange(task.weights[-1][0].shape[1])
        if len(classes) == 2:  # it would take one output: two labels of one class each cost the same, but train another
            self.y, self.comparable = np.eye(2, dtype=int)[task.y], False
        self.model = MLPClassifier(
            [W.shape[1] for W, _ in task.weights[:-1]], solver="sgd", alpha=0, batch_size=task.size,
            learning_rate_init=task.rate, momentum=0, nesterovs_momentum=False, shuffle=False,
        )  # fmt: skip
        self.model.partial_fit(self.X[: task.size], self.y[: task.size], classes=classes)
        self.model.coefs_ = [W.copy() for W, _ in task.weights]
        self.model.intercepts_ = [B.reshape(-1).copy() for _, B in task.weights]
        self.model._optimizer.params = self.model.coefs_ + self.model.intercepts_

    def train(self, steps):
        count = steps * self.size
        whole, rest = divmod(count, len(self.X))
        for _ in range(whole):
            self.model.partial_fit(self.X, self.y)
        if rest:
            self.model.partial_fit(self.X[:rest], self.y[:rest])

    def weights(self):
        return self.model.coefs_


PEERS = {"torch": Torch, "torch.compile": Compiled, "jax": Jax, "sklearn": Sklearn}
