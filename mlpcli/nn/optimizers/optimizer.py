"""What every optimizer is: a learning rate, and an `update` that appends the steps that change one parameter."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from ...values.shapes import numeric
from ..build import Builder
from ..conventions import Conventions
from ..op import Array, Op, op, wrong
from ..options import Positive
from ..schedules import Schedule

CONDITIONS = {"rate": "sgd without momentum", "steps": "sgd without momentum, or with momentum: step"}
"""Conventions of the step of a parameter, and the optimizers that follow them."""

Rate = float | str
"""A learning rate, or the name of the scalar that follows a schedule."""


@op("{G}·min(1, limit / {norm:scalar})")
def clipped(G: Array, norm: Array, limit: float) -> Array:
    """Return the gradient, shortened where all gradients together are longer than the limit. Pascanu et al., 2013."""
    return G * (limit / np.maximum(norm, limit))


def norm_of(count: int) -> Op:
    """Return the op that takes the norm of `count` gradients together: √Σ G²."""

    def gradient_norm(*gradients: Array) -> Array:
        total = 0
        for G in gradients:
            total = (G * G).sum() + total
        return np.sqrt(total)

    parameters = tuple(f"G{i}" for i in range(count))
    squares = " + ".join(f"Σ {{{parameter}}}²" for parameter in parameters)
    return Op("gradient_norm", parameters, gradient_norm, f"√({squares})")


@dataclass(frozen=True, kw_only=True)
class Optimizer:
    """An optimizer. Its fields are its options in the config."""

    templates: ClassVar[Mapping[str, str]] = {}
    """Names of the tensors that only this optimizer has, unless a notation says otherwise."""

    learning_rate: Positive
    """How long a step is."""
    schedule: Schedule | None = None
    """How the learning rate changes in the course of a training."""
    clip_norm: Positive | None = None
    """The length that all gradients together are cut to where they are longer."""

    def heeds(self, conventions: Conventions) -> Collection[str]:
        """Return which of the conventions of `CONDITIONS` the steps of this optimizer follow."""
        return ()

    def check_conventions(self, p: Builder, conventions: Conventions, chosen: Collection[str]) -> None:
        """Note a problem for every chosen convention of a step that changes nothing here; of a preset say so."""
        for name, condition in CONDITIONS.items():
            own, usual = getattr(conventions, name), getattr(Conventions, name)
            if own != usual and name not in self.heeds(conventions):
                if name in chosen:
                    p.problem(f"{own} is for {condition}", "conventions", name)
                else:
                    p.notes.append(f"{name}: {own}, as the preset has it, is for {condition}: here it changes nothing")

    def updates(self, p: Builder, parameters: Sequence[str]) -> None:
        """Append the steps that change the parameters, from their gradients."""
        rate = self.rate(p)
        gradients = self.clip(p, parameters)
        for parameter in parameters:
            self.update(p, parameter, gradients[parameter], rate)
            p.succeed(parameter, p.names.derived("updated", parameter))

    def update(self, p: Builder, parameter: str, gradient: str, rate: Rate) -> None:
        """Append the steps from a parameter and its gradient to the parameter's new value."""
        raise NotImplementedError

    def rate(self, p: Builder) -> Rate:
        """Return the learning rate; with a schedule, the name of a scalar that is given anew at every step."""
        if self.schedule is None:
            return self.learning_rate
        if problem := self.schedule.problem(p.pace):
            p.problem(problem, "schedule")
        full, share, pace = self.learning_rate, self.schedule.share, p.pace
        return p.rule(p.names.of("rate"), "scheduled", (), lambda step, _: full * share(step, pace))

    def clip(self, p: Builder, parameters: Sequence[str]) -> dict[str, str]:
        """Return parameter → name of its gradient, clipped if all together are longer than `clip_norm`."""
        gradients = {parameter: p.tensors[parameter].gradient for parameter in parameters}
        if self.clip_norm is None or not gradients:
            return gradients
        norm = p.step(p.names.of("gradient_norm"), norm_of(len(gradients)), *gradients.values())
        return {
            parameter: p.step(p.names.derived("clipped", parameter), clipped, gradient, norm, limit=self.clip_norm)
            for parameter, gradient in gradients.items()
        }


def state(p: Builder, kind: str, parameter: str) -> tuple[str, str]:
    """Declare a tensor like the parameter that starts at 0 and is carried on; returns its name and its new value's."""
    wanted = p.tensors[parameter].shape
    old = p.state(p.names.derived(kind, parameter), wanted, lambda dtype, _: np.zeros(numeric(wanted, 0), dtype))
    new = p.names.derived("updated", old)
    p.succeed(old, new)
    return old, new


wrong(clipped, "it is not clipped", lambda G, norm, limit: G)
wrong(clipped, "it is scaled to the limit even where it is shorter", lambda G, norm, limit: G * (limit / norm))
