"""SGD by hand: W = 1, the gradient 3 at every step, learning rate 0.1."""

from fractions import Fraction

import pytest

from mlpcli.nn.conventions import Conventions
from mlpcli.nn.network import Network
from mlpcli.nn.optimizers.sgd import SGD
from tests.nn.setups import compile_setup

from ..fractions import exact_run
from ..handout import array, layer


def weights(steps, momentum_is="step", **options):
    """W after each step, exactly, in hundredths of thousandths."""
    network = Network(
        layers=(layer("linear", W=[[1]], freeze=("B",)),),
        inputs=array([[1]]),
        grad_output=array([[3]]),
        optimizer=SGD(learning_rate=0.1, **options),
        conventions=Conventions(momentum=momentum_is),
    )
    setup, found = compile_setup(network, "update"), []
    for _ in range(steps):
        trace = exact_run(setup)
        found.append(trace["W1_new"].item() * 100000)
        setup = setup.next(trace)
    return found


# option → W·10⁵ after two steps, with pencil and paper
CASES = [
    ({}, [70000, 40000]),
    # g = 3 + 0.5·W: 1 − 0.35 = 0.65; 0.65 − 0.1·3.325
    ({"weight_decay": 0.5}, [65000, 31750]),
    # v = −0.3, then 0.5·−0.3 − 0.3 = −0.45
    ({"momentum": 0.5}, [70000, 25000]),
    # W + 0.5·v − 0.3: 1 − 0.15 − 0.3; 0.55 − 0.225 − 0.3
    ({"momentum": 0.5, "nesterov": True}, [55000, 2500]),
]


@pytest.mark.parametrize(("options", "expected"), CASES)
@pytest.mark.parametrize("momentum_is", ["step", "gradient"])
def test_two_steps(options, expected, momentum_is):
    assert weights(2, momentum_is, **options) == expected  # the two forms agree while the learning rate stays


def test_the_forms_of_momentum_gather_different_velocities():
    velocities = {}
    for form in ("step", "gradient"):
        network = Network(
            layers=(layer("linear", W=[[1]]),),
            inputs=array([[1]]),
            grad_output=array([[3]]),
            optimizer=SGD(learning_rate=0.1, momentum=0.5),
            conventions=Conventions(momentum=form),
        )
        velocities[form] = exact_run(compile_setup(network, "update"))["vW1_new"].item()
    assert velocities == {"step": Fraction(-3, 10), "gradient": 3}


def test_a_frozen_parameter_has_no_update():
    network = Network(
        layers=(layer("linear", W=[[1]], freeze=("W",)),),
        inputs=array([[1]]),
        grad_output=array([[3]]),
        optimizer=SGD(learning_rate=0.1),
    )
    trace = compile_setup(network, "update").run()
    assert "W1_new" not in trace
    assert "B1_new" in trace
