"""Settings that hide that one is taken for the other: with a rate of 0.1 and mu = 0.9, lr and 1 − mu are the same."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import numpy as np

from ...nn.program import Program, Step
from ..mistakes import Variant

NEAR = 1e-9
KEYS = {"lr": "learning_rate", "mu": "momentum"}
"""Setting of a step → what a config calls it, where that is another word."""


def mixed_up(program: Program, step: Step) -> Iterator[Variant]:
    """Yield an update with a setting that another one equals, or 1 less it, in place of its own."""
    if step.section != "update":
        return
    settings = numbers(program)
    for name, value in step.settings.items():
        for other, number in settings.items():
            for word, wrong in ((other, number), (f"1 − {other}", 1 - number)):
                if name != other and np.ndim(value) == 0 and abs(wrong - value) <= NEAR:
                    changed = replace(step, settings={**step.settings, name: wrong})
                    yield Variant(changed, f"{word} is used in place of {name}")


def numbers(program: Program) -> dict[str, float]:
    """Return the settings of the updates that are one number each, the same in every step."""
    found: dict[str, set[float]] = {}
    for step in program.steps:
        for name, value in step.settings.items() if step.section == "update" else ():
            found.setdefault(name, set()).add(float(value) if np.ndim(value) == 0 else np.nan)
    return {name: values.pop() for name, values in found.items() if len(values) == 1}


def coincidence(step: Step, wrong: Step) -> str:
    """Return the setting that is mixed up in a step: its name; empty where none is."""
    return next((name for name, value in step.settings.items() if wrong.settings.get(name) is not value), "")


def other_values(step: Step, name: str) -> Iterator[str]:
    """Yield changes of a config that give a setting of the optimizer another value."""
    value: Any = step.settings[name]
    for factor in (2, 0.5):
        yield f"optimizer.{KEYS.get(name, name)}={float(f'{value * factor:.12g}')!r}"
