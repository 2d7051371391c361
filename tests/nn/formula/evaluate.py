"""The value of a formula: a reading of the tree that knows nothing of the ops' code."""

from fractions import Fraction
from math import erf, pi, sqrt

import numpy as np

from mlpcli.nn.formula import tree

FUNCTIONS = {
    "max": np.maximum,
    "min": np.minimum,
    "exp": np.exp,
    "log": np.log,
    "tanh": np.tanh,
    "√": np.sqrt,
    "σ": lambda Z: 1 / (1 + np.exp(-Z)),
    "Φ": np.vectorize(lambda z: (1 + erf(z / sqrt(2))) / 2),
    "φ": lambda Z: np.exp(-Z * Z / 2) / sqrt(2 * pi),
}


def evaluate(node, values):
    """The value of a tree; `values` has operands and settings by the parameter's name, and N and C."""
    parts = [evaluate(part, values) for part in node.parts]
    match node:
        case tree.Number("½"):
            return 0.5
        case tree.Number(text):
            return float(text)
        case tree.SettingName(name) | tree.Parameter(name):
            return values[name]
        case tree.Power(exponent=exponent):
            return parts[0] ** float(Fraction(exponent))
        case tree.FunctionCall(name="softmax"):
            powers = np.exp(parts[0])
            return powers / powers.sum(axis=0 if node.turned else 1, keepdims=True)
        case tree.FunctionCall(name=name):
            return FUNCTIONS[name](*parts)
        case tree.Rows(slice=rows):
            taken = slice(*(int(end) if end else None for end in rows.split(":")))
            return parts[0][:, taken] if node.turned else parts[0][taken]
        case tree.Stacked():
            return np.concatenate(parts, axis=int(node.turned))
        case tree.Total(index=""):
            return parts[0].sum()
        case tree.Total(index=index):
            return parts[0].sum(axis=int((index == "j") != node.turned), keepdims=True)
    return OPERATIONS[type(node)](*parts)


OPERATIONS = {
    tree.Sum: lambda *terms: sum(terms),
    tree.Negation: lambda A: -A,
    tree.Product: lambda A, B: A @ B,
    tree.Scaled: lambda A, B: A * B,
    tree.Elementwise: lambda A, B: A * B,
    tree.Quotient: lambda A, B: A / B,
    tree.Transpose: lambda A: A.T,
    tree.Greater: lambda A, B: A > B,
    tree.Less: lambda A, B: A < B,
    tree.Size: np.abs,
    tree.Indicator: lambda condition: condition * 1.0,
    tree.Where: lambda chosen, condition, other: np.where(condition, chosen, other),
    tree.Group: lambda A: A,
}
