"""What tensors are called. A notation is data: a template for every kind of tensor.

`{l}` is the number of a block, a new one at every linear layer, and `from` the number of the first; `{name}` is the
tensor that another one belongs to. `{n}` is the place of a layer among all, from 0. `gradient_of_linear` is the
template of the gradient of a linear layer's output where that has a name of its own, `last_linear` that of the last
one's output. Layers and optimizers bring templates for tensors that only they have; a notation may say otherwise.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Annotated, Any

from .notations import Notation, templates_of

Naming = Annotated[Any, "notation"]
"""A notation, or the name of one."""

NUMBERS = ("l", "k", "i", "next", "n")
"""Placeholders: the number of a block from `from` on, from 1, from 0, and the next; the place of a layer from 0."""


SUFFIXES = {
    "data_gradient": "_data",
    "unweighted": "_unweighted",
    "decayed": "_decayed",
    "clipped": "_clipped",
    "ahead": "_ahead",
}
"""Kinds of gradients that are called as the gradient, with this behind it, unless a notation says otherwise."""


@dataclass(frozen=True)
class Label:
    """How a name was made: the kind of tensor, its block, or the tensor that it belongs to."""

    kind: str
    default: str
    """The template where a notation has none for this kind."""
    block: int = 0
    of: str = ""
    base: str = ""
    """The kind of the tensor that it belongs to."""
    layer: int = 0

    @property
    def described(self) -> str:
        """The key of a notation for such a tensor: `gradient_of_weight`."""
        return f"{self.kind}_of_{self.base}" if self.base else self.kind


NOBODY = Label("", "")


class Names:
    """Hands out names, block by block, each only once."""

    def __init__(self, notation: str | Notation, blocks: int = 0) -> None:
        """Begin with a notation, or its name, for a network of some number of blocks."""
        self.notation, self.blocks, self.layer = templates_of(notation), blocks, 0
        self.first = int(self.notation.get("from", "1"))
        self.defaults: Mapping[str, str] = {}
        """Templates of the layer or optimizer at work."""
        self.block = 0
        self.taken: set[str] = set()
        self.labels: dict[str, Label] = {}
        self.collisions: dict[str, tuple[str, str]] = {}
        """Names that two kinds of tensors would have, and these kinds."""

    def next_block(self) -> None:
        self.block += 1

    def of(self, kind: str) -> str:
        """Give a new name of this kind in the current block: `Y1`, and `Y1_2` for a second activation in the block."""
        return self.register(self.label(kind))

    def upcoming(self, kind: str) -> str:
        """Tell the name that `of` gives next."""
        return self.free(self.written(self.label(kind)))

    def derived(self, kind: str, name: str) -> str:
        """Give the name of something that belongs to `name`: its gradient, its updated value, its velocity."""
        base = self.labels.get(name, NOBODY)
        return self.register(Label(kind, self.defaults.get(kind, kind), base.block, name, base.kind, base.layer))

    def label(self, kind: str) -> Label:
        return Label(kind, self.defaults.get(kind, kind), self.block, layer=self.layer)

    def register(self, label: Label) -> str:
        """Return the name that a label means; another one if it is taken, but for what belongs to a tensor."""
        name = self.written(label)
        other = self.labels.get(name)
        if other and (other.kind, other.of) != (label.kind, label.of):
            self.collisions.setdefault(name, (other.described, label.described))
        name = name if label.of else self.free(name)
        self.taken.add(name)
        self.labels[name] = label
        return name

    def written(self, label: Label) -> str:
        number = label.block - 1 + self.first
        counted = {"k": label.block, "i": label.block - 1, "l": number, "next": number + 1}
        block = counted if label.block else dict.fromkeys(counted, "")
        return self.template(label).format(name=label.of, n=label.layer, **block)

    def template(self, label: Label) -> str:
        """Return the template for a tensor, that of its own before that of its kind."""
        last = label.kind == "linear" and label.block == self.blocks
        own = "last_linear" if last else f"{label.kind}_of_{label.base}"
        kinds = (own, label.kind, "mean_loss") if label.kind == "data_loss" else (own, label.kind)
        found = next((self.notation[kind] for kind in kinds if kind in self.notation), "")
        if not found and label.kind in SUFFIXES:
            return self.template(replace(label, kind="gradient")) + SUFFIXES[label.kind]
        return found or label.default

    def free(self, name: str) -> str:
        """Return the name, or with a number behind it the first that is not taken."""
        free, number = name, 2
        while free in self.taken:
            free, number = f"{name}_{number}", number + 1
        return free


def respell(labels: Mapping[str, Label], notation: Notation) -> dict[str, str]:
    """Return every name → what another notation calls the same tensor."""
    names = Names(notation, max((label.block for label in labels.values()), default=0))
    found = dict[str, str]()
    for name, label in labels.items():
        own = replace(label, of=found[label.of]) if label.of in found else label
        found[name] = names.register(own)
    return found
