"""PyTorch, as far as the steps of a program need it."""

from __future__ import annotations

from math import pi, sqrt
from typing import Any

import torch

from ...values.special import cdf_ufunc, density_ufunc
from ...values.value import PRIMITIVES
from .elsewhere import Library

OWN = {
    cdf_ufunc: lambda Z: torch.erfc(Z * -sqrt(0.5)) / 2,
    density_ufunc: lambda Z: torch.exp(Z * Z / -2) / sqrt(2 * pi),
}
"""Functions that it has under no name of numpy's."""


def library() -> Library:
    """Return it as what computes tensors, on the CPU."""
    same = {function: getattr(torch, name) for name, function in PRIMITIVES.items() if hasattr(torch, name)}
    return Library(torch.tensor, lambda X: X.numpy(), same | OWN, total)


def total(X: Any, axis: int | None, keepdims: bool) -> Any:
    return torch.sum(X, dim=axis, keepdim=keepdims)
