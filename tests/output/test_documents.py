"""Every command says a document, and every format renders every document that it can."""

import csv
import io
import json
import re
import subprocess
import sys
from xml.etree import ElementTree

import numpy as np
import pytest
from click.shell_completion import ShellComplete
from click.testing import CliRunner

from mlpcli.cli import COMMANDS, group
from mlpcli.output.document import Columns, Document, Finding, Findings, Note, Record, Section, Table
from mlpcli.output.formats import EVERY, FORMATS, Format, Rendering

TOY = "configs/toy.yaml"
WRITING = ("variants", "new", "record", "compare", "plot", "schema", "sweep")
"""Commands whose -o is not for what they say, or that are about runs."""
RUNS = {command: [command, TOY] for command in COMMANDS if command not in WRITING} | {
    "why": ["why", "Y1lin[0,0]", TOY],
    "coverage": ["coverage", "configs/handout/2.1.1.yaml"],
    "check": ["check", "configs/handout/3.5.yaml"],
    "grade": ["grade", "configs/handout/2.1.1.yaml", "data/handout.npz"],
    "conventions": ["conventions"],
    "a preset": ["conventions", "nielsen"],
    "a training": ["train", TOY, "--epochs", "1"],
}
PEOPLE = {"text", "markdown", "latex", "html", "xlsx"}
NUMBERS = PEOPLE | {"json", "npz", "csv", "safetensors"}
FINDINGS = PEOPLE | {"json", "junit", "github"}
CAN = {
    "forward": NUMBERS,
    "backward": NUMBERS,
    "train": NUMBERS,
    "predict": NUMBERS,
    "export": NUMBERS - PEOPLE | {"xlsx"},  # the others round
    "a training": PEOPLE | {"json"},
    "evaluate": PEOPLE | {"json"},
    "show": PEOPLE | {"json", "csv", "mermaid", "dot"},
    "worksheet": PEOPLE,
    "conventions": PEOPLE | {"json", "csv"},
    "a preset": PEOPLE | {"json"},
    "coverage": PEOPLE | {"json", "csv"},
    "why": PEOPLE | {"json", "csv"},
    "check": FINDINGS,
    "grade": PEOPLE | {"json", "csv", "gradescope", "classroom50", "autolab", "prairielearn"},
    "gradcheck": FINDINGS,
}


@pytest.fixture(autouse=True)
def _in_the_checkout(monkeypatch, request):
    monkeypatch.chdir(request.config.rootpath)


def run(*args, code=0, **kwargs):
    result = CliRunner().invoke(group, [str(arg) for arg in args], **kwargs)
    assert result.exit_code == code, result.output
    return result


@pytest.fixture
def shout(monkeypatch):
    """A format that somebody adds at run time."""
    monkeypatch.setitem(FORMATS, "shout", Format(lambda document, _: f"{document.command.upper()}!\n", EVERY, (".sh",)))


@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.parametrize("name", RUNS)
def test_a_format_renders_a_document_or_refuses_it(name, form, tmp_path):
    if form in ("safetensors", "xlsx"):
        pytest.importorskip(form.replace("xlsx", "xlsxwriter"))
    if form in CAN[name]:
        run(*RUNS[name], "--format", form, "-o", tmp_path / "out")
        written = (tmp_path / "out").read_bytes()
        if form in ("json", "npz"):  # bytes go one way, whatever they say
            assert run(*RUNS[name], "--format", form).stdout_bytes == written
    elif name != "export":
        refused = run(*RUNS[name], "--format", form, "-o", tmp_path / "out", code=2)
        able = ", ".join(other for other in FORMATS if other in CAN[name])
        command = RUNS[name][0]
        line = f"Error: --format {form} cannot render what {command} says here: {able} can"
        assert refused.stderr.splitlines()[-1] == line
        assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("name", RUNS)
def test_a_format_added_at_run_time_is_one_of_every_command(name, shout, tmp_path):
    command = RUNS[name][0]
    assert run(*RUNS[name], "--format", "shout").stdout == f"{command.upper()}!\n"
    run(*RUNS[name], "-o", tmp_path / "out.sh")
    assert (tmp_path / "out.sh").read_text() == f"{command.upper()}!\n"
    assert "github|shout]" in re.sub(r"\s", "", run(command, "--help").stdout)


def test_completion_looks_the_table_up(shout):
    found = ShellComplete(group, {}, "mlp", "_MLP_COMPLETE").get_completions(["show", "--format"], "s")
    assert [item.value for item in found] == ["safetensors", "shout"]


def test_a_format_that_is_gone_is_none(monkeypatch):
    monkeypatch.delitem(FORMATS, "csv")
    refused = run("forward", TOY, "--format", "csv", code=2).stderr
    assert "'csv' is not one of 'text', 'json', 'npz'" in refused


def test_every_suffix_has_one_format():
    suffixes = [suffix for form in FORMATS.values() for suffix in form.suffixes]
    assert len(suffixes) == len(set(suffixes))


def test_a_suffix_in_capitals_is_one_too(tmp_path):
    run("forward", TOY, "-o", tmp_path / "y.JSON")
    assert json.loads((tmp_path / "y.JSON").read_text())["command"] == "forward"


def test_documents_are_built_and_chosen_without_numpy():
    script = "import sys, mlpcli.output.document, mlpcli.output.formats; assert 'numpy' not in sys.modules"
    assert subprocess.run([sys.executable, "-c", script]).returncode == 0


