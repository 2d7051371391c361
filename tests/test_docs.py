"""The pages in docs/, their commands run one after the other in an empty folder, as they say."""

import doctest
import json
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from mlpcli.cli import COMMANDS, group

ROOT = Path(__file__).parents[1]
DOCS = ROOT / "docs"
BLOCK = re.compile(r"```(\w+)\n(.*?)```", re.DOTALL)


def run(line):
    result = CliRunner().invoke(group, shlex.split(line, comments=True)[1:])
    assert result.exit_code == 0 or " check " in line, (line, result.output)
    return result.stdout.splitlines()


@pytest.mark.slow
@pytest.mark.parametrize("page", ["classroom.md"])
def test_what_it_says(page, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "dumps").mkdir()
    for language, text in BLOCK.findall((DOCS / page).read_text(encoding="utf-8")):
        if language == "yaml":
            (tmp_path / text.split("\n")[0].removeprefix("# ")).write_text(text, encoding="utf-8")
        elif language == "sh":
            for line in text.splitlines():
                run(line)
        elif language == "console":
            command, *shown = text.splitlines()
            printed = run(command.removeprefix("$ "))
            shown = [line for line in shown if line != "..."]
            assert printed[: len(shown)] == shown
        elif language == "python":
            examples = doctest.DocTestParser().get_doctest(text, {}, page, page, 0)
            assert doctest.DocTestRunner().run(examples).failed == 0
    scores = {
        path.stem: json.loads(path.read_text(encoding="utf-8"))["score"] for path in (tmp_path / "results").iterdir()
    }
    assert scores == {"ada.npz": 18, "bob.txt": 14, "cy.json": scores["cy.json"], "dee.csv": 6, "eve.npz": 0}
    assert 10 < scores["cy.json"] < 18
    assert "18,18" in (tmp_path / "marks.csv").read_text(encoding="utf-8")


@pytest.mark.slow
def test_the_site_is_built_without_a_broken_link(tmp_path):
    pytest.importorskip("myst_parser", reason="the site needs the extra `docs`")
    built = subprocess.run([sys.executable, "-m", "docs.build", tmp_path], cwd=ROOT, capture_output=True, text=True)
    assert (built.returncode, built.stderr) == (0, "")
    pages = {path.stem for path in (tmp_path / "docs" / "commands").iterdir()}
    assert pages == set(COMMANDS)
    assert "Take steps of gradient descent" in (tmp_path / "docs" / "index.html").read_text(encoding="utf-8")


@pytest.mark.slow
def test_a_broken_link_fails(tmp_path):
    pytest.importorskip("myst_parser", reason="the site needs the extra `docs`")
    shutil.copytree(ROOT, tmp_path / "copy", ignore=shutil.ignore_patterns(".*", "tests", "build"))
    (tmp_path / "copy" / "docs" / "scaling.md").write_text("# A\n\n[b](classroom.md#c)\n", encoding="utf-8")
    command = [sys.executable, "-m", "docs.build", tmp_path / "site"]
    built = subprocess.run(command, cwd=tmp_path / "copy", capture_output=True, text=True)
    assert built.returncode == 1
    assert "scaling.md:3" in built.stderr
