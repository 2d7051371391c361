"""The Python API: what it returns is what the command line prints, and its numbers are those of the handout."""

import doctest
import html
import re
import subprocess
import sys
from contextlib import suppress
from importlib import import_module
from pathlib import Path

import numpy as np
import pytest
import yaml
from click.testing import CliRunner

import mlpcli
from mlpcli.cli import group

ROOT = Path(__file__).parents[2]
TOY = "configs/toy.yaml"


@pytest.fixture(autouse=True)
def _in_the_checkout(monkeypatch):
    monkeypatch.chdir(ROOT)


def command(*words):
    return CliRunner().invoke(group, words).stdout


CALLS = {
    ("forward", TOY): lambda net: net.forward(),
    ("backward", TOY): lambda net: net.backward(),
    ("backward", "configs/courses/ng/planar.yaml"): lambda net: net.backward(),
    ("backward", "configs/courses/torch/reyes.yaml"): lambda net: net.backward(),
    ("train", "--steps", "3", TOY): lambda net: net.train(3),
    ("train", "--steps", "3", "--last", TOY): lambda net: net.train(3).steps[-1],
    ("train", "configs/handout/4.2.yaml", "--steps", "1"): lambda net: net.train(),
    ("show", "configs/courses/cs231n/toy.yaml"): lambda net: net.show(),
    ("why", "gradW3[2,1]", TOY): lambda net: net.why("gradW3[2,1]"),
    ("gradcheck", "configs/handout/4.2.yaml"): lambda net: net.gradcheck(),
    ("coverage", "configs/handout/2.1.1.yaml"): lambda net: net.coverage(),
    ("check", "configs/handout/3.6.yaml"): lambda net: net.check(),
    ("check", "configs/handout/4.1.yaml", "--against", "data/handout.npz"): lambda net: net.check("data/handout.npz"),
    ("predict", TOY): lambda net: net.predict(),
    ("evaluate", TOY): lambda net: net.evaluate(),
    ("train", "configs/digits.yaml", "--epochs", "2"): lambda net: net.fit(epochs=2),
}


@pytest.mark.parametrize("words", CALLS, ids=" ".join)
def test_print_writes_what_the_command_writes(words, capsys):
    config = next(word for word in words if word.endswith(".yaml"))
    print(CALLS[words](mlpcli.load(config)))
    assert capsys.readouterr().out == command(*words)


def test_a_result_is_a_mapping_of_copies():
    tensors = mlpcli.load(TOY).backward()
    tensors["gradW3"][:] = 0
    np.testing.assert_array_equal(tensors["gradW3"][2], [-35133, -588])  # handout 3.5
    assert next(iter(tensors)) == "Y1lin"
    assert len(tensors) == len(dict(tensors))
    with pytest.raises(KeyError, match="did you mean 'gradW3'"):
        tensors["gradW33"]


def test_a_dict_is_a_config_whose_arrays_may_be_of_numpy():
    config = yaml.safe_load((ROOT / TOY).read_text(encoding="utf-8"))
    arrays = {**config, "inputs": np.array(config["inputs"]), "targets": [np.array([240, 4], np.float32)]}
    assert str(mlpcli.load(arrays).train(2)) == str(mlpcli.load(TOY).train(2))


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"layers": ["reul"]}, "layers[0]: unknown layer 'reul' (did you mean 'relu'?)"),
        ({"inputs": np.array([[1, np.nan]])}, "inputs[0][1]: 'nan' is not a finite number"),
        ({"inputs": np.zeros((2, 2, 2))}, "inputs: an array of 3 dimensions stands where rows of numbers are needed"),
        ({"inputs": np.zeros((0, 2))}, "inputs: an empty array stands where rows of numbers are needed"),
        ({"inputs": np.array(["a"])}, "inputs: an array of <U1 stands where numbers are needed"),
        ({"loss": object()}, "loss: a value of type object is none that a config has"),
        ({"learning_rate": "0.1"}, "learning_rate: '0.1' is not a number, because it stands in quotes"),
    ],
)
def test_problems_of_a_dict_name_the_key(changes, problem):
    config = {"layers": ["relu"], "inputs": [[1, 2]], "targets": [[1, 2]], "loss": "l2", **changes}
    with pytest.raises(mlpcli.InputError) as caught:
        mlpcli.load(config)
    assert [str(found) for found in caught.value.problems] == [f"<dict>: {problem}"]


def test_all_problems_are_carried_by_one_exception():
    with pytest.raises(mlpcli.InputError) as caught:
        mlpcli.load({"layers": ["reul", "tahn"], "inputs": [[1]], "titel": "x"})
    assert len(caught.value.problems) == 3


