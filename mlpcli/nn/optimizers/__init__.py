"""Optimizers, one per file. A new optimizer is one new file and one line here."""

from __future__ import annotations

from .adam import Adam, AdamW
from .optimizer import Optimizer
from .rmsprop import RMSProp
from .sgd import SGD

OPTIMIZERS: dict[str, type[Optimizer]] = {"sgd": SGD, "adam": Adam, "adamw": AdamW, "rmsprop": RMSProp}

__all__ = ["OPTIMIZERS", "SGD", "Optimizer"]
