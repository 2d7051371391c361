"""RMSProp against its formulas written out here in plain numpy, and against PyTorch."""

import numpy as np
import pytest

from mlpcli.nn.network import Network
from mlpcli.nn.optimizers.rmsprop import RMSProp
from tests.nn.setups import compile_setup

from ..handout import layer, loss

random = np.random.default_rng(9)
X, W, B = random.normal(size=(5, 3)), random.normal(size=(3, 2)), random.normal(size=(1, 2))
D = random.normal(size=(5, 2))
OPTIONS = ({}, {"alpha": 0.8, "eps": 1e-3}, {"weight_decay": 0.2})


def traces(count, **options):
    """Some steps of training a linear layer: the gradients of l2 are Xᵀ(Y − D) and Σ (Y − D), over N."""
    network = Network(
        layers=(layer("linear", W=W, B=B),),
        inputs=X,
        targets=D,
        loss=loss("l2"),
        optimizer=RMSProp(learning_rate=0.05, **options),
    )
    setup, found = compile_setup(network, "update"), []
    for _ in range(count):
        found.append(setup.run())
        setup = setup.next(found[-1])
    return found


@pytest.mark.parametrize("options", OPTIONS)
def test_two_updates_by_hand(options):
    alpha, eps, decay = options.get("alpha", 0.99), options.get("eps", 1e-8), options.get("weight_decay", 0)
    P, V = [W, B], [np.zeros(W.shape), np.zeros(B.shape)]
    for trace in traces(2, **options):
        error = X @ P[0] + P[1] - D
        gradients = [X.T @ error / 5 + decay * P[0], error.sum(axis=0, keepdims=True) / 5 + decay * P[1]]
        V = [alpha * v + (1 - alpha) * g**2 for v, g in zip(V, gradients, strict=True)]
        P = [p - 0.05 * g / (np.sqrt(v) + eps) for p, g, v in zip(P, gradients, V, strict=True)]
        for name, value in {"W1_new": P[0], "B1_new": P[1], "vW1_new": V[0], "vB1_new": V[1]}.items():
            np.testing.assert_allclose(trace[name], value, rtol=1e-12, err_msg=name)


@pytest.mark.parametrize("options", OPTIONS)
def test_five_updates_are_pytorchs(options):
    torch = pytest.importorskip("torch")
    weights, bias = (torch.tensor(value, requires_grad=True) for value in (W, B))
    optimizer = torch.optim.RMSprop([weights, bias], lr=0.05, **options)
    for trace in traces(5, **options):
        optimizer.zero_grad()
        (((torch.tensor(X) @ weights + bias - torch.tensor(D)) ** 2).sum() / 2 / 5).backward()
        optimizer.step()
        np.testing.assert_allclose(trace["W1_new"], weights.detach().numpy(), rtol=1e-11)
        np.testing.assert_allclose(trace["B1_new"], bias.detach().numpy(), rtol=1e-11)