def test_a_config_of_several_documents_needs_a_case():
    with pytest.raises(mlpcli.InputError, match="has 4 cases: say which"):
        mlpcli.load("configs/handout/2.1.2.yaml")
    assert mlpcli.load("configs/handout/2.1.2.yaml", case=2).number == 2
    with pytest.raises(mlpcli.InputError, match="no case 5"):
        mlpcli.load("configs/handout/2.1.2.yaml", case=5)


def test_what_a_goal_needs_is_said_when_it_is_asked_for():
    net = mlpcli.load({"layers": ["relu"], "inputs": [[-1, 2]]})
    np.testing.assert_array_equal(net.forward()["Y"], [[0, 2]])
    with pytest.raises(mlpcli.InputError, match="needs loss and targets"):
        net.backward()


def test_check_takes_arrays_as_people_keep_them():
    net = mlpcli.load(TOY)
    right = net.backward()
    cache = {"Z1": right["Y1lin"], "A1": right["Y1"]}
    report = net.check({"cache": cache, "grads": {"W3": right["gradW3"].tolist(), "b3": -right["gradB3"]}})
    assert dict(report) == {"Y1lin": "match", "Y1": "match", "gradB3": "cause", "gradW3": "match"}
    assert not report.passed
    assert list(report.causes) == ["gradB3"]
    assert net.check(right).passed


def test_a_claim_that_cannot_be_one_is_named():
    with pytest.raises(mlpcli.InputError, match="holds no dict of arrays"):
        mlpcli.load(TOY).check([1, 2])
    assert mlpcli.load(TOY).check({"Y1": "abc", "Y2": [[88, 123, 147]]}).causes.keys() == {"Y1"}


def test_fit_learns_and_its_network_predicts():
    net = mlpcli.load("configs/digits.yaml")
    before = net.predict()["classes"]
    fitted = net.fit(epochs=3)
    assert len(fitted.epochs) == 3
    assert fitted.epochs[2]["loss"] < fitted.epochs[0]["loss"]
    true = mlpcli.read("data/digits.npz")["y"]
    right = fitted.network.predict()["classes"] == true
    assert right.mean() > 0.9 > (before == true).mean()
    rows = mlpcli.read("data/digits.npz")["X"][:3] / 16
    np.testing.assert_array_equal(fitted.network.predict(rows)["classes"], fitted.network.predict()["classes"][:3])


def test_a_training_that_diverges_says_so():
    net = mlpcli.load({"layers": [{"type": "linear", "W": [[1]]}], "inputs": [[1e8]], "targets": [[1]], "loss": "l2",
                       "learning_rate": 1e8})  # fmt: skip
    with pytest.raises(mlpcli.Diverged, match=r"more than 1e\+12 times that of the first"):
        net.fit(steps=50)


@pytest.mark.parametrize("layout", ["in_out", "out_in"])
def test_learned_weights_go_back_into_a_config(layout):
    config = {
        "layers": [{"type": "linear", "units": 3}, "tanh", {"type": "linear", "units": 1}],
        "inputs": [[1, 2], [3, -1]], "targets": [[1], [0]], "loss": "mse", "learning_rate": 0.1,
        "conventions": {"layout": layout},
    }  # fmt: skip
    fitted = mlpcli.load(config).fit(steps=5)
    again = mlpcli.load({**config, "weights": fitted.weights}).predict()["outputs"]
    np.testing.assert_array_equal(again, fitted.network.predict()["outputs"])
    stepped = mlpcli.load(config).train(5)
    np.testing.assert_allclose(fitted.weights["W1"], stepped["W1_new"], rtol=1e-12)


def test_read_names_the_arrays_of_a_file(tmp_path):
    (tmp_path / "pasted.txt").write_text("Z1:\n[[31. 20.  7.]]\nW3_new = [[1, 2], [3, ~]]\n", encoding="utf-8")
    found = mlpcli.read(tmp_path / "pasted.txt")
    np.testing.assert_array_equal(found["Z1"], [[31, 20, 7]])
    with pytest.raises(mlpcli.InputError, match="no such file"):
        mlpcli.read(tmp_path / "none.npz")


def test_read_asks_which_step(tmp_path):
    path = tmp_path / "steps.yaml"
    path.write_text(str(mlpcli.load(TOY).train(2)), encoding="utf-8")
    with pytest.raises(mlpcli.InputError, match="it has the steps 1, 2: say which, step=1"):
        mlpcli.read(path)
    np.testing.assert_array_equal(mlpcli.read(path, step=1)["Y1lin"], [[31, 20, 7]])
    with pytest.raises(mlpcli.InputError, match="no step 3"):
        mlpcli.read(path, step=3)


