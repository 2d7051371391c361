"""What documents say of conventions: the presets, one of them in full, and what those of a config come to."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from ..nn.conventions import ABOUT, PRESETS, Conventions
from ..nn.notations import NOTATIONS, templates_of
from .document import Document, Record, Section, Table
from .lines import commented, listed
from .numbers import scalar

PLAIN = re.compile(r"[\w.-]+")
"""Words that YAML needs no quotes for."""
DIGITS = 15
"""How many significant digits of a setting are written: all that somebody has typed."""


def presets() -> Document:
    """List the presets, and what each sets otherwise than the default."""
    usual = settings(Conventions())
    changes = {name: changed(settings(preset), usual) for name, preset in PRESETS.items()}
    named = [key for key in usual if any(key in own for own in changes.values())]
    rows = tuple((name, ABOUT.get(name), *(own.get(key) for key in named)) for name, own in changes.items())
    lines = (line for name, own in changes.items() for line in (f"# {ABOUT.get(name, name)}", f"{name}: {spell(own)}"))
    table = Table("presets", ("preset", "about", *named), rows, tuple(lines))
    return Document("conventions", (Section((table,)),))


def preset(name: str) -> Document:
    """Write a preset as a config has it, every setting with its meaning, and the names of its notation."""
    own = settings(PRESETS[name])
    own["notation"] = {**as_mapping(own["notation"]), **templates_of(PRESETS[name].notation)}
    about = ABOUT.get(name, "")
    text = (f"# {name}: {about}" if about else f"# {name}", "conventions:", *explained(own))
    record = Record({"preset": name, "about": about, "conventions": own}, text_lines=text)
    return Document("conventions", (Section((record,)),))


def explained(own: Mapping[str, Any]) -> Iterator[str]:
    """Yield a line per setting with its meaning, and a line per name of the notation."""
    from ..nn.meanings import meanings  # it takes time that other commands save

    meaning = meanings(Conventions)
    for key, value in own.items():
        yield commented(f"  {key}:" if isinstance(value, Mapping) else f"  {key}: {spell(value)}", meaning[key])
        if isinstance(value, Mapping):
            yield from (f"    {kind}: {spell(template)}" for kind, template in value.items())


def summary(conventions: Conventions) -> Any:
    """Return what conventions come to: the name of a preset, or a preset and the fewest changes to it."""
    return nearest(settings(conventions), {name: settings(preset) for name, preset in PRESETS.items()})


def settings(conventions: Conventions) -> dict[str, Any]:
    """Return all settings, as a config has them."""
    notation = conventions.notation
    own = notation if isinstance(notation, str) else nearest(notation, NOTATIONS)
    found = vars(conventions) | {"notation": own}
    return {key: list(value) if isinstance(value, tuple) else value for key, value in found.items()}


def nearest(own: Mapping[str, Any], known: Mapping[str, Mapping[str, Any]]) -> Any:
    """Return the name of the known mapping that is the same, or {preset: name} with the fewest changes to one."""
    changes = {name: changed(own, other) for name, other in known.items() if set(other) <= set(own)}
    if not changes:
        return own
    name = min(changes, key=lambda name: len(changes[name]))
    return {"preset": name, **changes[name]} if changes[name] else name


def changed(own: Mapping[str, Any], other: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a mapping has otherwise than another one."""
    return {key: value for key, value in own.items() if key not in other or other[key] != value}


def as_mapping(notation: Any) -> Mapping[str, Any]:
    return {"preset": notation} if isinstance(notation, str) else notation


def spell(value: Any) -> str:
    """Write a setting as a config has it: `~`, `[W, B]`, `{preset: ng, weight: "theta{l}"}`."""
    if value is None:
        return "~"
    if isinstance(value, Mapping):
        return f"{{{', '.join(f'{key}: {spell(item)}' for key, item in value.items())}}}"
    if isinstance(value, list | tuple):
        return listed([spell(item) for item in value])
    if isinstance(value, str) and not PLAIN.fullmatch(value):
        return json.dumps(value, ensure_ascii=not value.isprintable())
    return scalar(value, DIGITS)
