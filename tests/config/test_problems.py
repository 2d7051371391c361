"""Keys, rows and shapes: every problem, at its place."""

import pytest

from .reading import SMALL


def test_several_problems_at_once(problems):
    found = problems("""\
layers:
  - {type: linear, W: [[1, 2], [3, x]], bias: 0}
  - reul
  - {type: batchnorm, eps: -1}
inputs: [[1, 2], [3]]
loss: l3
learnin_rate: 0.1
conventions: {preset: torhc, average: [V]}
""")
    assert [text.removeprefix("c.yaml:").split(": ")[:2] for text in found] == [
        ["2:36", "layers[0].W[1][1]"],
        ["2:41", "layers[0].bias"],
        ["3:5", "layers[1]"],
        ["4:28", "layers[2].eps"],
        ["5:18", "inputs[1]"],
        ["6:7", "loss"],
        ["7:1", "learnin_rate"],
        ["8:40", "conventions.average[0]"],
        ["8:23", "conventions.preset"],
    ]


SHAPES = """\
layers: [{type: linear, W: [[1, 2], [3, 4], [5, 6]]}]
inputs: [[1, 2], [3, 4]]
targets: {classes: [1, 2, 1]}
loss: softmax_cross_entropy
class_weights: {a: 1}
batch_size: 1
shuffle: false
validation: {folds: 7}
"""


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (("", ""), ["8:21: validation.folds", "1:28: layers[0].W", "3:20: targets.classes"]),
        (("validation: {folds: 7}", "validation: {part: 0.5}"), ["3:10: targets", "1:28: layers[0].W"]),
        (("[1, 2, 1]", "[1, 2]"), ["8:21: validation.folds", "1:28: layers[0].W"]),
        ((", [5, 6]", ""), ["8:21: validation.folds", "3:20: targets.classes"]),
    ],
)
def test_problems_of_the_examples_and_of_the_network_at_once(problems, change, expected):
    """What follows from another problem is not told."""
    found = problems(SHAPES.replace(*change), goal="backward")
    assert [":".join(text.split(":")[1:4]) for text in found] == expected


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("layer: 1", "c.yaml:8:1: layer: unknown key (did you mean 'layers'?)"),
        ("place: 1", "c.yaml:8:1: place: unknown key"),
        ("<<: {}", "c.yaml:8:1: <<: unknown key"),
        ("conventions: {avrage: W}", "c.yaml:8:15: conventions.avrage: unknown key (did you mean 'average'?)"),
    ],
)
def test_unknown_keys(problem, line, expected):
    assert problem(SMALL + line).startswith(expected)


def test_a_misspelt_key_is_not_missing_too(problem):
    text = problem(SMALL.replace("learning_rate: 0.1", "optimizer: {type: adam, lr: 0.1}"))
    assert text == "c.yaml:7:25: optimizer.lr: unknown key (did you mean 'learning_rate'?)"


def test_an_unknown_key_of_a_layer(problem):
    text = problem("layers: [{type: linear, W: [[1]], b: [1]}]\ninputs: [[1]]")
    assert text.startswith("c.yaml:1:35: layers[0].b: unknown key")


def test_an_unknown_key_of_a_layer_without_options(problem):
    text = problem("layers: [{type: relu, alpha: 1}]\ninputs: [[1]]")
    assert text.startswith("c.yaml:1:23: layers[0].alpha: unknown key")


def test_an_unknown_key_of_a_file(problems):
    found = problems("layers: [relu]\ninputs: {file: a.csv, kye: 1}")
    assert "c.yaml:2:23: inputs.kye: unknown key (did you mean 'key'?)" in found


def test_an_unknown_key_of_classes(problem):
    assert "targets.frist: unknown key (did you mean 'first'?)" in problem(
        SMALL.replace("[[0, 1]]", "{classes: [1], frist: 0}")
    )


@pytest.mark.parametrize(
    ("rows", "place", "words"),
    [
        ("[[1, 2], [3]]", "2:18: inputs[1]", "a row of 1 numbers where the first row has 2"),
        ("[[1, 2], 3]", "2:18: inputs[1]", "a row [...] is needed here"),
        ("[1, [2]]", "2:13: inputs", "a list too deep"),
        ("[[[1]]]", "2:11: inputs[0]", "a list too deep: rows of numbers have two levels"),
        ("[]", "2:9: inputs", "an empty list stands where numbers are needed"),
        ("[[]]", "2:10: inputs[0]", "an empty row"),
        ("[[1, a]]", "2:14: inputs[0][1]", "'a' is not a number"),
        ("[[1, ]]", "", ""),
        ("[[1, {a: 1}]]", "2:14: inputs[0][1]", "a mapping stands where a number is needed"),
        ("5", "2:9: inputs", "rows of numbers are needed here, not '5'"),
    ],
)
def test_rows(read, problem, rows, place, words):
    config = f"layers: [relu]\ninputs: {rows}"
    if not place:
        assert read(config)
        return
    assert problem(config).startswith(f"c.yaml:{place}: ")
    assert words in problem(config)


