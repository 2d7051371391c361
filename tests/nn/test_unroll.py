"""Several steps of training as one program, against one step after the other."""

import numpy as np
import pytest

from mlpcli.nn.conventions import PRESETS
from mlpcli.nn.network import Network, compile_network
from mlpcli.nn.optimizers import OPTIMIZERS
from mlpcli.nn.schedules import SCHEDULES
from mlpcli.nn.unroll import names_at, unroll, unroll_setup

from .handout import layer, loss
from .verify import BrokenError, verify

STEPS = 3


def setup_of(optimizer, preset="cmu-toy", **options):
    random = np.random.default_rng(3)
    blocks = [layer("linear", units=4), layer("batchnorm"), layer("relu"), layer("dropout", rate=0.3)]
    network = Network(
        layers=(*blocks, layer("linear", units=2)),
        inputs=random.normal(size=(5, 3)),
        targets=random.normal(size=(5, 2)),
        loss=loss("mse"),
        optimizer=OPTIMIZERS[optimizer](learning_rate=0.1, **options),
        conventions=PRESETS[preset],
        seed=7,
    )
    return compile_network(network, "update").seen()


KINDS = {
    "sgd": ("sgd", {}),
    "momentum": ("sgd", {"momentum": 0.9, "schedule": SCHEDULES["step"](every=2, factor=0.5)}),
    "adam": ("adam", {"clip_norm": 0.1}),
}


@pytest.mark.parametrize("preset", PRESETS)
@pytest.mark.parametrize("kind", KINDS)
def test_it_is_a_program_whose_tensors_are_those_of_the_steps(kind, preset):
    optimizer, options = KINDS[kind]
    setup = setup_of(optimizer, preset, **options)
    longer = unroll_setup(setup, STEPS)
    verify_all_but_the_single_input(longer.program)
    found = longer.run()
    for number in range(1, STEPS + 1):
        names, trace = names_at(setup.program, number), setup.run()
        for name, value in trace.items():
            np.testing.assert_array_equal(found[names[name]], value, err_msg=f"{name} of step {number}")
        setup = setup.next(trace)


def verify_all_but_the_single_input(program):
    """A program of several steps has a batch for each; all else holds."""
    with pytest.raises(BrokenError, match=f"^{STEPS} inputs$"):
        verify(program)


def test_the_next_steps_are_those_after_the_last():
    setup = setup_of("sgd", momentum=0.9)
    longer = unroll_setup(setup, 2)
    last = longer.next(longer.run()).state
    found = last.tensors
    assert last.steps == 2
    once = setup.next(setup.run())
    twice = once.next(once.run()).state.tensors
    assert found.keys() == twice.keys()
    for name, value in twice.items():
        np.testing.assert_array_equal(found[name], value, err_msg=name)


def test_a_state_that_is_carried_on_is_one_tensor():
    program = unroll(setup_of("sgd").program, 2)
    assert program.by_name["Y1lin@2"].operands == ("X@2", "W1_new", "B1_new")
    assert program.by_name["gradY1drop@2"].operands == ("gradY2lin@2", "W2_new")
    assert "W1@2" not in program.tensors
    assert program.successors["W1"] == "W1_new@2"
