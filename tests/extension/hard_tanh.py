"""A layer: Y = Z cut at ±bound."""

from dataclasses import dataclass

import numpy as np

from mlpcli.nn.layers import Activation
from mlpcli.nn.op import op, wrong
from mlpcli.nn.options import Positive


@op("max(−bound, min(bound, {Z}))")
def hard_tanh(Z, bound):
    return np.maximum(-bound, np.minimum(bound, Z))


@op("{G} where |{Z}| < bound, else 0")
def hard_tanh_gradient(Z, G, bound):
    return np.where(np.absolute(Z) < bound, G, 0)


@dataclass(frozen=True, kw_only=True)
class HardTanh(Activation):
    """The identity that ends at ±bound."""

    bound: Positive = 1.0

    value = hard_tanh
    gradient = hard_tanh_gradient


wrong(hard_tanh, "it is cut above only", lambda Z, bound: np.minimum(bound, Z))
wrong(hard_tanh_gradient, "the derivative of the activation is missing", lambda Z, G, bound: G)
