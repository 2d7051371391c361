"""An experiment: a network, its title and what it is claimed to compute. Its fields are the keys of a config."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from ..errors import Place
from ..nn.network import Network

Nested = str | list["Nested"]


@dataclass(frozen=True)
class Claim:
    """A tensor's values as somebody wrote them, digit for digit; the written digits set the tolerance."""

    name: str
    text: Nested
    place: Place
    rtol: float | None = None
    atol: float | None = None


@dataclass(frozen=True, kw_only=True)
class Experiment(Network):
    """What a config file describes, checked."""

    title: str = ""
    expect: tuple[Claim, ...] = ()
    errata: Mapping[str, str] = field(default_factory=dict)
    """Claims known to be wrong, and why."""
    place: Place = field(default=Place(""), metadata={"internal": True})
    """Where the targets stand, which notes are about; the document where there are none."""
