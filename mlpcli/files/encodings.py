"""The characters of a text file: which encoding it is in, and the file as plain UTF-8."""

from __future__ import annotations

import codecs
import csv
import io
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO, Any

from .dialect import Dialect
from .streams import ArrayError, Unpacked, open_unpacked

SAMPLE = 2**19
"""Characters that are looked at to find how a table is written, unless its first LINES are longer."""
LINES = 3
LONGEST = 2**24
MARKS = {
    codecs.BOM_UTF8: "utf-8-sig",
    codecs.BOM_UTF32_LE: "utf-32",
    codecs.BOM_UTF32_BE: "utf-32",
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
}


def find_encoding(path: Path) -> str:
    """Return the encoding: by its mark, by where zero bytes stand, else UTF-8 if all of the file is, else Windows'."""
    with open_unpacked(path) as stream:
        head = stream.read(4096)
        marked = next((name for mark, name in MARKS.items() if head.startswith(mark)), None)
        if marked:
            return marked
        for name, zeros in (("utf-16-le", head[1::2]), ("utf-16-be", head[::2])):
            if zeros.count(0) > 0.4 * len(zeros):
                return name
        decoder = codecs.getincrementaldecoder("utf-8")()
        try:
            while head:
                decoder.decode(head)
                head = stream.read(2**20)
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            return "cp1252"
    return "utf-8"


def open_text(path: Path, encoding: str) -> IO[str]:
    """Open a file, unpacked, as text. Raises ArrayError for an encoding that is none."""
    try:
        codecs.lookup(encoding)
    except LookupError:
        raise ArrayError(f"{encoding!r} is no encoding; utf-8, utf-16 and latin-1 are some", "encoding") from None
    # cp1252 leaves five bytes open
    errors = "replace" if encoding == "cp1252" else "strict"
    return io.TextIOWrapper(open_unpacked(path), encoding, errors, newline="")


def sample(path: Path, encoding: str) -> tuple[str, bool]:
    """Return whole lines from the start of a file, and whether that is all of it. Raises ArrayError."""
    with open_text(path, encoding) as stream:
        try:
            text = stream.read(SAMPLE)
            while lines_in(text) < LINES and len(text) < LONGEST and (more := stream.read(SAMPLE)):
                text += more
            whole = not stream.read(1)
        except UnicodeError as error:
            raise ArrayError(f"{path.name} is no {encoding} text: {error}"[:200], "encoding") from None
    if not whole and lines_in(text) < LINES:
        raise ArrayError(f"{path.name}: its first {LINES} lines take more than {LONGEST >> 20} MB")
    return (text if whole else text[: text.rfind("\n") + 1] or text), whole


def lines_in(text: str) -> int:
    """Return how many lines end in a text."""
    return text.count("\n") or text.count("\r")


def is_plain(path: Path, dialect: Dialect) -> bool:
    """Return whether a reader of UTF-8 can take the file as it is."""
    with open_unpacked(path) as stream:
        packed = isinstance(stream.raw, Unpacked)
    utf8 = codecs.lookup(dialect.encoding).name in ("utf-8", "utf-8-sig")
    pattern = any(sign in str(path) for sign in "*?[{")
    from_the_top = dialect.start == dialect.header <= 1  # DuckDB's versions differ in whether empty lines are skipped
    return utf8 and not packed and not pattern and from_the_top and dialect.separator != " " and not dialect.comment


def write_plain(path: Path, dialect: Dialect, out: Path) -> None:
    """Write the rows alone, as UTF-8, without comments; what blanks separate, by tabs."""
    with open_text(path, dialect.encoding) as text, out.open("w", encoding="utf-8", newline="") as stream:
        try:
            lines = (line for number, line in enumerate(text, 1) if number > dialect.start)
            stream.writelines(converter(dialect)(lines))
        except UnicodeError as error:
            raise ArrayError(f"{path.name} is no {dialect.encoding} text: {error}"[:200], "encoding") from None


def converter(dialect: Dialect) -> Callable[[Iterator[str]], Iterator[str]]:
    """Return what turns lines of a dialect into those of a reader."""

    def convert(lines: Iterator[str]) -> Iterator[str]:
        if dialect.comment:
            lines = (line for line in lines if not line.lstrip().startswith(dialect.comment))
        if dialect.separator != " ":
            yield from lines
            return
        out = io.StringIO()
        writer = csv.writer(out, delimiter="\t", lineterminator="\n", quotechar=dialect.quote or '"')
        for row in blank_rows(lines, dialect.quote):
            writer.writerow(row)
            yield out.getvalue()
            out.seek(0)
            out.truncate()

    return convert


def blank_rows(lines: Iterator[str], quote: str) -> Iterator[list[str]]:
    """Yield the cells of lines that runs of blanks separate."""
    stripped = (line.replace("\t", " ").strip() for line in lines)
    filled = (line for line in stripped if line)
    yield from csv.reader(filled, delimiter=" ", skipinitialspace=True, **quoting(quote))


def quoting(quote: str) -> dict[str, Any]:
    """Return what tells csv of quotes, or of none."""
    return {"quotechar": quote, "quoting": csv.QUOTE_MINIMAL} if quote else {"quoting": csv.QUOTE_NONE}
