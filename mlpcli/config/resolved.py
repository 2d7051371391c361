"""A config with its overrides and what it extends, as one file that stands by itself."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from pathlib import Path

from .nodes import Mapping, Node, Scalar

PLAIN = re.compile(r"[\w.+~/-]+")
CLAIMS = ("expect", "errata")


def resolved(document: Mapping) -> str:
    """The document as YAML, without its claims; paths of files are absolute."""
    lines = []
    for key, (_, value) in document.entries.items():
        if key in CLAIMS:
            continue
        if key == "layers" and not isinstance(value, Scalar | Mapping):
            lines += ["layers:", *(f"  - {flow(layer)}" for layer in value.items)]
        else:
            lines.append(f"{key}: {flow(value, key)}")
    return "\n".join(lines) + "\n"


def flow(node: Node, key: str = "") -> str:
    """The node on one line."""
    if isinstance(node, Mapping):
        return "{" + ", ".join(f"{name}: {flow(value, name)}" for name, (_, value) in node.entries.items()) + "}"
    if not isinstance(node, Scalar):
        return "[" + ", ".join(map(flow, node.items)) + "]"
    if key in ("file", "weights"):
        node = replace(node, text=str((Path(node.place.file).parent / node.text).resolve()))
    plain = node.plain and (PLAIN.fullmatch(node.text) or not node.text)
    return node.text if plain else json.dumps(node.text, ensure_ascii=False)
