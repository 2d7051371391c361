"""What would change nothing is refused where somebody wrote it; where a preset brings it, a note says so."""

import pytest

SMALL = """\
layers: [{type: linear, W: [[1, 2], [3, 4]], B: [0, 0]}]
inputs: [[1, 1], [2, 0]]
targets: [[0, 1], [1, 1]]
loss: l2
"""
SGD = "sgd without momentum"
MOMENTUM = "{type: sgd, learning_rate: 0.1, momentum: 0.9}"
ADAM = "{type: adam, learning_rate: 0.1}"


@pytest.mark.parametrize(
    ("loss", "found"),
    [
        ("{type: l2, half: false}", ["c.yaml:4:24: loss.half: half needs l2 above 0"]),
        ("{type: l2, l1: 1, half: false}", ["c.yaml:4:31: loss.half: half needs l2 above 0"]),
        ("{type: l2, l2: 0, biases: true}", ["c.yaml:4:33: loss.biases: biases needs l2 or l1 above 0"]),
        ("{type: l2, over_n: true, biases: true}", ["c.yaml:4:26: loss.over_n: over_n needs", "c.yaml:4:40: loss.bi"]),
    ],
)
def test_options_of_a_penalty_that_is_not_there(problems, loss, found):
    told = problems(SMALL.replace("loss: l2", f"loss: {loss}"))
    assert [text[: len(start)] for text, start in zip(told, found, strict=True)] == found


@pytest.mark.parametrize(
    "loss", ["{type: l2, half: true, over_n: false, biases: false}", "{type: l2, l2: 1, half: false}"]
)
def test_options_that_are_as_they_are_unless_given_or_of_a_penalty(read, loss):
    read(SMALL.replace("loss: l2", f"loss: {loss}"))


@pytest.mark.parametrize("optimizer", [MOMENTUM, ADAM, "{type: rmsprop, learning_rate: 0.1}"])
@pytest.mark.parametrize("preset", ["cmu-toy", "nielsen"])
def test_a_rate_over_n_that_is_written_needs_plain_sgd(problem, optimizer, preset):
    config = f"{SMALL}optimizer: {optimizer}\nconventions: {{preset: {preset}, samples: rows, rate: over_n}}"
    column = len(f"conventions: {{preset: {preset}, samples: rows, rate: ") + 1
    assert problem(config, goal="update") == f"c.yaml:6:{column}: conventions.rate: over_n is for {SGD}"


@pytest.mark.parametrize("optimizer", [MOMENTUM, ADAM])
@pytest.mark.parametrize("form", ["gradient", "ema"])
def test_steps_that_are_shown_need_sgd_that_makes_them(problem, optimizer, form):
    config = f"{SMALL}optimizer: {optimizer}\nconventions: {{steps: shown, momentum: {form}}}"
    expected = f"c.yaml:6:22: conventions.steps: shown is for {SGD}, or with momentum: step"
    assert problem(config, goal="update") == expected


@pytest.mark.parametrize(
    ("preset", "optimizer", "note"),
    [
        ("nielsen", MOMENTUM, f"rate: over_n, as the preset has it, is for {SGD}: here it changes nothing"),
        ("nielsen", ADAM, f"rate: over_n, as the preset has it, is for {SGD}: here it changes nothing"),
        ("delta-rule", ADAM, f"steps: shown, as the preset has it, is for {SGD}, or with momentum: step"),
        ("delta-rule", MOMENTUM, ""),  # the velocity is the change of a weight
        ("{preset: nielsen, rate: whole}", ADAM, ""),
        ("{preset: delta-rule, steps: hidden}", ADAM, ""),
        ("nielsen", "{type: sgd, learning_rate: 0.1}", ""),
        ("{average: [], rate: over_n, steps: shown}", "{type: sgd, learning_rate: 0.1}", ""),
        ("torch", ADAM, ""),
    ],
)
def test_a_preset_goes_on_and_a_note_says_what_is_idle(read, preset, optimizer, note):
    config = f"{SMALL}optimizer: {optimizer}\nconventions: {preset}".replace("[[1, 2], [3, 4]]", "[[1, 2], [2, 4]]")
    (case,) = read(config, goal="update")
    assert [text[: len(note)] for text in case.compiled.notes] == ([note] if note else [])
    (case,) = read(config, goal="backward")
    assert not case.compiled.notes


def test_what_changes_nothing_is_nothing_that_a_program_depends_on(read):
    (case,) = read(f"{SMALL}optimizer: {ADAM}\nconventions: nielsen", goal="update")
    assert not case.compiled.depends & {"rate", "steps"}
