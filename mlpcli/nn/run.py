"""Running a program: the only place where steps are run."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

import numpy as np

from ..values.value import Lift, PrimitiveError, Value
from .op import Array
from .program import Program, Step

Trace = dict[str, Array]
"""Tensors by name: what was given first, then each step's value in order of computation."""

Batch = Mapping[str, Array]
"""The rows at hand: inputs, and targets where there are any."""


@dataclass(frozen=True)
class State:
    """What training changes, and what stays as it is: weights, running statistics, moments."""

    tensors: Mapping[str, Array] = field(default_factory=dict)
    steps: int = 0
    """Training steps taken."""


def run(
    program: Program,
    state: State,
    batch: Batch,
    values: Lift = np.asarray,
    *,
    given: Mapping[str, Array] | None = None,
    steps: Mapping[str, Step] | None = None,
    until: str | None = None,
) -> Trace:
    """Compute every tensor of a program, or those that lead to one.

    `values` turns state, batch and settings into the number type to compute with. `given` holds tensors of that type
    that are taken as they are, computed ones too; `steps` takes the place of the program's own steps; `until` names a
    tensor: what does not lead to it is not computed. Numbers that leave the range of floats become inf or nan without a
    warning: they are shown as they are. Raises PrimitiveError where an op calls what is not declared.
    """
    given = given or {}
    trace = {**known(program, state, batch, values, given), **given}
    own = {**program.by_name, **(steps or {})}
    with np.errstate(all="ignore"):
        for name in leading_to(until, own, given) if until else own:
            if name not in given:
                trace[name] = compute(own[name], trace, values)
    return trace


def known(program: Program, state: State, batch: Batch, values: Lift, given: Mapping[str, Array]) -> Trace:
    """Return the tensors known before the first step, and evaluate the rules of those that have one."""
    trace, there = {}, {**state.tensors, **batch}
    for name in program.given:
        if name in given:
            trace[name] = given[name]
        elif name in program.rules:
            trace[name] = values(ruled(program, name, state, batch))
        elif name in there:
            trace[name] = values(there[name])
    return trace


def ruled(program: Program, name: str, state: State, batch: Batch) -> Array:
    """Return what a tensor's rule gives for a step; an array has the precision of the inputs."""
    value = np.asarray(program.rules[name](state.steps, program.rows(batch, program.tensors[name].rows_of)))
    return value.astype(np.result_type(batch[program.input]), copy=False) if value.ndim else value


def leading_to(name: str, steps: Mapping[str, Step], given: Collection[str]) -> list[str]:
    """Return the steps that a tensor depends on, its own included, in order; those of what is given need not be run."""
    needed, waiting = set[str](), [name]
    while waiting:
        one = waiting.pop()
        if one in steps and one not in given and one not in needed:
            needed.add(one)
            waiting += steps[one].operands
    return [one for one in steps if one in needed]


def compute(step: Step, trace: Mapping[str, Array], values: Lift) -> Array:
    """Run one step on the tensors of a trace. Raises PrimitiveError where the op calls what is not declared."""
    settings = {name: values(value) for name, value in step.settings.items()}
    try:
        return step.op(*(trace[name] for name in step.operands), **settings)
    except PrimitiveError as error:
        raise PrimitiveError(f"the op {step.op.name}: {error}") from None


def following(
    program: Program,
    trace: Mapping[str, Array],
    values: Lift,
    *,
    given: Mapping[str, Array] | None = None,
    steps: Mapping[str, Step] | None = None,
    kept: Collection[str] = (),
    until: str | None = None,
) -> Iterator[tuple[str, Array]]:
    """Compute anew what may follow from other tensors or steps than those of a run, one tensor after the other.

    What is `kept` stays as it is in the run. The tensor of `until` is computed anew in any case, and is the last. A
    step that reads a tensor from further down, as a mistake may, reads it as it comes of the others. The result does
    not hang on rounding: a tensor that comes out as it was is yielded, but what follows from it is not computed.
    """
    given, steps = given or {}, steps or {}
    current, reached, changed = {**trace, **given}, set(given), set(given)
    for name in in_order(program, steps):
        own = program.by_name[name]
        step = steps.get(name, own)
        follows = name not in kept and name not in given and not reached.isdisjoint(step.operands)
        if follows or step is not own or name == until:
            reached.add(name)
            if step is not own or name == until or not changed.isdisjoint(step.operands):
                with np.errstate(all="ignore"):
                    before, current[name] = current.get(name), compute(step, current, values)
                changed |= set() if same(before, current[name]) else {name}
            yield name, current[name]
        if name == until:
            return


