"""The mutation score of the handout's exercises, and what would raise it."""

import json
import re
import shlex

import pytest
from click.testing import CliRunner

from mlpcli.check.coverage.exercise import exercise
from mlpcli.check.coverage.mutants import revealed
from mlpcli.check.coverage.search import coverage
from mlpcli.check.coverage.work import Work
from mlpcli.check.mistakes import variants
from mlpcli.check.reports.coverage import report
from mlpcli.cli import group
from mlpcli.config.load import load
from mlpcli.output.formats import FORMATS, Rendering

pytestmark = pytest.mark.slow

NORMED = """
layers: [{type: linear, units: 3}, batchnorm, leaky_relu, {type: linear, units: 2}, softmax]
inputs: [[1, 2], [3, -1], [0.5, 0.25], [2, 2]]
targets: {classes: [1, 2, 2, 1]}
loss: softmax_cross_entropy
optimizer: {type: sgd, learning_rate: 0.1, momentum: 0.9}
"""
FEW_DIGITS = """
layers: [{type: linear, W: [[0.1, 0.2], [0.3, 0.4]], B: [0.35, 0.6]}, sigmoid]
inputs: [0.05, 0.1]
targets: [0.01, 0.99]
loss: l2
learning_rate: 0.5
expect: {Y1lin: [0.39, 0.65], Y1: [0.6, 0.7]}
"""
RUNNING = """
layers: [{type: linear, units: 2}, {type: batchnorm, eps: 1.0e-10}, tanh, {type: linear, W: [[1], [1]]}, sigmoid]
inputs: [[1, 2], [3, -1], [0.5, 0.25]]
targets: [[1], [1], [1]]
loss: binary_cross_entropy
optimizer: {type: adam, learning_rate: 0.1}
mode: eval
"""
OWN = {"normed": NORMED, "few digits": FEW_DIGITS, "running": RUNNING}
LONG = [pytest.param(name, marks=pytest.mark.slow) for name in ("handout/3.6", "handout/4.2", "normed", "running")]


@pytest.fixture(scope="module")
def path_of(request, tmp_path_factory):
    """The path of a config, of this repository or of this file."""

    def find(name):
        if name not in OWN:
            return str(request.config.rootpath / "configs" / f"{name}.yaml")
        path = tmp_path_factory.mktemp("configs") / "own.yaml"
        path.write_text(OWN[name], encoding="utf-8")
        return str(path)

    return find


@pytest.fixture(scope="module")
def result_of(path_of):
    """The coverage of a config, computed once."""
    known = {}

    def find(name, *overrides):
        key = name, overrides
        if key not in known:
            known[key] = coverage(load(path_of(name), "furthest", overrides)[0])
        return known[key]

    return find


def hidden(result, tensor):
    return {h.mistake: h for h in result.hidden if h.tensor == tensor}


def options(suggestion):
    """What a suggestion says, read as the command line is."""
    words = iter(shlex.split(suggestion))
    given = {"--set": [], "--steps": [], "--precision": []}
    for option in words:
        given[option].append(next(words))
    return given["--set"], int(*given["--steps"] or [1]), int(*given["--precision"] or [8])


@pytest.mark.parametrize("name", ["toy", "few digits", *LONG])
def test_every_suggestion_reveals_its_mistakes(result_of, path_of, name):
    result = result_of(name)
    assert result.hidden
    assert result.unsearched == 0
    for suggestion in dict.fromkeys(h.suggestion for h in result.hidden):
        sets, steps, precision = options(suggestion)
        again = exercise(load(path_of(name), "furthest", sets)[0], steps, precision)
        program = again.first.program
        found = {(s.name, v.sentence): v for s in program.steps for v in variants(program, s)}
        members = [(h.tensor, h.mistake) for h in result.hidden if h.suggestion == suggestion]
        # A coincidence of settings is gone with the change that parts them.
        assert all(again.reveals(found[member]) for member in members if member in found), suggestion


def test_every_suggestion_raises_the_score(path_of):
    def run(*words):
        done = CliRunner().invoke(group, ["coverage", path_of("toy"), "--format", "json", *words])
        assert done.exit_code == 0, done.output
        return json.loads(done.stdout)["cases"][0]

    before = run()
    for suggestion in dict.fromkeys(h["suggestion"] for h in before["hidden"]):
        after = run(*shlex.split(suggestion))
        assert after["score"] > before["score"], suggestion
        still = {(h["tensor"], h["mistake"]) for h in after["hidden"]}
        assert not still & {(h["tensor"], h["mistake"]) for h in before["hidden"] if h["suggestion"] == suggestion}


