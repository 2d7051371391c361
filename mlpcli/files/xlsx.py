"""Workbooks, .xlsx: the values of their sheets, by openpyxl. What the archive promises is checked before."""

from __future__ import annotations

import io
import re
import warnings
import zipfile
from collections.abc import Iterator
from typing import Any

from ..errors import needs
from .streams import ArrayError, max_unpacked

NEEDS = needs("openpyxl", "excel")
MAX_UNPACKED = 200 * 2**20
MAX_CELLS = 2_000_000
ENTITY = re.compile(rb"<!\s*(?:DOCTYPE|ENTITY)", re.IGNORECASE)


def sheets(data: bytes) -> list[tuple[str, list[tuple[Any, ...]]]]:
    """Return the title of every sheet and the values of its rows, those of formulas as last computed.

    Raises ArrayError.
    """
    load = importer()
    try:
        examine(data)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of styles, print areas and others that are no numbers
            book = load(io.BytesIO(data), read_only=True, data_only=True, keep_links=False)
            return list(values(book))
    except ArrayError:
        raise
    except Exception as error:
        # zipfile, the parser of XML and openpyxl each have exceptions of their own for a file that is damaged.
        raise ArrayError(f"damaged, or no .xlsx: {type(error).__name__}") from None


def values(book: Any) -> Iterator[tuple[str, list[tuple[Any, ...]]]]:
    """Yield the title and the rows of every sheet. Raises ArrayError for too many cells."""
    left = MAX_CELLS
    for sheet in book.worksheets:
        rows = []
        sheet.reset_dimensions()  # what it says of its size may be a lie
        for row in sheet.iter_rows(values_only=True):
            left -= 1 + len(row)
            if left < 0:
                raise ArrayError(f"more than {MAX_CELLS:,} cells; put arrays in an .npz file")
            rows.append(row)
        yield str(sheet.title), rows


def importer() -> Any:
    """Import openpyxl, which is optional. Raises ArrayError."""
    try:
        from openpyxl import load_workbook
    except ImportError:
        raise ArrayError(NEEDS) from None
    return load_workbook


def examine(data: bytes) -> None:
    """Raise ArrayError for an archive that unpacks to too much, or whose texts define texts of their own."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        members = archive.infolist()
        if sum(info.file_size for info in members) > min(MAX_UNPACKED, max_unpacked(len(data))):
            raise ArrayError(f"{len(data):,} bytes that unpack to more than a workbook would")
        for info in members:
            with archive.open(info) as stream:
                if ENTITY.search(stream.read(4096)):
                    raise ArrayError("damaged: a workbook defines no entities")
