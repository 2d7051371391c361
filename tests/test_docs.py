"""What the README and the pages in docs/ say, run as they say it."""

import dataclasses
import json
from pathlib import Path

import pytest
import yaml

from mlpcli.cli import COMMANDS
from mlpcli.nn.conventions import PRESETS, Conventions

from .pages import ROOT, commands, run_page

README = ROOT / "README.md"
PAGES = {path.name: path for path in (README, *sorted((ROOT / "docs").glob("*.md")))}
SLOW = {"checking.md", "classroom.md", "commands.md", "machines.md", "table.md"}
NEEDS = {"table.md": ["duckdb"], "commands.md": ["duckdb", "onnx"], "machines.md": ["jax"], "formats.md": ["onnx"]}
"""Packages that a page cannot be run without."""


def marked(name):
    return pytest.param(name, marks=pytest.mark.slow) if name in SLOW else name


@pytest.mark.parametrize("name", [*map(marked, PAGES)])
def test_what_a_page_says(name, tmp_path, monkeypatch):
    for package in NEEDS.get(name, ()):
        pytest.importorskip(package, reason=f"this page needs {package}")
    monkeypatch.chdir(tmp_path)
    run_page(PAGES[name], tmp_path)
    AFTERWARDS.get(name, lambda: None)()


def class_is_graded():
    """What the platforms get is what the page says of the five students."""
    scores = {path.stem: json.loads(path.read_text(encoding="utf-8"))["score"] for path in Path("results").iterdir()}
    assert scores == {"ada.npz": 18, "bob.txt": 17, "cy.json": scores["cy.json"], "dee.csv": 6, "eve.npz": 0}
    assert 10 < scores["cy.json"] < 18
    assert "18,18" in Path("marks.csv").read_text(encoding="utf-8")


AFTERWARDS = {"classroom.md": class_is_graded}
"""What is true when a page has been run."""


def test_every_command_has_an_example():
    assert {line.split()[1] for line in commands(PAGES["commands.md"])} == set(COMMANDS)


def test_the_readme_is_short():
    assert len(README.read_text(encoding="utf-8").splitlines()) < 120


def test_the_table_of_conventions():
    text = PAGES["conventions.md"].read_text(encoding="utf-8")
    table = text[text.index("| setting |") :].split("\n\n")[0].splitlines()
    head, _, *rows = [[cell.strip(" `") for cell in line.strip("|").split("|")] for line in table]
    assert head[1:] == list(PRESETS)
    assert [row[0] for row in rows] == [field.name for field in dataclasses.fields(Conventions)]
    for name, *cells in rows:
        for preset, cell in zip(head[1:], cells, strict=True):
            value, usual = getattr(PRESETS[preset], name), getattr(Conventions(), name)
            value = list(value) if isinstance(value, tuple) else value
            said = usual if cell == "" and preset != "cmu-toy" else yaml.safe_load(cell)
            assert (list(said) if isinstance(said, tuple) else said) == value, (name, preset)
