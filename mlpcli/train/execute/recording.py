"""What a training step computes: a program run once on arrays that write down the numpy calls made on them."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from ...nn.program import Program, Step
from ...nn.run import compute
from ...values.graph import Node
from ...values.recorded import Recorded, Recorder
from ...values.scale import ROOT, Scale
from ...values.shapes import numeric
from .order import early, needed


@dataclass(frozen=True)
class Recording:
    """The calls of one training step on a batch of some number of rows."""

    calls: list[Node]
    """In order; each needed."""
    forward: int
    """The number of calls before the backward pass."""
    kept: dict[str, Node]
    """Tensors that are asked for."""
    updates: dict[str, Node]
    """Given tensor → its new value."""


def record_step(program: Program, kept: Sequence[str], rows: int, dtype: object) -> Recording:
    """Record one training step; `kept` names tensors that must be there at the end of it."""
    news = list(program.successors.values())
    steps = early(needed(program, [*news, *kept]), program.successors)
    plain = {*news, *kept}
    marked, _, _ = record(program, steps, plain, rows, dtype, Scale.of(ROOT))
    recorder, values, forward = record(program, steps, plain, rows, dtype, best_factor(marked))
    updates = {old: recorder.plain(values[new]) for old, new in program.successors.items()}
    wanted = {name: recorder.plain(values[name]) for name in kept}
    used = live(recorder.graph.nodes, [*updates.values(), *wanted.values()])
    count = sum(node.function is not None for node in recorder.graph.nodes[:forward] if node in used)
    calls = [node for node in recorder.graph.nodes if node in used and node.function is not None]
    return Recording(calls, count, wanted, updates)


def record(
    program: Program, steps: list[Step], plain: Collection[str], rows: int, dtype: object, factor: Scale
) -> tuple[Recorder, dict[str, Recorded], int]:
    """Run the steps on recorded arrays. The tensors in `plain` have their scale multiplied in where they are computed.

    The gradient of the loss is multiplied by a factor that is taken back from what follows: all of it is linear in that
    gradient, so mostly the two cancel. The factor ROOT is only marked, to see where it arrives.
    """
    start = program.gradients.get(program.differentiated or "")
    recorder = Recorder(dtype)
    values = {name: recorder.given(name, numeric(program.tensors[name].shape, rows)) for name in program.given}
    forward = 0
    for step in steps:
        if step.section == "backward" and not forward:
            forward = len(recorder.graph.nodes)
        value = compute(step, values, lambda number: number)
        if step.name in plain:
            value = Recorded(recorder, recorder.plain(value))
        if step.name == start:
            value = scaled(recorder, value, factor)
        values[step.name] = value
    return recorder, values, forward


def scaled(recorder: Recorder, value: Recorded, factor: Scale) -> Recorded:
    """Multiply a gradient by a factor that what follows is divided by; ROOT is a mark, and not taken back."""
    whole = Recorded(recorder, value.node, value.scale * factor)
    if not factor or factor.power(ROOT):
        return whole
    return Recorded(recorder, recorder.plain(whole), Scale() / factor)


def best_factor(marked: Recorder) -> Scale:
    """Return the number that most cells of the gradients are multiplied with; none if one of them is squared."""
    if any(scale.power(ROOT) not in (0, 1) for _, scale in marked.applied):
        return Scale()
    cells: dict[Any, int] = {}
    scales = {}
    for size, scale in marked.applied:
        if scale.power(ROOT) == 1:
            rest = (scale / Scale.of(ROOT)).numbers()
            key = frozenset(rest.powers.items())
            cells[key] = cells.get(key, 0) + size
            scales[key] = rest
    return scales[max(cells, key=lambda key: cells[key])] if cells else Scale()


def live(nodes: list[Node], wanted: Collection[Node]) -> set[Node]:
    """Return the nodes that the wanted ones depend on."""
    found = set(wanted)
    for node in reversed(nodes):
        if node in found:
            found.update(node.operands)
    return found
