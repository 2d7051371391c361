"""An exercise, a config and what of it is printed, and the same exercise after changes that a person can make to it."""

from __future__ import annotations

import shlex
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from ...config.load import Case, changed
from ...errors import InputError
from ...nn.unroll import names_at, unroll_setup
from ...output.numbers import number_rows
from ...values.noisy import noisy
from ..claims.claimed import fit_shape
from ..claims.spelled import match_names
from ..mistakes import Variant
from ..run import expected
from .mutants import DIGITS, Halves, PrintedRun, printed_halves, revealed
from .work import Work

Key = tuple[str, str]
"""A tensor and the sentence of a mistake in its step."""


@dataclass(frozen=True)
class Plan:
    """A change of an exercise as options of the command line: keys to set, steps to print, digits to print."""

    sets: tuple[str, ...] = ()
    steps: int = 1
    precision: int = DIGITS

    def options(self, usual: Plan) -> str:
        """Write them as somebody types them."""
        words = [word for text in self.sets for word in ("--set", text)]
        words += ["--steps", str(self.steps)] if self.steps != usual.steps else []
        words += ["--precision", str(self.precision)] if self.precision != usual.precision else []
        return shlex.join(words)


def read_plan(options: str, usual: Plan) -> Plan:
    """Read a plan back from the options that it is written as."""
    given: dict[str, list[str]] = {}
    for option, value in pairs(options):
        given.setdefault(option, []).append(value)
    steps, precision = (int(given.get(f"--{key}", [str(getattr(usual, key))])[0]) for key in ("steps", "precision"))
    return Plan(tuple(given.get("--set", ())), steps, precision)


def pairs(options: str) -> list[tuple[str, str]]:
    """Return options as they are typed, each with its value."""
    words = shlex.split(options)
    return list(zip(words[::2], words[1::2], strict=True))


@dataclass
class Exercise:
    """A case as it is printed, for some steps of training."""

    case: Case
    first: PrintedRun
    """Its first step."""
    whole: PrintedRun
    """All its steps, as one program."""
    steps: int
    claims: bool
    """Whether the config says what is printed."""
    work: Work = field(default_factory=lambda: Work(np.inf))
    known: dict[Key, bool | None] = field(default_factory=dict)

    def reveals(self, variant: Variant) -> bool | None:
        """Return whether a mistake shows in what is printed; None if it cannot be made."""
        key = key_of(variant)
        if key not in self.known:
            self.known[key] = revealed(self.whole, variant, self.work, self.steps)
        return self.known[key]

    def seen(self, variants: Sequence[Variant]) -> frozenset[Key]:
        return frozenset(key_of(variant) for variant in variants if self.reveals(variant))


def key_of(variant: Variant) -> Key:
    return variant.step.name, variant.sentence


def exercise(case: Case, steps: int = 1, precision: int = DIGITS, whole: bool = False) -> Exercise:
    """Run the case for some steps; the claimed tensors are printed, or all if none is claimed or with `whole`."""
    claimed = {} if whole else claimed_halves(case)
    first = PrintedRun(case.setup, case.setup.run(noisy), claimed or printed_halves(case.setup, precision))
    if steps == 1:
        return Exercise(case, first, first, steps, bool(claimed))
    setup = unroll_setup(case.setup, steps)
    named = [names_at(case.program, number) for number in range(1, steps + 1)]
    reference = setup.run(noisy)
    halves = {names[n]: fitted(half, reference[names[n]].shape) for names in named for n, half in claimed.items()}
    longer = PrintedRun(setup, reference, halves or printed_halves(setup, precision), case.program)
    return Exercise(case, first, longer, steps, bool(claimed))


def claimed_halves(case: Case) -> Halves:
    """Return half a unit of the last digit of every number under `expect`.

    Where the number of inputs is not that of the claims, every number has the digits of the coarsest of its tensor.
    """
    known = match_names(case, expected(case)).known
    trace, computed = case.setup.run(), case.program.by_name
    halves = {}
    for name, claim in known.items():
        if name in computed:
            own, _ = fit_shape(claim.written, trace[name])
            if np.isfinite(own.half_unit).any():
                halves[name] = fitted(own.half_unit, trace[name].shape)
    return halves


def fitted(half: Any, shape: tuple[int, ...]) -> Any:
    """Return half units as they are, or where there are other numbers than those claimed, the coarsest for each."""
    return half if half.shape == shape else np.full(shape, half[np.isfinite(half)].max())


def apply_plan(case: Case, plan: Plan) -> Exercise | None:
    """Apply a plan to the exercise, by the way of `--set`; None where a key cannot be set so."""
    try:
        return exercise(changed(case, "furthest", plan.sets), plan.steps, plan.precision)
    except InputError:
        return None


def numbers(value: Any) -> str:
    """Write a tensor as a config has it, with all its digits."""
    if np.ndim(value):
        return f"[{', '.join(map(numbers, value))}]"
    return repr(float(value)).removesuffix(".0")


def digits(value: Any, precision: int) -> str:
    """Write a computed tensor as it is printed."""
    shape = value.shape if len(value.shape) == 2 else (1, -1)
    rows = number_rows(value.value.reshape(shape), value.noise.reshape(shape), precision)
    listed = [f"[{', '.join(row)}]" for row in rows]
    return f"[{', '.join(listed)}]" if value.value.ndim == 2 else listed[0] if value.value.ndim else rows[0][0]
