"""What tensors are called. A notation is data: templates with `{k}` for the block counted from 1, `{i}` from 0."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Notation:
    """The names of the handout; a block starts at every linear layer, tensors before the first have no number."""

    input: str = "X"
    target: str = "D"
    linear: str = "Y{k}lin"
    batchnorm: str = "Y{k}bn"
    activation: str = "Y{k}"
    weight: str = "W{k}"
    bias: str = "B{k}"
    gamma: str = "gamma{k}"
    beta: str = "beta{k}"
    mean: str = "mean{k}"
    var: str = "var{k}"
    norm: str = "norm{k}"
    running_mean: str = "running_mean{k}"
    running_var: str = "running_var{k}"
    loss: str = "L"
    mean_loss: str = "L_mean"
    gradient: str = "grad{name}"
    decayed: str = "grad{name}_decayed"
    ahead: str = "grad{name}_ahead"
    clipped: str = "grad{name}_clipped"
    shrunk: str = "{name}_shrunk"
    velocity: str = "v{name}"
    first_moment: str = "m{name}"
    second_moment: str = "v{name}"
    updated: str = "{name}_new"
    previous: str = "{name}_old"
    gradient_norm: str = "grad_norm"
    rate: str = "lr"
    first_power: str = "b1_power"
    second_power: str = "b2_power"


NOTATIONS = {
    "handout": Notation(),
    "mytorch": Notation(
        input="A0",
        target="Y",
        linear="Z{i}",
        batchnorm="BZ{i}",
        activation="A{k}",
        weight="W{i}",
        bias="b{i}",
        gamma="BW{i}",
        beta="Bb{i}",
        mean="M{i}",
        var="V{i}",
        norm="NZ{i}",
        running_mean="running_M{i}",
        running_var="running_V{i}",
        gradient="dLd{name}",
        decayed="dLd{name}_decayed",
        ahead="dLd{name}_ahead",
        clipped="dLd{name}_clipped",
    ),
}


class Names:
    """Hands out names, block by block, each only once."""

    def __init__(self, notation: Notation) -> None:
        self.notation = notation
        self.block = 0
        self.taken: set[str] = set()

    def next_block(self) -> None:
        self.block += 1

    def of(self, kind: str) -> str:
        """A new name of this kind in the current block: `Y1`, and `Y1_2` for a second activation in the block."""
        name = self.upcoming(kind)
        self.taken.add(name)
        return name

    def upcoming(self, kind: str) -> str:
        """The name that `of` gives next."""
        block = {"k": self.block, "i": self.block - 1} if self.block else {"k": "", "i": ""}
        return self.free(str(getattr(self.notation, kind)).format(**block))

    def derived(self, kind: str, name: str) -> str:
        """The name of something that belongs to `name`: its gradient, its updated value, its velocity."""
        return str(getattr(self.notation, kind)).format(name=name)

    def unique(self, name: str) -> str:
        name = self.free(name)
        self.taken.add(name)
        return name

    def free(self, name: str) -> str:
        """The name, or with a number behind it the first that is not taken."""
        free, number = name, 2
        while free in self.taken:
            free, number = f"{name}_{number}", number + 1
        return free
