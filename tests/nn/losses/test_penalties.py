"""Penalties of weights in the loss: with pencil and paper, against differences of the total, and as weight decay."""

from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest

from mlpcli.nn.build import NetworkError
from mlpcli.nn.conventions import PRESETS, Conventions
from mlpcli.nn.gradcheck import gradcheck
from mlpcli.nn.network import Network, compile_network
from mlpcli.nn.optimizers.sgd import SGD
from tests.nn.setups import compile_setup

from ..drawing import assert_gradients
from ..fractions import exact_run
from ..handout import array, layer, loss

HALF = Fraction(1, 2)


def line_network(conventions, optimizer=None, frozen=(), **options):
    """Y = 2·X + 1 for the inputs 1 and 3, whose targets are 1 and 2: the errors are 2 and 5."""
    return Network(
        layers=(layer("linear", W=[[2]], B=[1], freeze=frozen),),
        inputs=array([[1], [3]]),
        targets=array([[1], [2]]),
        loss=loss("l2", **options),
        optimizer=optimizer,
        conventions=conventions,
    )


def line(goal="backward", conventions=None, **options):
    conventions = conventions or Conventions(loss="mean", loss_gradient="sum")
    return compile_setup(line_network(conventions, **options), goal)


J = Fraction(29, 4)  # (½·4 + ½·25) / 2
DATA = {"W": Fraction(17, 2), "B": Fraction(7, 2)}  # (1·2 + 3·5) / 2 and (2 + 5) / 2

# options → the terms of l2 and l1, what they add to gradW and gradB
BY_HAND = [
    ({"l2": 0.1}, {"l2": Fraction(1, 5)}, Fraction(1, 5), 0),
    ({"l2": 0.1, "half": False}, {"l2": Fraction(2, 5)}, Fraction(2, 5), 0),
    ({"l2": 0.1, "over_n": True}, {"l2": Fraction(1, 10)}, Fraction(1, 10), 0),
    ({"l2": 0.1, "biases": True}, {"l2": Fraction(1, 4)}, Fraction(1, 5), Fraction(1, 10)),
    ({"l1": 0.1}, {"l1": Fraction(1, 5)}, Fraction(1, 10), 0),
    ({"l1": 0.1, "biases": True}, {"l1": Fraction(3, 10)}, Fraction(1, 10), Fraction(1, 10)),
    ({"l1": 0.1, "over_n": True}, {"l1": Fraction(1, 10)}, Fraction(1, 20), 0),
    ({"l2": 0.1, "l1": 0.2}, {"l2": Fraction(1, 5), "l1": Fraction(2, 5)}, Fraction(2, 5), 0),
]


@pytest.mark.parametrize(("options", "terms", "W", "B"), BY_HAND)
def test_terms_total_and_gradients(options, terms, W, B):
    trace = exact_run(line(**options))
    assert {name: trace[f"L_{name}"].item() for name in ("l2", "l1") if f"L_{name}" in trace} == terms
    assert trace["L_mean"].item() == J
    assert trace["L_total"].item() == J + sum(terms.values())
    assert trace["gradW1_data"].item() == DATA["W"]
    assert trace["gradW1"].item() == DATA["W"] + W
    assert trace["gradB1"].item() == DATA["B"] + B
    assert ("gradB1_data" in trace) == bool(B)


@pytest.mark.parametrize(
    ("printed", "at_loss", "average", "data", "of"),
    [
        ("sum", None, (), 17, "S + L_l2"),
        ("sum", None, ("W",), 17 * HALF, "J + L_l2"),
        ("mean", None, (), 17 * HALF, "J + L_l2"),
        ("mean", "sum", ("W",), 17 * HALF, "J + L_l2"),
        ("mean", None, ("W",), 17 * HALF * HALF, "J / N + L_l2"),
    ],
)
def test_the_penalty_enters_once_whatever_is_averaged(printed, at_loss, average, data, of):
    setup = line(conventions=Conventions(loss=printed, loss_gradient=at_loss, average=average), l2=0.1)
    trace = exact_run(setup)
    assert trace["gradW1"].item() == data + Fraction(1, 5)
    assert trace["L_total"].item() == {"sum": Fraction(29, 2), "mean": J}[printed] + Fraction(1, 5)
    found = {check.name: check for check in gradcheck(setup)}
    assert found["gradW1"].of == of
    assert found["gradW1"].averaged == bool(average)


