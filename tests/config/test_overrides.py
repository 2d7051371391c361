"""`--set path=value`."""

import pytest

from .reading import SMALL


@pytest.mark.parametrize(
    ("override", "name", "value"),
    [
        ("inputs=[[5, 6]]", "X", [[5, 6]]),
        ("inputs[0][1]=7", "X", [[1, 7]]),
        ("layers[0].W[1][0]=0", "W1", [[1, 2], [0, 4]]),
        ("layers[0].B=[1, 2]", "B1", [[1, 2]]),
        ("layers[1]=tanh", "Y1", [[0.999329299739067, 0.9999877116507956]]),
    ],
)
def test_values_at_paths(read, override, name, value):
    assert read(SMALL, override)[0].setup.run()[name].tolist() == value


def test_a_new_key(read):
    assert read(SMALL, "title=a = b")[0].experiment.title == "a = b"


def test_the_last_of_several_wins(read):
    assert read(SMALL, "seed=1", "seed=2")[0].experiment.seed == 2


def test_nothing_after_the_sign_takes_a_key_away(read):
    assert read(SMALL, "loss=", "targets=")[0].experiment.loss is None


def test_an_alias_keeps_its_own_value(read):
    config = "layers: [&a {type: linear, W: [[1]]}, *a]\ninputs: [[1]]"
    experiment = read(config, "layers[0].W=[[3]]")[0].experiment
    assert [layer.W.tolist() for layer in experiment.layers] == [[[3]], [[1]]]


def test_an_aliased_list_keeps_its_own_items(read):
    config = "layers: [{type: linear, W: &W [[1]]}, {type: linear, W: *W}]\ninputs: [[1]]"
    experiment = read(config, "layers[0].W[0][0]=3")[0].experiment
    assert [layer.W.tolist() for layer in experiment.layers] == [[[3]], [[1]]]


def test_it_holds_in_every_document(read):
    assert [case.experiment.seed for case in read(f"{SMALL}---\n{SMALL}", "seed=3")] == [3, 3]


@pytest.mark.parametrize(
    ("override", "expected"),
    [
        ("", "--set: '' is not path=value, such as learning_rate=0.1"),
        ("seed", "--set: 'seed' is not path=value, such as learning_rate=0.1"),
        ("=1", "--set: '=1' is not path=value, such as learning_rate=0.1"),
        ("a..b=1", "--set a..b: 'a..b' is no path such as layers[1].eps"),
        ("layers[x]=1", "--set layers[x]: 'layers[x]' is no path such as layers[1].eps"),
        ("layers[-1]=relu", "--set layers[-1]: 'layers[-1]' is no path such as layers[1].eps"),
        ("layers[2]=relu", "--set layers[2]: there is no item 2 in a list of 2; the first is [0]"),
        ("layers.W=1", "--set layers.W: there is no key 'W' in a list of 2; the first is [0]"),
        ("layer[0].W=1", "--set layer[0].W: there is no key 'layer' (did you mean 'layers'?) to go into"),
        ("layers[1].alpha=1", "--set layers[1].alpha:1:1: layers[1].alpha: unknown key; known here: type"),
        (
            "layers[1][0]=1",
            "--set layers[1][0]: it leads into 'relu', which has no keys and no items; set that to a mapping",
        ),
        ("seeed=1", "--set seeed:1:1: seeed: unknown key (did you mean 'seed'?)"),
        ("seed=x", "--set seed:1:1: seed: 'x' is not a whole number"),
        ("inputs=[[1, x]]", "--set inputs:1:6: inputs[0][1]: 'x' is not a number"),
        ("inputs=[[1", "--set inputs:1:4: this is no valid YAML: "),
        ("seed=--- 1\n--- 2", "--set seed: 2 values where one is needed"),
        ("extends=a.yaml", "--set extends: extends cannot be set: name the other file as CONFIG"),
        ("title=\ud800", "--set title:1:1: the character U+D800 cannot stand in a config"),
        ("a\nb=1", "--set a\\nb:1:1: a\\nb: unknown key"),
    ],
)
def test_what_cannot_be_set(problem, override, expected):
    assert problem(SMALL, override).startswith(expected)


def test_every_problem_at_once(problems):
    assert len(problems(SMALL.replace("relu", "reul"), "layers[9]=relu", "x", "seed=x")) == 4


def test_a_path_without_end(problem):
    assert "a path of more than 32 steps" in problem(SMALL, "a" + "[0]" * 100_000 + "=1")
