"""Builds the site: `python -m docs.build [FOLDER]`, from build/docs unless given. Needs the extra `docs`.

Sphinx reads a copy of the pages, so that links work as they stand in the checkout, and beside them the pages that are
made of the program itself: one per command, of its help. A broken link or anchor fails.
"""

from __future__ import annotations

import re
import shutil
import sys
import tempfile
from pathlib import Path

from .commands import command_pages

ROOT = Path(__file__).parents[1]
OTHERS = ("README.md", "CONTRIBUTING.md", "CHANGELOG.md", "LICENSE", "configs/courses/SOURCES.md", "data/README.md")
"""What the pages link to, besides each other."""
LINK = re.compile(r"^- \[[^]]+\]\(([^)]+)\.md\)", re.MULTILINE)
SETTINGS = {
    "project": "mlp",
    "html_title": "mlp",
    "html_theme": "furo",
    "html_copy_source": False,
    "html_show_copyright": False,
    "extensions": ["myst_parser"],
    "myst_heading_anchors": 3,
    "root_doc": "docs/index",
    "highlight_language": "none",
    "smartquotes": False,
    "suppress_warnings": ["misc.highlighting_failure"],
}


def main(folder: Path) -> int:
    """Build the site in a folder; returns 1 where something is wrong with a page."""
    from sphinx.application import Sphinx

    with tempfile.TemporaryDirectory() as temporary:
        source, trees = Path(temporary, "source"), Path(temporary, "trees")
        write_pages(source)
        site = Sphinx(source, None, folder, trees, "html", SETTINGS, status=None, warningiserror=True)
        site.build()
    (folder / "index.html").write_text('<meta http-equiv="refresh" content="0; url=docs/index.html">', encoding="utf-8")
    return int(site.statuscode)


def write_pages(folder: Path) -> None:
    """Write what Sphinx reads: the pages, the files that they link to, and the pages of the commands."""
    shutil.copytree(ROOT / "docs", folder / "docs", ignore=shutil.ignore_patterns("*.py", "__pycache__"))
    for name in OTHERS:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / name, folder / name)
    commands = folder / "docs" / "commands"
    commands.mkdir()
    for name, text in command_pages().items():
        (commands / f"{name}.md").write_text(text, encoding="utf-8")
    index = folder / "docs" / "index.md"
    index.write_text(with_contents(index.read_text(encoding="utf-8"), command_pages()), encoding="utf-8")


def with_contents(text: str, commands: dict[str, str]) -> str:
    """Return the first page with what Sphinx takes the order of pages from: the links of each section, hidden."""
    _, *sections = re.split(r"^## ", text, flags=re.MULTILINE)
    found = {section.partition("\n")[0]: LINK.findall(section) for section in sections}
    found["Commands"] = [f"commands/{name}" for name in commands]
    trees = (f"```{{toctree}}\n:hidden:\n:caption: {title}\n{lines(pages)}\n```" for title, pages in found.items())
    listed = "\n".join(f"- [mlp {name}](commands/{name}.md): {summary(page)}" for name, page in commands.items())
    return "\n\n".join([text, f"## Commands\n\n{listed}", *trees, ""])


def lines(pages: list[str]) -> str:
    """Return a line per page; those outside of this folder from the root."""
    return "\n".join("/" + page.removeprefix("../") if page.startswith("../") else page for page in pages)


def summary(page: str) -> str:
    """Return the first sentence of a page."""
    return re.split(r"[.:](?:\s|$)", page.split("\n\n")[1])[0].replace("\n", " ")


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]) if sys.argv[1:] else ROOT / "build" / "docs"))
