"""Which tensors of a program a name may mean: by its spelling in some notation, else by its words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property

from ...nn.program import Program, Tensor
from ...nn.run import Trace
from .words import CHANGE, GRADIENT, UPDATED, VELOCITY, Meaning, meanings

COUNTS: Mapping[str, int] = {"from 1": 0, "from 0": 1, "from 2": -1}
"""How layers may be counted, and what makes the number of a block of it."""
PLACE = "by place"
"""Layers are counted with their activations, from 0, as PyTorch's Sequential does."""
MODES = (*COUNTS, PLACE)

ROLE_OF_KIND = {
    **dict.fromkeys(("gradient", "decayed", "clipped"), GRADIENT),
    **{"updated": UPDATED, "step": CHANGE, "velocity": VELOCITY, "momentum": VELOCITY, "first_moment": VELOCITY},
}
"""Kinds of tensors that belong to another, and what a name says that means one."""


@dataclass(frozen=True)
class Kind:
    """What a tensor is, in the terms of a name."""

    name: str
    kind: str
    role: str
    block: int
    layer: int


class Options:
    """Finds the tensors that names may mean, each name once."""

    def __init__(self, program: Program) -> None:
        self.program = program
        self.in_words: dict[tuple[str, str], list[str]] = {}
        self.updated: dict[str, list[str]] = {}

    @cached_property
    def kinds(self) -> list[Kind]:
        """Every tensor with what it is."""
        return [kind for name in self.program.order if (kind := self.kind_of(name, self.program.tensors[name]))]

    def widths(self, trace: Trace) -> list[int]:
        """Return how many units the layers have."""
        return [trace[k.name].shape[-1] for k in self.kinds if (k.kind, k.role) == ("linear", "")]

    def weights(self, trace: Trace) -> list[tuple[int, ...]]:
        """Return the shapes of the layers' weights."""
        return [trace[k.name].shape for k in self.kinds if (k.kind, k.role) == ("weight", "")]

    @cached_property
    def last(self) -> int:
        """The number of the last block."""
        return max((kind.block for kind in self.kinds), default=0)

    def kind_of(self, name: str, tensor: Tensor) -> Kind | None:
        label = tensor.label
        if label is None:
            return None
        role = ROLE_OF_KIND.get(label.kind, "") if label.base else ""
        if label.base and not role:
            return None
        kind = label.base or label.kind
        return Kind(name, "loss" if kind.endswith("loss") else kind, role, label.block, label.layer)

    def by_words(self, name: str, mode: str) -> list[str]:
        """Return the tensors that the words of a name mean, the likeliest first, if layers are counted so."""
        if (name, mode) not in self.in_words:
            found = [other for meaning in meanings(name) for other in self.meant(meaning, mode)]
            found += [new for other in found if self.is_carried(other) for new in self.updates(other)]
            self.in_words[name, mode] = list(dict.fromkeys(found))
        return self.in_words[name, mode]

    def is_carried(self, name: str) -> bool:
        """Return whether a tensor is a velocity from before the step, whose name may mean the one after it."""
        return name in self.program.successors and name not in self.program.parameters

    def in_any_way(self, name: str) -> list[str]:
        """Return the tensors that the words of a name mean, however layers are counted."""
        return [other for mode in MODES for other in self.by_words(name, mode)]

    def meant(self, meaning: Meaning, mode: str) -> Iterator[str]:
        if meaning.kind == "loss" and meaning.role == "":
            yield from self.losses()
            return
        found = [kind.name for kind in self.kinds if self.is_meant(kind, meaning, mode)]
        if not found and meaning.kind == "activation":  # of a layer that has none, the output is what is linear
            found = [kind.name for kind in self.kinds if self.is_meant(kind, replace(meaning, kind="linear"), mode)]
        if meaning.kind == "activation" and self.block(meaning, mode) == 0:
            found.append(self.program.input)  # lists of activations begin with it
        yield from found

    def block(self, meaning: Meaning, mode: str) -> int | None:
        """Return the block that the number of a name is of, if blocks are counted; 0 is what the first begins with."""
        number = meaning.number
        if number is not None and number < 0:
            return self.last + 1 + number
        return None if number is None or mode == PLACE else number + COUNTS[mode]

    def is_meant(self, kind: Kind, meaning: Meaning, mode: str) -> bool:
        return kind.kind == meaning.kind and kind.role == meaning.role and self.in_layer(kind, meaning, mode)

    def is_gradient(self, name: str, of: str) -> bool:
        """Return whether a tensor is the gradient of a weight, or of a bias."""
        return any((kind.name, kind.kind, kind.role) == (name, of, GRADIENT) for kind in self.kinds)

    @cached_property
    def output(self) -> str:
        """The output of the last block."""
        last = [kind for kind in self.kinds if kind.block == self.last and not kind.role]
        made = [kind.name for what in ("activation", "linear") for kind in last if kind.kind == what]
        return made[0] if made else ""

    def losses(self) -> list[str]:
        """Return the names of the loss: the one number that training lowers first."""
        program = self.program
        own = [step.name for step in program.steps if step.section == "loss"]
        return [name for name in dict.fromkeys((program.objective, *reversed(own))) if name]

    def in_layer(self, kind: Kind, meaning: Meaning, mode: str) -> bool:
        if meaning.place == "last":
            return kind.block == self.last
        if meaning.place == "hidden" and kind.block == self.last:
            return False
        if meaning.number is None:
            return True
        block = self.block(meaning, mode)
        return kind.layer == meaning.number if block is None else kind.block == block

    def updates(self, name: str) -> list[str]:
        """Return what a parameter is after the step, and a gradient with its decay."""
        if name not in self.updated:
            self.updated[name] = [kind.name for kind in self.kinds if self.belongs(kind.name, name)]
        return self.updated[name]

    def belongs(self, other: str, name: str) -> bool:
        label, own = self.program.tensors[other].label, self.program.tensors[name].label
        if label is None or own is None:
            return False
        decayed = label.kind == "decayed" and own.kind == "gradient" and label.of in (own.of, name)
        return decayed or (label.kind == "updated" and label.of == name)
