"""The noise of a number: near nothing for whole numbers, above what cancels, and never far below the true error."""

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mlpcli.nn.conventions import Conventions
from mlpcli.nn.network import Network
from mlpcli.nn.optimizers.sgd import SGD
from mlpcli.values.noisy import noisy
from tests.nn.setups import compile_setup

from .drawing import SMALL
from .fractions import exact_run
from .handout import BATCH, ONE_INPUT, array, layer, loss, mlp
from .layers.true_values import ACTIVATIONS, rounded

MARGIN = 200
"""How far below its noise the text output takes a number for 0."""
COVER = 50
"""The noise is a standard deviation: no error may be larger than this many of it."""


def run(goal="furthest", **fields):
    return compile_setup(Network(**fields), goal).run(noisy)


def batchnormed(**changes):
    """Handout 4.1 and 4.2."""
    fields = {"inputs": array(BATCH), "targets": array([[5, 13]] * 3), "loss": loss("softmax_cross_entropy")}
    return run(layers=mlp("batchnorm", "relu"), **(fields | changes))


@pytest.mark.parametrize("name", ["gradB1", "gradB2"])
def test_the_bias_gradient_of_a_batchnormed_layer_is_noise(name):
    # exactly 0 in theory: a constant added to a column changes nothing after normalization
    tensor = batchnormed()[name]
    assert (np.abs(tensor.value) < MARGIN * tensor.noise).all()


def test_the_weight_gradients_beside_it_are_not_noise():
    trace = batchnormed()
    for name in ("gradW1", "gradW2", "gradgamma1", "gradgamma2"):
        assert (np.abs(trace[name].value) > 1e4 * trace[name].noise).all(), name


def test_a_tiny_probability_is_not_noise():
    # handout 4.1, from an eps of 1e-8 and not the .001 it states
    conventions = Conventions(eps=1e-8)
    trained = compile_setup(
        Network(layers=mlp("batchnorm", "relu"), inputs=array(BATCH), conventions=conventions), "forward"
    ).run()
    norms = [
        layer("batchnorm", running_mean=trained[f"running_mean{k}"], running_var=trained[f"running_var{k}"])
        for k in (1, 2)
    ]
    linear1, linear2, linear3 = mlp()
    layers = (linear1, norms[0], layer("relu"), linear2, norms[1], layer("relu"), linear3, layer("softmax"))
    tail = run(layers=layers, inputs=array([[10, 14]]), mode="eval", conventions=conventions)["Y3"]
    # handout 4.3
    assert tail.value[0, 1] == pytest.approx(9.22784414e-193, rel=1e-8, abs=0)
    assert MARGIN * tail.noise[0, 1] < 1e-8 * tail.value[0, 1]


def test_a_tiny_loss_is_not_noise():
    fields = {"inputs": array(ONE_INPUT), "targets": array([[1, 0]]), "loss": loss("softmax_cross_entropy")}
    tensor = run(layers=mlp("relu"), **fields)["L"]
    # log1p(e^(−639)) = 3.06e-278
    assert tensor.value[0] == pytest.approx(3.06e-278, rel=1e-3, abs=0)
    assert MARGIN * tensor.noise[0] < 1e-8 * tensor.value[0]


def test_whole_numbers_have_no_noise():
    trace = run(layers=mlp("relu"), inputs=array(BATCH), grad_output=array([[-239, -4]] * 3))
    exact = [name for name in trace if not name.startswith(("gradW", "gradB"))]  # those are divided by 3
    assert len(exact) > 12
    assert all((trace[name].noise == 0).all() for name in exact)


def test_a_third_has_noise():
    trace = run(layers=mlp("relu"), inputs=array(BATCH), grad_output=array([[-239, -5]] * 3))
    assert (trace["gradW3"].noise > 0).any()


@pytest.mark.parametrize(
    ("number", "has_noise"), [(0, False), (3, False), (2**53 - 1, False), (0.5, True), (0.1, True)]
)
def test_noise_of_a_given_number(number, has_noise):
    assert (noisy(number).noise > 0) == has_noise


