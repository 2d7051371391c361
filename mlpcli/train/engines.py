"""What takes the steps of a training: an engine, some steps at a time."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from ..config.engines import ENGINES as NAMED
from ..nn.op import Array
from .execute.executor import Make, numpy_executor
from .score import Score

if TYPE_CHECKING:
    from ..config.experiment import Experiment
    from .fit import Job
    from .hosts import Hosts

LARGE = 2**22
"""Bytes of a training's tensors above which these are not copied at every look at the losses."""


LEAST = 1e-12
"""What the first loss counts at least: one that is nothing but rounding may grow to anything."""
GROWN = 1e12
"""How many times the loss of the first step a loss may be."""


class Diverged(Exception):  # noqa: N818 (what happened, not a bug)
    """A loss or the state is no longer finite after `step`, counted from 0; `state` stood before step `known`.

    A loss that has `grown` is finite still.
    """

    def __init__(self, what: str, step: int, known: int, state: Mapping[str, Array], grown: bool = False) -> None:
        super().__init__(f"{what} is {f'more than {GROWN:g} times that of the first' if grown else 'not finite'}")
        self.grown = grown
        self.step, self.known, self.state = step, known, state


class UnavailableError(Exception):
    """An engine cannot do what a key of the config asks for."""

    def __init__(self, key: str, message: str) -> None:
        super().__init__(message)
        self.key = key


class Engine(Protocol):
    """Takes the steps of a job, and keeps its state."""

    step: int
    """Steps taken."""
    score: Score
    """Sums over the examples of the steps taken, up to the last look."""

    first: float | None
    """The loss of the first step of all."""

    @property
    def state(self) -> Mapping[str, Array]:
        """What training changes, as numpy arrays."""
        ...

    def advance(self, order: Array, stop: int) -> None:
        """Take at least one step, at most up to `stop`, in an epoch that takes its rows in this order.

        Raises Diverged, perhaps for steps taken before.
        """
        ...

    def settle(self) -> None:
        """Look at all that was trained: it is counted, and what is kept is finite. Raises Diverged."""
        ...


@dataclass(frozen=True)
class Kind:
    """A kind of engine."""

    make: Callable[[Job, dict[str, Array], int], Engine]
    """(job, state to take over, steps taken before) → engine."""
    machine: Callable[[Experiment, Hosts | None], str]
    """Returns what the steps would be taken on, by this process or by several. Raises UnavailableError."""


def stepwise(make: Make) -> Kind:
    """Make an engine of an executor, which takes one step at a time."""

    def engine(job: Job, state: dict[str, Array], step: int) -> Engine:
        from .stepwise import Stepwise

        return Stepwise(make, job, state, step)

    def machine(experiment: Experiment, hosts: Hosts | None) -> str:
        if hosts:
            raise UnavailableError("engine", "processes that train together need engine: jax")
        for key in ("device", "precision"):
            if getattr(experiment, key):
                raise UnavailableError(
                    key, f"{getattr(experiment, key)} is for engine: jax; --set {key}=null leaves it out"
                )
        return experiment.engine

    return Kind(engine, machine)


def jax_engine(job: Job, state: dict[str, Array], step: int) -> Engine:
    """Make an engine that takes many steps in one call of a compiled function."""
    from .execute.jax import JaxEngine

    return JaxEngine(job, state, step)


def jax_machine(experiment: Experiment, hosts: Hosts | None) -> str:
    from .execute.jax_device import machine

    return machine(experiment.device, experiment.precision, experiment.dtype, hosts)


ENGINES: dict[str, Kind] = NAMED
ENGINES.update(numpy=stepwise(numpy_executor), jax=Kind(jax_engine, jax_machine))
"""A new engine is one new file and one line here; a config may name it if `config.engines` does."""