def test_weights_that_do_not_fit_show_both_shapes(problem):
    text = problem(SMALL.replace("[[1, 1]]", "[[1, 1, 1]]"))
    assert text == "c.yaml:2:23: layers[0].W: X·W: X has 3 columns and W, of shape (2, 2), has 2 rows"


def test_targets_that_do_not_fit_show_both_shapes(problem):
    text = problem(SMALL.replace("[[0, 1]]", "[[0, 1, 2]]"))
    assert text.startswith("c.yaml:5:10: targets: ")
    assert "(1, 3)" in text
    assert "(1, 2)" in text


def test_a_bias_that_does_not_fit_shows_both_shapes(problem):
    text = problem(SMALL.replace("B: [0, 0]", "B: [0, 0, 0]"))
    assert text.startswith("c.yaml:2:44: layers[0].B: (3,) where a row of 2 is needed")


def test_shapes_of_several_layers_at_once(problems):
    layers = "layers: [{type: linear, W: [[1]]}, {type: linear, W: [[1], [2]]}]\n"
    assert [text.split(": ")[1] for text in problems(layers + "inputs: [[1, 2]]")] == ["layers[0].W", "layers[1].W"]


@pytest.mark.parametrize("layers", ["", "''", "[relu, ]\n  # nothing", "[null]"])
def test_a_layer_without_a_name(read, problem, layers):
    config = f"layers: {layers}\ninputs: [[1]]"
    if "relu" in layers:
        assert read(config)
    else:
        assert "layers[0]: the name of a layer is missing: linear, " in problem(config)


@pytest.mark.parametrize(
    ("layer", "words"),
    [
        ("{W: [[1]]}", "type is missing: which layer?"),
        ("[relu]", "a list stands where the name of a layer is needed"),
        ("{type: [relu]}", "a list stands where the name of a layer is needed"),
        ("conv", "unknown layer 'conv'; known are linear, "),
        ("Relu", "unknown layer 'Relu' (did you mean 'relu'?)"),
    ],
)
def test_what_is_no_layer(problem, layer, words):
    assert words in problem(f"layers: [{layer}]\ninputs: [[1]]")


@pytest.mark.parametrize(
    ("expect", "words"),
    [
        ("{Y1: abc}", "expect.Y1: 'abc' is not a number"),
        ("{Y1: [['1']]}", "expect.Y1[0][0]: '1' is not a number, because it stands in quotes"),
        ("{Y1: [{a: 1}]}", "expect.Y1[0]: a mapping stands where numbers are needed"),
        ("{Y1: [[[1]]]}", "expect.Y1[0][0]: a list too deep"),
        ("{Y1: [[1, 2], [3]]}", "expect.Y1: rows of different lengths"),
        ("{Y1: [1, [2]]}", "expect.Y1: rows of different lengths"),
        ("[1]", "expect: a mapping is needed here"),
        ("3", "expect: a mapping is needed here"),
    ],
)
def test_claims(problem, expect, words):
    assert words in problem(f"{SMALL}expect: {expect}")


def test_claims_keep_their_digits(read):
    claim = read(SMALL + "expect: {Y1: [[1.50, -0, .nan]]}")[0].experiment.expect[0]
    assert (claim.name, claim.text) == ("Y1", [["1.50", "-0", ".nan"]])


def test_learning_rate_and_optimizer(problem):
    text = problem(SMALL + "optimizer: {type: sgd, learning_rate: 1}")
    assert text == "c.yaml:7:1: learning_rate: belongs inside optimizer, which is given too"


def test_a_required_option_that_is_missing(problem):
    assert problem(SMALL.replace("learning_rate: 0.1", "optimizer: sgd")) == (
        "c.yaml:7:12: optimizer.learning_rate: is missing"
    )


@pytest.mark.parametrize("highest", [300_000_000, 2**60, 10**22])
def test_a_class_that_no_layer_has_outputs_for(problem, highest):
    """No array of that length is made, of biases and targets neither."""
    text = f"layers: [{{type: linear}}, softmax]\ninputs: [[1, 2]]\ntargets: {{classes: [{highest}], first: 0}}\n"
    words = f"2×{highest + 1} weights are more than 33,554,432"
    assert words in problem(text + "loss: softmax_cross_entropy\n")
