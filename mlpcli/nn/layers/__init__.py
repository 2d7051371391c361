"""Layers, each in a file of its own. A new layer is one new file and one line here."""

from __future__ import annotations

from ..tables import ClassTable
from .layer import Activation, Call, Layer

LAYERS: ClassTable[Layer] = ClassTable(
    __name__,
    {
        "linear": "linear.Linear",
        "batchnorm": "batchnorm.BatchNorm",
        "identity": "identity.Identity",
        "threshold": "threshold.Threshold",
        "relu": "relu.ReLU",
        "leaky_relu": "leaky_relu.LeakyReLU",
        "relu6": "relu6.ReLU6",
        "elu": "elu.ELU",
        "selu": "selu.SELU",
        "sigmoid": "sigmoid.Sigmoid",
        "tanh": "tanh.Tanh",
        "softplus": "softplus.Softplus",
        "gelu": "gelu.GELU",
        "swish": "swish.Swish",
        "softmax": "softmax.Softmax",
        "dropout": "dropout.Dropout",
    },
)

__all__ = ["LAYERS", "Activation", "Call", "Layer"]
