"""What tensors are called, as in the handout's code in 3.5, 4.1 and 4.2."""

import pytest

from mlpcli.nn.conventions import PRESETS, Conventions
from mlpcli.nn.network import Network
from mlpcli.nn.optimizers.sgd import SGD
from tests.nn.setups import compile_setup

from .handout import BATCH, array, layer, loss, mlp

MYTORCH = Conventions(notation="mytorch")


def seen(*layers, goal="furthest", **fields):
    return compile_setup(Network(layers=layers, **({"inputs": array(BATCH)} | fields)), goal)


def program(*layers, **fields):
    return seen(*layers, **fields).program


def steps(*layers, **fields):
    return [step.name for step in program(*layers, **fields).steps]


def linear(width=2):
    return layer("linear", W=[[1, 2]] * width)


def test_a_complete_mlp_with_the_handouts_names():
    fields = {"targets": array([[240, 4]] * 3), "loss": loss("softmax_cross_entropy")}
    # handout 2.1.3 and 3.5, in the order of computation; the loss before the gradients
    assert steps(*mlp("relu"), **fields) == [
        *("Y1lin", "Y1", "Y2lin", "Y2", "Y3lin", "Y3", "L", "gradY3lin"),
        *("gradB3", "gradW3", "gradY2", "gradY2lin"),
        *("gradB2", "gradW2", "gradY1", "gradY1lin"),
        *("gradB1", "gradW1", "gradX"),
    ]


def test_batchnorm_with_the_handouts_names():
    # handout 4.1 and 4.2
    assert steps(linear(), layer("batchnorm"), grad_output=array(BATCH)) == [
        *("Y1lin", "mean1", "var1", "norm1", "running_mean1", "running_var1", "Y1bn"),
        *("gradgamma1", "gradbeta1", "gradnorm1", "gradvar1", "gradmean1", "gradY1lin"),
        *("gradB1", "gradW1", "gradX"),
    ]


def test_given_tensors():
    given = program(linear(), layer("batchnorm"), targets=array(BATCH), loss=loss("l2")).given
    assert list(given) == ["X", "W1", "B1", "gamma1", "beta1", "running_mean1_old", "running_var1_old", "D"]


def test_evaluation_gives_the_running_statistics_under_their_own_names():
    compiled = program(linear(), layer("batchnorm"), mode="eval")
    assert [step.name for step in compiled.steps] == ["Y1lin", "norm1", "Y1bn"]
    assert list(compiled.given)[-2:] == ["running_mean1", "running_var1"]


def test_updates_and_velocities():
    optimizer = SGD(learning_rate=0.1, momentum=0.9, weight_decay=0.1)
    names = steps(linear(), grad_output=array(BATCH), optimizer=optimizer)
    assert names[-6:] == ["gradW1_decayed", "vW1_new", "W1_new", "gradB1_decayed", "vB1_new", "B1_new"]


def test_a_second_activation_in_a_block_is_numbered():
    layers = (linear(), layer("relu"), layer("tanh"), layer("tanh"))
    assert steps(*layers, grad_output=array(BATCH)) == [
        *("Y1lin", "Y1", "Y1_2", "Y1_3"),
        *("gradY1_2", "gradY1", "gradY1lin", "gradB1", "gradW1", "gradX"),
    ]


def test_a_second_batchnorm_in_a_block_is_numbered():
    given = program(linear(), layer("batchnorm"), layer("batchnorm"), mode="eval").given
    assert list(given)[-4:] == ["gamma1_2", "beta1_2", "running_mean1_2", "running_var1_2"]


def test_layers_before_any_linear_have_no_number():
    names = steps(layer("batchnorm"), layer("relu"), linear(), mode="eval", grad_output=array(BATCH))
    assert names[:4] == ["norm", "Ybn", "Y", "Y1lin"]
    assert names[-4:] == ["gradgamma", "gradbeta", "gradnorm", "gradX"]


def test_without_layers_the_input_is_the_output():
    compiled = program(inputs=array([[1, 2, 3]]), targets=array([[2, 3, 4]]), loss=loss("l2"))
    # handout 2.3.1 and 3.2.2
    assert list(compiled.given) == ["Y", "D"]
    assert [step.name for step in compiled.steps] == ["L", "gradY"]


def test_softmax_cross_entropy_of_given_probabilities():
    fields = {"inputs": array([[0.25, 0.25, 0.5]]), "targets": array([[0, 1, 0]])}
    found = seen(loss=loss("softmax_cross_entropy"), **fields)
    # handout 3.2.2: gradZ = Y − D, of logits that are not there
    assert found.run()["gradZ"].tolist() == [[0.25, -0.75, 0.5]]
    assert "Y" not in found.program.gradients
    assert found.program.differentiated is None


def test_a_softmax_is_supplied_where_the_loss_needs_one():
    fields = {"targets": array([[1, 0]] * 3), "loss": loss("softmax_cross_entropy")}
    assert steps(linear(), goal="forward", **fields) == ["Y1lin", "Y1", "L"]
    assert steps(linear(), layer("softmax"), goal="forward", **fields) == ["Y1lin", "Y1", "L"]
    assert steps(linear(), layer("relu"), goal="forward", **fields) == ["Y1lin", "Y1", "Y1_2", "L"]


def test_mytorch_notation():
    fields = {"targets": array(BATCH), "loss": loss("l2"), "conventions": MYTORCH}
    compiled = program(linear(), layer("batchnorm"), layer("relu"), linear(), **fields)
    # mytorch 3.0.1: Z0 = A0·W0 + b0, A1 = f(BZ0), dLdA1, ...
    given = ["A0", "W0", "b0", "BW0", "Bb0", "running_M0_old", "running_V0_old", "W1", "b1", "Y"]
    assert list(compiled.given) == given
    assert [step.name for step in compiled.steps] == [
        *("Z0", "M0", "V0", "NZ0", "running_M0", "running_V0", "BZ0", "A1", "Z1", "L"),
        *("dLdZ1", "dLdb1", "dLdW1", "dLdA1", "dLdBZ0"),
        *("dLdBW0", "dLdBb0", "dLdNZ0", "dLdV0", "dLdM0", "dLdZ0"),
        *("dLdb0", "dLdW0", "dLdA0"),
    ]


@pytest.mark.parametrize("preset", PRESETS)
def test_no_name_is_given_twice(preset):
    block = [layer("linear", units=3), layer("batchnorm"), layer("relu"), layer("batchnorm"), layer("relu")]
    compiled = program(
        *(layer("relu"), layer("batchnorm"), *block, *block),
        targets=array([[1, 0, 0]] * 3),
        loss=loss("softmax_cross_entropy"),
        optimizer=SGD(learning_rate=0.1, momentum=0.5, weight_decay=0.1, nesterov=PRESETS[preset].momentum != "ema"),
        conventions=PRESETS[preset],
    )
    names = [*compiled.given, *(step.name for step in compiled.steps)]
    assert len(names) == len(set(names))


def test_formulas_speak_of_the_operands():
    formulas = {step.name: step.formula for step in program(*mlp("relu"), grad_output=array([[1, 2]] * 3)).steps}
    assert formulas["Y1lin"] == "X·W1 + B1"
    assert formulas["Y1"] == "max(0, Y1lin)"
    assert formulas["gradW3"] == "Y2ᵀ·gradY3lin / N"
