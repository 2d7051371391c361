"""A program as numpy calls in a good order, and where each result lies in memory."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from ...nn.program import Program, Step
from ...values.graph import Node
from ...values.recorded import Recorded, Recorder
from ...values.scale import ROOT, Scale
from .blas import gemm
from .order import early, needed

ALIGNMENT = 64
WORTH = 2**14
"""Bytes of a parameter from which on a call of the BLAS costs less than one of numpy."""


@dataclass
class Plan:
    """Calls in order; `slots` says where in the scratch memory a node lies, `overwrites` what it replaces."""

    calls: list[Node]
    kept: dict[str, Node]
    overwrites: dict[Node, str]
    accumulates: dict[Node, Node] = field(default_factory=dict)
    """Call that adds a product to what it overwrites, or takes it off → the product, which is not computed apart."""
    forward: int = 0
    """The number of calls before the backward pass."""
    slots: dict[Node, int] = field(default_factory=dict)
    size: int = 0


def make_plan(program: Program, kept: Sequence[str], dtype: object) -> Plan:
    """The calls of one training step; `kept` names tensors that must be there at the end of it."""
    steps = early(needed(program, [*program.carry, *kept]), program.carry)
    start = program.gradients.get(program.differentiated or "")
    marked, _, _ = record(program, steps, dtype, start, Scale.of(ROOT))
    recorder, values, forward = record(program, steps, dtype, start, best_factor(marked))
    finals = {new: recorder.plain(values[new]) for new in program.carry}
    nodes = {name: recorder.plain(values[name]) for name in kept}
    used = live(recorder.graph.nodes, [*finals.values(), *nodes.values()])
    count = sum(node.function is not None for node in recorder.graph.nodes[:forward] if node in used)
    calls = [node for node in recorder.graph.nodes if node in used and node.function is not None]
    plan = Plan(calls, nodes, {}, forward=count)
    for new, old in program.carry.items():
        settle(plan, finals[new], old)
    plan.accumulates = {final: dot for final in plan.overwrites if (dot := product_in(plan, final))}
    skipped = set(plan.accumulates.values())
    plan.forward -= sum(node in skipped for node in plan.calls[: plan.forward])
    plan.calls = [node for node in plan.calls if node not in skipped]
    lay_out(plan)
    return plan


def record(
    program: Program, steps: list[Step], dtype: object, start: str | None, factor: Scale
) -> tuple[Recorder, dict[str, Recorded], int]:
    """Run the steps on recorded arrays.

    `start`, the gradient of the loss, is multiplied by a factor that is taken back from what follows: all of it is
    linear in that gradient, so mostly the two cancel. The factor ROOT is only marked, to see where it arrives.
    """
    recorder = Recorder(dtype)
    values = {name: recorder.given(name, np.shape(value)) for name, value in program.given.items()}
    forward = 0
    for step in steps:
        if step.section == "backward" and not forward:
            forward = len(recorder.graph.nodes)
        value = step.op(*(values[name] for name in step.operands), **step.settings)
        if step.name in program.carry:
            value = Recorded(recorder, recorder.plain(value))
        if step.name == start and factor.power(ROOT):
            value = Recorded(recorder, value.node, value.scale * factor)
        elif step.name == start and factor:
            scaled = recorder.plain(Recorded(recorder, value.node, value.scale * factor))
            value = Recorded(recorder, scaled, Scale() / factor)
        values[step.name] = value
    return recorder, values, forward


def best_factor(marked: Recorder) -> Scale:
    """The number that most cells of the gradients are multiplied with; none if one of them is squared."""
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


def live(nodes: list[Node], wanted: list[Node]) -> set[Node]:
    """The nodes that the wanted ones depend on."""
    found = set(wanted)
    for node in reversed(nodes):
        if node in found:
            found.update(node.operands)
    return found


def settle(plan: Plan, final: Node, old: str) -> None:
    """Let the new value of a given tensor overwrite the old one, by a copy at the end where that comes too early."""
    place = plan.calls.index(final) if final in plan.calls else -1
    readers = [i for i, node in enumerate(plan.calls) for operand in node.operands if base(operand).name == old]
    private = final not in plan.overwrites and final not in plan.kept.values()
    if place < 0 or not elementwise(final) or not private or any(i > place for i in readers):
        final = Node(np.positive, (final,), final.shape, final.dtype)
        plan.calls.append(final)
    plan.overwrites[final] = old


def product_in(plan: Plan, final: Node) -> Node | None:
    """The product that this call adds to what it overwrites, if nobody else needs it and it is large enough."""
    if final.function not in (np.add, np.subtract) or final.nbytes < WORTH or gemm(str(final.dtype)) is None:
        return None
    old, product = final.operands
    users = sum(product in node.operands for node in plan.calls)
    single = users == 1 and product not in plan.kept.values() and product is not old
    return product if single and product.function is np.dot and old.name == plan.overwrites[final] else None


def elementwise(node: Node) -> bool:
    return isinstance(node.function, np.ufunc)


def base(node: Node) -> Node:
    """The node whose memory this one shows."""
    return node.operands[0] if node.function is np.transpose else node


def lay_out(plan: Plan) -> None:
    """Give every result a place in the scratch memory, over that of results that nobody needs any more."""
    last: dict[Node, int] = {}
    for i, node in enumerate(plan.calls):
        for operand in operands_of(plan, node):
            last[base(operand)] = i
    last.update({base(node): len(plan.calls) for node in plan.kept.values()})
    free = Intervals()
    for i, node in enumerate(plan.calls):
        dying = [o for o in {base(o): None for o in operands_of(plan, node)} if o in plan.slots and last[o] == i]
        if not (node in plan.overwrites or node.function is np.transpose or not node.shape):
            heir = next((o for o in dying if in_place(node, o)), None)
            if heir is not None:
                dying.remove(heir)
            plan.slots[node] = plan.slots[heir] if heir is not None else free.take(room(node))
        for operand in dying:
            free.give(plan.slots[operand], room(operand))
        if node in plan.slots and node not in last:
            free.give(plan.slots[node], room(node))
    plan.size = free.end


def operands_of(plan: Plan, node: Node) -> list[Node]:
    """What a call reads: the factors of a product that it adds."""
    product = plan.accumulates.get(node)
    return node.operands if product is None else [node.operands[0], *product.operands]


def in_place(node: Node, operand: Node) -> bool:
    """Whether the result may lie over this operand, which nobody needs any more."""
    alike = operand.shape == node.shape and operand.dtype == node.dtype and operand in node.inputs
    if node.function is np.where:
        return alike and operand is node.inputs[2] and operand is not node.inputs[1]
    return alike and elementwise(node)


def room(node: Node) -> int:
    return -(-node.nbytes // ALIGNMENT) * ALIGNMENT


class Intervals:
    """The free parts of a memory that grows as it must."""

    def __init__(self) -> None:
        self.free: list[tuple[int, int]] = []
        self.end = 0

    def take(self, size: int) -> int:
        """The start of the smallest free part that is large enough."""
        fitting = [(stop - start, start) for start, stop in self.free if stop - start >= size]
        if not fitting:
            return self.grow(size)
        length, start = min(fitting)
        self.free.remove((start, start + length))
        if length > size:
            self.free.append((start + size, start + length))
        return start

    def grow(self, size: int) -> int:
        """A part at the end, the last free one included."""
        tail = next(((start, stop) for start, stop in self.free if stop == self.end), (self.end, self.end))
        if tail in self.free:
            self.free.remove(tail)
        self.end = tail[0] + size
        return tail[0]

    def give(self, start: int, size: int) -> None:
        """Put a part back, joined with its neighbours."""
        stop = start + size
        for part in [part for part in self.free if part[1] == start or part[0] == stop]:
            self.free.remove(part)
            start, stop = min(start, part[0]), max(stop, part[1])
        self.free.append((start, stop))
