"""Optimizers, each in a file of its own. A new optimizer is one new file and one line here."""

from __future__ import annotations

from ..tables import ClassTable
from .optimizer import Optimizer, state

OPTIMIZERS: ClassTable[Optimizer] = ClassTable(
    __name__,
    {"sgd": "sgd.SGD", "adam": "adam.Adam", "adamw": "adam.AdamW", "rmsprop": "rmsprop.RMSProp"},
)

__all__ = ["OPTIMIZERS", "Optimizer", "state"]
