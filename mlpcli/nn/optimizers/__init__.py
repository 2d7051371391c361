"""Optimizers, one a file. A new optimizer is one new file and one line here."""

from __future__ import annotations

from .optimizer import Optimizer
from .sgd import SGD

OPTIMIZERS: dict[str, type[Optimizer]] = {"sgd": SGD}

__all__ = ["OPTIMIZERS", "SGD", "Optimizer"]
