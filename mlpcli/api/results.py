"""What the methods of a network return: mappings that print as the command line does."""

from __future__ import annotations

import html
from collections.abc import Iterator, Mapping
from typing import Any, TypeVar

import numpy as np
import numpy.typing as npt

from ..errors import suggestion
from ..output.document import Columns, Document, NamedTensor, Section, Table
from ..output.document import Tensors as TensorsPart
from ..output.formats import FORMATS, Rendering

V = TypeVar("V")
Array = npt.NDArray[Any]
FEWEST_LINES, MOST_LINES, LINE = 8, 24, 1.8
"""How high a frame is: in lines of text, and the height of one in em."""


class Result(Mapping[str, V]):
    """Values by name. It prints as the command of the same name does, byte for byte, and notebooks show it."""

    def __init__(self, document: Document, values: Mapping[str, V], notes: tuple[str, ...] = ()) -> None:
        self.document, self.values_by_name, self.notes = document, values, notes

    def __getitem__(self, name: str) -> V:
        if name not in self.values_by_name:
            raise KeyError(f"{name}{suggestion(str(name), map(str, self.values_by_name))}")
        return self.values_by_name[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self.values_by_name)

    def __len__(self) -> int:
        return len(self.values_by_name)

    def render(self, form: str = "text", precision: int = 8, full: bool = False) -> str | bytes:
        """Return it in a format of the command line: "text", "json", "npz", ..."""
        return FORMATS[form].rendered(self.document, Rendering(precision, full))

    def __str__(self) -> str:
        return str(self.render()).removesuffix("\n")

    def __repr__(self) -> str:
        return str(self)

    def _repr_html_(self) -> str:
        """Return the notes and, in a frame of its own, the page that `--format html` writes."""
        notes = "".join(f"<p>{html.escape(note)}</p>" for note in self.notes)
        if not FORMATS["html"].can_render(self.document.kinds):
            return f"{notes}<pre>{html.escape(str(self))}</pre>"
        height = min(MOST_LINES, str(self).count("\n") + FEWEST_LINES) * LINE
        page = html.escape(str(self.render("html")))
        style = f"width: 100%; height: {height}em; border: 0; resize: vertical"
        return f'{notes}<iframe srcdoc="{page}" style="{style}"></iframe>'


class Tensors(Result[Array]):
    """The tensors of a run by name, copies in the config's orientation; of several steps those of the last.

    `steps` has those of each step; `notes` are sentences that the command line writes to standard error.
    """

    def __init__(self, document: Document, notes: tuple[str, ...]) -> None:
        last = document.sections[-1]
        super().__init__(document, {tensor.name: tensor.value for tensor in tensors_of(last)}, notes)

    def __getitem__(self, name: str) -> Array:
        return np.array(super().__getitem__(name))

    @property
    def steps(self) -> tuple[Tensors, ...]:
        """The tensors of each step of training."""
        command, config = self.document.command, self.document.config
        return tuple(Tensors(Document(command, (s,), config), self.notes) for s in self.document.sections)


def tensors_of(section: Section) -> Iterator[NamedTensor]:
    for part in section.parts:
        if isinstance(part, TensorsPart):
            yield from part.items


def rows_of(document: Document) -> Iterator[dict[str, Any]]:
    """Yield the rows of a document's tables, each by its headings; what a row has not is left out."""
    for part in document.parts:
        if isinstance(part, Table):
            for row in part.rows:
                yield {name: cell for name, cell in zip(part.headings, row, strict=True) if cell is not None}


def columns_of(document: Document) -> dict[str, Array]:
    """Return the columns of a document by name."""
    found: dict[str, Array] = {}
    for part in document.parts:
        if isinstance(part, Columns):
            found |= {name: np.array(column) for name, column in part.values.items()}
        elif isinstance(part, Table):
            found |= {name: np.array(cells) for name, *cells in zip(part.headings, *part.rows, strict=True)}
    return found
