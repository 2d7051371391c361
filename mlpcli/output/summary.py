"""Findings as the summary of a CI step, in Markdown: what fails first, and no more than the step may write."""

from __future__ import annotations

from collections.abc import Iterator

from .document import FAILED, Document, Findings, Record, Section
from .formats import Rendering
from .markdown import WRITERS, escaped, fenced
from .people import titles

LIMIT = 2**20
"""Bytes that GitHub takes of the summary of one step; of a longer one it shows nothing."""
LAST = 200
"""Bytes kept free for the line that says what is left out."""


def summary(document: Document, room: int = LIMIT) -> str:
    """Return at most `room` bytes: what it comes to, the sections that fail at length, a line for each other one."""
    ordered = sorted(document.sections, key=lambda section: not fails(section))
    blocks = ["".join(f"{line}\n" for part in document.closing for line in WRITERS[type(part)](part, Rendering()))]
    blocks += ["".join(f"{line}\n" for line in lines(document, section)) for section in ordered]
    taken, left = list[str](), room - LAST
    for index, block in enumerate(blocks):
        left -= len(block.encode())
        if left < 0:
            count = len(blocks) - index
            taken.append(f"\nThe summary is full: {count} more case{'s are' if count > 1 else ' is'} in the log.\n")
            break
        taken.append(block)
    return "".join(taken) if room > LAST else ""


def fails(section: Section) -> bool:
    return any(item.state == FAILED for part in section.parts if isinstance(part, Findings) for item in part.items)


def lines(document: Document, section: Section) -> Iterator[str]:
    """Yield what is said of one section."""
    if not fails(section):
        yield from (f"- {escaped(title)}: passes" for title in titles(document, section))
        return
    yield from (f"### {escaped(title)}\n" for title in titles(document, section))
    for part in section.parts:
        if isinstance(part, Findings):
            yield from fenced(part, Rendering())
        elif isinstance(part, Record):
            yield from WRITERS[Record](part, Rendering())