@pytest.mark.parametrize(
    ("options", "found"),
    [
        ({"half": False}, {"half": "half needs l2 above 0"}),
        ({"half": False, "l1": 0.1}, {"half": "half needs l2 above 0"}),
        (
            {"over_n": True, "biases": True},
            {"over_n": "over_n needs l2 or l1 above 0", "biases": "biases needs l2 or l1 above 0"},
        ),
    ],
)
def test_an_option_of_no_penalty_is_refused(options, found):
    with pytest.raises(NetworkError) as caught:
        line(**options)
    assert caught.value.problems == [(("loss", option), message) for option, message in found.items()]


@pytest.mark.parametrize("options", [{"l2": 0.1}, {"l1": 0.1, "biases": True}])
def test_a_penalty_of_no_weight_is_refused(options):
    network = Network(layers=(layer("relu"),), inputs=array([[1]]), targets=array([[1]]), loss=loss("l2", **options))
    with pytest.raises(NetworkError, match="there is no weight to penalize") as caught:
        compile_setup(network, "forward")
    assert [path for path, _ in caught.value.problems] == [("loss", next(iter(options)))]


@pytest.mark.parametrize(
    ("printed", "at_loss", "average", "parts"),
    [
        ("sum", None, (), None),
        ("sum", None, ("W",), ("gradW1, divided by N, as the losses in it are not", "loss: mean", "sum")),
        ("sum", None, ("W", "B"), ("gradW1, gradB1, divided by N, as", "loss: mean", "sum")),
        ("sum", "mean", (), ("gradW1, gradB1, divided by N, as", "loss: mean", "mean")),
        ("mean", None, (), None),
        ("mean", "sum", ("W", "B"), None),
        ("mean", "sum", ("B",), ("gradW1, not divided by N, as the losses in it are;", "loss: sum", "sum")),
    ],
)
@pytest.mark.parametrize("options", [{"l2": 0.1}, {"l1": 0.1, "biases": True}])
def test_gradients_that_are_not_those_of_the_total_are_noted(printed, at_loss, average, parts, options):
    """What the note says to write prints the total that the gradients derive."""
    conventions = Conventions(loss=printed, loss_gradient=at_loss, average=average)
    notes = compile_network(line_network(conventions, **options), "backward").notes
    assert len(notes) == bool(parts)
    for note in notes:
        names, other, start = parts
        assert note.startswith(f"no gradient of L_total: {names}")
        assert f"{other} with loss_gradient: {start} prints the total" in note
        better = replace(conventions, loss=other.removeprefix("loss: "), loss_gradient=start)
        found = {check.name: check.of for check in gradcheck(line(conventions=better, **options))}
        noted = [name for name in ("gradW1", "gradB1") if name in names]
        total = "J" if better.loss == "mean" else "S"
        assert all(found[name].split(" ")[0] == total and "/ N" not in found[name] for name in noted)


def test_of_one_example_and_without_penalties_nothing_is_noted():
    for rows, size, options in ([[1]], None, {"l2": 0.1}), ([[1], [3]], 1, {"l2": 0.1}), ([[1], [3]], None, {}):
        network = replace(line_network(Conventions(), **options), inputs=array(rows), targets=array(rows), size=size)
        assert not compile_network(network, "backward").notes


def test_what_is_divided_twice_is_noted_of_penalized_weights_too():
    layers, X, D = (layer("linear", W=[[2]]),), array([[1], [3]]), array([[1], [2]])
    conventions = Conventions(loss="mean")
    network = Network(layers=layers, inputs=X, targets=D, loss=loss("l2", l2=0.1), conventions=conventions)
    (note,) = compile_network(network, "backward").notes
    assert "gradW1, gradB1;" in note


