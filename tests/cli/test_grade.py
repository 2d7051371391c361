"""`mlp grade`: submissions as files, folders and patterns, and what is written of them."""

import json
import os

import numpy as np
import pytest
from click.testing import CliRunner

from mlpcli.cli import group
from tests.check.test_grading import CONFIG, student
from tests.cli.platforms import PLATFORMS, conforms


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """A config, and dumps: right, without a derivative, zeros, half of it, and one that cannot be read."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "c.yaml").write_text(CONFIG, encoding="utf-8")
    (tmp_path / "in").mkdir()
    np.savez("in/ada.npz", **student())
    np.savez("in/bob.npz", **student(derivative=False))
    np.savez("in/cy.npz", **{name: np.zeros_like(value) for name, value in student().items()})
    np.savez("in/dee.npz", **{name: value for name, value in student().items() if name.startswith("Y")})
    (tmp_path / "in" / "eve.npz").write_bytes(b"PK\x03\x04 no zip")
    (tmp_path / "in" / ".hidden.npz").write_bytes(b"")
    return tmp_path


def run(*words):
    return CliRunner().invoke(group, ["grade", *words])


def test_a_class(folder):
    result = run("c.yaml", "in")
    assert result.exit_code == 0, result.output
    assert result.stdout.splitlines() == [
        "ada.npz: 16 of 16",
        "bob.npz: 15 of 16",
        "  gradY1lin: 0 of 1: differs at [0,0], [0,1], [0,2] and 6 more; consistent with: the derivative of the "
        "activation is missing",
        *(line for line in result.stdout.splitlines() if line in cy(result.stdout)),
        "dee.npz: 3 of 16",
        "  not in the dump, 0 of 13: L, gradY2lin, gradB2, gradW2, gradY1, gradY1lin, gradB1, gradW1, gradX, W1_new, "
        "B1_new, W2_new, B2_new",
        "eve.npz: not gradable",
        "  in/eve.npz: damaged, or no .npz: File is not a zip file",
        "5 submissions: mean 8.5 of 16, from 0 to 16; 1 not gradable",
    ]


def cy(text):
    """The lines about the dump of zeros."""
    lines = text.splitlines()
    start = lines.index("cy.npz: 0 of 16")
    return lines[start : lines.index("dee.npz: 3 of 16")]


def test_files_patterns_and_folders_in_folders(folder):
    (folder / "in" / "late").mkdir()
    (folder / "in" / "ada.npz").rename(folder / "in" / "late" / "bob.npz")
    names = [line.split(":")[0] for line in run("c.yaml", "in", "in/b*.npz").stdout.splitlines() if line[0] != " "]
    inside = [os.path.join("in", name) for name in ("bob.npz", "cy.npz", "dee.npz", "eve.npz", "late/bob.npz")]
    assert names[:-1] == inside
    assert run("c.yaml", "in/x*.npz").exit_code == 2
    (folder / "empty").mkdir()
    assert "there are no files" in run("c.yaml", "empty").stderr


def test_a_file_that_is_not_there_does_not_stop_the_rest(folder):
    result = run("c.yaml", "in/none.npz", "in/ada.npz")
    assert result.exit_code == 0
    assert "  in/none.npz: no such file" in result.stdout
    assert "ada.npz: 16 of 16" in result.stdout


def test_csv_has_a_row_per_submission(folder):
    assert run("c.yaml", "in", "-o", "g.csv").exit_code == 0
    head, *rows = (folder / "g.csv").read_text(encoding="utf-8").splitlines()
    assert head.startswith("submission,gradable,score,max_score,Y1lin,Y1,Y2lin,L,")
    assert rows[0] == "ada.npz,true,16,16" + 16 * ",1" + ","
    assert rows[4].startswith("eve.npz,false,0,16" + 16 * ",0")


def test_csv_holds_no_formulas(folder):
    (folder / "in" / "=1+1.txt").write_text("", encoding="utf-8")
    assert "\n'=1+1.txt,false" in run("c.yaml", "in", "--format", "csv").stdout


def test_json_has_everything(folder):
    found = json.loads(run("c.yaml", "in", "--format", "json").stdout)
    assert (found["schema"], found["command"], found["config"]) == (1, "grade", "c.yaml")
    bob = found["submissions"][1]
    assert (bob["score"], bob["max_score"], bob["gradable"]) == (15, 16, True)
    assert {test["name"]: test["verdict"] for test in bob["tests"]}["gradX"] == "consequence"
    assert found["summary"] == {"submissions": 5, "not_gradable": 1, "mean": 8.5}


@pytest.mark.parametrize("platform", PLATFORMS)
@pytest.mark.parametrize("name", ["ada", "bob", "cy", "dee", "eve"])
def test_a_platform_gets_what_it_documents(folder, platform, name):
    result = run("c.yaml", f"in/{name}.npz", "--format", platform, "-o", "results.json")
    assert result.exit_code == 0
    text = (folder / "results.json").read_text(encoding="utf-8")
    documents = [json.loads(line) for line in text.splitlines()] if platform == "autolab" else [json.loads(text)]
    for document, schema in zip(documents, PLATFORMS[platform], strict=True):
        conforms(document, schema)


SCORES = {"ada": 16, "bob": 15, "cy": 0, "dee": 3, "eve": 0}


@pytest.mark.parametrize("name", SCORES)
def test_the_platforms_agree(folder, name):
    found = {p: run("c.yaml", f"in/{name}.npz", "--format", p).stdout for p in PLATFORMS}
    assert json.loads(found["gradescope"])["score"] == SCORES[name]
    assert json.loads(found["classroom50"])["score"] == SCORES[name]
    assert json.loads(found["classroom50"])["max-score"] == 16
    assert sum(json.loads(found["autolab"].splitlines()[-1])["scores"].values()) == SCORES[name]
    learn = json.loads(found["prairielearn"])
    assert learn["gradable"] == (name != "eve")
    assert learn.get("score", 0) == pytest.approx(SCORES[name] / 16, abs=1e-6)


def test_several_submissions_to_a_platform_are_a_file_each(folder):
    refused = run("c.yaml", "in", "--format", "gradescope")
    assert refused.exit_code == 2
    assert "name a folder with -o" in refused.stderr
    assert run("c.yaml", "in", "--format", "gradescope", "-o", "out").exit_code == 0
    assert sorted(p.name for p in (folder / "out").iterdir())[:2] == ["ada.npz.json", "bob.npz.json"]
    assert json.loads((folder / "out" / "bob.npz.json").read_text(encoding="utf-8"))["score"] == 15
    assert run("c.yaml", "in", "--format", "gradescope", "-o", "c.yaml").exit_code == 2


def test_classroom50_names_what_its_runner_says(folder, monkeypatch):
    monkeypatch.setenv("CLASSROOM", "cs-principles")
    monkeypatch.setenv("SUBMISSION_TAG", "submit/2026-06-01T14-32-05Z-a1b2c3d")
    found = json.loads(run("c.yaml", "in/ada.npz", "--format", "classroom50").stdout)
    assert (found["classroom"], found["submission"]) == ("cs-principles", "submit/2026-06-01T14-32-05Z-a1b2c3d")
    assert found["datetime"] == "2026-06-01T14:32:05Z"


def test_classroom50_counts_parts_of_points_in_hundredths(folder):
    grading = "grading={points: {gradW1: 0.5, Y1: 2}}"
    found = json.loads(run("c.yaml", "in/dee.npz", "--format", "classroom50", "--set", grading).stdout)
    assert (found["score"], found["max-score"]) == (200, 250)


@pytest.mark.parametrize("command", ["forward", "check"])
def test_other_commands_have_no_grades(folder, command):
    result = CliRunner().invoke(group, [command, "c.yaml", "--format", "gradescope"])
    assert result.exit_code == 2


def test_a_config_of_several_cases(folder):
    (folder / "two.yaml").write_text(CONFIG + "---" + CONFIG.replace("0.52", "0.62"), encoding="utf-8")
    assert "ada.npz: 16 of 16" in run("two.yaml", "in/ada.npz").stdout
    assert "ada.npz: 16 of 16" not in run("two.yaml", "in/ada.npz", "--case", "2").stdout
    assert "there is no case 3" in run("two.yaml", "in/ada.npz", "--case", "3").stderr


def test_tolerances(folder):
    np.savez("in/ada.npz", **{name: value * 1.0001 for name, value in student().items()})
    assert "ada.npz: 16 of 16" not in run("c.yaml", "in/ada.npz").stdout
    assert "ada.npz: 16 of 16" in run("c.yaml", "in/ada.npz", "--rtol", "1e-3").stdout


def test_bad_configs(folder):
    result = run("c.yaml", "in", "--set", "grading.points.gradW9=1")
    assert result.exit_code == 2


def test_a_folder_of_configs_has_one_for_each_submission(folder):
    (folder / "keys").mkdir()
    for name, weight in (("1", "0.52"), ("12", "0.62"), ("ada", "0.72")):
        (folder / "keys" / f"{name}.yaml").write_text(CONFIG.replace("0.52", weight), encoding="utf-8")
        done = CliRunner().invoke(group, ["train", f"keys/{name}.yaml", "-o", f"out-{name}.npz"])
        assert done.exit_code == 0
    (folder / "out").mkdir()
    (folder / "out-1.npz").rename(folder / "out" / "1_bob.npz")
    (folder / "out-12.npz").rename(folder / "out" / "12.npz")
    (folder / "out" / "ada").mkdir()
    (folder / "out-ada.npz").rename(folder / "out" / "ada" / "mine.npz")
    np.savez("out/13.npz", **student())
    result = run("keys", "out")
    assert [line for line in result.stdout.splitlines() if line[0] != " "] == [
        "12.npz: 16 of 16",
        "13.npz: not gradable",
        "1_bob.npz: 16 of 16",
        "mine.npz: 16 of 16",
        "4 submissions: mean 16 of 16, from 16 to 16; 1 not gradable",
    ]
    assert "  out/13.npz: no config in keys has its name" in result.stdout
    (folder / "none").mkdir()
    assert "no .yaml files" in run("none", "out").stderr


def test_a_bug_in_one_submission_stops_no_other(folder, monkeypatch):
    from mlpcli.check.grading import grader

    def read(path, number):
        if "bob" in path:
            raise ZeroDivisionError("oops")
        return original(path, number)

    original = grader.read_dump
    monkeypatch.setattr(grader, "read_dump", read)
    result = run("c.yaml", "in")
    assert result.exit_code == 3
    assert "  in/bob.npz: a bug of mlp: it is not judged" in result.stdout
    assert "ada.npz: 16 of 16" in result.stdout
    assert "mlp: a bug: ZeroDivisionError: oops; the details are in" in result.stderr


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("hello\n", "no tensors found; they look like Y1 = [[1, 2]]"),
        ("Q7 = [[1, 2], [3, 4]]\n", "it has none of the config's tensors, only Q7"),
        ("Y1: [[~, ~, ~]]\n", "it has none of the config's tensors, only Y1 (without 3 of its 3 numbers)"),
    ],
)
def test_a_file_with_none_of_the_tensors_is_not_gradable(folder, text, problem):
    (folder / "in" / "fay.txt").write_text(text, encoding="utf-8")
    result = run("c.yaml", "in/fay.txt")
    assert result.exit_code == 0
    assert f"  in/fay.txt: {problem}" in result.stdout
