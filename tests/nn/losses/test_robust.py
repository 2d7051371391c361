"""The losses that follow the size of errors, huber and mae, against their textbook definitions in plain Python."""

import numpy as np
import pytest

from mlpcli.nn.conventions import Conventions
from mlpcli.nn.losses import LOSSES
from mlpcli.nn.network import Network
from tests.nn.drawing import differences
from tests.nn.setups import compile_setup

random = np.random.default_rng(4)
Y, D = random.normal(size=(6, 3)) * 2, random.normal(size=(6, 3))
DELTAS = (0.25, 1.0, 10.0)


def trace_of(kind, Y=Y, D=D, **options):
    network = Network(inputs=Y, targets=D, loss=LOSSES[kind](**options), conventions=Conventions(average=()))
    return compile_setup(network, "backward").run()


def huber(error, delta):
    """Huber, 1964: the parabola, and beyond delta the line that goes on from it."""
    return error**2 / 2 if abs(error) <= delta else delta * abs(error) - delta**2 / 2


def mean_of_rows(function, Y=Y):
    return [sum(function(y - d) for y, d in zip(*pair, strict=True)) / len(pair[0]) for pair in zip(Y, D, strict=True)]


@pytest.mark.parametrize("delta", DELTAS)
def test_huber_is_its_definition(delta):
    sizes = np.abs(Y - D)
    assert delta == 10 or ((sizes < delta).any() and (sizes > delta).any())
    trace = trace_of("huber", delta=delta)
    np.testing.assert_allclose(trace["L"], mean_of_rows(lambda e: huber(e, delta)), rtol=1e-14)
    expected = differences(lambda Y: sum(mean_of_rows(lambda e: huber(e, delta), Y)), Y)
    np.testing.assert_allclose(trace["gradY"], expected, rtol=1e-7, atol=1e-9)


def test_huber_is_smooth_where_its_two_parts_meet():
    for error in (-0.5, 0.5):
        trace = trace_of("huber", Y=np.array([[error]]), D=np.array([[0.0]]), delta=0.5)
        assert (trace["L"].item(), trace["gradY"].item()) == (0.125, error)


def test_mae_is_its_definition():
    trace = trace_of("mae")
    np.testing.assert_allclose(trace["L"], mean_of_rows(abs), rtol=1e-14)
    np.testing.assert_array_equal(trace["gradY"], np.where(Y > D, 1, -1) / 3)
    np.testing.assert_allclose(trace["gradY"], differences(lambda Y: sum(mean_of_rows(abs, Y)), Y), rtol=1e-7)
    assert trace_of("mae", Y=D)["gradY"].tolist() == np.zeros(D.shape).tolist()


@pytest.mark.parametrize("delta", DELTAS)
def test_they_are_pytorchs(delta):
    torch = pytest.importorskip("torch")
    for kind, options, theirs in (
        ("huber", {"delta": delta}, torch.nn.HuberLoss(reduction="none", delta=delta)),
        ("mae", {}, torch.nn.L1Loss(reduction="none")),
    ):
        outputs = torch.tensor(Y, requires_grad=True)
        rows = theirs(outputs, torch.tensor(D)).mean(dim=1)
        rows.sum().backward()
        trace = trace_of(kind, **options)
        np.testing.assert_allclose(trace["L"], rows.detach().numpy(), rtol=1e-13)
        np.testing.assert_allclose(trace["gradY"], outputs.grad.numpy(), rtol=1e-13)
