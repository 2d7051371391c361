"""Random networks as configs, and trainings of them."""

from pathlib import Path

import numpy as np
from hypothesis import strategies as st

from mlpcli.config.load import load
from mlpcli.config.training import Training
from mlpcli.train.fit import Fit
from mlpcli.train.job import prepare

ACTIVATIONS = (
    "relu", "leaky_relu", "sigmoid", "tanh", "softplus", "gelu", "swish", "softmax", "identity", "threshold",
    "relu6", "elu", "{type: elu, alpha: 0.3}", "selu", "dropout", "{type: dropout, rate: 0.2}",
)  # fmt: skip
ENDINGS = {
    "softmax_cross_entropy": "softmax",
    "cross_entropy": "softmax",
    "binary_cross_entropy": "sigmoid",
    "mse": "tanh",
    "l2": "identity",
    "mae": "elu",
    "huber": "relu6",
    "huber, delta: 0.1": "identity",
}
OPTIMIZERS = (
    "{type: sgd, learning_rate: 0.1}",
    "{type: sgd, learning_rate: 0.1, momentum: 0.9, weight_decay: 0.01}",
    "{type: sgd, learning_rate: 0.1, momentum: 0.9, nesterov: true, schedule: {type: cosine, warmup: 2}}",
    "{type: sgd, learning_rate: 0.1, clip_norm: 0.05, schedule: {type: step, every: 1, factor: 0.5}}",
    "{type: adam, learning_rate: 0.01, weight_decay: 0.1}",
    "{type: adamw, learning_rate: 0.01, clip_norm: 0.1}",
    "{type: rmsprop, learning_rate: 0.01}",
    "{type: rmsprop, learning_rate: 0.01, alpha: 0.9, weight_decay: 0.1, schedule: {type: step, every: 1}}",
)
SCALE_FREE = ("adam", "rmsprop")
"""Optimizers whose steps are as long as their learning rate, however short the gradients."""


@st.composite
def configs(draw):
    """A config of a training, as text."""
    loss = draw(st.sampled_from(sorted(ENDINGS)))
    optimizer = draw(st.sampled_from(OPTIMIZERS))
    # Before batch normalization gradB is 0 but for rounding, which some make as long as their learning rate.
    normal = draw(st.booleans()) and not any(name in optimizer for name in SCALE_FREE)
    layers = []
    for _ in range(draw(st.integers(0, 2))):
        # from 65 units on, an update is one call of the BLAS
        layers.append(f"{{type: linear, units: {draw(st.sampled_from([1, 3, 7, 70]))}}}")
        layers += ["batchnorm"] if normal else []
        layers.append(draw(st.sampled_from(ACTIVATIONS)))
    outputs = draw(st.integers(2, 5))
    layers += [f"{{type: linear, units: {outputs}, freeze: {draw(st.sampled_from(['[]', '[B]']))}}}", ENDINGS[loss]]
    count, inputs = draw(st.integers(4, 20)), draw(st.sampled_from([1, 4, 70]))
    penalty = draw(st.sampled_from(["", ", l2: 0.01", ", l2: 0.01, l1: 0.001, over_n: true, biases: true"]))
    random = np.random.default_rng(draw(st.integers(0, 10)))
    X, D = random.normal(size=(count, inputs)), random.dirichlet(np.ones(outputs), size=count)
    size = draw(st.sampled_from([n for n in range(2, count + 1) if count % n != 1]))
    return (
        f"layers: [{', '.join(layers)}]\ninputs: {X.tolist()}\ntargets: {D.tolist()}\nloss: {{type: {loss}{penalty}}}\n"
        f"optimizer: {optimizer}\nbatch_size: {size}\nepochs: 2\n"
        f"conventions: {draw(st.sampled_from(['cmu-toy', 'cmu-3.0.1', 'torch']))}\n"
    )


def fit_of(path: Path, *overrides):
    """The training that a config file describes, at its start."""
    (case,) = load(str(path), "update", overrides, Training())
    return Fit(*prepare(case.experiment, case.compiled))


def train(fit):
    """Train to the end; the metrics of each epoch."""
    metrics = []
    assert fit.run(lambda _: True, lambda _, epoch: metrics.append(epoch.metrics()))
    return metrics
