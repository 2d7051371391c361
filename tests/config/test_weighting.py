"""Weights of classes and of examples."""

import numpy as np
import pytest
from click.testing import CliRunner

from mlpcli.cli import group
from mlpcli.config.load import load
from mlpcli.config.training import Training
from mlpcli.errors import InputError


@pytest.fixture
def weights(tmp_path):
    """The weights that a config gives its examples, of classes 1, 1, 1, 2 unless others are given."""

    def found(change, targets="{classes: [1, 1, 1, 2]}", width=2, lazy=True):
        (tmp_path / "c.yaml").write_text(
            f"layers: [{{type: linear, units: {width}}}, sigmoid]\ninputs: [[1], [2], [3], [4]]\ntargets: {targets}\n"
            f"loss: mse\nlearning_rate: 0.1\n{change}\n"
        )
        case = load(str(tmp_path / "c.yaml"), "update", [], Training(wanted=lazy))[0]
        return case.experiment.sample_weights.tolist()

    return found


@pytest.mark.parametrize("lazy", [True, False])
@pytest.mark.parametrize("targets", ["{classes: [1, 1, 1, 2]}", "[[1, 0], [1, 0], [1, 0], [0, 1]]"])
def test_balanced_weights_are_those_of_scikit_learn(weights, targets, lazy):
    utils = pytest.importorskip("sklearn.utils.class_weight")
    y = np.array([1, 1, 1, 2])
    expected = utils.compute_sample_weight("balanced", y)
    assert weights("class_weights: balanced", targets, lazy=lazy) == pytest.approx(expected.tolist(), rel=1e-15)


def test_they_are_balanced_on_what_is_trained_on(weights):
    """The last example is held out: two of class 1 and one of class 2 are left."""
    found = weights("class_weights: balanced\nvalidation: {last: 0.25}", "{classes: [1, 1, 2, 2]}")
    assert found == pytest.approx([0.75, 0.75, 1.5, 1.5])


@pytest.mark.parametrize(
    ("change", "targets", "width", "expected"),
    [
        ("class_weights: {1: 2, 2: 5}", "{classes: [1, 1, 1, 2]}", 2, [2, 2, 2, 5]),
        ("class_weights: [2, 5]", "{classes: [1, 1, 1, 2]}", 2, [2, 2, 2, 5]),
        ("class_weights: {0: 2, 1: 5}", "[0, 0, 0, 1]", 1, [2, 2, 2, 5]),
        ("sample_weights: [1, 2, 3, 4]", "[0, 0, 0, 1]", 1, [1, 2, 3, 4]),
        ("sample_weights: [1, 2, 3, 4]\nclass_weights: [2, 5]", "{classes: [1, 1, 1, 2]}", 2, [2, 4, 6, 20]),
    ],
)
def test_weights_by_class_and_by_example(weights, change, targets, width, expected):
    assert weights(change, targets, width) == expected


