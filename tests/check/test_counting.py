"""Which layer a name is of, where it has none or counts otherwise than others do. The numbers are plain numpy's."""

import numpy as np
import pytest

from mlpcli.check.claims.dumps import read_any
from mlpcli.check.claims.fits import Fit
from mlpcli.check.claims.matching import match_dump
from mlpcli.config.load import load

W1, W2, W3 = (
    np.array(w) for w in ([[-0.64, -0.75], [-1.03, -1.1]], [[0.24, 0.41], [-0.23, -0.75]], [[-0.32, 0.5], [1.04, 0.39]])
)
X, T = np.array([[-1.3, 1.0], [-0.5, -1.1]]), np.array([[1.0, 0.0], [1.0, 1.0]])
RATE = 1.0


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


a1 = sigmoid(X @ W1)
a2 = sigmoid(a1 @ W2)
a3 = sigmoid(a2 @ W3)


@pytest.fixture
def read(tmp_path):
    """What a dump of a network of three square layers is read as."""

    def read(conventions, **tensors):
        layers = ", sigmoid, ".join(f"{{type: linear, W: {w.tolist()}, freeze: [B]}}" for w in (W1, W2, W3))
        given = f"inputs: {X.tolist()}\ntargets: {T.tolist()}\nloss: l2\nlearning_rate: {RATE}\n"
        (tmp_path / "c.yaml").write_text(f"layers: [{layers}, sigmoid]\n{given}conventions: {conventions}\n")
        text = "\n".join(f"{name} =\n{np.asarray(value)}" for name, value in tensors.items())
        found = match_dump(load(str(tmp_path / "c.yaml"), "furthest")[0], read_any(text, "<stdin>", 1)[1])
        return {claim.source: name for name, claim in found.known.items()}

    return read


def test_errors_are_counted_as_deltas_are_and_not_as_weights(read):
    """Weights count from 0, layers from 1, and two digits of a wrong error are near to those of another layer."""
    delta3 = (a3 - T) * a3 * (1 - a3)
    error2 = delta3 @ W2.T  # the weights of another layer
    delta2 = error2 * a2 * (1 - a2)
    new = {"syn1_new": W2 - RATE * a1.T @ delta2, "syn2_new": W3 - RATE * a2.T @ delta3}
    deltas = {"l3_delta": -delta3, "l2_delta": -delta2}
    errors = {"l2_error": -error2, "l1_error": -delta2 @ W2.T}
    tensors = {"l1": a1, **deltas, **errors, **new}
    found = read("delta-rule", **{name: value.round(2) for name, value in tensors.items()})
    assert found["l2_error"] == "grad_o2"
    assert found["l1_error"] == "grad_o1"
    assert (found["syn1_new"], found["syn2_new"]) == ("w2_new", "w3_new")


def test_a_name_without_a_number_is_of_the_layer_that_it_is_nearest_to(read):
    """`h` is the output of ex4, as many hidden layers have it; one of its columns is wrong."""
    wrong = a3.copy()
    wrong[:, 1] = sigmoid(a2 @ W3[:, 1] + 0.3)
    assert read("delta-rule", o2=a2, h=wrong.round(3))["h"] == "o3"


def test_numbers_of_float32_are_those_of_a_tensor_but_for_one():
    """As numpy prints them: off by more than half of the last digit, by less than single precision rounds."""
    values = np.array([[0.7127955, 0.864596, 0.4145951], [0.46003597, 0.5868606, 0.7831299]]) + 2e-8
    text = np.array2string(values.astype(np.float32)).replace("0.4", "0.1", 1)
    (claim,) = read_any(f"A =\n{text}", "<stdin>", 1)[1]
    assert Fit({"A": values})(claim, "A") == pytest.approx(1 + 5 / 6)


def test_changes_of_weights_are_no_weights_whatever_they_are(read):
    """Δw of another error, beside the weights after it."""
    wrong = (a3 - T) * 0.9
    changes = {"Δw3": -RATE * a2.T @ wrong, "Δw2": -RATE * a1.T @ (wrong @ W3.T * a2 * (1 - a2))}
    found = read("delta-rule", delta3=-wrong, **changes, w3_new=W3 + changes["Δw3"], w2_new=W2 + changes["Δw2"])
    assert (found["Δw3"], found["Δw2"]) == ("dw3", "dw2")


