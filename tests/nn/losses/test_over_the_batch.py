"""Where a course divides by N: in the loss that it prints, in the gradient at the loss, in those of parameters."""

from fractions import Fraction

import pytest

from mlpcli.nn.conventions import Conventions
from mlpcli.nn.gradcheck import gradcheck
from mlpcli.nn.network import Network, compile_network
from tests.nn.setups import compile_setup

from ..fractions import exact_run
from ..handout import array, layer, loss


def network(**conventions):
    """Y = 2·X for the inputs 1 and 3, whose targets are 1 and 2: the errors are 1 and 4."""
    return Network(
        layers=(layer("linear", W=[[2]], B=[0]),),
        inputs=array([[1], [3]]),
        targets=array([[1], [2]]),
        loss=loss("l2"),
        conventions=Conventions(**conventions),
    )


HALF = Fraction(1, 2)

# loss, loss_gradient, average → gradY, gradW = Σ x·gradY, what the two are the derivatives of
CASES = [
    ("sum", None, (), [1, 4], 13, "S", "S"),
    ("sum", None, ("W",), [1, 4], 13 * HALF, "S", "J"),
    ("mean", None, (), [HALF, 2], 13 * HALF, "J", "J"),
    ("mean", None, ("W",), [HALF, 2], 13 * HALF * HALF, "J", "J / N"),
    # deeplearning.ai: J is averaged, dZ = A − Y, dW = Xᵀ·dZ / m
    ("mean", "sum", ("W",), [1, 4], 13 * HALF, "S", "J"),
    ("sum", "mean", (), [HALF, 2], 13 * HALF, "J", "J"),
    ("sum", "mean", ("W",), [HALF, 2], 13 * HALF * HALF, "J", "J / N"),
]


@pytest.mark.parametrize(("printed", "at_loss", "average", "gradY", "gradW", "of_Y", "of_W"), CASES)
def test_gradients_and_what_they_are_the_derivatives_of(printed, at_loss, average, gradY, gradW, of_Y, of_W):
    setup = compile_setup(network(loss=printed, loss_gradient=at_loss, average=average), "backward")
    trace = exact_run(setup)
    assert trace["gradY1lin"].ravel().tolist() == gradY
    assert trace["gradW1"].item() == gradW
    assert trace["L"].tolist() == [HALF, 8]
    assert ("L_mean" in trace) == (printed == "mean")
    found = {check.name: check.of for check in gradcheck(setup)}
    assert (found["gradY1lin"], found["gradW1"]) == (of_Y, of_W)


@pytest.mark.parametrize(("printed", "at_loss", "average", "_gradY", "_gradW", "_of_Y", "of_W"), CASES)
def test_what_is_divided_twice_is_noted(printed, at_loss, average, _gradY, _gradW, _of_Y, of_W):
    notes = compile_network(network(loss=printed, loss_gradient=at_loss, average=average), "backward").notes
    assert len(notes) == (of_W == "J / N")
    for note in notes:
        assert note.startswith("divided by N twice, in gradY1lin and in the layer: gradW1;")
        assert "loss_gradient: sum" in note
        assert "average: []" in note


def test_below_a_given_gradient_nothing_is_said_of_a_loss():
    given = Network(layers=(layer("linear", W=[[2]]),), inputs=array([[1], [3]]), grad_output=array([[1], [4]]))
    found = {check.name: check.of for check in gradcheck(compile_setup(given, "backward"))}
    assert found == {
        "gradX": "Σ gradY1lin⊙Y1lin",
        "gradW1": "Σ gradY1lin⊙Y1lin / N",
        "gradB1": "Σ gradY1lin⊙Y1lin / N",
    }
