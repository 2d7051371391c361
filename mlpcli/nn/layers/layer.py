"""What every layer is: options, a `forward` and a `backward` that append steps to the program."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar

from ..build import Builder, Signal
from ..op import Op


@dataclass(frozen=True)
class Call:
    """What a layer's forward leaves for its backward: what went in, what came out, the names of its other tensors."""

    layer: Layer
    x: Signal
    y: Signal
    names: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Layer:
    """A layer of the network. Its fields are its options in the config."""

    starts_block: ClassVar[bool] = False
    """Whether layers are counted by it: its output and what follows have the number of its block."""
    templates: ClassVar[Mapping[str, str]] = {}
    """Names of the tensors that only this layer has, unless a notation says otherwise."""
    saves: ClassVar[tuple[str, ...]] = ()
    """Its fields that are tensors, which are saved of it."""
    probabilities: ClassVar[bool] = False
    """Whether its outputs are probabilities."""
    sums_to_one: ClassVar[bool] = False
    """Whether the outputs of an example are probabilities that sum to 1."""
    scales: ClassVar[bool] = False
    """Whether its outputs are of one size whatever that of its inputs."""

    def sized(self, outputs: int) -> Layer:
        """Return the layer with this number of outputs, where that is open."""
        return self

    @property
    def draws_weights(self) -> bool:
        """Whether it starts from weights that are drawn, as the config gives none."""
        return False

    def forward(self, p: Builder, x: Signal) -> Call:
        """Append the steps from x to the layer's output."""
        raise NotImplementedError

    def backward(self, p: Builder, call: Call, grad: str) -> str:
        """Append the steps from the output's gradient to the parameters' gradients and, returned, the input's."""
        raise NotImplementedError


class Activation(Layer):
    """A layer that applies one function; its fields are settings of both its ops."""

    value: ClassVar[Op]
    """Y = f(Z)."""
    gradient: ClassVar[Op]
    """gradZ from Z and gradY."""
    gradient_at_output: ClassVar[Op | None] = None
    """The same from Y and gradY, where that is how it is often written."""

    def settings(self) -> dict[str, Any]:
        return dict(vars(self))

    def forward(self, p: Builder, x: Signal) -> Call:
        y = p.step(p.names.of("activation"), self.value, x.name, **self.settings())
        return Call(self, x, Signal(y, x.width))

    def backward(self, p: Builder, call: Call, grad: str) -> str:
        gradient = p.gradient_step(call.x.name, self.gradient, call.x.name, grad, **self.settings())
        if self.gradient_at_output:
            p.route(gradient, self.gradient_at_output, call.y.name, grad)
        return gradient
