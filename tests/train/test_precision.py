"""A network of single precision is scored, asked and explained in single precision, whatever its settings are."""

import re

import numpy as np
import pytest

from mlpcli.config.load import load
from mlpcli.config.training import Training
from mlpcli.nn.layers import LAYERS
from mlpcli.train.assess import assess, predict
from mlpcli.train.diverged import explain_divergence
from mlpcli.train.engines import Diverged
from mlpcli.train.fit import Fit
from mlpcli.train.job import prepare
from mlpcli.train.score import Score

CONFIG = """
layers: [{{type: linear, units: 4}}, batchnorm, {layer}, {{type: linear, units: 2}}]
inputs: {inputs}
targets: {{classes: [1, 2, 1, 2, 2, 1, 1]}}
loss: {loss}
optimizer: {optimizer}
validation: 0.3
batch_size: 2
epochs: 2
dtype: {dtype}
"""
ADAM = "{type: adam, learning_rate: 0.01}"
KINDS = [kind for kind in LAYERS if kind not in ("linear", "batchnorm")]


@pytest.fixture
def read(tmp_path):
    """A case of a training."""

    def case(layer="leaky_relu", loss="softmax_cross_entropy", dtype="float32", optimizer=ADAM):
        inputs = np.random.default_rng(1).normal(size=(7, 3)).round(3).tolist()
        path = tmp_path / "config.yaml"
        path.write_text(CONFIG.format(layer=layer, loss=loss, dtype=dtype, optimizer=optimizer, inputs=inputs))
        return load(str(path), "update", training=Training())[0]

    return case


@pytest.fixture
def seen(monkeypatch):
    """The types of the losses and outputs that are added up."""
    types, add = set(), Score.add

    def noted(self, losses, outputs, *rest):
        types.update((losses.dtype.name, outputs.dtype.name))
        add(self, losses, outputs, *rest)

    monkeypatch.setattr(Score, "add", noted)
    return types


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("layer", KINDS)
def test_outputs(read, layer, dtype):
    case = read(layer, dtype=dtype)
    outputs, _ = predict(case.experiment, case.compiled)
    assert outputs.dtype == dtype


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("loss", ["softmax_cross_entropy", "mse", "l2"])
def test_losses(read, seen, loss, dtype):
    """Of batches in training, of what is left of one, of examples held out, and of those evaluated."""
    case = read(loss=loss, dtype=dtype)
    assert Fit(*prepare(case.experiment, case.compiled)).run(lambda _: True, lambda *_: None)
    assess(case.experiment, case.compiled, "all")
    assert seen == {dtype}


@pytest.mark.parametrize(
    "optimizer",
    [
        "{type: adam, learning_rate: 1.e+38}",
        "{type: adamw, learning_rate: 1.e+38, weight_decay: 0, clip_norm: 1}",
        "{type: adam, learning_rate: 1.e+38, schedule: {type: step, every: 1}}",
        "{type: sgd, learning_rate: 1.e+38, momentum: 0.9, schedule: {type: step, every: 1}}",
    ],
)
def test_what_is_explained_leaves_the_range_of_single_precision(read, optimizer):
    """Numbers of 1e38 and their squares are far from the largest double."""
    case = read(optimizer=optimizer)
    fit = Fit(*prepare(case.experiment, case.compiled))
    with pytest.raises(Diverged) as caught:
        fit.run(lambda _: True, lambda *_: None)
    assert re.match(
        r"step 2 \(epoch 1\): \w+ is the first tensor that is not finite", explain_divergence(fit, caught.value)
    )
