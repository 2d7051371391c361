"""Adam, AdamW, clipping and schedules against PyTorch 2 and against formulas written out here."""

import math

import numpy as np
import pytest

from mlpcli.nn.build import NetworkError
from mlpcli.nn.conventions import PRESETS
from mlpcli.nn.network import Network
from mlpcli.nn.optimizers.adam import Adam, AdamW
from mlpcli.nn.optimizers.sgd import SGD
from mlpcli.nn.schedules import Constant, Cosine, Pace, StepDecay
from tests.nn.setups import compile_setup

from ..handout import layer, loss

STEPS = 5


def network(optimizer, **options):
    random = np.random.default_rng(3)
    return Network(
        layers=(
            layer("linear", W=random.normal(size=(4, 3)), B=random.normal(size=4)),
            layer("tanh"),
            layer("linear", W=random.normal(size=(2, 4)), B=random.normal(size=2)),
        ),
        inputs=random.normal(size=(6, 3)),
        targets=random.normal(size=(6, 2)),
        loss=loss("mse"),
        optimizer=optimizer,
        conventions=PRESETS["torch"],
        **options,
    )


def ours(optimizer, **options):
    """The parameters after some steps."""
    setup = compile_setup(network(optimizer, **options), "update")
    for _ in range(STEPS):
        setup = setup.next(setup.run())
    return [setup.given[name] for name in ("W1", "B1", "W2", "B2")]


def theirs(make, clip=None, schedule=None):
    torch = pytest.importorskip("torch")
    given = network(None)
    first, _, last = given.layers
    model = torch.nn.Sequential(torch.nn.Linear(3, 4), torch.nn.Tanh(), torch.nn.Linear(4, 2)).double()
    for module, source in ((model[0], first), (model[2], last)):
        module.weight.data = torch.tensor(source.W)
        module.bias.data = torch.tensor(source.B)
    optimizer = make(torch.optim, model.parameters())
    scheduler = schedule(torch.optim.lr_scheduler, optimizer) if schedule else None
    X, D = torch.tensor(given.inputs), torch.tensor(given.targets)
    for _ in range(STEPS):
        optimizer.zero_grad()
        torch.nn.functional.mse_loss(model(X), D).backward()
        if clip:
            torch.nn.utils.clip_grad_norm_(model.parameters(), clip)
        optimizer.step()
        if scheduler:
            scheduler.step()
    return [value.detach().numpy() for value in model.parameters()]


def same(found, expected, rtol=1e-10):
    for ours_, theirs_ in zip(found, expected, strict=True):
        np.testing.assert_allclose(ours_.reshape(theirs_.shape), theirs_, rtol=rtol)


@pytest.mark.parametrize("decay", [0.0, 0.1])
def test_adam_is_pytorchs(decay):
    expected = theirs(lambda optim, p: optim.Adam(p, lr=0.01, betas=(0.8, 0.95), eps=1e-6, weight_decay=decay))
    same(ours(Adam(learning_rate=0.01, beta1=0.8, beta2=0.95, eps=1e-6, weight_decay=decay)), expected)


def test_adamw_is_pytorchs():
    same(ours(AdamW(learning_rate=0.02)), theirs(lambda optim, p: optim.AdamW(p, lr=0.02)))
    decayed = theirs(lambda optim, p: optim.AdamW(p, lr=0.02, weight_decay=0.3))
    same(ours(AdamW(learning_rate=0.02, weight_decay=0.3)), decayed)


def test_the_first_step_of_adam_is_as_long_as_the_learning_rate():
    """Whatever the gradients: both corrected averages are the first gradient's (Kingma and Ba, section 2.1)."""
    trace = compile_setup(network(Adam(learning_rate=0.01, eps=1e-300)), "update").run()
    np.testing.assert_allclose(np.abs(trace["W1_new"] - trace["W1"]), 0.01, rtol=1e-12)


@pytest.mark.parametrize("limit", [0.05, 100.0])
def test_clipping_is_pytorchs(limit):
    """PyTorch divides by the norm + 1e-6, so the two differ in the sixth digit where gradients are short."""
    expected = theirs(lambda optim, p: optim.SGD(p, lr=0.1), clip=limit)
    same(ours(SGD(learning_rate=0.1, clip_norm=limit)), expected, rtol=1e-5)


def test_clipped_gradients_are_together_as_long_as_the_limit():
    trace = compile_setup(network(SGD(learning_rate=0.1, clip_norm=0.25)), "update").run()
    clipped = [value for name, value in trace.items() if name.endswith("_clipped")]
    assert math.sqrt(sum((value**2).sum() for value in clipped)) == pytest.approx(0.25, rel=1e-14)


def warm_cosine(s, o):
    """A cosine over what the warm-up leaves."""
    after = s.CosineAnnealingLR(o, STEPS - 4, eta_min=0.01)
    return s.SequentialLR(o, [s.LinearLR(o, 0.25, 1, 3), after], milestones=[4])


SCHEDULED = [
    (StepDecay(every=2, factor=0.3), lambda s, o: s.StepLR(o, 2, 0.3)),
    (Cosine(), lambda s, o: s.CosineAnnealingLR(o, STEPS)),
    (Cosine(floor=0.1), lambda s, o: s.CosineAnnealingLR(o, STEPS, eta_min=0.01)),
    (Cosine(warmup=4, floor=0.1), warm_cosine),
    (Constant(warmup=4), lambda s, o: s.LinearLR(o, 0.25, 1, 3)),
]


@pytest.mark.parametrize(("schedule", "other"), SCHEDULED)
def test_schedules_are_pytorchs(schedule, other):
    expected = theirs(lambda optim, p: optim.SGD(p, lr=0.1), schedule=other)
    same(ours(SGD(learning_rate=0.1, schedule=schedule), pace=Pace(1, STEPS)), expected)


def test_lengths_count_epochs():
    """Of 10 steps: the rate is halved after every second epoch, and reached after one and a half."""
    pace, schedule = Pace(10, 100), StepDecay(every=2, factor=0.5, warmup=1.5)
    assert [schedule.share(step, pace) for step in (0, 14, 19, 20, 39, 40)] == [1 / 15, 1, 1, 0.5, 0.5, 0.25]


def test_a_cosine_needs_an_end():
    with pytest.raises(NetworkError, match="cosine needs to know how long: give epochs or steps"):
        compile_setup(network(SGD(learning_rate=0.1, schedule=Cosine())), "update")
