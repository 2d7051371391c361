"""Where the results of a training step lie in memory: a place for each, over those that nobody needs any more."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from ...values.graph import Node
from .blas import gemm
from .intervals import Intervals
from .recording import Recording

ALIGNMENT = 64
WORTH = 2**14
"""Bytes of a parameter above which a call of the BLAS costs less than one of numpy."""


@dataclass
class Layout:
    """Calls in order; `slots` says where in the scratch memory a node lies, `overwrites` what it replaces."""

    calls: list[Node]
    kept: dict[str, Node]
    forward: int
    """The number of calls before the backward pass."""
    overwrites: dict[Node, str] = field(default_factory=dict)
    accumulates: dict[Node, Node] = field(default_factory=dict)
    """Call that adds a product to what it overwrites, or takes it off → the product, which is not computed apart."""
    slots: dict[Node, int] = field(default_factory=dict)
    size: int = 0


def lay_out(recording: Recording) -> Layout:
    """Find a place for the result of every call."""
    plan = Layout(list(recording.calls), recording.kept, recording.forward)
    for old, new in recording.updates.items():
        settle(plan, new, old)
    plan.accumulates = {final: dot for final in plan.overwrites if (dot := product_in(plan, final))}
    skipped = set(plan.accumulates.values())
    plan.forward -= sum(node in skipped for node in plan.calls[: plan.forward])
    plan.calls = [node for node in plan.calls if node not in skipped]
    place_results(plan)
    return plan


def settle(plan: Layout, final: Node, old: str) -> None:
    """Let the new value of a given tensor overwrite the old one, by a copy at the end where that comes too early."""
    place = plan.calls.index(final) if final in plan.calls else -1
    readers = [i for i, node in enumerate(plan.calls) for operand in node.operands if base(operand).name == old]
    private = final not in plan.overwrites and final not in plan.kept.values()
    if place < 0 or not elementwise(final) or not private or any(i > place for i in readers):
        final = Node(np.positive, (final,), final.shape, final.dtype)
        plan.calls.append(final)
    plan.overwrites[final] = old


def product_in(plan: Layout, final: Node) -> Node | None:
    """Return the product that this call adds to what it overwrites, if nobody else needs it and it is large enough."""
    if final.function not in (np.add, np.subtract) or final.nbytes < WORTH or gemm(str(final.dtype)) is None:
        return None
    old, product = final.operands
    users = sum(product in node.operands for node in plan.calls)
    single = users == 1 and product not in plan.kept.values() and product is not old
    return product if single and product.function is np.dot and old.name == plan.overwrites[final] else None


def elementwise(node: Node) -> bool:
    return isinstance(node.function, np.ufunc)


def base(node: Node) -> Node:
    """Return the node whose memory this one shows."""
    return node.operands[0] if node.function is np.transpose else node


def place_results(plan: Layout) -> None:
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


def operands_of(plan: Layout, node: Node) -> list[Node]:
    """Return what a call reads: the factors of a product that it adds."""
    product = plan.accumulates.get(node)
    return node.operands if product is None else [node.operands[0], *product.operands]


def in_place(node: Node, operand: Node) -> bool:
    """Return whether the result may lie over this operand, which nobody needs any more."""
    alike = operand.shape == node.shape and operand.dtype == node.dtype and operand in node.inputs
    if node.function is np.where:
        return alike and operand is node.inputs[2] and operand is not node.inputs[1]
    return alike and elementwise(node)


def room(node: Node) -> int:
    return -(-node.nbytes // ALIGNMENT) * ALIGNMENT
