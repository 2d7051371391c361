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
LINK = re.compile(r"^- \[([^]]+)\]\(([^)]+)\.md\)", re.MULTILINE)
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
}


def main(folder: Path) -> int:
    """Build the site in a folder; returns 1 where something is wrong with a page."""
    from pygments.lexers.special import TextLexer
    from sphinx.application import Sphinx

    with tempfile.TemporaryDirectory() as temporary:
        source, trees = Path(temporary, "source"), Path(temporary, "trees")
        write_pages(source)
        site = Sphinx(source, None, folder, trees, "html", SETTINGS, status=None, warningiserror=True)
        site.add_lexer("console", TextLexer)  # what a command prints is no shell
        site.build()
    (folder / "index.html").write_text('<meta http-equiv="refresh" content="0; url=docs/index.html">', encoding="utf-8")
    return int(site.statuscode)


def write_pages(folder: Path) -> None:
    """Write what Sphinx reads: the pages, the files that they link to, and the pages of the commands."""
    apart = shutil.ignore_patterns("*.py", "__pycache__", "package.md")  # the last is the page on the package index
    shutil.copytree(ROOT / "docs", folder / "docs", ignore=apart)
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
    """Return the first page with a list of the commands, and what Sphinx takes the order of pages from, hidden."""
    items = (f"- [mlp {name}](commands/{name}.md): {summary(page)}" for name, page in commands.items())
    text = "\n".join([text, "## Commands", "", *items, ""])
    return "\n\n".join([text, *map(contents, re.split(r"^## ", text, flags=re.MULTILINE)[1:])])


def contents(section: str) -> str:
    """Return the pages of a section for Sphinx, those outside of this folder from the root."""
    found = ((title, re.sub(r"^\.\./", "/", page)) for title, page in LINK.findall(section))
    pages = [f"{title} <{page}>" for title, page in found]
    return "\n".join(["```{toctree}", ":hidden:", f":caption: {section.splitlines()[0]}", "", *pages, "```"])


def summary(page: str) -> str:
    """Return the first paragraph of a page."""
    return page.split("\n\n")[1].replace("\n", " ")


if __name__ == "__main__":
    if sys.argv[1:2] in (["-h"], ["--help"]):
        print(__doc__)
    else:
        sys.exit(main(Path(sys.argv[1]) if sys.argv[1:] else ROOT / "build" / "docs"))
