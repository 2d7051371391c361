"""A config with its overrides and what it extends, as one file that stands by itself."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Collection
from dataclasses import fields, replace
from pathlib import Path

from ..files.arrays import columns_of
from ..files.duck import named_files
from .experiment import Experiment
from .nodes import Mapping, Node, Numbers, Scalar, Sequence
from .renewed import file_of
from .sources import selection

PLAIN = re.compile(r"[\w.+~/-]+")
CLAIMS = ("expect", "errata", "require", "exact", "grading")
EXAMPLES = ("inputs", "targets")
SETTINGS = {field.name for field in fields(Experiment) if field.metadata.get("origin")} | {"learning_rate"}
"""Keys that every step of a training depends on, apart from the data; the last is short for an optimizer."""


def resolve(document: Mapping, without: Collection[str] = CLAIMS) -> str:
    """Write the document as YAML, without its claims or other keys; paths of files are absolute, columns all named."""
    lines = []
    for key, (_, value) in document.entries.items():
        if key in without:
            continue
        if key == "layers" and not isinstance(value, Scalar | Mapping):
            lines += ["layers:", *(f"  - {flow(layer)}" for layer in value.items)]
        else:
            lines.append(f"{key}: {flow(with_columns(value) if key in EXAMPLES else value, key)}")
    return "\n".join(lines) + "\n"


def with_columns(node: Node) -> Node:
    """Return a mapping that names a file with all its columns by name, or by number where it has no names.

    So they are known, and found in other files, when this one is gone.
    """
    if not isinstance(node, Mapping):
        return node
    entries = {name: (place, with_columns(value)) for name, (place, value) in node.entries.items()}
    file = file_of(node)
    names, count = columns_of(file) if file else ((), 0)
    given = entries["columns"][1] if "columns" in entries else None
    if file and (names or (count and given)):
        texts = [item.text for item in getattr(given, "items", [given]) if isinstance(item, Scalar)] or [":"]
        chosen = (
            range(count)[columns]
            if isinstance(columns := selection(texts, names, count, file.name), slice)
            else columns
        )
        listed = [Scalar(node.place, names[k] if names else str(k), plain=not names) for k in chosen]
        entries["columns"] = node.place, Sequence(node.place, list(listed))
    return replace(node, entries=entries)


def digests(document: Mapping) -> dict[str, str]:
    """Return what tells a training's settings from others: key → a digest of what it says."""
    given = {key: flow(value, key) for key, (_, value) in document.entries.items() if key in SETTINGS}
    return {key: hashlib.sha256(text.encode()).hexdigest()[:16] for key, text in given.items()}


def flow(node: Node, key: str = "") -> str:
    """Write the node on one line."""
    if isinstance(node, Mapping):
        items = ((word(name), flow(value, name)) for name, (_, value) in node.entries.items())
        return "{" + ", ".join(f"{name}: {value}" for name, value in items) + "}"
    if isinstance(node, Numbers):
        return str(node.value.tolist())
    if not isinstance(node, Scalar):
        return "[" + ", ".join(map(flow, node.items)) + "]"
    if key in ("file", "weights"):
        node = replace(node, text=str((Path(node.place.file).parent / node.text).resolve()))
    if key == "query":
        node = replace(node, text=named_files(node.text, Path(node.place.file).parent)[0])
    plain = node.plain and (PLAIN.fullmatch(node.text) or not node.text)
    return node.text if plain else double_quoted(node.text)


def word(name: str) -> str:
    """Write a key, in quotes where YAML needs them: a pattern of names."""
    return name if PLAIN.fullmatch(name) else double_quoted(name)


def double_quoted(text: str) -> str:
    """Write a string as YAML has it in double quotes, what cannot be printed written out."""
    return "".join(c if c.isprintable() else f"\\U{ord(c):08x}" for c in json.dumps(text, ensure_ascii=False))
