"""How biases are seen: as thresholds, which are subtracted, and flat."""

import numpy as np
import pytest

from mlpcli.nn.conventions import Conventions
from mlpcli.nn.layers import LAYERS
from mlpcli.nn.losses import LOSSES
from mlpcli.nn.network import Network, NetworkError, compile_network
from mlpcli.nn.optimizers import OPTIMIZERS

from .verify import verify

OPTIONS = {"sgd": {"momentum": 0.9, "weight_decay": 0.1}, "adam": {"clip_norm": 0.5}, "rmsprop": {}}
SQUARES = ("vB1", "vB2")


def setup_of(sign=1, optimizer="sgd", **conventions):
    random = np.random.default_rng(3)
    W, B, X, D = (random.normal(size=size) for size in ((3, 4), 4, (5, 3), (5, 2)))
    network = Network(
        layers=(LAYERS["linear"](W=W, B=sign * B), LAYERS["tanh"](), LAYERS["linear"](units=2)),
        inputs=X,
        targets=D,
        loss=LOSSES["l2"](l2=0.1, biases=True),
        optimizer=OPTIMIZERS[optimizer](learning_rate=0.1, **OPTIONS[optimizer]),
        conventions=Conventions(**conventions),
    )
    setup = compile_network(network, "update").seen()
    verify(setup.program)
    return setup


@pytest.mark.parametrize("error", ["output_minus_target", "target_minus_output"])
@pytest.mark.parametrize("optimizer", OPTIONS)
def test_a_threshold_is_a_bias_of_the_other_sign(optimizer, error):
    """Its gradient, its velocity and its change have the other sign too; squares have not."""
    ours, plain = setup_of(-1, optimizer, threshold=True, error=error), setup_of(1, optimizer, error=error)
    for _ in range(2):
        found, expected = ours.run(), plain.run()
        for name, value in expected.items():
            squared = optimizer != "sgd" and name.startswith(SQUARES)
            sign = -1 if "B" in name and not squared else 1
            np.testing.assert_allclose(found[name], sign * value, rtol=1e-12, atol=1e-15, err_msg=name)
        ours, plain = ours.next(found), plain.next(expected)


def test_formulas_of_a_threshold_subtract_it():
    steps = setup_of(threshold=True).program.by_name
    assert steps["Y1lin"].formula == "X·W1 − B1"
    assert steps["gradB1_data"].formula == "−Σ gradY1lin / N"


@pytest.mark.parametrize("optimizer", OPTIONS)
def test_flat_biases_are_the_same_numbers(optimizer):
    ours, plain = setup_of(1, optimizer, biases="flat"), setup_of(1, optimizer)
    for _ in range(2):
        found, expected = ours.run(), plain.run()
        for name, value in expected.items():
            wanted = value[0] if "B" in name else value
            assert found[name].shape == wanted.shape, name
            np.testing.assert_array_equal(found[name], wanted, err_msg=name)
        ours, plain = ours.next(found), plain.next(expected)


@pytest.mark.parametrize(
    ("conventions", "setting", "sentence"),
    [
        ({"biases": "last", "threshold": True}, "threshold", "a threshold stands apart, and in W with biases: last"),
        (
            {"biases": "flat", "samples": "columns"},
            "biases",
            "a flat B cannot be added to samples in columns; write biases: column",
        ),
    ],
)
def test_contradictions(conventions, setting, sentence):
    with pytest.raises(NetworkError) as caught:
        setup_of(**conventions)
    assert (("conventions", setting), sentence) in caught.value.problems
