"""A network under other settings than its own: what else the same config could mean."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Mapping
from dataclasses import dataclass, field, fields, replace
from functools import cached_property
from typing import Any, TypeVar, get_args, get_type_hints

from ...nn.build import NetworkError
from ...nn.conventions import Conventions
from ...nn.network import Compiled, Goal, Network, compile_network
from ...nn.program import Program, Step
from ...nn.run import Setup

Settings = Mapping[str, Any]
T = TypeVar("T")


def tried_values() -> dict[str, tuple[Any, ...]]:
    """Return every setting → the values to try: those that its field names, or the words to choose from."""
    hints = get_type_hints(Conventions)
    values = {f.name: f.metadata.get("tried", get_args(hints[f.name])) for f in fields(Conventions)}
    return values | {"mode": get_args(get_type_hints(Network)["mode"])}


@dataclass
class Neighbours:
    """A network, and what it compiles to under other settings; each is compiled once."""

    network: Network
    goal: Goal
    compiled: Compiled
    setup: Setup
    known: dict[Hashable, Any] = field(default_factory=dict)

    @cached_property
    def values(self) -> dict[str, tuple[Any, ...]]:
        """The settings that count for this network."""
        own = {name for layer in self.network.layers for name in settled(layer) if getattr(layer, name) is not None}
        return {name: v for name, v in tried_values().items() if v and name in self.compiled.depends | own}

    @cached_property
    def averageable(self) -> set[str]:
        """The fields of layers that have a gradient."""
        return {t.field[1] for t in self.setup.program.tensors.values() if t.field and t.gradient}

    def alternatives(self, taken: Settings) -> Iterator[dict[str, Any]]:
        """Yield the settings already taken, with one more at another value."""
        for name, values in self.values.items():
            seen = {self.meant(name, self.current(name))}
            for value in values if name not in taken else ():
                if self.meant(name, value) not in seen:
                    seen.add(self.meant(name, value))
                    yield {**taken, name: value}

    def meant(self, name: str, value: Any) -> Hashable:
        """Return what tells a value from others here: an average of parameters that are not there is none."""
        return frozenset(self.averageable.intersection(value)) if name == "average" else value

    def current(self, name: str) -> Any:
        """Return a setting as the network has it: a layer's own before the convention's."""
        if name == "mode":
            return self.network.mode
        own = {getattr(layer, name) for layer in self.network.layers if name in settled(layer)} - {None}
        value = own.pop() if len(own) == 1 else getattr(self.network.conventions, name)
        return self.current("loss") if name == "loss_gradient" and value is None else value

    def under(self, settings: Settings) -> Setup | None:
        """Return the network under other settings; None if it cannot be so."""
        return self.made(tuple(settings.items()), lambda: changed(self.network, settings))

    def each(self, settings: Settings) -> Iterator[Setup | None]:
        """Yield the network under other settings, and with each layer alone under them that has them."""
        yield self.under(settings)
        layers = self.network.layers
        for position, layer in enumerate(layers):
            own = settled(layer) & set(settings)
            if own:
                other = replace(layer, **{name: settings[name] for name in own})
                network = replace(self.network, layers=(*layers[:position], other, *layers[position + 1 :]))
                yield self.made((position, *settings.items()), lambda network=network: network)

    def made(self, key: Hashable, make: Any) -> Setup | None:
        return self.once(key, lambda: compiled(make(), self.goal))

    def signature(self, setup: Setup) -> Hashable:
        """Return what tells the program of one of these networks from others."""
        return self.once(id(setup), lambda: signature(setup.program))

    def once(self, key: Hashable, make: Callable[[], T]) -> T:
        if key not in self.known:
            self.known[key] = make()
        found: T = self.known[key]
        return found


def compiled(network: Network, goal: Goal) -> Setup | None:
    """Return the network's program on its numbers; None if it cannot be so."""
    try:
        return compile_network(network, goal).seen()
    except NetworkError:
        return None


def settled(layer: Any) -> set[str]:
    """Return the conventions that a layer may have its own of: those of its fields that say nothing unless given.

    Others only have the name of a convention, such as the rate of dropout and the alpha of elu.
    """
    conventions = {f.name for f in fields(Conventions)}
    return {f.name for f in fields(layer) if f.default is None and f.name in conventions}


def changed(network: Network, settings: Mapping[str, Any]) -> Network:
    """Return the network under other settings, in its conventions and in every layer that has its own."""
    layers = []
    for layer in network.layers:
        own = settled(layer) & set(settings)
        layers.append(replace(layer, **{name: settings[name] for name in own if getattr(layer, name) is not None}))
    conventions = {name: value for name, value in settings.items() if name != "mode"}
    mode = settings.get("mode", network.mode)
    return replace(network, mode=mode, layers=tuple(layers), conventions=replace(network.conventions, **conventions))


def signature(program: Program) -> Hashable:
    """Return what tells programs of one network apart: their steps, their ops and the ops' settings."""
    return tuple(described(step) for step in program.steps)


def described(step: Step) -> Hashable:
    op = step.op
    kind = op.name, op.averages, op.turned, op.result_turned, op.negated, op.result_negated
    return step.name, kind, step.operands, tuple(step.settings.items())


def named(settings: Mapping[str, Any]) -> str:
    """Write `eps = 1e-8 and alpha = 0.1`."""
    return " and ".join(f"{name} = {shown(value)}" for name, value in settings.items())


def shown(value: Any) -> str:
    if isinstance(value, tuple):
        return f"[{', '.join(value)}]"
    return f"{value:g}".replace("e-0", "e-") if isinstance(value, float) else str(value)
