"""Weights under names of other frameworks find their layers by shape."""

import numpy as np
import pytest

from mlpcli.nn.fitting import fit
from mlpcli.nn.layers import LAYERS


def layers(*kinds):
    """A linear layer for a number, else the layer of that name."""
    return [LAYERS["linear"](units=kind) if isinstance(kind, int) else LAYERS[kind]() for kind in kinds]


def linear(name, inputs, outputs):
    return {f"{name}.weight": np.ones((outputs, inputs)), f"{name}.bias": np.ones(outputs)}


def test_names_of_a_module():
    """fc1, a batch normalization and fc2 of PyTorch; the layers between have no tensors."""
    norm = {f"bn.{kind}": np.ones(5) for kind in ("weight", "bias", "running_mean", "running_var")}
    arrays = linear("fc2", 5, 2) | norm | linear("fc1", 3, 5) | {"bn.num_batches_tracked": np.array(3)}
    assert fit(arrays, layers(5, "batchnorm", "relu", "dropout", 2, "softmax"), 3) == {
        (0, "W"): "fc1.weight", (0, "B"): "fc1.bias",
        (1, "gamma"): "bn.weight", (1, "beta"): "bn.bias",
        (1, "running_mean"): "bn.running_mean", (1, "running_var"): "bn.running_var",
        (4, "W"): "fc2.weight", (4, "B"): "fc2.bias",
    }  # fmt: skip


def test_shapes_decide_where_names_do_not():
    found = fit(linear("output", 4, 2) | linear("hidden", 3, 4), layers(4, "tanh", 2), 3)
    assert (found[0, "W"], found[2, "W"]) == ("hidden.weight", "output.weight")


@pytest.mark.parametrize("numbers", [(1, 2, 3), (9, 10, 11)])
def test_layers_of_the_same_shape_are_told_by_their_numbers(numbers):
    names = [f"net.fc{k}" for k in numbers]
    arrays = {key: value for name in reversed(names) for key, value in linear(name, 3, 3).items()}
    found = fit(arrays, layers(3, 3, 3), 3)
    assert [found[k, "W"] for k in range(3)] == [f"{name}.weight" for name in names]


def test_what_fits_in_several_ways_is_not_guessed():
    assert fit(linear("alpha", 3, 3) | linear("omega", 3, 3), layers(3, 3), 3) == {}


@pytest.mark.parametrize(
    ("arrays", "kinds"),
    [
        (linear("a", 3, 4), (4, 2)),
        (linear("a", 3, 4) | linear("b", 4, 2) | linear("c", 2, 2), (4, 2)),
        (linear("a", 3, 4) | {"b.weight": np.ones((2, 4)), "b.scale": np.ones(2)}, (4, 2)),
        (linear("a", 4, 3), (3,)),
        (linear("a", 3, 4), (5,)),
    ],
)
def test_what_does_not_fit_is_not_used(arrays, kinds):
    assert fit(arrays, layers(*kinds), 3) == {}


def test_keras_and_scikit_learn():
    """Both store (inputs, outputs)."""
    keras = {"dense/kernel:0": np.ones((3, 4)), "dense/bias:0": np.ones(4), "dense_1/kernel:0": np.ones((4, 2))}
    keras["dense_1/bias:0"] = np.ones(2)
    assert fit(keras, layers(4, "relu", 2), 3)[2, "W"] == "dense_1/kernel:0"
    sklearn = {
        "coefs_1": np.ones((3, 3)),
        "coefs_0": np.ones((3, 3)),
        "intercepts_0": np.ones(3),
        "intercepts_1": np.ones(3),
    }
    assert fit(sklearn, layers(3, "relu", 3), 3)[2, "B"] == "intercepts_1"


def test_many_layers_alike_take_no_time():
    """Thirty of one shape, the last of which fits nothing: 30! ways are not tried."""
    arrays = {key: value for k in range(30) for key, value in linear(f"n{k}", 3, 3).items()} | linear("n30", 4, 3)
    assert fit(arrays, layers(*[3] * 31), 3) == {}
