"""The names that other frameworks have get the right suggestion.

Keras, PyTorch, scikit-learn: each name is in that library's reference; what it is here is by its formula.
"""

import pytest

from mlpcli.config.convert import TABLES
from mlpcli.config.foreign import NAMES, meant, our_key
from mlpcli.nn.conventions import PRESETS
from mlpcli.train.measure import METRICS

METRIC_NAMES = ["loss", *(name for names in METRICS.values() for name in names)]
NOUNS = {**dict(TABLES.values()), "preset": PRESETS, "metric": METRIC_NAMES}


@pytest.mark.parametrize(
    ("noun", "theirs", "name"),
    [
        ("loss", "categorical_crossentropy", "softmax_cross_entropy"),
        ("loss", "sparse_categorical_crossentropy", "softmax_cross_entropy"),
        ("loss", "nn.CrossEntropyLoss", "softmax_cross_entropy"),
        ("loss", "binary_crossentropy", "binary_cross_entropy"),
        ("loss", "BCEWithLogitsLoss", "binary_cross_entropy"),
        ("loss", "mean_squared_error", "mse"),
        ("loss", "tf.keras.losses.MeanSquaredError", "mse"),
        ("loss", "L1Loss", "mae"),
        ("loss", "SmoothL1Loss", "huber"),
        ("layer", "Dense", "linear"),
        ("layer", "nn.Linear(2, 0.5)", "linear"),
        ("layer", "ReLU()", "relu"),
        ("layer", "BatchNormalization", "batchnorm"),
        ("layer", "nn.SiLU", "swish"),
        ("optimizer", "momentum", "sgd"),
        ("schedule", "CosineAnnealingLR", "cosine"),
        ("metric", "val_loss", "loss"),
        ("metric", "f1", "macro_f1"),
        ("preset", "stanfurd", "cs231n"),
        ("preset", "PyTorch", "torch"),
        ("preset", "cs231", "cs231n"),
    ],
)
def test_a_name_of_theirs(noun, theirs, name):
    assert meant(noun, theirs, NOUNS[noun]) == f" (did you mean {name!r}?)"


def test_a_name_that_nobody_has():
    assert meant("metric", "rmse", ["loss", "accuracy"], "there are") == "; there are loss, accuracy"
    assert meant("layer", "q" * 10_000, ["relu"]) == "; known are relu"


@pytest.mark.parametrize("spelled", ["linear:\n      units: 3", "Dense: {units: 3}", "name: linear\n    units: 3"])
def test_a_layer_in_other_words(problem, spelled):
    said = problem(f"layers:\n  - {spelled}\n  - relu\ninputs: [[1, 2]]")
    assert said == "c.yaml:2:5: layers[0]: type is missing: write {type: linear, ...}, with its options beside it"


def test_an_engine_is_known_before_it_is_needed(problems):
    text = "layers: [relu]\ninputs: [[1]]\nconventions: stanford\nengine: cuda\n"
    assert problems(text) == [
        "c.yaml:3:14: conventions: unknown preset 'stanford' (did you mean 'cs231n'?)",
        "c.yaml:4:9: engine: unknown engine 'cuda'; known are numpy, jax",
    ]


def test_every_suggestion_is_known():
    for noun, names in NAMES.items():
        assert set(names.values()) <= set(NOUNS[noun])
        assert not set(names) & set(NOUNS[noun])


def test_keys():
    assert our_key("p", ["rate"]) == " (did you mean 'rate'?)"
    assert our_key("p", ["eps"]) == ""
    assert our_key("model", ["mode", "layers"]) == " (did you mean 'layers'?)"
    assert our_key("l1", ["learning_rate"]) == " here; write loss: {type: ..., l1: ...}"


def test_they_are_said(tmp_path):
    from click.testing import CliRunner

    from mlpcli.cli import group

    config = tmp_path / "c.yaml"
    config.write_text(
        "layers: [{type: linear, units: 2}, {type: dropout, p: 0.5}]\ninputs: [[1]]\ntargets: [[1, 0]]\n"
        "loss: categorical_crossentropy\noptimizer: {type: adam, l1: 1e-4}\n"
    )
    done = CliRunner().invoke(group, ["forward", str(config)])
    assert done.exit_code == 2
    for said in ("'softmax_cross_entropy'?", "'rate'?", "unknown key here; write loss: {type: ..., l1: ...}"):
        assert said in done.stderr