def test_frozen_weights_are_penalized_and_stay():
    trace = exact_run(line("update", optimizer=SGD(learning_rate=0.1), frozen=("W",), l2=0.1))
    assert trace["L_l2"].item() == Fraction(1, 5)
    assert "W1_new" not in trace


@pytest.mark.parametrize("momentum", [0.0, 0.5])
def test_half_of_the_squares_is_the_optimizers_weight_decay(momentum):
    """W − lr·(gradW + k·W), three steps, of weights and biases."""
    plain = line("update", optimizer=SGD(learning_rate=0.1, momentum=momentum, weight_decay=0.3))
    ours = line("update", optimizer=SGD(learning_rate=0.1, momentum=momentum), l2=0.3, biases=True)
    for _ in range(3):
        ran = [exact_run(setup) for setup in (ours, plain)]
        for name in ("W1_new", "B1_new"):
            assert ran[0][name].item() == ran[1][name].item()
        ours, plain = (setup.next(trace) for setup, trace in zip((ours, plain), ran, strict=True))


def deep(conventions, **options):
    """Two blocks with batch normalization; no weight is 0."""
    random = np.random.default_rng(5)
    W = random.normal(size=(2, 3)), random.normal(size=(3, 2))
    W = [w.T for w in W] if conventions.layout == "out_in" else W
    layers = (
        layer("linear", W=W[0], B=random.normal(size=3)),
        layer("batchnorm"),
        layer("tanh"),
        layer("linear", W=W[1], B=random.normal(size=2)),
    )
    X, D = random.normal(size=(4, 2)), array([[1, 0], [0, 1], [1, 0], [0, 1]])
    fields = {"layers": layers, "inputs": X, "targets": D, "conventions": conventions}
    return compile_setup(Network(**fields, loss=loss("softmax_cross_entropy", **options)), "backward")


OPTIONS = [
    {"half": half, "over_n": over_n, "biases": biases} for half in (0, 1) for over_n in (0, 1) for biases in (0, 1)
]


@pytest.mark.parametrize("strengths", [{"l2": 0.3}, {"l1": 0.2}, {"l2": 0.3, "l1": 0.2}], ids=str)
@pytest.mark.parametrize("options", OPTIONS, ids=str)
def test_gradients_are_derivatives_of_the_total(strengths, options):
    if "l2" not in strengths:
        options = options | {"half": True}
    setup = deep(PRESETS["torch"], **strengths, **options)
    assert setup.program.objective == "L_total"
    assert_gradients(setup, lambda trace: trace["L_total"], ("X", *setup.program.parameters))
    assert all(check.agrees for check in gradcheck(setup))


def test_the_names_of_another_course_and_its_layout():
    setup = deep(PRESETS["cmu-3.0.1"], l2=0.3)
    trace = setup.run()
    (data,) = (name for name in trace if name.endswith("W0_data"))
    assert trace[data].shape == (3, 2)
    np.testing.assert_allclose(trace["dLdW0"], trace[data] + 0.3 * trace["W0"], rtol=1e-15)
    assert {step.name: step.formula for step in setup.program.steps}["L_l2"] == "½·l2·(Σ W0² + Σ W1²)"


@pytest.mark.parametrize("options", [{"l2": 0.1}, {"l2": 0.1, "l1": 0.2, "half": False}, {"l1": 0.1, "over_n": True}])
@pytest.mark.parametrize("name", ["L_l2", "L_l1", "L_total", "gradW1"])
def test_mistakes_are_seen(name, options):
    setup = line(**options)
    step = setup.program.by_name.get(name)
    trace = setup.run()
    for mistake in step.op.mistakes if step else ():
        found = mistake.function(*(trace[operand] for operand in step.operands), **step.settings)
        same = mistake.sentence == "weights of both signs cancel"  # of one positive weight
        assert np.allclose(found, trace[name]) == same, mistake.sentence
