"""Weights and biases in one matrix: what is computed is the same, each number in its place."""

from dataclasses import replace
from itertools import product

import numpy as np
import pytest

from mlpcli.check.mistakes import variants
from mlpcli.nn.conventions import Conventions
from mlpcli.nn.layers import LAYERS
from mlpcli.nn.losses import LOSSES
from mlpcli.nn.network import Network, NetworkError, compile_network
from mlpcli.nn.optimizers import OPTIMIZERS
from mlpcli.nn.run import compute
from mlpcli.nn.saved import Saved

from .verify import verify

random = np.random.default_rng(5)
X, D = random.normal(size=(4, 3)), random.normal(size=(4, 2))
WEIGHTS, BIASES = [random.normal(size=size) for size in ((3, 5), (5, 2))], [random.normal(size=n) for n in (5, 2)]
LOSS = {"l2": 0.3, "over_n": True}
FORMS = [*product(("in_out", "out_in"), ("rows", "columns"))]
OPTIONS = {
    "sgd": {"momentum": 0.9, "clip_norm": 0.5, "weight_decay": 0.1},
    "adam": {"weight_decay": 0.1},
    "rmsprop": {},
}


def network(conventions, layers, optimizer="sgd", loss=LOSS, **options):
    return Network(
        layers=(layers[0], LAYERS["tanh"](), layers[1]),
        inputs=X,
        targets=D,
        loss=LOSSES["l2"](**loss),
        optimizer=OPTIMIZERS[optimizer](learning_rate=0.1, **options),
        conventions=conventions,
    )


def joined(biases, layout="in_out", samples="rows", **options):
    """The network with its biases in W, before or after the weights, and the same with B apart."""
    conventions = Conventions(biases=biases, layout=layout, samples=samples)
    apart = Conventions(layout=layout, samples=samples)
    both = [np.vstack([b, W] if biases == "first" else [W, b]) for W, b in zip(WEIGHTS, BIASES, strict=True)]
    turn = np.transpose if layout == "out_in" else np.asarray
    linear = LAYERS["linear"]
    one = network(conventions, [linear(W=turn(W)) for W in both], **options)
    two = network(apart, [linear(W=turn(W), B=b) for W, b in zip(WEIGHTS, BIASES, strict=True)], **options)
    return compile_network(one, "update").seen(), compile_network(two, "update").seen()


def parts(T, biases, layout):
    """The weights and the biases, a row of them, that a joined tensor holds."""
    T = T.T if layout == "out_in" else T
    W, B = (T[1:], T[:1]) if biases == "first" else (T[:-1], T[-1:])
    return (W.T if layout == "out_in" else W), B


@pytest.mark.parametrize("biases", ["first", "last"])
@pytest.mark.parametrize(("layout", "samples"), FORMS)
@pytest.mark.parametrize("optimizer", OPTIONS)
@pytest.mark.parametrize("loss", [{}, LOSS, {"l1": 0.2, "biases": True}], ids=str)
def test_every_number_is_that_of_weights_and_biases_apart(biases, layout, samples, optimizer, loss):
    ours, apart = joined(biases, layout, samples, optimizer=optimizer, loss=loss, **OPTIONS[optimizer])
    verify(ours.program)
    for _ in range(2):
        found, expected = ours.run(), apart.run()
        for name, value in found.items():
            bias = name.replace("W", "B", 1)
            if "W" in name and bias in expected:
                W, B = parts(value, biases, layout)
                np.testing.assert_allclose(W, expected[name], rtol=1e-13, err_msg=name)
                np.testing.assert_allclose(B.ravel(), expected[bias].ravel(), rtol=1e-13, err_msg=bias)
            else:
                np.testing.assert_allclose(value, expected[name], rtol=1e-13, err_msg=name)
        assert not any("B" in name for name in found)
        ours, apart = ours.next(found), apart.next(expected)


