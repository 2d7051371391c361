"""What a command has to say, before it is written in a format: sections of tensors, records, tables and findings.

Plain data. A format knows these parts and no command; whoever builds a document knows no format.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, ClassVar

from ..errors import Place

if TYPE_CHECKING:
    from ..nn.program import Program
    from ..nn.run import Trace

Lines = tuple[str, ...]
PASSED, FAILED, SKIPPED = "passed", "failed", "skipped"


@dataclass(frozen=True)
class NamedTensor:
    """A named value and where it comes from; `noise` is how far rounding may have moved each of its numbers."""

    name: str
    section: str
    formula: str
    value: Any
    noise: Any
    blank: bool = False
    """Whether its numbers are left out, for somebody to fill in."""


@dataclass(frozen=True, eq=False)
class Origin:
    """The program that tensors come from, and all the values of its run."""

    program: Program
    trace: Trace


@dataclass(frozen=True)
class Tensors:
    """Tensors in the order of computation."""

    items: tuple[NamedTensor, ...]
    given: tuple[NamedTensor, ...] = ()
    """What they are computed from, for formats that say that too."""
    origin: Origin | None = None
    key: ClassVar[str] = "tensors"


@dataclass(frozen=True)
class Worksheet:
    """Tensors, some of them left out: for people to fill in, and no format that would give the numbers away."""

    tensors: Tensors


@dataclass(frozen=True)
class Node:
    """A tensor as a picture of a program has it."""

    name: str
    section: str
    formula: str
    operands: tuple[str, ...] = ()
    """Other nodes that it is computed from."""


@dataclass(frozen=True)
class Graph:
    """The tensors of a program, and what each is computed from."""

    nodes: tuple[Node, ...]


@dataclass(frozen=True)
class Record:
    """Named values: numbers, words, lists and rows of numbers. Without a key they belong to what the record is in."""

    values: Mapping[str, Any]
    key: str = ""
    comments: Mapping[str, str] = field(default_factory=dict)
    unsaid: tuple[str, ...] = ()
    """Values that a person reads in the comments."""
    text_lines: Lines | None = None
    """How a person reads it; None: a line per value."""


@dataclass(frozen=True)
class Columns:
    """Numbers by the names of columns, a row per example; a column is a vector or a matrix."""

    values: Mapping[str, Any]


@dataclass(frozen=True)
class Table:
    """Rows of cells under headings; a cell that a row does not have is None."""

    key: str
    headings: tuple[str, ...]
    rows: tuple[tuple[Any, ...], ...]
    text_lines: Lines
    """How a person reads it."""
    as_lines: bool = field(default=False, kw_only=True)
    """Whether a person reads it better as these lines, on a page too, than as a table."""


@dataclass(frozen=True)
class Finding:
    """What was found out about a subject. Without a verdict it is an objection, which has nothing but its message."""

    subject: str
    verdict: str
    state: str = PASSED
    place: Place | None = None
    message: str = ""
    """What is wrong, in a line."""
    lines: Lines = ()
    """What is wrong, at length."""
    fields: Mapping[str, Any] | None = None
    """What a program gets to read; None: nothing, another finding says it."""


@dataclass(frozen=True)
class Findings:
    """Findings in order. What is said last of a subject counts."""

    key: str
    items: tuple[Finding, ...]
    text_lines: Lines | None = None
    """How a person reads them; None: the lines of each."""

    @property
    def headings(self) -> tuple[str, str]:
        """What a page calls the subjects, and what is found of them."""
        return ("tensor", "verdict") if any(item.verdict for item in self.items) else ("place", "problem")


@dataclass(frozen=True)
class Scored:
    """What one tensor of a submission earns."""

    name: str
    points: float
    max_points: float
    verdict: str
    message: str

    @property
    def passed(self) -> bool:
        return self.points == self.max_points


@dataclass(frozen=True)
class Submission:
    """What somebody handed in, and what it earns; with problems where it cannot be graded."""

    name: str
    tests: tuple[Scored, ...]
    remarks: Lines = ()
    problems: Lines = ()

    @property
    def score(self) -> float:
        return rounded(sum(test.points for test in self.tests))

    @property
    def max_score(self) -> float:
        return rounded(sum(test.max_points for test in self.tests))


def rounded(points: float) -> float:
    """Return points without the rounding of their sum: a whole number where they are one."""
    found = round(points, 6)
    return int(found) if found == int(found) else found


@dataclass(frozen=True)
class Grades(Table):
    """A row per submission, for people; and what is said of each of its tensors, for programs."""

    items: tuple[Submission, ...] = ()


@dataclass(frozen=True)
class Note:
    """A sentence for people that says how to read what stands beside it."""

    text: str


Part = Tensors | Worksheet | Graph | Record | Columns | Table | Grades | Findings | Note
Kinds = frozenset[type[Part]]


@dataclass(frozen=True)
class Section:
    """What is said of one case, at one training step; `case` and `step` are None where there is only one."""

    parts: tuple[Part, ...]
    title: str = ""
    case: int | None = None
    step: int | None = None
    config: str = ""
    """The config it is about, where sections differ in it."""

    @property
    def numbers(self) -> dict[str, int]:
        """Which case and which step it is, where there are several."""
        return {word: n for word, n in (("case", self.case), ("step", self.step)) if n is not None}


@dataclass(frozen=True)
class Document:
    """Everything one command has to say."""

    command: str
    sections: tuple[Section, ...]
    config: str = ""
    """The config it is about; empty where it is about several, or a file of weights."""
    key: str = ""
    """What its sections are called, where each has a record that introduces it; else they follow one another."""
    closing: tuple[Part, ...] = ()
    """What is said of all the sections."""
    instead: Document | None = None
    """The same for formats that cannot write it as it is: a picture of it."""

    @property
    def parts(self) -> Iterator[Part]:
        for section in self.sections:
            yield from section.parts
        yield from self.closing

    @property
    def kinds(self) -> Kinds:
        """What it consists of: records beside other parts are about those, and notes are about anything."""
        found = frozenset(type(part) for part in self.parts) - {Note}
        return found - {Record} or found