def test_show_as_json():
    (case,) = json.loads(run("show", TOY, "--format", "json").stdout)["cases"]
    assert case["parameters"] == 29
    assert case["tensors"][1] == {"name": "W1", "section": "given", "shape": [2, 3], "formula": "trained"}


def test_a_table_as_csv_says_which_case_there_is():
    config = "layers: [relu]\ninputs: [[1, 2]]\n---\nlayers: [relu]\ninputs: [[3]]\n"
    rows = list(csv.reader(io.StringIO(run("show", "-", "--format", "csv", input=config).stdout)))
    assert rows[0] == ["case", "name", "section", "shape", "formula"]
    assert rows[1:3] == [["1", "X", "given", "[1, 2]", "given"], ["1", "Y", "forward", "[1, 2]", "max(0, X)"]]
    assert [row[0] for row in rows[1:]] == ["1", "1", "2", "2"]


def test_a_gradient_that_differs_is_a_failure(monkeypatch):
    from mlpcli.nn.layers import LAYERS

    monkeypatch.setattr(LAYERS["relu"], "gradient", LAYERS["tanh"].gradient)
    arguments = ["gradcheck", "configs/handout/3.6.yaml", "--format"]
    suites = ElementTree.fromstring(run(*arguments, "junit", code=1).stdout)
    failed = [test.get("name") for test in suites.iter("testcase") if test.find("failure") is not None]
    assert "gradW1" in failed
    assert suites[0].get("failures") == str(len(failed))
    assert "DIFFERS by" in next(suites.iter("failure")).text
    lines = run(*arguments, "github", code=1).stdout.splitlines()
    assert [re.search(r"title=(\w+)%3A differs::worst", line)[1] for line in lines] == failed


def test_predictions_hold_what_json_says(tmp_path):
    run("predict", TOY, "-o", tmp_path / "p.npz")
    with np.load(tmp_path / "p.npz") as stored:
        assert stored["outputs"].tolist() == json.loads(run("predict", TOY, "--format", "json").stdout)["outputs"]


def test_weights_as_json_are_tensors(tmp_path):
    run("export", TOY, "-o", tmp_path / "w.json")
    tensors = json.loads((tmp_path / "w.json").read_text())["tensors"]
    assert {t["name"]: t["value"] for t in tensors}["B3"] == [[0, 0]]


def test_weights_are_never_rounded(tmp_path):
    refused = run("export", TOY, "-o", tmp_path / "w.txt", code=2)
    assert refused.stderr.endswith("w.txt: weights go into a .npz or a .safetensors file\n")
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("suffix", [".pdf", ".pt", ".PNG"])
def test_text_does_not_go_into_files_of_other_kinds(suffix, tmp_path):
    refused = run("forward", TOY, "-o", tmp_path / f"key{suffix}", code=2)
    assert f"no format writes {suffix.lower()} files; there are .json, .npz, " in refused.stderr
    assert not list(tmp_path.iterdir())
    run("forward", TOY, "-o", tmp_path / f"key{suffix}", "--format", "text")
    assert (tmp_path / f"key{suffix}").read_text(encoding="utf-8").startswith("# HW1P1")


DOCUMENT = Document(
    "try",
    (
        Section(
            (
                Note("as they are"),
                Record(
                    {"loss": 0.1, "best": True, "sizes": [2, 3], "table": [[1, 2], [3, 4]]}, comments={"loss": "low"}
                ),
                Columns({"classes": np.array([1, 2]), "outputs": np.array([[0.5, np.nan], [1, 2]])}),
                Table("rows", ("name", "value"), (("a,b", None), ("c", np.inf)), ("- told",)),
                Findings(
                    "found", (Finding("a", "wrong", lines=("a is wrong",), fields={"name": "a"}), Finding("b", ""))
                ),
            ),
            "title",
        ),
    ),
    "c.yaml",
)
"""One of every part."""


def test_text_of_every_part():
    assert FORMATS["text"].rendered(DOCUMENT, Rendering(precision=2)).splitlines() == [
        "# title",
        "# as they are",
        "loss: 0.1                               # low",
        "best: true",
        "sizes: [2, 3]",
        "table:",
        "  - [1, 2]",
        "  - [3, 4]",
        "classes: [1, 2]",
        "outputs:",
        "  - [0.5, .nan]",
        "  - [1, 2]",
        "- told",
        "a is wrong",
    ]


def test_json_of_every_part():
    assert json.loads(FORMATS["json"].rendered(DOCUMENT, Rendering())) == {
        "schema": 1,
        "command": "try",
        "config": "c.yaml",
        "loss": 0.1,
        "best": True,
        "sizes": [2, 3],
        "table": [[1, 2], [3, 4]],
        "classes": [1, 2],
        "outputs": [[0.5, "nan"], [1, 2]],
        "rows": [{"name": "a,b"}, {"name": "c", "value": "inf"}],
        "found": [{"name": "a"}],
    }


def test_csv_of_what_it_takes():
    numbers = "classes,outputs[0],outputs[1]\n1,0.5,nan\n2,1.0,2.0\n"
    assert FORMATS["csv"].rendered(DOCUMENT, Rendering()) == f'{numbers}name,value\n"a,b",\nc,inf\n'
