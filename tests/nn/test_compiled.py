"""What a compiled network starts from, and how a person sees it."""

import numpy as np

from mlpcli.nn.conventions import PRESETS
from mlpcli.nn.layers import LAYERS
from mlpcli.nn.network import Network, compile_network
from mlpcli.nn.optimizers import OPTIMIZERS

from .handout import loss


def drawn(preset="torch"):
    layers = (LAYERS["linear"](units=4), LAYERS["batchnorm"](), LAYERS["linear"](units=2))
    fields = {"inputs": np.ones((3, 5)), "targets": np.ones((3, 2)), "loss": loss("mse"), "seed": 8}
    optimizer = OPTIMIZERS["adam"](learning_rate=0.1)
    return compile_network(Network(layers=layers, optimizer=optimizer, conventions=PRESETS[preset], **fields), "update")


def test_the_numbers_are_the_same_each_time_they_are_drawn():
    compiled = drawn()
    first, second = compiled.state(), compiled.state()
    for name, value in first.tensors.items():
        np.testing.assert_array_equal(value, second.tensors[name])
    assert first.tensors["W1"] is not second.tensors["W1"]
    assert first.steps == 0


def test_a_type_of_floats_is_that_of_all_numbers_but_scalars():
    compiled = drawn()
    single = {**compiled.state(np.float32).tensors, **compiled.batch(np.float32)}
    double = {**compiled.state().tensors, **compiled.batch()}
    for name, value in single.items():
        assert value.dtype == (np.float32 if value.shape else np.float64), name
        np.testing.assert_array_equal(value, double[name].astype(value.dtype))
    assert single["b1_power"].shape == ()


def test_a_dialect_turns_only_what_is_seen():
    compiled = drawn("torch")
    seen = compiled.seen()
    assert compiled.dialect.turned >= {"W1", "W2", "gradW1", "W1_new", "mW1", "mW1_new"}
    assert not compiled.dialect.turned & {"X", "D", "B1", "gamma1", "Y1lin", "gradX", "b1_power"}
    assert (compiled.state().tensors["W1"].shape, seen.state.tensors["W1"].shape) == ((5, 4), (4, 5))
    assert (compiled.program.tensors["W1"].shape, seen.program.tensors["W1"].shape) == ((5, 4), (4, 5))
    canonical = drawn("cmu-toy")
    assert canonical.dialect.see(canonical.program) is canonical.program
