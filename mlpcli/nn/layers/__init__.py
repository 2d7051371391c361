"""Layers, one per file. A new layer is one new file and one line here."""

from __future__ import annotations

from .batchnorm import BatchNorm
from .dropout import Dropout
from .elu import ELU
from .gelu import GELU
from .identity import Identity
from .layer import Activation, Call, Layer
from .leaky_relu import LeakyReLU
from .linear import Linear
from .relu import ReLU
from .relu6 import ReLU6
from .selu import SELU
from .sigmoid import Sigmoid
from .softmax import Softmax
from .softplus import Softplus
from .swish import Swish
from .tanh import Tanh
from .threshold import Threshold

LAYERS: dict[str, type[Layer]] = {
    "linear": Linear,
    "batchnorm": BatchNorm,
    "identity": Identity,
    "threshold": Threshold,
    "relu": ReLU,
    "relu6": ReLU6,
    "leaky_relu": LeakyReLU,
    "sigmoid": Sigmoid,
    "tanh": Tanh,
    "softplus": Softplus,
    "gelu": GELU,
    "swish": Swish,
    "elu": ELU,
    "selu": SELU,
    "softmax": Softmax,
    "dropout": Dropout,
}

__all__ = ["LAYERS", "Activation", "Call", "Layer", "Sigmoid", "Softmax"]
