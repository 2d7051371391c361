"""Names that are no text: of tensors, and of files as an archive from elsewhere unpacks them."""

import json
import os
import sys

import numpy as np
import pytest
from click.testing import CliRunner

from mlpcli.cli import group

CONFIG = "layers: [relu]\ninputs: [[1, -2]]\n"
LONE = {"\ud800": [[1]], "Y": "\udfff"}
FORMATS = ["text", "json", "junit", "github", "markdown", "latex", "html"]


@pytest.fixture(autouse=True)
def _in_a_folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "c.yaml").write_text(CONFIG, encoding="utf-8")
    (tmp_path / "lone.json").write_text(json.dumps(LONE), encoding="utf-8")


@pytest.fixture
def latin():
    """A dump whose name is Latin-1, müller.npz: right, but for the name."""
    if sys.platform != "linux":
        pytest.skip("names of files are text here")
    name = os.fsdecode(b"m\xfcller.npz")
    np.savez(name, Y=np.array([[1.0, 0.0]]))
    return name


def run(*words, code=0):
    done = CliRunner().invoke(group, list(words))
    assert done.exit_code == code, done.output
    return done.stdout


@pytest.mark.parametrize("form", FORMATS)
def test_a_dump_that_names_what_is_no_text(form):
    assert "Y" in run("check", "c.yaml", "--against", "lone.json", "--format", form, "--summary", "s.md", code=1)


FORGED = {"Y": [[1, 0]], "Z\nall.npz: 9 of 9\n::error::": [[7]], "\x1b[2J": [[8]]}


@pytest.mark.parametrize("words", [["check", "c.yaml", "--against"], ["grade", "c.yaml"]])
def test_a_name_forges_no_line_and_clears_no_screen(words, tmp_path):
    (tmp_path / "forged.json").write_text(json.dumps(FORGED), encoding="utf-8")
    printed = run(*words, "forged.json")
    assert r"not judged: Z\nall.npz: 9 of 9\n::error::, \x1b[2J" in printed
    assert printed.replace("\n", "").isprintable()


def test_a_dump_of_names_alone_forges_no_line(tmp_path):
    (tmp_path / "forged.json").write_text(
        json.dumps({"Z\n::error::": [[7, 7, 7]], "Q" * 9000: [[8]]}), encoding="utf-8"
    )
    done = CliRunner().invoke(group, ["check", "c.yaml", "--against", "forged.json"])
    assert done.exit_code == 2
    assert r"Z\n::error::" in done.stderr
    assert len(done.stderr) < 1000


def test_json_reads_back_what_is_no_text(latin):
    report = json.loads(run("check", "c.yaml", "--against", latin, "--format", "json"))
    assert report["configs"][0]["claims"][0]["file"] == latin


@pytest.mark.parametrize("form", ["text", "csv", "json", "markdown", "html"])
def test_a_class_is_graded_whatever_a_file_is_called(latin, form):
    assert "ller.npz" in run("grade", "c.yaml", latin, "lone.json", "--format", form)


def test_a_config_whose_name_is_no_text_is_not_extended():
    if sys.platform != "linux":
        pytest.skip("names of files are text here")
    name = os.fsdecode(b"\xfc.yaml")
    os.rename("c.yaml", name)
    done = CliRunner().invoke(group, ["record", name, "-o", "snapshot.yaml"])
    assert (done.exit_code, done.stderr) == (2, "\\udcfc.yaml: a path that is no UTF-8 cannot stand under extends\n")
