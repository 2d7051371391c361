"""What the CI of others shows of a check: annotations, JUnit XML, summaries; the action, the hook, the image."""

import configparser
import json
import os
import shutil
import subprocess
import sys
from functools import partial
from pathlib import Path
from xml.etree import ElementTree

import pytest
import yaml
from click.testing import CliRunner

from mlpcli.cli import group
from mlpcli.output.document import FAILED, Document, Finding, Findings, Section
from mlpcli.output.summary import LIMIT, summary

ROOT = Path(__file__).parents[2]
ONE = "title: number {0}\nlayers: [relu]\ninputs: [[1, -2]]\nexpect: {{Y: [[1, {1}]]}}\n"


@pytest.fixture(autouse=True)
def _in_the_checkout(monkeypatch):
    monkeypatch.chdir(ROOT)


@pytest.fixture
def claims(tmp_path):
    """A config of 15 cases, of which every fifth is right: the output for −2 is 0."""
    path = tmp_path / "claims.yaml"
    path.write_text("---\n".join(ONE.format(k, k % 5) for k in range(15)), encoding="utf-8")
    return str(path)


def run(*words):
    return CliRunner().invoke(group, list(words))


def wrong(count, size=10):
    """A document of sections with a failure each."""
    lines = tuple(f"  {'x' * size}" for _ in range(100))
    items = [Findings("claims", (Finding("Y1", "cause", FAILED, message="wrong", lines=lines),)) for _ in range(count)]
    return Document("check", tuple(Section((item,), f"case {k}") for k, item in enumerate(items)))


def test_ten_annotations_and_the_count_of_the_rest(claims):
    lines = run("check", claims, "--format", "github").stdout.splitlines()
    assert [line.partition(" ")[0] for line in lines] == ["::error"] * 10 + ["::notice"]
    assert lines[-1] == "::notice title=mlp check::2 more failures are not shown here"


def test_causes_are_annotated_before_what_a_dump_lacks(tmp_path):
    (tmp_path / "mine.txt").write_text("Y1lin = [[31, 20, 8]]", encoding="utf-8")
    dump = ["--against", str(tmp_path / "mine.txt"), "--require", "grad*"]
    lines = run("check", "configs/toy.yaml", *dump, "--format", "github").stdout.splitlines()
    assert "title=Y1lin%3A cause::" in lines[0]
    assert all("required, and not in the dump" in line for line in lines[1:10])


@pytest.mark.parametrize(
    "words", [["check", "CLAIMS"], ["check", "HANDOUT"], ["check", "ABSENT"], ["gradcheck", "configs/toy.yaml"]]
)
def test_junit_is_valid(words, claims):
    etree = pytest.importorskip("lxml.etree", reason="needs the package lxml")
    schema = etree.XMLSchema(etree.parse(str(ROOT / "tests" / "output" / "junit.xsd")))
    places = {"CLAIMS": claims, "ABSENT": "absent.yaml", "HANDOUT": "configs/handout/3.6.yaml"}
    printed = run(*(places.get(word, word) for word in words), "--format", "junit").stdout
    schema.assertValid(etree.fromstring(printed.encode()))


def test_the_summary_has_what_fails_first(claims, tmp_path):
    (tmp_path / "bad.yaml").write_text("layers: [reul]\ninputs: [[1]]\n", encoding="utf-8")
    (tmp_path / "summary").write_text("before\n", encoding="utf-8")
    done = run("check", str(tmp_path / "bad.yaml"), claims, "--summary", str(tmp_path / "summary"))
    assert done.exit_code == 2
    text = (tmp_path / "summary").read_text(encoding="utf-8")
    assert text.startswith("before\n- 15 claims in 15 cases: ")
    assert "unknown layer 'reul'" in text
    assert text.count("### ") == 12
    assert text.rindex("### ") < text.index(": passes\n")
    assert "[0,1] claimed 1, computed 0" in text


@pytest.fixture
def unreadable(tmp_path):
    """A config with two mistakes."""
    path = tmp_path / "bad.yaml"
    path.write_text("layers: [reul]\ninputs: [[1], [1, 2]]\n", encoding="utf-8")
    return str(path)


@pytest.mark.parametrize("others", [[], ["configs/handout/3.6.yaml"]])
def test_what_cannot_be_read_is_annotated(unreadable, others):
    done = run("check", unreadable, *others, "--format", "github")
    assert (done.exit_code, len(done.stderr.splitlines())) == (2, 2)
    heads = [line.partition(",title=")[0] for line in done.stdout.splitlines()]
    assert heads == [f"::error file={unreadable},line=1,col=10", f"::error file={unreadable},line=2,col=15"]
    titles = [line.partition(",title=")[2].partition("::") for line in done.stdout.splitlines()]
    assert titles[0] == ("layers[0]", "::", "unknown layer 'reul' (did you mean 'relu'?)")
    assert titles[1][0] == "inputs[1]"


def test_a_dump_that_cannot_be_read_is_annotated(tmp_path):
    (tmp_path / "mine.npz").write_bytes(b"x")
    done = run("check", "configs/toy.yaml", "--against", str(tmp_path / "mine.npz"), "--format", "github")
    assert done.stdout.startswith(f"::error file={tmp_path / 'mine.npz'},line=1,col=1,title=mlp::")


def test_what_cannot_be_read_fails_in_junit(unreadable):
    alone, beside = (
        ElementTree.fromstring(run("check", unreadable, *others, "--format", "junit").stdout)
        for others in ([], ["configs/handout/3.6.yaml"])
    )
    assert (alone.get("tests"), alone.get("failures")) == ("2", "2")
    assert (beside.get("tests"), beside.get("failures")) == ("14", "2")


