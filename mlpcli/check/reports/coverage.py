"""What an exercise reveals of classic mistakes, as a document."""

from __future__ import annotations

from collections.abc import Iterator

from ...output.document import Document, Record, Section, Table
from ...output.lines import heading
from ..coverage.search import Coverage, Hidden

HEADINGS = ("tensor", "mistake", "reason", "suggestion")


def report(config: str, commands: list[str], found: list[tuple[str, Coverage]]) -> Document:
    """Report the score of every case by its title, and the hidden mistakes; `commands` are what to type again."""
    cases = zip(commands, found, strict=True)
    sections = (section(n, command, *case) for n, (command, case) in enumerate(cases))
    return Document("coverage", tuple(sections), config, key="cases")


def section(before: int, command: str, title: str, result: Coverage) -> Section:
    """Report one case, after others."""
    seen = result.mistakes - len(result.hidden)
    score = f"score: {result.score:.3f}  # {seen} of {result.mistakes} classic mistakes show in a printed tensor"
    head = (*([""] if before else []), *(heading(title) or ["#"]), score, *stopped(result))
    rows = tuple((h.tensor, h.mistake, h.reason, h.suggestion) for h in result.hidden)
    parts = (
        Record({"title": title, "mistakes": result.mistakes}, text_lines=head),
        Table("hidden", HEADINGS, rows, tuple(hidden_lines(command, result.hidden))),
        Record({"score": result.score, "stopped": bool(result.unsearched)}, text_lines=()),
    )
    return Section(parts, title, before + 1)


def stopped(result: Coverage) -> Iterator[str]:
    """Say that the search came to its end before everything was tried, if it did."""
    if result.unsearched:
        some = f"{result.unsearched} hidden mistake{'s were' if result.unsearched > 1 else ' was'}"
        yield f"# the search stopped after {result.most:,} steps: {some} not looked into further"


def hidden_lines(command: str, mistakes: list[Hidden]) -> Iterator[str]:
    """Write the hidden mistakes grouped by the reason and what reveals them."""
    groups: dict[tuple[str, str, bool], list[Hidden]] = {}
    for hidden in mistakes:
        groups.setdefault((hidden.reason, hidden.suggestion, hidden.searched), []).append(hidden)
    for (reason, suggestion, searched), members in groups.items():
        yield f"# hidden{f': {reason}' if reason else ''}"
        yield from (f"#   {hidden.tensor}: {hidden.mistake}" for hidden in members)
        if suggestion:
            yield f"#   seen with: {command} {suggestion}"
        else:
            yield "#   no change was found that reveals it" if searched else "#   not looked into further"