@pytest.mark.parametrize(
    ("biases", "layout", "samples", "formula"),
    [
        ("first", "out_in", "rows", "X·W1[:,1:]ᵀ + W1[:,:1]ᵀ"),
        ("last", "in_out", "rows", "X·W1[:-1] + W1[-1:]"),
        ("last", "out_in", "columns", "W1[:,:-1]·X + W1[:,-1:]"),
    ],
)
def test_formulas_say_which_part_of_the_matrix_is_meant(biases, layout, samples, formula):
    steps = joined(biases, layout, samples)[0].program.by_name
    assert steps["Y1lin"].formula == formula


def test_a_joined_gradient_is_that_of_the_weights_beside_that_of_the_bias():
    steps = joined("first", "out_in", loss={})[0].program.by_name
    assert steps["gradW2"].formula == "[Σ gradY2linᵀ, gradY2linᵀ·Y1] / N"
    assert steps["W2_new"].formula == "W2 − lr·gradW2"
    steps = joined("last", "in_out")[0].program.by_name
    assert steps["gradW2"].formula == "[gradW2_data + l2·W2[:-1] / N; Σ gradY2lin / N]"


def test_mistakes_are_made_in_both_parts_or_in_one():
    setup = joined("first", "in_out", loss={})[0]
    trace, step = setup.run(), setup.program.by_name["gradW2"]
    made = {v.sentence: v.step for v in variants(setup.program, step)}
    right, delta = trace["gradW2"], trace["gradY2lin"]
    np.testing.assert_array_equal(compute(made["its sign is flipped"], trace, np.asarray), -right)
    np.testing.assert_allclose(compute(made["it is not averaged over the batch"], trace, np.asarray), 4 * right)
    first = compute(made["only the first input of the batch counts"], trace, np.asarray)
    np.testing.assert_allclose(first, np.vstack([delta[:1], trace["Y1"][:1].T @ delta[:1]]) / 4)
    assert "of the bias, it is summed over the wrong axis" in made


@pytest.mark.parametrize("names", ["own", "torch"])
def test_saved_weights_are_found_together_or_apart(names):
    conventions = Conventions(biases="last", layout="out_in")
    if names == "own":
        pairs = enumerate(zip(WEIGHTS, BIASES, strict=True), 1)
        arrays = {f"W{k}": np.column_stack([W.T, b]) for k, (W, b) in pairs}
    else:
        arrays = {"0.weight": WEIGHTS[0].T, "0.bias": BIASES[0], "2.weight": WEIGHTS[1].T, "2.bias": BIASES[1]}
    layers = [LAYERS["linear"](units=n) for n in (5, 2)]
    found = compile_network(replace(network(conventions, layers), weights=Saved(arrays)), "update").seen()
    expected = joined("last", "out_in")[0]
    for name, value in expected.given.items():
        np.testing.assert_array_equal(found.given[name], value)


@pytest.mark.parametrize("biases", ["first", "last"])
def test_weights_and_biases_may_be_given_apart(biases):
    layers = [LAYERS["linear"](W=W.T, B=b) for W, b in zip(WEIGHTS, BIASES, strict=True)]
    found = compile_network(network(Conventions(biases=biases, layout="out_in"), layers), "update").seen()
    expected = joined(biases, "out_in")[0]
    assert [step.formula for step in found.program.steps] == [step.formula for step in expected.program.steps]
    for name, value in expected.given.items():
        np.testing.assert_array_equal(found.given[name], value)


def problems(**layer):
    conventions = Conventions(biases="first")
    with pytest.raises(NetworkError) as caught:
        compile_network(network(conventions, [LAYERS["linear"](**layer), LAYERS["linear"](units=2)]), "update")
    return [(path[2:], message) for path, message in caught.value.problems]


def test_what_contradicts_a_matrix_of_both():
    held = "W holds the biases, with conventions: {biases: first}"
    assert problems(W=np.vstack([BIASES[0], WEIGHTS[0]]), B=np.zeros(5)) == [(("B",), held)]
    assert problems(units=5, freeze=("B",)) == [(("freeze",), f"{held}: freeze both W and B, or none")]
    found = problems(W=WEIGHTS[0])
    assert found == [
        (("W",), "X·W: X has 3 columns and W with its biases, of shape (3, 5), has 3 rows; its biases are missing")
    ]