def in_order(program: Program, steps: Mapping[str, Step]) -> Iterable[str]:
    """Return the tensors of a program, each after those that its step reads where other steps read from further down.

    In a circle one of them reads what there was before.
    """
    own = program.by_name
    place = program.places
    if all(place.get(operand, -1) < place[name] for name in steps if name in own for operand in steps[name].operands):
        return own
    found = dict[str, None]()
    waiting = [(name, False) for name in reversed(own)]
    entered = set[str]()
    while waiting:
        name, ready = waiting.pop()
        if ready:
            found[name] = None
        elif name not in entered:
            entered.add(name)
            operands = steps.get(name, own[name]).operands
            waiting += [(name, True), *((o, False) for o in reversed(operands) if o in own and o not in entered)]
    return found


def same(one: Array, other: Array) -> bool:
    """Return whether two arrays are equal to the bit, and their noise, so that the same follows from both."""
    if not isinstance(one, Value) or not isinstance(other, Value):
        both = isinstance(one, np.ndarray) and isinstance(other, np.ndarray)
        return both and one.shape == other.shape and one.tobytes() == other.tobytes()
    pairs = ((one.value, other.value), (one.noise, other.noise))
    return all(a.shape == b.shape and a.tobytes() == b.tobytes() for a, b in pairs)


def advanced(program: Program, state: State, trace: Mapping[str, Array]) -> State:
    """Return the state before the next step of training: updated tensors take the place of the old ones."""
    tensors = {name: trace.get(program.successors.get(name, name), value) for name, value in state.tensors.items()}
    return State(tensors, state.steps + program.length)


@dataclass(frozen=True)
class Batches:
    """Examples, a row each, that steps of training take in order, again and again: the rest of them is a batch too."""

    examples: Batch
    size: int
    seen: Callable[[Batch], Batch] = dict
    """A batch as a person sees it."""

    def at(self, steps: int) -> Batch:
        """Return the batch of the step that some number of steps are taken before."""
        count = max(map(len, self.examples.values()))
        start = steps % -(-count // self.size) * self.size
        return self.seen({name: rows[start : start + self.size] for name, rows in self.examples.items()})


@dataclass(frozen=True)
class Setup:
    """A program and the numbers that it is given."""

    program: Program
    state: State
    batch: Batch
    batches: Batches | None = None
    """Where the batches of the steps to come are from; without it all steps take the same one."""
    traces: dict[str, Trace] = field(default_factory=dict, init=False, repr=False, compare=False)
    """Runs that are asked for again and again."""

    @property
    def rows(self) -> int:
        """N, the number of examples."""
        return self.program.rows(self.batch)

    @cached_property
    def given(self) -> Trace:
        """Every tensor that is known before the first step."""
        return known(self.program, self.state, self.batch, np.asarray, {})

    @cached_property
    def trace(self) -> Trace:
        """Every tensor, in floats; computed once."""
        return self.run()

    def run(self, values: Lift = np.asarray, **changes: Any) -> Trace:
        """Compute every tensor; `changes` as for `run`."""
        return run(self.program, self.state, self.batch, values, **changes)

    def next(self, trace: Mapping[str, Array]) -> Setup:
        """Return the same before the next step of training, after a run of this one."""
        return replace(self, state=advanced(self.program, self.state, trace), batch=self.batch_of(1))

    def batch_of(self, ahead: int) -> Batch:
        """Return the batch of the step of training that is some number of steps ahead."""
        return self.batches.at(self.state.steps + ahead) if self.batches else self.batch
