"""Every op of the package, and networks whose steps are made of all of them."""

import importlib
import pkgutil
from dataclasses import dataclass, field, replace

import numpy as np

import mlpcli.nn
from mlpcli.check.claims.scalar_loss import total
from mlpcli.nn.conventions import PRESETS, Conventions
from mlpcli.nn.layers import LAYERS
from mlpcli.nn.losses import LOSSES
from mlpcli.nn.losses.penalty import gradient_of, penalty_of, total_of
from mlpcli.nn.network import Network
from mlpcli.nn.op import Op
from mlpcli.nn.optimizers import OPTIMIZERS
from mlpcli.nn.optimizers.optimizer import norm_of
from mlpcli.nn.program import Step
from mlpcli.nn.schedules import SCHEDULES
from tests.nn.setups import compile_setup

MODULES = [importlib.import_module(found.name) for found in pkgutil.walk_packages(mlpcli.nn.__path__, "mlpcli.nn.")]
DECLARED = {op.name: op for module in MODULES for op in vars(module).values() if isinstance(op, Op)}
FORMS = [(half, over_n) for half in (True, False) for over_n in (True, False)]
MADE = {f"gradient_norm of {k}": norm_of(k) for k in (1, 2, 3)}
MADE |= {f"{k}, {c}, {form}": penalty_of(k, c, *form) for k in ("l1", "l2") for c in (1, 3) for form in FORMS}
MADE |= {f"gradient of {k}, {form}": gradient_of(k, *form) for k in (("l1",), ("l2",), ("l2", "l1")) for form in FORMS}
MADE |= {f"total of {k}, {scalar}": total_of(k, scalar) for k in (1, 2) for scalar in (True, False)}
EVERY = {**DECLARED, total.name: total, **MADE}


@dataclass(frozen=True)
class Case:
    """A kind of network with one hidden layer."""

    activation: str
    end: str
    loss: str
    optimizer: dict
    conventions: Conventions
    mode: str = "train"
    options: dict = field(default_factory=dict)
    """Of the loss."""
    weighted: bool = False
    """Whether some examples count more than others."""


def cases():
    """Every activation, loss and optimizer, in the three conventions and between them."""
    toy, torch = PRESETS["cmu-toy"], PRESETS["torch"]
    for kind in LAYERS.keys() - {"linear", "batchnorm"}:
        yield Case(kind, "identity", "l2", {"type": "sgd"}, toy)
        yield Case(kind, "identity", "mse", {"type": "sgd"}, torch, mode="eval")
    for conventions in PRESETS.values():
        for loss, ends in ENDS.items():
            for end in ends:
                yield Case("tanh", end, loss, {"type": "sgd"}, conventions)
        for optimizer in OPTIMIZED:
            if "nesterov" in optimizer and conventions.momentum == "ema":
                continue
            yield Case("relu", "identity", "l2", optimizer, conventions)
    for loss, other in (
        ("l2", "mean"),
        ("mse", "sum"),
        ("mae", "sum"),
        ("huber", "sum"),
        ("binary_cross_entropy", "sum"),
    ):
        for end in ENDS[loss]:
            yield Case("tanh", end, loss, {"type": "sgd"}, torch, options={"over_outputs": other})
    yield Case("relu", "identity", "l2", {"type": "sgd", "momentum": 0.9}, replace(torch, momentum="ema"))
    shown = replace(toy, average=(), rate="over_n", steps="shown")
    yield Case("relu", "identity", "l2", {"type": "sgd"}, shown)
    for conventions in (toy, torch):
        yield Case("tanh", "identity", "l2", {"type": "sgd"}, conventions, weighted=True)
    for half, over_n in FORMS:
        options = {"l2": 0.3, "half": half, "over_n": over_n, "biases": half}
        yield Case("tanh", "identity", "l2", {"type": "sgd"}, toy, options=options)
        yield Case("tanh", "identity", "l2", {"type": "sgd"}, torch, options=options | {"l1": 0.2})
        yield Case("tanh", "identity", "l2", {"type": "sgd"}, torch, options={"l1": 0.2, "over_n": over_n})
    for weighs, variance in (("new", "biased"), ("old", "unbiased")):
        between = Conventions(alpha_weighs=weighs, running_variance=variance, logits_gradient="derivative")
        yield Case("relu", "softmax", "softmax_cross_entropy", {"type": "sgd"}, between)
        for running in ("biased", "unbiased"):
            unbiased = replace(between, batch_variance="unbiased", running_variance=running)
            yield Case("relu", "softmax", "softmax_cross_entropy", {"type": "sgd"}, unbiased)


ENDS = {
    "l2": ("softmax",),
    "mse": ("sigmoid",),
    "mae": ("identity",),
    "huber": ("identity",),
    "cross_entropy": ("softmax", "sigmoid", "softplus"),
    "softmax_cross_entropy": ("softmax",),
    "binary_cross_entropy": ("sigmoid", "softmax"),
}
"""Loss → layers before it whose outputs it is made for."""

OPTIMIZED = (
    {"type": "sgd", "weight_decay": 0.1, "clip_norm": 0.5},
    {"type": "sgd", "momentum": 0.9, "clip_norm": 1e6},
    {"type": "sgd", "momentum": 0.9, "nesterov": True, "schedule": SCHEDULES["step"](every=2, factor=0.5)},
    {"type": "adam", "weight_decay": 0.1},
    {"type": "rmsprop", "weight_decay": 0.1},
    {"type": "adamw", "weight_decay": 0.1, "schedule": SCHEDULES["step"](every=2, factor=0.5)},
)

CASES = sorted(cases(), key=str)


def steps_of(case, seed, rows=3):
    """Every step of two updates of a network, with the values of a run, and the numbers of rows and columns."""
    setup = compile_setup(network(case, seed, rows), "update")
    setup = setup.next(setup.run())
    program, trace = setup.program, setup.run()
    routes = [step for ways in program.routes.values() for step in ways]
    trace["L_sum"] = trace[program.loss].sum()
    return [*program.steps, *routes, Step("L_sum", total, (program.loss,), "loss")], trace, rows, WIDTH


WIDTH = 2


def network(case, seed, rows):
    random = np.random.default_rng(seed)
    options = dict(case.optimizer)
    norm = {field: random.uniform(0.5, 2, 4) for field in ("gamma", "beta", "running_mean", "running_var")}
    linear = LAYERS["linear"]
    weights = [random.normal(size=size) for size in ((3, 4), (4, WIDTH))]
    biases = [{"B": random.normal(size=size)} for size in (4, WIDTH)]
    if case.conventions.joins:
        weights = [np.vstack([b.pop("B"), W]) for W, b in zip(weights, biases, strict=True)]
    if case.conventions.layout == "out_in":
        weights = [W.T for W in weights]
    return Network(
        layers=(
            linear(W=weights[0], **biases[0]),
            LAYERS["batchnorm"](**norm),
            LAYERS[case.activation](),
            linear(W=weights[1], **biases[1]),
            LAYERS[case.end](),
        ),
        inputs=random.normal(size=(rows, 3)),
        targets=random.uniform(0.1, 0.9, size=(rows, WIDTH)),
        loss=LOSSES[case.loss](**case.options),
        optimizer=OPTIMIZERS[options.pop("type")](learning_rate=0.1, **options),
        sample_weights=random.uniform(0.5, 2, rows) if case.weighted else None,
        conventions=case.conventions,
        mode=case.mode,
    )
