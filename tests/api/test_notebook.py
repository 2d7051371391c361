"""The notebook in docs/, its cells run one after the other, as Jupyter runs them, and their outputs compared."""

import ast
import contextlib
import io
import json
from pathlib import Path

ROOT = Path(__file__).parents[2]
NOTEBOOK = json.loads((ROOT / "docs" / "notebook.ipynb").read_text(encoding="utf-8"))
CODE = [cell for cell in NOTEBOOK["cells"] if cell["cell_type"] == "code"]


def run(source, names):
    """Run a cell: what it prints, and the value of its last line as text."""
    body = ast.parse(source).body
    last = body.pop() if body and isinstance(body[-1], ast.Expr) else None
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        exec(compile(ast.Module(body, []), "cell", "exec"), names)
        value = eval(compile(ast.Expression(last.value), "cell", "eval"), names) if last else None
    return printed.getvalue(), "" if value is None else repr(value)


def shown(cell):
    """What the notebook has as the cell's output."""
    streams = "".join(line for o in cell["outputs"] if o["output_type"] == "stream" for line in o["text"])
    results = [o["data"]["text/plain"] for o in cell["outputs"] if o["output_type"] == "execute_result"]
    return streams, "".join(line for text in results for line in text)


def test_its_cells_print_what_it_shows(monkeypatch):
    monkeypatch.chdir(ROOT / "docs")
    names = {}
    for cell in CODE:
        assert run("".join(cell["source"]), names) == shown(cell), cell["source"]
