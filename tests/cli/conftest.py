"""A small training."""

import numpy as np
import pytest

SMALL = """
layers: [{type: linear, units: 5}, batchnorm, relu, {type: linear, units: 3}]
inputs: {file: data.npz, key: X}
targets: {classes: {file: data.npz, key: y}, first: 0}
loss: softmax_cross_entropy
learning_rate: 0.1
batch_size: 8
epochs: 4
"""


@pytest.fixture
def small(tmp_path):
    random = np.random.default_rng(2)
    np.savez(tmp_path / "data.npz", X=random.normal(size=(30, 4)), y=random.integers(0, 3, 30))
    path = tmp_path / "small.yaml"
    path.write_text(SMALL)
    return path