def test_momentum_buffers_are_those_after_the_step(tmp_path):
    """As PyTorch keeps them: after the first step each is the gradient, before it there is none."""
    layers = ", sigmoid, ".join(f"{{type: linear, W: {w.tolist()}, freeze: [B]}}" for w in (W1.T, W2.T, W3.T))
    given = f"inputs: {X.tolist()}\ntargets: {T.tolist()}\nloss: mse\nconventions: torch\n"
    step = "optimizer: {type: sgd, learning_rate: 0.1, momentum: 0.9}\n"
    (tmp_path / "c.yaml").write_text(f"layers: [{layers}, sigmoid]\n{given}{step}")
    case = load(str(tmp_path / "c.yaml"), "furthest")[0]
    buffer = a2.T @ ((a3 - T) * a3 * (1 - a3) / 2)
    text = f"fc3.weight.momentum_buffer = {buffer.T.tolist()}"
    found = match_dump(case, read_any(text, "<stdin>", 1)[1])
    assert list(found.known) == [case.program.successors[name] for name in case.program.successors if name == "vW3"]


def test_the_first_layers_are_counted_and_not_what_comes_between(read):
    """Without the activation of the second layer `l2` has the numbers of net2, which is the third of a Sequential."""
    assert read("delta-rule", l1=a1, l2=a1 @ W2) == {"l1": "o1", "l2": "o2"}
    assert read("delta-rule", m0=X @ W1, m1=a1, m2=a1 @ W2, m3=a2)["m2"] == "net2"


def test_an_activation_without_a_number_beside_numbered_ones_is_the_last(read):
    """`h` is the hypothesis of Ng's exercise 4; computed from a wrong o2, it is like nothing that is right."""
    wrong = sigmoid(np.tanh(a1 @ W2) @ W3)
    assert read("delta-rule", o1=a1, h=wrong)["h"] == "o3"


@pytest.mark.parametrize("last", ["o2", "a2", "y2", "out2"])
def test_an_activation_without_a_number_is_hidden_where_a_numbered_one_is_the_last(tmp_path, last):
    """`h` of a network of two layers, with tanh in place of the sigmoid, beside the outputs that come of it."""
    h = np.tanh(X @ W1)
    layers = ", sigmoid, ".join(f"{{type: linear, W: {w.tolist()}, freeze: [B]}}" for w in (W1, W2))
    given = f"inputs: {X.tolist()}\ntargets: {T.tolist()}\nloss: l2\n"
    (tmp_path / "c.yaml").write_text(f"layers: [{layers}, sigmoid]\n{given}")
    text = f"h = {h.round(4).tolist()}\n{last} = {sigmoid(h @ W2).round(4).tolist()}"
    found = match_dump(load(str(tmp_path / "c.yaml"), "furthest")[0], read_any(text, "<stdin>", 1)[1])
    assert {claim.source: name for name, claim in found.known.items()} == {"h": "Y1", last: "Y2"}


def test_what_is_not_filled_in_is_of_the_tensor_that_its_name_says(read):
    """0.00 is nearer to a delta, which is the smaller one, than to the error that it is of."""
    error = (T - a3) * a3 * (1 - a3) @ W3.T
    found = read("delta-rule", l2_error=error.round(2), l1_error=np.zeros((2, 2)), l1_delta=np.zeros((2, 2)))
    assert (found["l1_error"], found["l1_delta"]) == ("grad_o1", "delta1")


def test_layers_may_be_counted_from_the_end(read):
    """As in Nielsen's `nabla_b[-1] = delta`; the list of activations has the inputs as well."""
    delta3 = (T - a3) * a3 * (1 - a3)
    found = read("delta-rule", **{"activations[-2]": a2, "delta[-1]": delta3 + 0.5, "nabla_w[-3]": W3 * 0.9})
    assert found == {"activations[-2]": "o2", "delta[-1]": "delta3", "nabla_w[-3]": "grad_w1"}
    assert read("delta-rule", **{"activations[-4]": X * 1.3, "activations[-1]": a3 * 0.9}) == {
        "activations[-4]": "x",
        "activations[-1]": "o3",
    }
