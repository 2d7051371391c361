"""Losses summed over the outputs of a row, and averaged: with pencil and paper, differences, and PyTorch."""

from fractions import Fraction
from math import log

import numpy as np
import pytest

from mlpcli.nn.gradcheck import gradcheck
from mlpcli.nn.losses import LOSSES
from mlpcli.nn.network import Network
from tests.nn.setups import compile_setup

from ..fractions import exact_run
from ..handout import array, layer, loss

# loss of the errors 1 and −2 → summed over both, and the gradients
BY_HAND = {
    "l2": (Fraction(5, 2), [1, -2]),
    "mse": (5, [2, -4]),
    "mae": (3, [1, -1]),
    "huber": (2, [1, -1]),  # ½·1² and 1·(2 − ½)
}
DEFAULTS = {"l2": "sum", "mse": "mean", "mae": "mean", "huber": "mean", "binary_cross_entropy": "mean"}


def setup_of(kind, Y, D, *layers, **options):
    network = Network(layers=layers, inputs=array(Y), targets=array(D), loss=loss(kind, **options))
    return compile_setup(network, "backward")


@pytest.mark.parametrize(("over", "outputs"), [("sum", 1), ("mean", 2)])
@pytest.mark.parametrize("kind", BY_HAND)
def test_values_and_gradients(kind, over, outputs):
    total, gradient = BY_HAND[kind]
    trace = exact_run(setup_of(kind, [[1, 3]], [[0, 5]], over_outputs=over))
    assert trace["L"].tolist() == [Fraction(total) / outputs]
    assert trace["gradY"].tolist() == [[Fraction(g) / outputs for g in gradient]]


@pytest.mark.parametrize(("over", "outputs"), [("sum", 1), ("mean", 2)])
def test_binary_cross_entropy(over, outputs):
    # −log ¼ − log(1 − ½) = 3·log 2; −1/¼ and 1/(1 − ½)
    trace = setup_of("binary_cross_entropy", [[0.25, 0.5]], [[1, 0]], over_outputs=over).run()
    np.testing.assert_allclose(trace["L"], [3 * log(2) / outputs], rtol=1e-15)
    assert trace["gradY"].tolist() == [[-4 / outputs, 2 / outputs]]
    # σ(0) = ½: −2·log ½; ½ − 1 and ½ − 0
    trace = setup_of("binary_cross_entropy", [[0, 0]], [[1, 0]], layer("sigmoid"), over_outputs=over).run()
    np.testing.assert_allclose(trace["L"], [2 * log(2) / outputs], rtol=1e-15)
    assert trace["gradX"].tolist() == [[-0.5 / outputs, 0.5 / outputs]]


@pytest.mark.parametrize("kind", DEFAULTS)
def test_the_default_is_what_it_was(kind):
    assert LOSSES[kind].usual == DEFAULTS[kind]
    own, said = (setup_of(kind, [[0.2, 0.6]], [[0, 1]], **o) for o in ({}, {"over_outputs": DEFAULTS[kind]}))
    assert [step.formula for step in own.program.steps] == [step.formula for step in said.program.steps]


@pytest.mark.parametrize(
    ("kind", "over", "value", "gradient"),
    [
        ("mse", "sum", "Σ (Y − D)²", "2·(Y − D)"),
        ("mse", "mean", "Σ (Y − D)² / C", "2/C·(Y − D)"),
        ("l2", "sum", "½·Σ (Y − D)²", "Y − D"),
        ("l2", "mean", "½·Σ (Y − D)² / C", "(Y − D) / C"),
    ],
)
def test_formulas(kind, over, value, gradient):
    program = setup_of(kind, [[0.2, 0.6]], [[0, 1]], over_outputs=over).program
    assert [step.formula for step in program.steps] == [value, gradient]


@pytest.mark.parametrize("over", ["sum", "mean"])
@pytest.mark.parametrize("end", ["identity", "sigmoid", "softmax"])
@pytest.mark.parametrize("kind", DEFAULTS)
def test_gradients_are_derivatives(kind, end, over):
    random = np.random.default_rng(4)
    before = layer("sigmoid") if end == "identity" else layer("tanh")
    layers = (layer("linear", units=3), before, layer(end))
    D = random.uniform(0.1, 0.9, size=(4, 3))
    checks = gradcheck(setup_of(kind, random.normal(size=(4, 2)), D, *layers, over_outputs=over))
    assert {(check.agrees, check.kinks) for check in checks} == {(True, 0)}
    assert {check.of for check in checks} == {"S", "J"}


@pytest.mark.parametrize("over", ["sum", "mean"])
@pytest.mark.parametrize("kind", DEFAULTS)
def test_mistakes_over_the_outputs(kind, over):
    """The one mistake in the value and the gradient of either form is the other form."""
    other = {"sum": "mean", "mean": "sum"}[over]
    Y, D = [[0.2, 0.6, 0.9]], [[0.3, 1, 0]]
    for number in (0, 1):
        step, wrong = (setup_of(kind, Y, D, over_outputs=o).program.steps[number] for o in (over, other))
        found = [
            m.function for m in step.op.mistakes if "outputs" in m.sentence and "mean of the squares" not in m.sentence
        ]
        (mistake,) = found
        expected = wrong.op(array(Y), array(D), **wrong.settings)
        np.testing.assert_allclose(mistake(array(Y), array(D), **step.settings), expected, rtol=1e-14)


@pytest.mark.parametrize("over", ["sum", "mean"])
@pytest.mark.parametrize(
    ("kind", "theirs"),
    [
        ("mse", "mse_loss"),
        ("mae", "l1_loss"),
        ("huber", "huber_loss"),
        ("binary_cross_entropy", "binary_cross_entropy"),
    ],
)
def test_pytorch_on_one_row(kind, theirs, over):
    torch = pytest.importorskip("torch")
    Y, D = [[0.2, 0.6, 0.9]], [[0.3, 1, 0]]
    trace = setup_of(kind, Y, D, over_outputs=over).run()
    inputs = torch.tensor(Y, dtype=torch.float64, requires_grad=True)
    value = getattr(torch.nn.functional, theirs)(inputs, torch.tensor(D, dtype=torch.float64), reduction=over)
    value.backward()
    np.testing.assert_allclose(trace["L"], [value.item()], rtol=1e-14)
    np.testing.assert_allclose(trace["gradY"], inputs.grad, rtol=1e-14)
