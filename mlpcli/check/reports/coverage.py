"""What an exercise reveals of classic mistakes, as a document."""

from __future__ import annotations

from collections.abc import Iterator

from ...output.document import Document, Part, Record, Section, Table
from ...output.lines import heading
from ..coverage.groups import Group
from ..coverage.improve import Improved
from ..coverage.search import Coverage

HEADINGS = ("tensor", "mistake", "reason", "suggestion")


def report(config: str, commands: list[str], found: list[tuple[str, Coverage]], catalogue: bool = False) -> Document:
    """Report the score of every case by its title, and the hidden mistakes; `commands` are what to type again.

    With `catalogue` the mistakes that show are listed too.
    """
    cases = zip(commands, found, strict=True)
    sections = (section(n, command, *case, catalogue) for n, (command, case) in enumerate(cases))
    return Document("coverage", tuple(sections), config, key="cases")


def section(before: int, command: str, title: str, result: Coverage, catalogue: bool) -> Section:
    """Report one case, after others."""
    seen = result.mistakes - len(result.hidden)
    score = f"score: {result.score:.3f}  # {seen} of {result.mistakes} classic mistakes show in a printed tensor"
    head = (*([""] if before else []), *heading(title), score, *stopped(result))
    rows = tuple((h.tensor, h.mistake, h.reason, h.suggestion) for h in result.hidden)
    shown = Table("shown", HEADINGS[:2], tuple(result.shown), tuple(shown_lines(result)), as_lines=True)
    parts: tuple[Part, ...] = (
        Record({"title": title, "mistakes": result.mistakes}, text_lines=head),
        Table("hidden", HEADINGS, rows, tuple(hidden_lines(command, result.groups)), as_lines=True),
        *((shown,) if catalogue else ()),
        Record({"score": result.score, "stopped": bool(result.unsearched)}, text_lines=()),
    )
    return Section(parts, title, before + 1)


def shown_lines(result: Coverage) -> Iterator[str]:
    """Write the mistakes that show, each with the tensors that it can be made in."""
    tensors: dict[str, list[str]] = {}
    for tensor, sentence in result.shown:
        tensors.setdefault(sentence, []).append(tensor)
    yield f"# {len(result.shown)} shown"
    yield from (f"#   {sentence}: {', '.join(names)}" for sentence, names in tensors.items())


def improvement(path: str, improved: Improved) -> Record:
    """Report the config that was written: what it reveals, and what was changed."""
    found = improved.coverage
    seen = found.mistakes - len(found.hidden)
    line = f"# {path}: score {found.score:.3f}, {seen} of {found.mistakes} classic mistakes show"
    changes = (f"#   {text}" for text in improved.sets)
    values = {"file": path, "score": found.score, "changes": list(improved.sets)}
    return Record(values, "improved", text_lines=(line, *changes))


def stopped(result: Coverage) -> Iterator[str]:
    """Say that the search came to its end before everything was tried, if it did."""
    if result.unsearched:
        some = f"{result.unsearched} hidden mistake{'s were' if result.unsearched > 1 else ' was'}"
        yield f"# the search stopped after {result.most:,} steps: {some} not looked into further"


def hidden_lines(command: str, groups: list[Group]) -> Iterator[str]:
    """Write the hidden mistakes grouped by the reason and what reveals them, each with the tensors it is made in."""
    for group in groups:
        count = f"{len(group.members)} hidden"
        yield f"# {count}: {'; '.join(group.reasons)}" if group.reasons else f"# {count}"
        yield from (f"#   {sentence}: {', '.join(tensors)}" for sentence, tensors in group.sentences.items())
        if group.suggestion:
            yield f"#   seen with: {command} {group.suggestion}"
        else:
            yield "#   no change was found that reveals it" if group.searched else "#   not looked into further"
