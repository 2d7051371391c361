"""Graphs for Mermaid, which GitHub and others draw in Markdown."""

from __future__ import annotations

from .document import Document
from .formats import Rendering
from .picture import Picture, pictures

ENTITIES = str.maketrans({c: f"#{ord(c)};" for c in '"#&<>`'})


def render(document: Document, rendering: Rendering) -> str:
    """Write a flowchart from the given tensors down, a box around each section of the program."""
    lines = ["flowchart TD"]
    for picture in pictures(document):
        lines += [f"  {line}" for line in case(picture)]
    return "\n".join(lines) + "\n"


def case(picture: Picture) -> list[str]:
    lines = []
    for number, (section, nodes) in enumerate(picture.sections):
        lines.append(f'subgraph {picture.prefix}s{number}["{quoted(picture.titled(section))}"]')
        for name, label in nodes:
            left, right = ('(["', '"])') if section == "given" else ('["', '"]')
            lines.append(f"  {picture.ids[name]}{left}{quoted(label)}{right}")
        lines.append("end")
    return lines + [f"{picture.ids[a]} --> {picture.ids[b]}" for a, b in picture.edges]


def quoted(text: str) -> str:
    return text.translate(ENTITIES)