def test_a_missing_derivative_is_hidden_where_every_pre_activation_is_positive(result_of):
    # Y1lin = [31, 20, 7], all positive; with X[0] = [-4, 3] it is [-1, 4, 23]
    found = hidden(result_of("toy"), "gradY1lin")["the derivative of the activation is missing"]
    assert found.reason == "every number of Y1lin is positive"
    assert found.suggestion == "--set 'inputs=[[-4, 3]]'"


def test_averaging_is_hidden_with_one_input(result_of):
    found = hidden(result_of("toy"), "gradW1")["it is not averaged over the batch"]
    assert found.reason == "there is one input"
    assert found.suggestion == "--set 'inputs=[[4, 3], [3, 3.5]]' --set 'targets=[[240, 4], [121, 4]]'"
    assert "it is not averaged over the batch" not in hidden(result_of("handout/3.6"), "gradW1")


def test_a_velocity_of_one_cell_is_hidden_where_it_is_zero(tmp_path):
    """Not because there is one input: mu times a velocity of 0 is 0 with any number of them."""
    config = "{layers: [{type: linear, W: [[2]], B: [1]}], inputs: [[3]], targets: [[1]], loss: l2, "
    (tmp_path / "c.yaml").write_text(config + "optimizer: {type: sgd, learning_rate: 0.2, momentum: 0.9}}")
    done = CliRunner().invoke(group, ["coverage", str(tmp_path / "c.yaml"), "--format", "json"])
    (found,) = [
        h
        for h in json.loads(done.stdout)["cases"][0]["hidden"]
        if h["mistake"] == "mu is missing" and h["tensor"] == "vW1_new"
    ]
    assert (found["reason"], found["suggestion"]) == ("vW1 is all 0", "--steps 2")


def test_a_dropped_bias_is_hidden_where_it_is_zero(result_of):
    assert hidden(result_of("toy"), "Y1lin")["the bias is dropped"].reason == "B1 is all 0"
    assert "the bias is dropped" not in hidden(result_of("toy", "layers[0].B=[1, 2, 3]"), "Y1lin")


def test_tensors_that_are_equal_hide_that_one_is_taken_for_the_other(result_of):
    assert hidden(result_of("toy"), "Y2lin")["Y1lin is used in place of Y1"].reason == "Y1 equals Y1lin"


def test_what_no_single_operand_explains_has_no_reason(result_of):
    assert hidden(result_of("toy"), "gradY2lin")["Y1 is used in place of Y2lin"].reason == ""


def test_a_velocity_that_starts_at_0_shows_in_the_second_step(result_of):
    found = hidden(result_of("normed"), "vW1_new")["mu is missing"]
    assert (found.reason, found.suggestion) == ("vW1 is all 0", "--steps 2")


def test_a_variance_stays_positive(result_of):
    # running_var is all 1, and only the pattern for ones can stand in its place
    suggestions = {h.suggestion for h in result_of("running").hidden if "running_var" in h.suggestion}
    assert suggestions == {"--set 'layers[1].running_var=[[0.5, 1.5]]'"}


def test_few_digits_hide_what_more_would_show(result_of):
    # Y1 = 1/(1 + exp(−[0.385, 0.65])) = [0.595078, 0.657010]; tanh'd or twice it would differ in the first digit
    found = hidden(result_of("few digits"), "Y1")["the activation is applied twice"]
    assert found.reason == "Y1 is printed with too few digits"


def test_what_is_not_printed_hides_what_it_would_show(result_of):
    found = hidden(result_of("handout/3.6"), "L")["its sign is flipped"]
    assert found.reason == "L is not printed, nor anything that depends on it"
    assert found.suggestion == "--set 'expect.L=[2556, 2340, 7860]'"


def test_a_mistake_that_no_numbers_reveal_is_none(result_of):
    # gradB of a batch-normed layer is 0, and so is its opposite
    assert "its sign is flipped" not in hidden(result_of("handout/4.2"), "gradB1")


