"""The oracles against central differences of the loss that each prints, and against one another."""

import numpy as np
import pytest

from . import ORACLES
from .exercises import BATCH, BATCHNORM, DEEP, SINGLE

NORMALIZED = ("cmu-toy", "cmu-2.0.1", "cmu-3.0.1", "torch", "ng", "cs231n")

# preset → options that change what is computed; each is differentiated too
OPTIONS = {
    "cmu-toy": [{}, {"hidden": "sigmoid"}],
    "cmu-2.0.1": [{}],
    "cmu-3.0.1": [{}, {"loss": "mse"}],
    "torch": [{}, {"loss": "mse"}, {"loss": "bce_with_logits"}],
    "ng": [{}, {"loss": "sigmoid"}, {"lambd": 0.7}],
    "cs231n": [{"hidden": "tanh"}, {"reg": 0.3}, {"reg": 0.3, "half": True}],
    "nielsen": [{}, {"cost": "cross_entropy"}],
    "octave-ex4": [{}, {"lamda": 3.0}],
    "delta-rule": [{}, {"hidden": "tanh", "output": "linear"}],
}
CASES = [(preset, options) for preset, chosen in OPTIONS.items() for options in chosen]


def exercises(preset):
    return [SINGLE, BATCH, BATCHNORM if preset in NORMALIZED else DEEP]


def loss_at(oracle, X, Y, parameters, options):
    return np.sum(oracle.run(X, Y, parameters, 1, **options)[0][oracle.LOSS])


def differences(function, at, width=1e-5):
    """Central differences of a function of one array."""
    slopes = np.zeros_like(at)
    for index in np.ndindex(at.shape):
        up, down = at.copy(), at.copy()
        up[index] += width
        down[index] -= width
        slopes[index] = (function(up) - function(down)) / (2 * width)
    return slopes


@pytest.mark.parametrize(("preset", "options"), CASES, ids=str)
@pytest.mark.parametrize("which", range(3))
def test_gradients_of_parameters(preset, options, which):
    oracle = ORACLES[preset]
    X, Y, parameters = oracle.own(exercises(preset)[which])
    n = len(exercises(preset)[which].X)
    t = oracle.run(X, Y, parameters, 1, **options)[0]
    for name, value in parameters.items():

        def loss(changed, name=name):
            return loss_at(oracle, X, Y, parameters | {name: changed}, options)

        expected = oracle.share(name, n) * differences(loss, np.array(value, float))
        np.testing.assert_allclose(t[oracle.gradient(name)], expected, rtol=1e-6, atol=1e-8, err_msg=name)


# preset → the gradient at the inputs, as a multiple of the derivative of the printed loss
INPUTS = {
    "cmu-toy": ("gradX", lambda n: 1),
    "cmu-2.0.1": ("dLdA0", lambda n: n),
    "cmu-3.0.1": ("dLdA0", lambda n: 1),
    "torch": ("input.grad", lambda n: 1),
    "ng": ("dA0", lambda n: n),
    "cs231n": ("dX", lambda n: 1),
}


@pytest.mark.parametrize("preset", INPUTS)
@pytest.mark.parametrize("exercise", [SINGLE, BATCH, BATCHNORM, DEEP], ids=["single", "batch", "batchnorm", "deep"])
def test_gradients_of_inputs(preset, exercise):
    oracle, (name, share) = ORACLES[preset], INPUTS[preset]
    X, Y, parameters = oracle.own(exercise)
    options = {"hidden": "tanh"}
    expected = differences(lambda changed: loss_at(oracle, changed, Y, parameters, options), X)
    t = oracle.run(X, Y, parameters, 1, **options)[0]
    np.testing.assert_allclose(t[name], share(len(exercise.X)) * expected, rtol=1e-6, atol=1e-8)