@pytest.mark.parametrize(
    "result",
    [
        noisy(2.0**53) + noisy(1.0),  # 2⁵³ + 1 is no float
        noisy(2.0**53 - 1) + noisy(3.0) - noisy(1.0),
        noisy([2.0**53, 1.0]).sum(),
        noisy([[2.0**53, 1.0]]) @ noisy([[1.0], [1.0]]),
        noisy(2.0**24, np.float32) + noisy(1.0, np.float32),
    ],
)
def test_whole_numbers_too_large_to_be_counted_have_noise(result):
    assert (result.noise > 0).all()


def decimals(draw, rows, columns):
    cells = st.integers(-999, 999).map(lambda k: k / 100)
    return np.array(draw(st.lists(st.lists(cells, min_size=columns, max_size=columns), min_size=rows, max_size=rows)))


@given(data=st.data())
@SMALL
def test_the_noise_covers_the_error_of_exact_networks(data):
    n, i, j, k = (data.draw(st.integers(1, 4)) for _ in range(4))
    network = Network(
        layers=(
            layer("linear", W=decimals(data.draw, i, j), B=decimals(data.draw, 1, j)),
            layer("relu"),
            layer("linear", W=decimals(data.draw, j, k)),
        ),
        inputs=decimals(data.draw, n, i),
        targets=decimals(data.draw, n, k),
        loss=loss("l2"),
        optimizer=SGD(learning_rate=0.1, momentum=0.9),
    )
    setup = compile_setup(network, "update")
    trace, true = setup.run(noisy), exact_run(setup)
    for name, tensor in trace.items():
        for value, noise, exactly in zip(tensor.value.flat, tensor.noise.flat, true[name].flat, strict=True):
            assert abs(Fraction(float(value)) - exactly) <= COVER * Fraction(float(noise)), name


@pytest.mark.parametrize("kind", ["tanh", "sigmoid", "softplus", "swish", "leaky_relu", "softmax"])
@pytest.mark.parametrize("mode", ["train", "eval"])
@pytest.mark.parametrize("seed", range(3))
def test_the_noise_covers_the_error_of_smooth_networks(kind, mode, seed):
    random = np.random.default_rng(seed)
    block = (layer("linear", W=random.normal(size=(4, 4)).round(2)), layer("batchnorm"), layer(kind))
    network = Network(
        layers=(*block, *block, layer("softmax")),
        inputs=random.normal(size=(5, 4)).round(2),
        targets=np.eye(5, 4),
        loss=loss("softmax_cross_entropy"),
        optimizer=SGD(learning_rate=0.1),
        mode=mode,
    )
    setup = compile_setup(network, "update")
    trace, true = setup.run(noisy), setup.run(extended)
    for name, tensor in trace.items():
        error = np.abs(tensor.value.astype(np.longdouble) - true[name])
        assert (error <= COVER * tensor.noise).all(), name


def extended(value):
    """Decimal numbers as long doubles: 64 bits of mantissa on x86, the true value to 3 digits more."""
    return np.vectorize(lambda number: np.longdouble(str(number)), otypes=[np.longdouble])(value)


@pytest.mark.slow
@pytest.mark.parametrize("kind", ACTIVATIONS)
@pytest.mark.parametrize("part", ["value", "gradient"])
def test_the_noise_covers_the_error_of_an_activation(kind, part):
    Z = np.concatenate([np.arange(-37, 39), [-700, 700]]).astype(float).reshape(1, -1)
    operands = (noisy(Z),) if part == "value" else (noisy(Z), noisy(np.ones_like(Z)))
    settings = {name: noisy(value) for name, value in layer(kind).settings().items()}
    computed = getattr(layer(kind), part)(*operands, **settings)
    true = [rounded(ACTIVATIONS[kind][part == "gradient"], z) for z in Z[0]]
    error = np.abs(computed.value - true)
    half_ulp = np.spacing(np.abs(true)) / 2  # of the true value, which is a float itself
    assert (error <= COVER * computed.noise + half_ulp).all()


def test_single_precision_has_its_own_noise():
    network = Network(layers=(layer("tanh"),), inputs=array([[0.1, 0.2]]), conventions=Conventions())
    trace = compile_setup(network, "forward").run(lambda value: noisy(value, np.float32))
    assert trace["Y"].value.dtype == np.float32
    # 2⁻²⁴ is half the gap between 1 and the next single
    assert (trace["Y"].noise > 0.1 * 2**-24).all()
    assert (trace["Y"].noise < 10 * 2**-24).all()
