"""gradcheck finds what is broken, and tells conventions from mistakes."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from mlpcli.config.load import load
from mlpcli.nn.conventions import Conventions
from mlpcli.nn.gradcheck import gradcheck
from mlpcli.nn.network import Network
from tests.nn.setups import compile_setup

from .handout import BATCH, array, layer, loss, mlp


def small(**changes):
    """Two blocks with smooth activations, N = 3."""
    random = np.random.default_rng(3)
    layers = (layer("linear", units=3), layer("batchnorm"), layer("tanh"), layer("linear", units=2))
    fields = {"layers": layers, "inputs": random.normal(size=(3, 2)), "targets": array([[1, 0], [0, 1], [1, 0]])}
    return compile_setup(Network(**(fields | {"loss": loss("softmax_cross_entropy")} | changes)), "backward")


def broken(setup, name, change):
    """The setup with one step's result changed."""

    def swap(step):
        if step.name != name:
            return step
        return replace(step, op=replace(step.op, function=lambda *a, **s: change(step.op(*a, **s))))

    return replace(setup, program=replace(setup.program, steps=tuple(map(swap, setup.program.steps))))


def failures(setup):
    return [check.name for check in gradcheck(setup) if not check.agrees]


def test_a_right_program_has_no_failure():
    assert failures(small()) == []


def test_every_given_tensor_with_a_gradient_is_checked():
    names = {check.name for check in gradcheck(small())}
    assert names == {"gradY2lin", "gradX", "gradW1", "gradB1", "gradgamma1", "gradbeta1", "gradW2", "gradB2"}


@pytest.mark.parametrize("name", ["gradX", "gradW1", "gradgamma1", "gradbeta1", "gradW2", "gradB2"])
@pytest.mark.parametrize("change", [np.negative, lambda value: value * 1.001], ids=["sign", "scale"])
def test_a_broken_gradient_fails(name, change):
    assert failures(broken(small(), name, change)) == [name]


def test_a_single_wrong_cell_is_pointed_at():
    wrong = broken(small(), "gradW2", lambda value: value + array([[0, 0], [0.5, 0], [0, 0]]))
    (check,) = [check for check in gradcheck(wrong) if not check.agrees]
    assert check.index == (1, 0)
    assert check.computed - check.derivative == pytest.approx(0.5, abs=1e-6)


def test_a_broken_step_in_the_middle_fails_below_it_only():
    found = failures(broken(small(), "gradvar1", lambda value: value * 2))
    assert found == ["gradX", "gradW1"]  # gradB1 stays 0: the columns of gradY1lin still sum to 0


def test_a_broken_loss_gradient_fails_alone():
    found = failures(broken(small(), "gradY2lin", lambda value: value * 2))
    assert found == ["gradY2lin"]


def test_averaged_gradients_agree_and_say_so():
    averaged = {check.name: check.averaged for check in gradcheck(small())}
    assert {name for name, is_so in averaged.items() if is_so} == {"gradW1", "gradB1", "gradW2", "gradB2"}


def test_summed_gradients_are_not_called_averaged():
    checks = gradcheck(small(conventions=Conventions(average=())))
    assert not any(check.averaged for check in checks)
    assert all(check.agrees for check in checks)


def test_the_mean_loss_agrees_without_being_called_averaged():
    conventions = Conventions(average=(), loss="mean", logits_gradient="derivative")
    checks = gradcheck(small(conventions=conventions))
    assert all(check.agrees and not check.averaged for check in checks)


def test_error_at_the_logits_is_a_convention_where_rows_do_not_sum_to_1():
    # Handout 3.6: D = [240, 4]. What lies below is checked given that gradient, and agrees.
    network = Network(
        layers=mlp("relu"), inputs=array(BATCH), targets=array([[240, 4]] * 3), loss=loss("softmax_cross_entropy")
    )
    top, *below = gradcheck(compile_setup(network, "backward"))
    assert top.name == "gradY3lin"
    assert not top.agrees
    assert "Y − D" in top.convention
    assert below
    assert all(check.agrees and not check.convention for check in below)


def test_the_derivative_at_the_logits_agrees_for_the_same_targets():
    checks = gradcheck(small(targets=array([[5, 13]] * 3), conventions=Conventions(logits_gradient="derivative")))
    assert all(check.agrees for check in checks)


def test_a_given_gradient_is_where_the_check_starts():
    setup = small(loss=None, targets=None, grad_output=array([[1, -1], [2, 0], [0, 3]]))
    names = [check.name for check in gradcheck(setup)]
    assert "gradY2lin" not in names
    assert failures(setup) == []


def test_a_kink_within_the_step_is_no_mistake():
    # ReLU at 1e-7, nearer to its kink than the first step of 6e-6
    network = Network(layers=(layer("relu"),), inputs=array([[1e-7, -1e-7]]), grad_output=array([[1, 1]]))
    assert failures(compile_setup(network, "backward")) == []


def test_nothing_is_checked_where_the_logits_are_not_there():
    network = Network(inputs=array([[0.2, 0.8]]), targets=array([[0, 1]]), loss=loss("softmax_cross_entropy"))
    assert gradcheck(compile_setup(network, "backward")) == []


def test_what_follows_from_a_broken_gradient_is_no_derivative_of_the_loss():
    top, *below = gradcheck(broken(small(), "gradY2lin", lambda value: value * 2))
    assert top.of == ""
    assert {check.of for check in below} == {"Σ gradY2lin⊙Y2lin", "Σ gradY2lin⊙Y2lin / N"}


def test_words_for_what_is_derived_are_no_names_of_the_program():
    """Where the total is called J, as in octave-ex4, the mean without penalties is S / N."""
    path = Path(__file__).parents[2] / "configs" / "courses" / "octave-ex4" / "forum.yaml"
    plain, penalized = (gradcheck(case.setup) for case in load(str(path), "backward"))
    assert [check.of for check in plain] == ["S", "S", "J", "J"]
    assert [check.of for check in penalized] == ["S", "S", "S / N + J_reg", "S / N + J_reg"]
