"""Another activation is one mistake: with the derivative that goes with it, and with that of the right one."""

import numpy as np
import pytest

import mlpcli

X = np.array([[1.0, 2.0, -0.5], [0.5, -1.0, 1.5]])
W1, b1 = np.array([[0.5, -0.3], [0.2, 0.7], [-0.4, 0.1]]), np.array([[0.1, -0.2]])
W2, b2 = np.array([[0.3, -0.6], [0.8, 0.4]]), np.array([[0.05, 0.2]])
D = np.array([[1.0, 0.0], [0.0, 1.0]])
SAID = {
    "sigmoid": "the sigmoid is applied in its place",
    "tanh": "tanh is applied in its place",
    "relu": "ReLU is applied in its place",
}


def activations(Z):
    """Value and derivative of each."""
    S, T = 1 / (1 + np.exp(-Z)), np.tanh(Z)
    return {"sigmoid": (S, S * (1 - S)), "tanh": (T, 1 - T**2), "relu": (np.maximum(Z, 0), np.where(Z > 0, 1, 0))}


def claims(used, derived, ng):
    """A student's step in plain numpy, with samples in rows, or in columns under Ng's names."""
    Z1 = X @ W1 + b1
    A1, slope = activations(Z1)[used][0], activations(Z1)[derived][1]
    Z2 = A1 @ W2 + b2
    E = np.exp(Z2)
    A2 = E / E.sum(axis=1, keepdims=True)
    dZ2 = A2 - D
    dZ1 = dZ2 @ W2.T * slope
    sums = {"2": (A1.T @ dZ2, dZ2.sum(axis=0, keepdims=True)), "1": (X.T @ dZ1, dZ1.sum(axis=0, keepdims=True))}
    if ng:
        found = {"Z1": Z1, "A1": A1, "Z2": Z2, "A2": A2, "dZ2": dZ2, "dZ1": dZ1}
        found |= {f"d{k}{n}": v / 2 for n, both in sums.items() for k, v in zip("Wb", both, strict=True)}
        return {name: value.T for name, value in found.items()}
    found = {"Y1lin": Z1, "Y1": A1, "Y2lin": Z2, "Y2": A2, "gradY2lin": dZ2, "gradY1lin": dZ1}
    return found | {f"grad{k}{n}": v / 2 for n, both in sums.items() for k, v in zip("WB", both, strict=True)}


def network(right, ng):
    turn = np.transpose if ng else np.asarray
    layers = [{"type": "linear", "W": turn(W1), "B": turn(b1)}, right, {"type": "linear", "W": turn(W2), "B": turn(b2)}]
    config = {"layers": [*layers, "softmax"], "inputs": turn(X), "targets": turn(D), "loss": "softmax_cross_entropy"}
    return mlpcli.load(config | ({"conventions": "ng"} if ng else {}))


PAIRS = [
    ("tanh", "sigmoid"),
    ("tanh", "relu"),
    ("sigmoid", "tanh"),
    ("sigmoid", "relu"),
    ("relu", "tanh"),
    ("relu", "sigmoid"),
]


@pytest.mark.parametrize("ng", [False, True], ids=["rows", "columns"])
@pytest.mark.parametrize(("right", "used"), PAIRS)
def test_what_comes_of_its_derivative_follows(right, used, ng):
    report = network(right, ng).check(claims(used, used, ng))
    (name,) = report.causes
    assert name == ("A1" if ng else "Y1")
    assert SAID[used] in str(report)


@pytest.mark.parametrize(("right", "used"), PAIRS)
def test_the_derivative_of_the_right_one_is_no_second_mistake(right, used):
    """At the numbers claimed: 1 − y² is then computed from another y; of ReLU from the same z."""
    found = claims(used, right, ng=False)
    if right != "relu":
        y = found["Y1"]
        found["gradY1lin"] = found["gradY2lin"] @ W2.T * (1 - y**2 if right == "tanh" else y * (1 - y))
        found["gradW1"], found["gradB1"] = X.T @ found["gradY1lin"] / 2, found["gradY1lin"].mean(axis=0, keepdims=True)
    report = network(right, ng=False).check(found)
    assert list(report.causes) == ["Y1"]
    assert SAID[used] in str(report)


def test_a_derivative_that_is_wrong_in_itself_is_a_second_mistake():
    found = claims("sigmoid", "relu", ng=False)
    assert list(network("tanh", ng=False).check(found).causes) == ["Y1", "gradY1lin"]


TWICE = {
    "the derivative of the softmax is taken once too often": lambda Y, G: Y * (G - (G * Y).sum(axis=1, keepdims=True)),
    "it is multiplied by Y2·(1 − Y2), a sigmoid's derivative": lambda Y, G: Y * (1 - Y) * G,
}


@pytest.mark.parametrize("sentence", TWICE)
def test_the_error_of_a_softmax_takes_no_derivative(sentence):
    D3, W3, b3 = (
        np.array([[1.0, 0.0, 0.0], [0.0, 0.0, 1.0]]),
        np.hstack([W2, W1[:2, :1]]),
        np.array([[0.05, 0.2, -0.3]]),
    )
    A1 = np.tanh(X @ W1 + b1)
    E = np.exp(A1 @ W3 + b3)
    A2 = E / E.sum(axis=1, keepdims=True)
    error = TWICE[sentence](A2, A2 - D3)
    layers = [{"type": "linear", "W": W1, "B": b1}, "tanh", {"type": "linear", "W": W3, "B": b3}, "softmax"]
    config = {"layers": layers, "inputs": X, "targets": D3, "loss": "softmax_cross_entropy"}
    report = mlpcli.load(config).check({"Y2": A2, "gradY2lin": error, "gradW2": A1.T @ error / 2})
    assert report.causes == {"gradY2lin": (sentence,)}
