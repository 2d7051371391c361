"""What an exercise reveals of classic mistakes: as text, and as JSON for programs."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ..check.coverage import Coverage, Hidden
from .json import SCHEMA, dumps
from .text import one_line

Found = list[tuple[str, Coverage]]
"""Cases by their titles."""


def json(config: str, found: Found) -> str:
    """{"schema", "command", "config", "cases": [{"title", "mistakes", "hidden": [...], "score", "stopped"}]}."""
    cases = [described(title, result) for title, result in found]
    return dumps({"schema": SCHEMA, "command": "coverage", "config": config, "cases": cases}) + "\n"


def described(title: str, result: Coverage) -> dict[str, Any]:
    hidden = [vars(hidden) for hidden in result.hidden]
    stopped = bool(result.unsearched)
    return {"title": title, "mistakes": result.mistakes, "hidden": hidden, "score": result.score, "stopped": stopped}


def text(commands: list[str], found: Found) -> str:
    """The score of every case, and the hidden mistakes; its command is what to type again, with more."""
    pairs = zip(commands, found, strict=True)
    return "\n".join("\n".join(lines(command, *case)) + "\n" for command, case in pairs)


def lines(command: str, title: str, result: Coverage) -> Iterator[str]:
    """The hidden mistakes grouped by the reason and what reveals them."""
    seen = result.mistakes - len(result.hidden)
    yield f"# {one_line(title)}" if one_line(title) else "#"
    yield f"score: {result.score:.3f}  # {seen} of {result.mistakes} classic mistakes show in a printed tensor"
    if result.unsearched:
        some = f"{result.unsearched} hidden mistake{'s were' if result.unsearched > 1 else ' was'}"
        yield f"# the search stopped after {result.most:,} steps: {some} not looked into further"
    groups: dict[tuple[str, str, bool], list[Hidden]] = {}
    for hidden in result.hidden:
        groups.setdefault((hidden.reason, hidden.suggestion, hidden.searched), []).append(hidden)
    for (reason, suggestion, searched), members in groups.items():
        yield f"# hidden{f': {reason}' if reason else ''}"
        yield from (f"#   {hidden.tensor}: {hidden.mistake}" for hidden in members)
        if suggestion:
            yield f"#   seen with: {command} {suggestion}"
        else:
            yield "#   no change was found that reveals it" if searched else "#   not looked into further"
