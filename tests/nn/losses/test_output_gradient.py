"""The gradient at the output of an activation that the loss is joined with: dA2 = −y/a + (1 − y)/(1 − a)."""

from fractions import Fraction

import numpy as np
import pytest

from mlpcli.nn.conventions import Conventions
from mlpcli.nn.gradcheck import gradcheck
from mlpcli.nn.network import Network
from tests.nn.setups import compile_setup

from ..fractions import lift
from ..handout import array, layer, loss


def network(kind, end, shown=True, **conventions):
    """Two outputs that are ½, with the targets 1 and 0, then ½ with 0 and 1."""
    conventions = Conventions(output_gradient="shown" if shown else "hidden", **conventions)
    layers = (layer("linear", W=[[0, 0]]), *([layer(end)] if end else []))
    D = array([[1, 0], [0, 1]])
    return Network(layers=layers, inputs=array([[1], [2]]), targets=D, loss=loss(kind), conventions=conventions)


# loss and activation → the gradients at ½ where the target is 1 and where it is 0, by hand
CASES = [
    ("binary_cross_entropy", "sigmoid", [-1, 1]),  # (−1/½)/C and (1/½)/C with C = 2
    ("cross_entropy", "softmax", [-2, 0]),
    ("cross_entropy", "sigmoid", [-2, 0]),
    ("softmax_cross_entropy", "softmax", [-2, 0]),
    ("softmax_cross_entropy", "", [-2, 0]),
]


@pytest.mark.parametrize(("kind", "end", "by_hand"), CASES)
@pytest.mark.parametrize(("over_batch", "rows"), [("sum", 1), ("mean", 2)])
def test_it_is_printed_before_the_gradient_at_the_logits(kind, end, by_hand, over_batch, rows):
    setup = compile_setup(network(kind, end, loss_gradient=over_batch), "backward")
    expected = np.array([by_hand, by_hand[::-1]]) / rows
    assert setup.run()["gradY1"].tolist() == expected.tolist()
    backward = [step.name for step in setup.program.steps if step.section == "backward"]
    assert backward[:2] == ["gradY1", "gradY1lin"]


@pytest.mark.parametrize(("kind", "end", "by_hand"), CASES)
def test_nothing_depends_on_it(kind, end, by_hand):
    hidden, shown = (compile_setup(network(kind, end, shown), "backward") for shown in (False, True))
    assert "gradY1" not in hidden.program.by_name
    assert all("gradY1" not in step.operands for step in shown.program.steps)
    one, other = hidden.run(), shown.run()
    assert one.keys() == other.keys() - {"gradY1"}
    assert all(np.array_equal(one[name], other[name]) for name in one)
    assert [check.name for check in gradcheck(hidden)] == [check.name for check in gradcheck(shown)]


def test_it_is_exact():
    """−1/0.1 + 0 and 0 + 1/(1 − 0.2), in fractions, over two outputs."""
    setup = compile_setup(network("binary_cross_entropy", "sigmoid"), "backward")
    step = setup.program.by_name["gradY1"]
    found = step.op(lift(array([[0.1, 0.2]])), lift(array([[1, 0]])))
    assert found.value.tolist() == [[Fraction(-5), Fraction(5, 8)]]


def test_given_probabilities_have_one_too():
    conventions = Conventions(output_gradient="shown")
    Y, D = array([[0.25, 0.75]]), array([[1, 0]])
    given = Network(inputs=Y, targets=D, loss=loss("softmax_cross_entropy"), conventions=conventions)
    assert compile_setup(given, "backward").run()["gradY"].tolist() == [[-4, 0]]


def test_where_nothing_is_joined_nothing_changes():
    names = [[*compile_setup(network("l2", "tanh", shown), "backward").program.by_name] for shown in (False, True)]
    assert names[0] == names[1]
