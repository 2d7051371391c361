"""The network of the handout's toy problem, typed from its sections 2.1.3 and 2.2.3."""

import numpy as np

from mlpcli.nn.layers import LAYERS
from mlpcli.nn.losses import LOSSES

W1 = [[4, 2, -2], [5, 4, 5]]
W2 = [[2, 5, 6], [2, -3, -3], [-2, 4, 3]]
W3 = [[5, 5], [3, -1], [5, 4]]
ONE_INPUT = [[4, 3]]
BATCH = [[4, 3], [5, 6], [7, 8]]


def array(rows):
    return np.array(rows, dtype=float)


def layer(kind, **options):
    """A layer by its name in a config, its lists turned into arrays."""
    return LAYERS[kind](**{k: array(v) if isinstance(v, list) else v for k, v in options.items()})


def loss(kind, **options):
    return LOSSES[kind](**options)


def mlp(*between):
    """Three linear layers, and `between` after each of the hidden ones: names of layers."""
    hidden = [layer(kind) for kind in between]
    return (layer("linear", W=W1), *hidden, layer("linear", W=W2), *hidden, layer("linear", W=W3))
