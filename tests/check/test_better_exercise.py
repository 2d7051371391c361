"""Coverage in short: by reason, with the mistakes that show, and the config with which more of them do."""

import json
import re
import shlex

import pytest
from click.testing import CliRunner

from mlpcli.check.coverage.coincidences import mixed_up
from mlpcli.check.coverage.search import coverage
from mlpcli.check.reports.coverage import report
from mlpcli.cli import group
from mlpcli.config.load import load
from mlpcli.output.formats import FORMATS, Rendering

TOY = "configs/toy.yaml"
MOMENTUM = """
layers: [{type: linear, W: [[1, -2], [3, 0.5]], B: [0.5, 1]}, tanh]
inputs: [[1, 0.5], [-1, 2]]
targets: [[1, 0], [0, 1]]
loss: mse
optimizer: {type: sgd, learning_rate: 0.1, momentum: 0.9}
"""
FEW = """
layers: [{type: linear, W: [[0.1, 0.2], [0.3, 0.4]], B: [0, 0]}, relu]
inputs: [[1, 2]]
targets: [[1, 0]]
loss: mse
learning_rate: 0.5
expect: {Y1lin: [[0.7, 1]], Y1: [[0.7, 1]], gradW1: [[-0.3, 1], [-0.6, 2]]}
errata: {gradW1: a reason}
"""


@pytest.fixture(autouse=True)
def _in_the_checkout(monkeypatch, request):
    monkeypatch.chdir(request.config.rootpath)


def run(*words, code=0, **kwargs):
    done = CliRunner().invoke(group, [str(word) for word in words], **kwargs)
    assert done.exit_code == code, done.output
    return done.stdout


def score(text):
    return float(re.search(r"^score: ([\d.]+)", text, re.MULTILINE)[1])


@pytest.fixture(scope="module")
def toy(request):
    """What is said of the toy problem: as text, and as JSON."""
    (case,) = load(str(request.config.rootpath / TOY), "furthest")
    document = report(TOY, [f"mlp coverage {TOY}"], [("", coverage(case))], catalogue=True)
    text, data = (FORMATS[form].rendered(document, Rendering()) for form in ("text", "json"))
    return text, json.loads(data)["cases"][0]


def test_hidden_mistakes_are_grouped_and_the_shortest_change_comes_first(toy):
    text, hidden = toy[0].partition(" shown\n")[0], toy[1]["hidden"]
    assert len(text.splitlines()) < 45 < len(hidden)
    assert sum(map(int, re.findall(r"^# (\d+) hidden", text, re.MULTILINE))) == len(hidden)
    changes = [line.partition("seen with: ")[2] for line in text.splitlines() if "seen with" in line]
    assert changes == sorted(changes, key=len)
    # All three biases of the toy problem are 0, which hides four mistakes of each.
    assert "# 12 hidden: B1 is all 0; B2 is all 0; B3 is all 0\n#   the bias is dropped: Y1lin, Y2lin, Y3lin\n" in text


def test_the_catalogue_has_every_mistake_that_shows(toy):
    text, case = toy
    assert len(case["shown"]) + len(case["hidden"]) == case["mistakes"]
    assert f"# {len(case['shown'])} shown\n" in text
    assert "#   the softmax is applied twice: Y3, L, gradY3lin\n" in text


def test_a_setting_that_equals_1_less_another_hides_that_they_are_mixed_up(tmp_path):
    path = tmp_path / "momentum.yaml"
    path.write_text(MOMENTUM, encoding="utf-8")
    text = run("coverage", path)
    assert "# 2 hidden: lr equals 1 − mu\n#   1 − mu is used in place of lr: vW1_new, vB1_new\n" in text
    (line,) = (line for line in text.splitlines() if "optimizer.learning_rate" in line)
    after = run("coverage", path, *shlex.split(line)[6:])
    assert "lr equals" not in after
    assert score(after) > score(text)


def test_settings_apart_are_no_coincidence():
    (case,) = load(TOY, "furthest", ["optimizer={type: sgd, learning_rate: 0.2, momentum: 0.9}"])
    assert not [v for step in case.program.steps for v in mixed_up(case.program, step)]


@pytest.mark.slow
def test_the_improved_config_reveals_what_it_says(tmp_path):
    before = score(run("coverage", TOY))
    said = run("coverage", TOY, "--apply", tmp_path / "better.yaml")
    written = re.search(r"better.yaml: score ([\d.]+)", said)[1]
    assert score(run("coverage", tmp_path / "better.yaml")) == float(written) > before


@pytest.mark.slow
def test_the_improved_config_claims_what_its_numbers_lead_to(tmp_path):
    path = tmp_path / "few.yaml"
    path.write_text(FEW, encoding="utf-8")
    before = score(run("coverage", path, "--apply", tmp_path / "better.yaml"))
    assert "errata" not in (tmp_path / "better.yaml").read_text(encoding="utf-8")
    assert score(run("coverage", tmp_path / "better.yaml")) > before
    assert "all pass" in run("check", tmp_path / "better.yaml")


@pytest.mark.slow
def test_the_page_has_the_scores(toy, request):
    page = " ".join((request.config.rootpath / "docs" / "checking.md").read_text(encoding="utf-8").split())
    seen, count = re.search(r"# (\d+) of (\d+) classic", toy[0]).groups()
    assert f"of the toy problem then, {seen} of {count} before" in page


def test_one_config_is_written_for_one_case(tmp_path):
    config = "layers: [relu]\ninputs: [[1, 2]]\n---\nlayers: [relu]\ninputs: [[1], [2]]\n"
    run("coverage", "-", "--apply", tmp_path / "better.yaml", code=2, input=config)
    assert not list(tmp_path.iterdir())
