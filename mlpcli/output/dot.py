"""Graphs in Graphviz's language."""

from __future__ import annotations

from .document import Document
from .formats import Rendering
from .picture import Picture, pictures


def render(document: Document, rendering: Rendering) -> str:
    """Write a directed graph from the given tensors down, a box around each section of the program."""
    lines = ["digraph mlp {", "  node [shape=box, style=rounded]"]
    for picture in pictures(document):
        lines += [f"  {line}" for line in case(picture)]
    return "\n".join([*lines, "}"]) + "\n"


def case(picture: Picture) -> list[str]:
    lines = []
    for number, (section, nodes) in enumerate(picture.sections):
        lines.append(f"subgraph cluster_{picture.prefix}s{number} {{ label={quoted(picture.titled(section))}")
        shape = ", shape=ellipse" if section == "given" else ""
        lines += [f"  {picture.ids[name]} [label={quoted(label)}{shape}]" for name, label in nodes]
        lines.append("}")
    return lines + [f"{picture.ids[a]} -> {picture.ids[b]}" for a, b in picture.edges]


def quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