def test_mse_of_2_0_1_is_divided_twice():
    """By NC at the loss, by N at the parameters: 1/N of the derivative of Σ/(2NC)."""
    oracle = ORACLES["cmu-2.0.1"]
    X, Y, parameters = oracle.own(BATCH)
    t = oracle.run(X, Y, parameters, 1, loss="mse")[0]
    for name, value in parameters.items():

        def loss(changed, name=name):
            return loss_at(oracle, X, Y, parameters | {name: changed}, {"loss": "mse"})

        np.testing.assert_allclose(t[f"dLd{name}"], differences(loss, np.array(value)) / 5, rtol=1e-6, atol=1e-9)


def trained(preset, exercise, **options):
    oracle = ORACLES[preset]
    steps = oracle.run(*oracle.own(exercise), **options)
    return [array for step in steps for pair in oracle.neutral(step, exercise) for array in pair]


# Families that make the same three updates of the same network: (preset, options) of each.
MOMENTUM = {"lr": 0.1, "mu": 0.9}
FAMILIES = {
    "cross-entropy": [
        ("cmu-toy", {"lr": 0.1}),
        ("cmu-2.0.1", {"lr": 0.1}),
        ("cmu-3.0.1", {"lr": 0.1}),
        ("torch", {"lr": 0.1}),
        ("ng", {"learning_rate": 0.1}),
        ("cs231n", {"learning_rate": 0.1, "hidden": "tanh"}),
    ],
    "momentum": [
        ("cmu-toy", MOMENTUM),
        ("cmu-2.0.1", MOMENTUM),
        ("cmu-3.0.1", MOMENTUM),
        ("torch", {"lr": 0.1, "momentum": 0.9}),
        ("ng", {"learning_rate": 1.0, "beta": 0.9}),
        ("cs231n", {"learning_rate": 0.1, "mu": 0.9, "hidden": "tanh"}),
    ],
    "relu": [("cmu-toy", {"hidden": "relu"}), ("cs231n", {}), ("ng", {"hidden": "relu"})],
    "sigmoid outputs": [
        ("ng", {"hidden": "sigmoid", "loss": "sigmoid", "learning_rate": 0.1}),
        ("nielsen", {"cost": "cross_entropy", "eta": 0.1}),
        ("octave-ex4", {"alpha": 0.1}),
        ("torch", {"hidden": "sigmoid", "loss": "bce_with_logits", "lr": 0.2}),  # a mean over two outputs too
    ],
    "L2": [
        ("ng", {"hidden": "sigmoid", "loss": "sigmoid", "learning_rate": 0.1, "lambd": 2.0}),
        ("nielsen", {"cost": "cross_entropy", "eta": 0.1, "lmbda": 2.0}),
        ("octave-ex4", {"alpha": 0.1, "lamda": 2.0}),
    ],
    "L2 of softmax": [
        ("ng", {"lambd": 1.0}),
        ("cs231n", {"hidden": "tanh", "reg": 0.1}),  # reg = λ/2N
        ("cs231n", {"hidden": "tanh", "reg": 0.2, "half": True}),
    ],
    "squares": [
        ("cmu-toy", {"loss": "l2", "lr": 0.1}),
        ("cmu-2.0.1", {"loss": "mse", "lr": 1.0}),  # NC = 10
        ("cmu-3.0.1", {"loss": "mse", "lr": 0.1}),
        ("torch", {"loss": "mse", "lr": 0.1}),
        ("delta-rule", {"hidden": "tanh", "output": "linear", "eta": 0.02}),
    ],
    "squares of sigmoids": [("nielsen", {"eta": 0.5}), ("delta-rule", {"eta": 0.1})],
}


@pytest.mark.parametrize("family", FAMILIES)
@pytest.mark.parametrize("exercise", [BATCH, DEEP], ids=["batch", "deep"])
def test_courses_agree(family, exercise):
    (preset, options), *others = FAMILIES[family]
    expected = trained(preset, exercise, **options)
    for other, theirs in others:
        for a, b in zip(trained(other, exercise, **theirs), expected, strict=True):
            np.testing.assert_allclose(a, b, rtol=1e-9, atol=1e-12, err_msg=f"{other} and {preset}")