def test_classes_of_a_table_are_weighed_by_their_names(tmp_path):
    pytest.importorskip("duckdb")
    (tmp_path / "t.csv").write_text("x,kind\n1,ham\n2,spam\n3,ham\n4,eggs\n")
    text = (
        "layers: [{type: linear}, softmax]\ntable: {file: t.csv, target: kind}\nloss: softmax_cross_entropy\n"
        "learning_rate: 0.1\nepochs: 1\nclass_weights: "
    )
    (tmp_path / "c.yaml").write_text(text + "{ham: 1, spam: 5, eggs: 2}\n")
    case = load(str(tmp_path / "c.yaml"), "update", [], Training())[0]
    assert case.experiment.sample_weights.tolist() == [1, 5, 1, 2]
    (tmp_path / "c.yaml").write_text(text + "{ham: 1, spam: 5, egg: 2}\n")
    done = CliRunner().invoke(group, ["train", str(tmp_path / "c.yaml")])
    assert (done.exit_code, done.stdout) == (2, "")
    assert "class_weights: class 'eggs' has no weight" in done.stderr


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ("class_weights: {1: 2}", "class_weights: class '2' has no weight"),
        ("class_weights: [2]", "class_weights: class '2' has no weight"),
        ("class_weights: {1: 2, 2: 1, 3: 1}", "class_weights: no example has the class '3'; there are 1, 2"),
        ("class_weights: equal", "class_weights: balanced, or a weight per class, is needed here"),
        ("class_weights: {1: -1, 2: 1}", "class_weights: each weight must be at least 0, and one of them above"),
        ("class_weights: {1: x, 2: 1}", "class_weights[1]: 'x' is not a number"),
        ("sample_weights: [1, 2]", "sample_weights: 2 weights for 4 inputs"),
        ("sample_weights: [1, 2, -1, 1]", "sample_weights: each must be at least 0, and one of them above"),
    ],
)
@pytest.mark.parametrize("command", ["backward", "train"])
def test_bad_weights(tmp_path, change, message, command):
    config = tmp_path / "c.yaml"
    config.write_text(
        "layers: [{type: linear, units: 2}, softmax]\ninputs: [[1], [2], [3], [4]]\nloss: softmax_cross_entropy\n"
        f"targets: {{classes: [1, 1, 1, 2]}}\nlearning_rate: 0.1\nepochs: 2\n{change}\n"
    )
    done = CliRunner().invoke(group, [command, str(config)])
    assert (done.exit_code, done.stdout) == (2, "")
    assert message in done.stderr


def test_numbers_have_no_class_weights(weights):
    with pytest.raises(Exception, match="class_weights: these targets are no classes, one per example"):
        weights("class_weights: balanced", "[0.5, 1, 2, 3]", 1)


def test_a_rare_class_is_found_with_weights(tmp_path, monkeypatch):
    """One in ten, and noise: without weights nearly all are taken for the common class; evaluation has no weights."""
    import yaml

    monkeypatch.chdir(tmp_path)
    random = np.random.default_rng(0)
    y = (np.arange(300) % 10 == 0).astype(int)
    np.savez("d.npz", X=random.normal(size=(300, 2)) + y[:, None], y=y)
    (tmp_path / "c.yaml").write_text(
        "layers: [{type: linear, units: 2}, softmax]\ninputs: {file: d.npz, key: X}\nloss: softmax_cross_entropy\n"
        "targets: {classes: {file: d.npz, key: y}, first: 0}\noptimizer: {type: adam, learning_rate: 0.05}\n"
        "epochs: 30\nbatch_size: 30\nvalidation: {part: 0.3, stratify: true}\n"
    )
    recall = {}
    for change in ("class_weights=~", "class_weights=balanced"):
        run = tmp_path / change[-2:]
        done = CliRunner().invoke(group, ["train", "c.yaml", "--set", change, "--run", str(run)])
        assert done.exit_code == 0, done.stderr
        found = yaml.safe_load(CliRunner().invoke(group, ["evaluate", str(run)]).stdout)
        recall[change] = found["classes"][1]["recall"]
        assert found["loss"] == pytest.approx(found["log_loss"], rel=1e-7)
    assert recall["class_weights=balanced"] > recall["class_weights=~"] + 0.2


@pytest.mark.parametrize("change", ["class_weights: [2, 5]", "class_weights: balanced", "class_weights: {1: 2, 2: 5}"])
@pytest.mark.parametrize("targets", ["{classes: [1, 1, 2]}", "{classes: [1, 1, 1, 1, 2]}"])
def test_as_many_targets_as_inputs(weights, change, targets):
    with pytest.raises(InputError, match=r"targets: [35] targets for 4 inputs"):
        weights(change, targets, lazy=False)


@pytest.mark.parametrize("number", ["1.5", "-1e308", "1e18"])
def test_classes_are_whole_numbers(weights, number):
    with pytest.raises(InputError, match=f"targets: {float(number):g} is no number of a class".replace("+", "[+]")):
        weights("class_weights: [2, 5]", f"{{classes: [1, 1, 2, {number}]}}", lazy=False)
