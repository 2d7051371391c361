"""A format: every document as tables of bars and dashes."""

from mlpcli.output.document import Columns, Findings, Note, Record, Table, Tensors, Worksheet
from mlpcli.output.formats import EVERY, Format

BAR = "\\|"
HEADINGS = ("tensor", "formula", "value")


def render(document, rendering):
    """A heading per section, and each part as a table or a list."""
    lines = []
    for section in document.sections:
        lines += [f"# {section.title or document.command}", *written(section.parts)]
    return "\n".join([*lines, *written(document.closing)]) + "\n"


def written(parts):
    return [line for part in parts for line in WRITERS[type(part)](part)]


def table(headings, rows):
    yield from ("", row(headings), row("-" for _ in headings))
    yield from map(row, rows)


def row(cells):
    return f"| {' | '.join(str(cell).replace('|', BAR) for cell in cells)} |"


def numbers(value):
    """Every number of an array as the nearest float."""
    return value.astype(float).tolist()


WRITERS = {
    Tensors: lambda part: table(HEADINGS, [(t.name, t.formula, numbers(t.value)) for t in part.items]),
    Worksheet: lambda part: (f"- {tensor.name} = {'?' if tensor.blank else ''}" for tensor in part.tensors.items),
    Columns: lambda part: table(("column", "values"), [(name, numbers(value)) for name, value in part.values.items()]),
    Table: lambda part: table(part.headings, part.rows),
    Record: lambda part: (f"- {name}: {value}" for name, value in part.values.items()),
    Findings: lambda part: (f"- {item.subject}: {item.verdict or item.message}" for item in part.items),
    Note: lambda part: (part.text,),
}

PIPES = Format(render, EVERY, (".pipes",))