def test_notebooks_get_the_page_in_a_frame():
    result = mlpcli.load({"title": '<b>&"', "layers": ["relu"], "inputs": [[1]]}).forward()
    (page,) = re.findall(r'<iframe srcdoc="([^"]*)" style="[^"]*"></iframe>', result._repr_html_())
    assert html.unescape(page) == result.render("html")
    assert "<p>row 1 of D sums to 244" in mlpcli.load(TOY).backward()._repr_html_()


def test_import_takes_no_numpy():
    script = "import sys, mlpcli; dir(mlpcli); assert not {'numpy', 'yaml', 'click'} & set(sys.modules)"
    subprocess.run([sys.executable, "-c", script], check=True)


def test_every_public_name_is_there():
    assert all(getattr(mlpcli, name) for name in mlpcli.__all__)
    assert set(mlpcli.__all__) == set(mlpcli.PUBLIC)
    with pytest.raises(AttributeError):
        mlpcli.laod  # noqa: B018


@pytest.mark.parametrize("module", sorted(set(mlpcli.PUBLIC.values())))
def test_examples_of_the_docstrings(module):
    found = doctest.testmod(import_module(f"mlpcli.{module}"))
    assert found.failed == 0


ODD = ("x", None, 0, -1, 2.5, float("nan"), True, [1], {}, b"x", object(), 10**400)
ASKED = {
    "load": mlpcli.load,
    "load, case": lambda value: mlpcli.load(str(TOY), case=value),
    "read": mlpcli.read,
    "read, step": lambda value: mlpcli.read("data/handout.npz", step=value),
    "read, case": lambda value: mlpcli.read("data/handout.npz", case=value),
    "changed": lambda value: mlpcli.load(str(TOY)).changed(value),
    "changed, a key": lambda value: mlpcli.load(str(TOY)).changed({value: 1} if value.__hash__ else {"": value}),
    "changed, a value": lambda value: mlpcli.load(str(TOY)).changed({"learning_rate": value}),
    "train": lambda value: mlpcli.load(str(TOY)).train(value if value != 10**400 else 0),
    "coverage": lambda value: mlpcli.load(str(TOY)).coverage(value if value not in (10**400, 1) else 0),
    "why": lambda value: mlpcli.load(str(TOY)).why(value),
    "why, depth": lambda value: mlpcli.load(str(TOY)).why("Y3[0,0]", value),
    "gradcheck": lambda value: mlpcli.load(str(TOY)).gradcheck(value),
    "fit": lambda value: mlpcli.load(str(TOY)).fit(steps=value if value != 10**400 else 0),
    "check": lambda value: mlpcli.load(str(TOY)).check(value),
    "check, a claim": lambda value: mlpcli.load(str(TOY)).check({"Y1": value}),
    "predict": lambda value: mlpcli.load(str(TOY)).predict(value),
    "predict, threshold": lambda value: mlpcli.load(str(TOY)).predict(threshold=value),
    "evaluate, on": lambda value: mlpcli.load(str(TOY)).evaluate(on=value),
    "evaluate, threshold": lambda value: mlpcli.load(str(TOY)).evaluate(threshold=value),
}


@pytest.mark.parametrize("call", ASKED)
def test_a_wrong_argument_is_wrong_input(call):
    for value in ODD:
        with suppress(mlpcli.InputError):
            ASKED[call](value)


def test_a_wrong_argument_is_told_by_its_name():
    net = mlpcli.load(str(TOY))
    for call, words in (
        (lambda: net.train("x"), "train: steps: a whole number from 1 on is needed, not 'x'"),
        (lambda: net.why("W3[0,0]", -1), "why: depth: a whole number from 0 on is needed, not -1"),
        (lambda: net.why("dW1[9,0]"), "cell: gradW1 has shape (2, 3): its last cell is gradW1[1,2]"),
        (lambda: net.evaluate(on="trian"), "evaluate: on: unknown value 'trian' (did you mean 'trained'?)"),
        (lambda: net.predict(threshold=2), "predict: threshold: a number from 0 to 1 is needed, not 2"),
        (lambda: net.changed({3: 1}), "changed: changes: a text such as 'layers[1].eps' is needed, not 3"),
        (lambda: mlpcli.load(["a.yaml"]), "load: config: a path or a dict is needed, not one of type list"),
    ):
        with pytest.raises(mlpcli.InputError) as caught:
            call()
        assert str(caught.value) == words