def test_what_one_hot_targets_make_the_same_is_no_mistake(result_of):
    # Y·ΣD − D is Y − D where every row of D sums to 1
    assert "it is the derivative Y·ΣD − D, not the rule Y − D" not in hidden(result_of("normed"), "gradY2lin")


def test_the_batch_reveals_what_the_single_input_hides(result_of):
    whole = result_of("handout/3.6", "expect={}")
    assert whole.score > result_of("toy").score + 0.1


def test_the_page_says_what_the_handout_reveals(request, result_of):
    text = (request.config.rootpath / "docs" / "checking.md").read_text(encoding="utf-8")
    said = dict(re.findall(r"(\d+) %[^%(]*\(`([34]\.\d)\.yaml`\)", text.replace("\n", " ")))
    assert sorted(said.values()) == ["3.5", "3.6", "4.2"]
    assert all(round(100 * result_of(f"handout/{name}").score) == int(percent) for percent, name in said.items())


@pytest.mark.parametrize("most", [0, 1000, 3000])
def test_a_search_that_stops_says_so(result_of, path_of, most):
    whole, part = result_of("toy"), coverage(load(path_of("toy"), "furthest")[0], most=most)
    searched = [h for h in part.hidden if h.searched]
    assert part.unsearched == len(part.hidden) - len(searched) > 0
    assert (searched == []) is (most < 3000)
    assert {(h.tensor, h.mistake) for h in part.hidden} >= {(h.tensor, h.mistake) for h in whole.hidden}
    assert set(searched) <= set(whole.hidden)
    assert part.score <= whole.score
    lines = shown("text", [("", part)]).splitlines()
    line = f"# the search stopped after {most:,} steps: {part.unsearched} hidden mistakes were not looked into further"
    assert lines[1] == line
    assert "#   not looked into further" in lines
    (case,) = json.loads(shown("json", [("", part)]))["cases"]
    assert case["stopped"] is True


def test_a_search_that_does_not_stop_says_nothing(result_of):
    whole = result_of("toy")
    assert whole.unsearched == 0
    assert "stopped" not in shown("text", [("", whole)])
    (case,) = json.loads(shown("json", [("", whole)]))["cases"]
    assert case["stopped"] is False


def test_work_is_counted_alike_whatever_bits_are_moved(path_of):
    """A dropped bias of 0 changes no bit on one machine and the noise on another; what may change is counted."""
    spent = []
    for bias in ("[0, 0, 0]", "[1e-30, 0, 0]"):
        found = exercise(load(path_of("toy"), "furthest", [f"layers[0].B={bias}"])[0])
        program, work = found.first.program, Work(1000)
        variant = next(v for v in variants(program, program.steps[0]) if v.sentence == "the bias is dropped")
        assert revealed(found.whole, variant, work, found.steps) is False
        spent.append(1000 - work.left)
    assert spent[0] == spent[1] > len(program.steps) / 2


def test_without_a_title_the_text_begins_with_the_score(result_of):
    text = FORMATS["text"].rendered(report("c.yaml", ["mlp coverage c.yaml"], [("", result_of("toy"))]), Rendering())
    assert text.startswith("score: ")


def test_text_repeats_what_was_typed(request, monkeypatch):
    monkeypatch.chdir(request.config.rootpath)
    words = ["coverage", "configs/toy.yaml", "--set", "layers[0].B=[1, 2, 3]"]
    lines = CliRunner().invoke(group, words).stdout.splitlines()
    assert lines[1].startswith("score: 0.")
    assert (
        "#   seen with: mlp coverage configs/toy.yaml --set 'layers[0].B=[1, 2, 3]' --set 'inputs=[[-4, 3]]'" in lines
    )


def test_what_is_typed_names_the_case_where_there_are_several():
    config = "layers: [relu]\ninputs: [[1, 2]]\n---\nlayers: [relu]\ninputs: [[1], [2]]\n"

    def run(*words):
        return CliRunner().invoke(group, ["coverage", "-", *words], input=config)

    seen = [line for line in run().stdout.splitlines() if "seen with" in line]
    assert [line.split(" --set")[0] for line in seen] == [f"#   seen with: mlp coverage - --case {n}" for n in (1, 2)]
    assert run("--case", "2", *shlex.split(seen[1])[8:]).stdout.startswith("score: 1.000")
    assert run("--case", "3").exit_code == 2


def shown(form, found):
    return FORMATS[form].rendered(report("c.yaml", ["mlp coverage"], found), Rendering())
