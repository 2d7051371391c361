"""The mutation score of the handout's exercises."""

import pytest
from click.testing import CliRunner

from mlpcli.check.coverage import coverage, printed_halves
from mlpcli.cli import group
from mlpcli.config.load import load


def result_of(request, name, *overrides):
    config = str(request.config.rootpath / "configs" / f"{name}.yaml")
    program = load(config, "update", overrides)[0].program
    return coverage(program, printed_halves(program))


def hidden(result, tensor):
    return {h.mistake: h for h in result.hidden if h.tensor == tensor}


@pytest.fixture(scope="module")
def toy(request):
    return result_of(request, "toy")


def test_a_missing_derivative_is_hidden_where_every_pre_activation_is_positive(toy):
    # Y1lin = [31, 20, 7], all positive; with X[0] = [-4, 3] it is [-1, 4, 23]
    found = hidden(toy, "gradY1lin")["the derivative of the activation is missing"]
    assert found.reason == "every number of Y1lin is positive"
    assert found.suggestion == "with X[0] = [-4, 3]"


def test_the_suggestion_works(request, toy):
    again = result_of(request, "toy", "inputs=[[-4, 3]]")
    mistake = "the derivative of the activation is missing"
    assert mistake in hidden(toy, "gradY1lin")
    assert mistake not in hidden(again, "gradY1lin")


def test_averaging_is_hidden_with_one_input(request, toy):
    assert "it is not averaged over the batch" in hidden(toy, "gradW1")
    assert "it is not averaged over the batch" not in hidden(result_of(request, "handout/3.6"), "gradW1")


def test_a_dropped_bias_is_hidden_where_it_is_zero(request, toy):
    assert hidden(toy, "Y1lin")["the bias is dropped"].reason == "B1 is all 0"
    with_bias = result_of(request, "toy", "layers[0].B=[1, 2, 3]")
    assert "the bias is dropped" not in hidden(with_bias, "Y1lin")


def test_what_is_not_printed_hides_what_it_would_show(request):
    program = load(str(request.config.rootpath / "configs" / "toy.yaml"), "update")[0].program
    result = coverage(program, {"Y3": printed_halves(program)["Y3"]})
    found = hidden(result, "W1_new")["the step is added, not subtracted"]
    assert (found.reason, found.suggestion) == ("nothing that is printed depends on it", "with it printed")


def test_a_mistake_that_no_numbers_reveal_is_none(request):
    # gradB of a batch-normed layer is 0, and so is its opposite
    result = result_of(request, "handout/4.2")
    assert "its sign is flipped" not in hidden(result, "gradB1")


def test_the_batch_reveals_more_than_the_single_input(request, toy):
    assert result_of(request, "handout/3.6").score > toy.score + 0.1


def test_text_and_json(request, monkeypatch):
    monkeypatch.chdir(request.config.rootpath)
    assert CliRunner().invoke(group, ["coverage", "configs/toy.yaml"]).stdout.splitlines()[1].startswith("score: 0.")
    assert (
        '"hidden": [{"tensor": "Y1lin"'
        in CliRunner().invoke(group, ["coverage", "configs/toy.yaml", "--format", "json"]).stdout
    )
