"""Makes the pictures of the pages: `python -m docs.pictures [FOLDER]`, in docs/pictures unless given.

The graph needs Graphviz, the page of a report Chromium: where one is absent that is said, and its picture is not made.
"""

from __future__ import annotations

import io
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

DOCS = Path(__file__).parent
FILE = re.compile(r"^```\w+\n(# (\S+)\n.*?)^```$", re.DOTALL | re.MULTILINE)
SESSION = (
    "mlp check mine.yaml --against mine.txt",
    "mlp why 'dz1[0,1]' mine.yaml --against mine.txt",
)
"""What the terminal shows, of the page for students."""
COLUMNS = 116
WEB_FONT = re.compile(r"@font-face \{.*?\}\s*", re.DOTALL)
BROWSER = ("--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", "--window-size=900,680")


def main(folder: Path) -> None:
    """Write every picture in a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as temporary:
        work = Path(temporary)
        for name in ("configs", "data"):
            shutil.copytree(DOCS.parent / name, work / name)
        prepare(work)
        (folder / "terminal.svg").write_text(terminal(work), encoding="utf-8")
        graph(work, folder / "graph.svg")
        mlp(work, "new", "data/iris.csv", "--target", "species", "-o", "iris.yaml")
        for name, config in (("training", "configs/digits.yaml"), ("iris", "iris.yaml")):
            mlp(work, "train", config, "--run", name)
            mlp(work, "plot", name, "-o", folder.resolve() / f"{name}.svg")
        report(work, folder.resolve() / "report.png")


def prepare(work: Path) -> None:
    """Write what the pictures are of: the exercise and the program of the page for students, and what it prints."""
    for text, name in FILE.findall((DOCS / "student.md").read_text(encoding="utf-8")):
        (work / name).write_text(text, encoding="utf-8")
    printed = subprocess.run([sys.executable, "mine.py"], cwd=work, capture_output=True, check=True)
    (work / "mine.txt").write_bytes(printed.stdout)


def mlp(work: Path, *words: str | Path) -> str:
    """Return what a command prints."""
    command = [sys.executable, "-m", "mlpcli", *map(str, words)]
    done = subprocess.run(command, cwd=work, capture_output=True, text=True, encoding="utf-8")
    assert done.returncode < 2, done.stderr
    return done.stdout


def terminal(work: Path) -> str:
    """Return a terminal session as SVG, without the font that rich would load from elsewhere."""
    from rich.console import Console
    from rich.text import Text

    console = Console(record=True, width=COLUMNS, file=io.StringIO())
    for line in SESSION:
        console.print(f"$ {line}", style="bold", highlight=False, markup=False)
        printed = mlp(work, *shlex.split(line)[1:], "--color", "always")
        console.print(Text.from_ansi(printed), highlight=False)
    return WEB_FONT.sub("", console.export_svg(title="mlp", unique_id="mlp"))


def graph(work: Path, path: Path) -> None:
    """Write the graph of the toy problem."""
    if found("dot"):
        dot = mlp(work, "show", "configs/toy.yaml", "--format", "dot")
        drawn = subprocess.run(["dot", "-Tsvg"], input=dot.encode(), capture_output=True, check=True)
        path.write_bytes(drawn.stdout)


def report(work: Path, path: Path) -> None:
    """Write a picture of a report's page."""
    if found("chromium"):
        mlp(work, "check", "mine.yaml", "--against", "mine.txt", "-o", "report.html")
        page = (work / "report.html").as_uri()
        subprocess.run(["chromium", *BROWSER, f"--screenshot={path}", page], capture_output=True, check=True)


def found(program: str) -> bool:
    """Return whether a program is there; that it is not is said."""
    there = shutil.which(program) is not None
    if not there:
        print(f"{program} is absent: its picture is not made", file=sys.stderr)
    return there


if __name__ == "__main__":
    main(Path(sys.argv[1]) if sys.argv[1:] else DOCS / "pictures")
