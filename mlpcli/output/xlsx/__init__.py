"""Documents as workbooks, written by xlsxwriter: every computed number is a formula of the cells that it comes from."""

from __future__ import annotations

import io
import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from ...errors import InputError, Place, Problem, needs
from ..document import Document, Section
from ..formats import Rendering
from ..people import titles
from .sheet import Sheet

BUILT = datetime(2000, 1, 1)
"""When each workbook says that it was made, so that the same document gives the same bytes."""
STYLES: Mapping[str, Mapping[str, Any]] = {
    "title": {"bold": True, "font_size": 14},
    "section": {"bold": True, "bg_color": "#D9E2F3"},
    "name": {"bold": True, "valign": "top"},
    "formula": {"italic": True, "font_color": "#666666"},
    "given": {"font_color": "#0000C0"},
    "computed": {},
    "blank": {"border": 1, "bg_color": "#FFF9E5"},
    "words": {"text_wrap": True, "valign": "top"},
}
"""As spreadsheets have it: what is typed in is blue, what is computed black."""
FORBIDDEN = re.compile(r"[\[\]:*?/\\]")


def render(document: Document, rendering: Rendering) -> bytes:
    """Write a sheet per section. Raises InputError where xlsxwriter is not installed, or a sheet cannot hold it."""
    stream = io.BytesIO()
    book = importer()(stream, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    book.set_properties({"created": BUILT})
    styles = {name: book.add_format(dict(style)) for name, style in STYLES.items()}
    before: Sheet | None = None
    for section in document.sections:
        sheet = Sheet(book.add_worksheet(sheet_name(section, document, len(book.worksheets()))), styles)
        sheet.title(titles(document, section)[0])
        for part in section.parts:
            sheet.write(part, before if follows(before, section) else None)
        sheet.section = section
        before = sheet
    if document.closing:
        sheet = Sheet(book.add_worksheet("all"), styles)
        for part in document.closing:
            sheet.write(part, None)
    book.close()
    return stream.getvalue()


def follows(before: Sheet | None, section: Section) -> bool:
    """Return whether a section is the training step right after that of a sheet."""
    if before is None or before.section is None or section.step is None or before.section.step is None:
        return False
    return before.section.case == section.case and before.section.step + 1 == section.step


def sheet_name(section: Section, document: Document, taken: int) -> str:
    """Return a name of at most 31 characters, which no other sheet has."""
    numbers = " ".join(f"{word} {number}" for word, number in section.numbers.items())
    plain = numbers or (document.command if len(document.sections) == 1 else f"{document.command} {taken + 1}")
    return FORBIDDEN.sub(" ", plain)[:31]


def importer() -> Any:
    """Import xlsxwriter, which is optional. Raises InputError."""
    try:
        from xlsxwriter import Workbook
    except ImportError:
        raise InputError(Problem(Place("--format xlsx"), "", needs("xlsxwriter", "excel"))) from None
    return Workbook
