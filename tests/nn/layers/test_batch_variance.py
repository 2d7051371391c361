"""Batch normalization by the unbiased variance: with pencil and paper, and against differences."""

from dataclasses import replace

import numpy as np
import pytest

from mlpcli.nn.build import NetworkError
from mlpcli.nn.conventions import PRESETS, Conventions
from mlpcli.nn.gradcheck import gradcheck
from mlpcli.nn.network import Network
from tests.nn.setups import compile_setup, stored

from ..drawing import assert_gradients
from ..handout import array, layer


def column(**conventions):
    """1 and 5 in a column: mean 3, variance 4 or 8; with eps = 1 the root of the unbiased one is 3."""
    network = Network(
        layers=(layer("batchnorm", running_var=np.array([8.0])),),
        inputs=array([[1], [5]]),
        grad_output=array([[1], [3]]),
        conventions=Conventions(batch_variance="unbiased", eps=1.0, alpha=0.25, **conventions),
    )
    return compile_setup(network, "backward")


def test_forward_and_backward():
    trace = column().run()
    assert trace["var"].item() == 8
    expected = {
        "norm": [-2 / 3, 2 / 3],
        "gradvar": [-2 / 27],  # −½·(1·(−2) + 3·2) / 27
        "gradmean": [-4 / 3],  # −(1 + 3) / 3
        # 1/3 + 2·(−2/27)·(−2) − 2/3, and 3/3 + 2·(−2/27)·2 − 2/3
        "gradX": [-1 / 27, 1 / 27],
    }
    for name, values in expected.items():
        np.testing.assert_allclose(trace[name].ravel(), values, rtol=1e-14, err_msg=name)


@pytest.mark.parametrize(
    ("weighs", "running", "expected"),
    [
        # old = 8, alpha = 0.25
        ("old", "biased", 0.25 * 8 + 0.75 * 4),
        ("new", "biased", 0.75 * 8 + 0.25 * 4),
        ("old", "unbiased", 0.25 * 8 + 0.75 * 8),
        ("new", "unbiased", 0.75 * 8 + 0.25 * 8),
    ],
)
def test_the_running_variance_keeps_its_meaning(weighs, running, expected):
    trace = column(alpha_weighs=weighs, running_variance=running).run()
    assert trace["running_var"].item() == expected


@pytest.mark.parametrize("running", ["biased", "unbiased"])
@pytest.mark.parametrize("preset", PRESETS)
def test_gradients_are_derivatives(preset, running):
    random = np.random.default_rng(6)
    conventions = replace(PRESETS[preset], batch_variance="unbiased", running_variance=running, average=())
    network = Network(
        layers=(layer("linear", units=3), layer("batchnorm", gamma=random.normal(size=3)), layer("tanh")),
        inputs=random.normal(size=(4, 2)),
        grad_output=random.normal(size=(4, 3)),
        conventions=conventions,
    )
    setup = compile_setup(network, "backward")
    G = stored(network.grad_output, conventions) * (-1 if conventions.error == "target_minus_output" else 1)
    input_name, *_ = setup.program.batch
    output = setup.program.differentiated
    assert_gradients(setup, lambda trace: (G * trace[output]).sum(), (input_name, *setup.program.parameters))
    assert all(check.agrees for check in gradcheck(setup))


def test_the_closed_form_is_another_route():
    random = np.random.default_rng(7)
    network = Network(
        layers=(layer("batchnorm", gamma=random.normal(size=3)),),
        inputs=random.normal(size=(5, 3)),
        grad_output=random.normal(size=(5, 3)),
        conventions=Conventions(batch_variance="unbiased"),
    )
    setup = compile_setup(network, "backward")
    trace = setup.run()
    (route,) = setup.program.routes["gradX"]
    found = route.op(*(trace[name] for name in route.operands), **route.settings)
    np.testing.assert_allclose(found, trace["gradX"], rtol=1e-12)


def test_a_single_row_has_no_unbiased_variance():
    network = Network(
        layers=(layer("batchnorm"),), inputs=array([[1, 2]]), conventions=Conventions(batch_variance="unbiased")
    )
    with pytest.raises(NetworkError, match="the unbiased variance of a single input does not exist"):
        compile_setup(network, "forward")


def test_evaluation_knows_no_variance_of_a_batch():
    network = Network(
        layers=(layer("batchnorm"),),
        inputs=array([[1, 2]]),
        mode="eval",
        conventions=Conventions(batch_variance="unbiased"),
    )
    np.testing.assert_allclose(compile_setup(network, "forward").run()["Ybn"], [[1, 2]] / np.sqrt(1.001), rtol=1e-15)


def test_every_mistake_of_the_unbiased_form_is_one():
    random = np.random.default_rng(8)
    network = Network(
        layers=(layer("batchnorm", **{name: random.uniform(0.5, 2, size=3) for name in ("gamma", "beta")}),),
        inputs=random.normal(size=(4, 3)),
        grad_output=random.normal(size=(4, 3)),
        conventions=Conventions(batch_variance="unbiased", alpha=0.25),
    )
    setup = compile_setup(network, "backward")
    trace = setup.run()
    for step in setup.program.steps:
        if step.name.startswith("running_mean"):
            continue  # its old value is 0
        for mistake in step.op.mistakes:
            found = mistake.function(*(trace[name] for name in step.operands), **step.settings)
            assert not np.allclose(found, trace[step.name], rtol=1e-4), f"{step.name}: {mistake.sentence}"