def test_what_cannot_be_read_is_told_to_programs(unreadable):
    done = run("check", unreadable, "configs/handout/3.6.yaml", "--format", "json")
    first, second = json.loads(done.stdout)["problems"]
    assert (first["file"], first["line"], first["path"]) == (unreadable, 1, "layers[0]")
    assert second["message"] == "a row of 2 numbers where the first row has 1"
    assert "problems" not in json.loads(run("check", "configs/handout/3.6.yaml", "--format", "json").stdout)


def test_not_all_pass_where_a_config_cannot_be_read(unreadable):
    done = run("check", unreadable, "configs/handout/3.6.yaml")
    assert done.stdout.endswith("1 misprint; all that is judged passes\n")


def test_the_summary_of_what_cannot_be_read_at_all(tmp_path):
    (tmp_path / "bad.yaml").write_text("layers: [reul]\ninputs: [[1]]\n", encoding="utf-8")
    run("check", str(tmp_path / "bad.yaml"), "--summary", str(tmp_path / "summary"))
    assert "unknown layer 'reul'" in (tmp_path / "summary").read_text(encoding="utf-8")


@pytest.mark.parametrize(("count", "size"), [(1200, 10), (2, 20_000), (100, 1)])
def test_the_summary_keeps_within_what_github_takes(count, size):
    text = summary(wrong(count, size))
    assert len(text.encode()) <= LIMIT
    left = count - text.count("### ")
    assert (f"{left} more case" in text) is (left > 0)
    assert summary(wrong(1), 100) == ""


def test_a_summary_that_cannot_be_written(claims, tmp_path):
    done = run("check", claims, "--summary", str(tmp_path / "nowhere" / "summary"))
    assert done.exit_code == 2
    assert "summary: cannot be written: " in done.stderr


def environment(**variables):
    return os.environ | {"PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"} | variables


@pytest.mark.slow
@pytest.mark.skipif(
    shutil.which("bash") is None or shutil.which("mlp", path=environment()["PATH"]) is None,
    reason="needs bash, and mlp installed",
)
def test_the_action_annotates_and_writes_the_summary(tmp_path):
    action = yaml.safe_load((ROOT / "action.yml").read_text(encoding="utf-8"))
    step = action["runs"]["steps"][-1]
    assert step["env"] == {"CONFIGS": "${{ inputs.configs }}", "OPTIONS": "${{ inputs.options }}"}
    given = {"CONFIGS": "configs/handout", "OPTIONS": "--set errata={}", "GITHUB_STEP_SUMMARY": str(tmp_path / "s")}
    done = subprocess.run(["bash", "-e", "-c", step["run"]], capture_output=True, text=True, env=environment(**given))
    assert (done.returncode, done.stderr) == (1, "")
    assert done.stdout.count("::error ") == 10
    assert "### " in (tmp_path / "s").read_text(encoding="utf-8")


@pytest.mark.skipif(shutil.which("bash") is None, reason="needs bash")
@pytest.mark.parametrize(("extras", "installed"), [("", "/the action"), ("excel,tables", "/the action[excel,tables]")])
def test_the_action_installs_the_extras_that_are_asked_for(extras, installed):
    action = yaml.safe_load((ROOT / "action.yml").read_text(encoding="utf-8"))
    (step,) = (step for step in action["runs"]["steps"] if "pip install" in step.get("run", ""))
    assert step["env"] == {"EXTRAS": "${{ inputs.extras }}"}
    shown = f'python() {{ echo "${{@: -1}}"; }}; {step["run"]}'
    given = environment(EXTRAS=extras, GITHUB_ACTION_PATH="/the action")
    assert subprocess.run(["bash", "-ec", shown], capture_output=True, text=True, env=given).stdout.strip() == installed


def test_the_image_is_made_of_what_builds_the_wheel(tmp_path):
    """Nothing else of the checkout is in it: a whole one may hold environments, runs and what is not committed."""
    lines = (ROOT / "docs" / "Dockerfile").read_text(encoding="utf-8").splitlines()
    for *sources, target in [line.split()[1:] for line in lines if line.startswith("COPY ")]:
        folder = tmp_path / target.lstrip("/")
        folder.mkdir(parents=True, exist_ok=True)
        for source in map(ROOT.joinpath, sources):
            copy = partial(shutil.copytree, dirs_exist_ok=True) if source.is_dir() else shutil.copy
            copy(source, folder)
    config = configparser.ConfigParser()
    config.read(tmp_path / "mlp" / "setup.cfg")
    assert (tmp_path / "mlp" / config["metadata"]["long_description"].removeprefix("file: ")).exists()
    for package in config["options"]["packages"].split():
        where = "configs/toy.yaml" if package == "mlpcli.configs" else f"{package.replace('.', '/')}/__init__.py"
        assert (tmp_path / "mlp" / where).exists(), package


@pytest.mark.slow
def test_the_hook_passes_over_the_configs_here():
    (hook,) = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"))
    program, *words = hook["entry"].split()
    assert program == "mlp"
    assert hook["args"] == ["configs"]
    done = run(*words, "configs/handout")
    assert (done.exit_code, done.stderr) == (0, "")


def docker():
    return shutil.which("docker") and subprocess.run(["docker", "info"], capture_output=True).returncode == 0


@pytest.mark.slow
@pytest.mark.skipif(not docker(), reason="needs a docker that runs")
def test_the_image_runs():
    subprocess.run(["docker", "build", "-q", "-f", "docs/Dockerfile", "-t", "mlp-test", "."], check=True)
    done = subprocess.run(["docker", "run", "--rm", "mlp-test", "forward"], capture_output=True, text=True)
    assert "Y1lin: [[31, 20, 7]]" in done.stdout
