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

Notation = Mapping[str, str]
Naming = Annotated[Any, "notation"]
"""A notation, or the name of one."""

NUMBERS = ("l", "k", "i", "n")
"""Placeholders: the number of a block from `from` on, from 1, from 0; the place of a layer from 0."""

HANDOUT: dict[str, str] = {
    "input": "X",
    "target": "D",
    "linear": "Y{l}lin",
    "activation": "Y{l}",
    "weight": "W{l}",
    "bias": "B{l}",
    "loss": "L",
    "mean_loss": "L_mean",
    "gradient": "grad{name}",
    "decayed": "grad{name}_decayed",
    "clipped": "grad{name}_clipped",
    "updated": "{name}_new",
    "previous": "{name}_old",
    "gradient_norm": "grad_norm",
    "rate": "lr",
}
"""Tensors before the first block have no number."""

MYTORCH = HANDOUT | {
    "input": "A0",
    "target": "Y",
    "linear": "Z{i}",
    "batchnorm": "BZ{i}",
    "activation": "A{k}",
    "weight": "W{i}",
    "bias": "b{i}",
    "gamma": "BW{i}",
    "beta": "Bb{i}",
    "mean": "M{i}",
    "var": "V{i}",
    "norm": "NZ{i}",
    "running_mean": "running_M{i}",
    "running_var": "running_V{i}",
    "gradient": "dLd{name}",
    "decayed": "dLd{name}_decayed",
    "ahead": "dLd{name}_ahead",
    "clipped": "dLd{name}_clipped",
}
"""Blocks are counted from 0 in what goes into an activation, from 1 in what comes out: `{i}` and `{k}`."""

NG = HANDOUT | {
    "target": "Y",
    "linear": "Z{l}",
    "batchnorm": "Z_tilde{l}",
    "activation": "A{l}",
    "bias": "b{l}",
    "mean": "mu{l}",
    "var": "sigma2_{l}",
    "norm": "Z_norm{l}",
    "loss": "losses",
    "mean_loss": "J",
    "total_loss": "J_regularized",
    "gradient": "d{name}",
    "gradient_of_input": "dA0",
    "decayed": "d{name}_decayed",
    "clipped": "d{name}_clipped",
    "velocity": "vd{name}",
    "count": "m",
}
"""deeplearning.ai: Z1, A1, dZ1, dW1, db1, J."""

CS231N = NG | {
    "target": "y",
    "linear": "z{l}",
    "last_linear": "scores",
    "activation": "h{l}",
    "batchnorm": "bn{l}",
    "mean": "mean{l}",
    "var": "var{l}",
    "norm": "xhat{l}",
    "gradient_of_input": "dX",
    "mean_loss": "data_loss",
    "l2_term": "reg_loss",
    "total_loss": "loss",
    "velocity": "v{name}",
    "count": "N",
}
"""CS231n: h1, dh1, dW1, loss."""

NIELSEN = HANDOUT | {
    "input": "x",
    "target": "y",
    "linear": "z{l}",
    "activation": "a{l}",
    "weight": "w{l}",
    "bias": "b{l}",
    "mean_loss": "C",
    "gradient": "nabla_{name}",
    "gradient_of_linear": "delta{l}",
    "count": "n",
}
"""Nielsen, Neural Networks and Deep Learning: z1, a1, delta1, nabla_w1, nabla_b1, C."""

DELTA = HANDOUT | {
    "input": "x",
    "target": "t",
    "linear": "net{l}",
    "activation": "o{l}",
    "weight": "w{l}",
    "bias": "b{l}",
    "loss": "E",
    "gradient": "grad_{name}",
    "gradient_of_linear": "delta{l}",
    "gradient_norm": "grads_norm",
    "step": "d{name}",
}
"""The delta rule: net1, o1, delta1, and the change of a weight dw1."""

TORCH = HANDOUT | {
    "weight": "{n}.weight",
    "bias": "{n}.bias",
    "gamma": "{n}.weight",
    "beta": "{n}.bias",
    "running_mean": "{n}.running_mean",
    "running_var": "{n}.running_var",
    "mean_loss": "loss",
    "gradient": "{name}.grad",
}
"""PyTorch's nn.Sequential: 0.weight, 0.weight.grad."""

NOTATIONS: dict[str, Notation] = {
    "handout": HANDOUT,
    "mytorch": MYTORCH,
    "ng": NG,
    "cs231n": CS231N,
    "nielsen": NIELSEN,
    "delta": DELTA,
    "torch": TORCH,
}


def templates_of(notation: str | Notation) -> Notation:
    """Return the templates of a notation, by its name or as they are."""
    return NOTATIONS[notation] if isinstance(notation, str) else notation


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


NOBODY = Label("", "")


class Names:
    """Hands out names, block by block, each only once."""

    def __init__(self, notation: Notation, blocks: int = 0) -> None:
        """Begin with a notation, for a network of some number of blocks."""
        self.notation, self.blocks, self.layer = notation, blocks, 0
        self.first = int(notation.get("from", "1"))
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
            self.collisions.setdefault(name, (other.kind, label.kind))
        name = name if label.of else self.free(name)
        self.taken.add(name)
        self.labels[name] = label
        return name

    def written(self, label: Label) -> str:
        counted = {"k": label.block, "i": label.block - 1, "l": label.block - 1 + self.first}
        block = counted if label.block else dict.fromkeys(counted, "")
        return self.template(label).format(name=label.of, n=label.layer, **block)

    def template(self, label: Label) -> str:
        """Return the template for a tensor, that of its own before that of its kind."""
        last = label.kind == "linear" and label.block == self.blocks
        own = "last_linear" if last else f"{label.kind}_of_{label.base}"
        return self.notation.get(own) or self.notation.get(label.kind, label.default)

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
        own = replace(label, of=found.get(label.of, label.of))
        found[name] = names.register(own)
    return found
