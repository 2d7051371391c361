"""What pictures of programs share: ids, labels and arrows."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby

from .document import Document, Graph, Node, Section
from .lines import one_line


@dataclass(frozen=True)
class Picture:
    """One case: the nodes of each section of the program with their labels, and arrows between them."""

    prefix: str
    """What its ids begin with."""
    title: str
    """What to write over it where there are several."""
    sections: list[tuple[str, list[tuple[str, str]]]]
    ids: dict[str, str]
    edges: list[tuple[str, str]]

    def titled(self, section: str) -> str:
        return f"{section}: {self.title}" if self.title else section


def pictures(document: Document) -> Iterator[Picture]:
    for number, section in enumerate(document.sections):
        for part in section.parts:
            if isinstance(part, Graph):
                yield picture(part, f"c{number}" if len(document.sections) > 1 else "", section)


def label(node: Node) -> str:
    """Write a node: `Y1 = max(0, Y1lin)`, and `W1` alone."""
    return one_line(f"{node.name} = {node.formula}" if node.operands else node.name)


def picture(part: Graph, prefix: str, section: Section) -> Picture:
    ids = {node.name: f"{prefix}n{number}" for number, node in enumerate(part.nodes)}
    sections = [
        (name, [(node.name, label(node)) for node in nodes])
        for name, nodes in groupby(part.nodes, key=lambda node: node.section)
    ]
    edges = [(operand, node.name) for node in part.nodes for operand in node.operands]
    title = " ".join([f"case {section.case}", one_line(section.title)]).strip() if prefix else ""
    return Picture(prefix, title, sections, ids, edges)