def test_courses_agree_on_batch_normalization():
    """With one eps: the forward pass, and the updates of W and b, whose gradients all average."""
    options = {
        "cmu-toy": {"eps": 1e-5},
        "cmu-3.0.1": {"eps": 1e-5},
        "torch": {},
        "ng": {"epsilon": 1e-5},
        "cs231n": {"hidden": "tanh"},
    }
    first = {preset: trained(preset, BATCHNORM, **chosen)[:4] for preset, chosen in options.items()}
    for preset, arrays in first.items():
        for a, b in zip(arrays, first["torch"], strict=True):
            np.testing.assert_allclose(a, b, rtol=1e-9, atol=1e-12, err_msg=preset)
    rest = {preset: trained(preset, BATCHNORM, **options[preset])[4:] for preset in ("cmu-3.0.1", "ng", "cs231n")}
    for preset, arrays in rest.items():  # gamma and beta follow the mean too
        for a, b in zip(arrays, trained("torch", BATCHNORM)[4:], strict=True):
            np.testing.assert_allclose(a, b, rtol=1e-9, atol=1e-12, err_msg=preset)


def test_running_statistics():
    toy, cmu = ORACLES["cmu-toy"].batchnorm(eps=1e-5, lr=0), ORACLES["cmu-3.0.1"].batchnorm(lr=0)
    torch, cs231n = ORACLES["torch"].batchnorm(lr=0), ORACLES["cs231n"].batchnorm(learning_rate=0)
    mean, var = toy[0]["mean1"][0], toy[0]["var1"][0]
    kept = 0.9**3
    for step, name in (
        (toy, "running_mean1"),
        (cmu, "running_M0"),
        (torch, "1.running_mean"),
        (cs231n, "running_mean1"),
    ):
        np.testing.assert_allclose(np.ravel(step[2][name]), (1 - kept) * mean, rtol=1e-12)
    for step, name, start, scale in (
        (toy, "running_var1", 1, 1),
        (cmu, "running_V0", 1, 1),
        (torch, "1.running_var", 1, 5 / 4),  # unbiased
        (cs231n, "running_var1", 0, 1),  # starts at zeros
    ):
        expected = kept * start + (1 - kept) * scale * var
        np.testing.assert_allclose(np.ravel(step[2][name]), expected, rtol=1e-12)


def test_the_delta_rule_online():
    """Sample by sample is the summed form with one sample after another."""
    oracle = ORACLES["delta-rule"]
    X, T, parameters = oracle.own(BATCH)
    online = oracle.run(X, T, parameters, 1, online=True)
    for i, t in enumerate(online):
        alone = oracle.run(X[i : i + 1], T[i : i + 1], parameters, 1)[0]
        assert t.keys() == alone.keys()
        for name, value in alone.items():
            np.testing.assert_array_equal(t[name], value)
        parameters = {name: alone[f"{name}_new"] for name in parameters}


def test_the_delta_rule_with_momentum():
    steps = ORACLES["delta-rule"].batch(momentum=0.9)
    plain = ORACLES["delta-rule"].run(*ORACLES["delta-rule"].own(BATCH), 1)[0]
    np.testing.assert_array_equal(steps[0]["dw1"], plain["dw1"])
    X, T, _ = ORACLES["delta-rule"].own(BATCH)
    moved = {name: steps[0][f"{name}_new"] for name in ("W1", "b1", "W2", "b2")}
    second = ORACLES["delta-rule"].run(X, T, moved, 1)[0]
    np.testing.assert_allclose(steps[1]["dw1"], second["dw1"] + 0.9 * steps[0]["dw1"], rtol=1e-12)


@pytest.mark.parametrize("preset", ORACLES)
def test_every_course_has_three_examples_of_three_steps(preset):
    oracle = ORACLES[preset]
    for example in (oracle.single, oracle.batch, oracle.batchnorm):
        steps = example()
        assert len(steps) == 3
        assert all(np.isfinite(value).all() for step in steps for value in step.values())
        assert steps[0].keys() == steps[2].keys()
