"""Keys that take each other's place: whoever overrides one of them means the new key alone."""

from __future__ import annotations

from .nodes import Mapping, Node, Scalar

RIVALS = {
    "optimizer": ("learning_rate",),
    "learning_rate": ("optimizer",),
    "grad_output": ("loss", "targets"),
    "loss": ("grad_output",),
    "table": ("inputs", "targets"),
    "inputs": ("table",),
    "targets": ("table",),
    "epochs": ("steps",),
    "steps": ("epochs",),
    # Errata are about the claims they stand beside: other claims, other errata.
    "expect": ("errata",),
}
"""Key → the keys that it takes the place of."""
EXCLUSIVE = sorted((a, b) for a in RIVALS for b in RIVALS[a] if a < b and a in RIVALS.get(b, ()))
"""Pairs of keys of which a config has one at most."""


def merge(base: Mapping, own: Mapping) -> Mapping:
    """Merge the keys of another config into the base, less those that they take the place of."""
    replaced = {rival for key in own.entries for rival in RIVALS.get(key, ())} - set(own.entries)
    kept = {key: entry for key, entry in base.entries.items() if key not in replaced}
    return Mapping(own.place, {**kept, **own.entries})


def open_short_form(node: Mapping, key: str) -> Node | None:
    """Return the mapping that a short form stands for, to go into: `conventions: torch`, `learning_rate: 0.1`."""
    if key == "optimizer" and "learning_rate" in node.entries:
        place, value = node.entries["learning_rate"]
        return Mapping(place, {"type": (place, Scalar(place, "sgd", plain=True)), "learning_rate": (place, value)})
    if key in ("conventions", "optimizer") and key not in node.entries:
        return Mapping(node.place)
    return None


def spell_out(node: Scalar, key: str | int) -> Mapping:
    """Spell out a word as a mapping: `relu` is {type: relu}, a preset of conventions {preset: torch}."""
    return Mapping(node.place, {"preset" if key == "conventions" else "type": (node.place, node)})
