"""The pages in docs/, their commands run one after the other in an empty folder, as they say."""

import doctest
import json
import re
import shlex
from pathlib import Path

import pytest
from click.testing import CliRunner

from mlpcli.cli import group

DOCS = Path(__file__).parents[1] / "docs"
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
