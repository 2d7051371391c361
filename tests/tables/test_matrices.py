"""What a network is fed with: types, gaps, levels and scales, each number worked out by hand."""

import json
import os
import sys

import numpy as np
import pytest

pytest.importorskip("duckdb", reason="tables need the extra `tables`")


@pytest.fixture
def inputs(config, tmp_path):
    """The matrix of inputs and that of targets of a table, scaled by all of its rows."""
    from mlpcli.config.load import load

    def function(text, loss="mse", last="", **table):
        (tmp_path / "t.csv").write_text(text)
        os.chdir(tmp_path)
        name = config({"file": "t.csv", "target": "y"} | table, loss, last)
        (case,) = load(name, "forward", ["validation=~", "batch_size=~"])
        return case.experiment.inputs, case.experiment.targets

    return function


GAPS = "a,c,y\n1,u,1\n,v,2\n5,,3\n3,u,4\n"


@pytest.mark.parametrize(
    ("missing", "expected"),
    [
        ("drop", [[1, 1], [3, 1]]),
        ("mean", [[1, 1, 0], [3, 0, 1], [5, 2 / 3, 1 / 3], [3, 1, 0]]),
        ("level", [[1, 0, 1, 0, 0], [3, 1, 0, 1, 0], [5, 0, 0, 0, 1], [3, 0, 1, 0, 0]]),
    ],
)
def test_gaps(inputs, missing, expected):
    """A mean is that of the other rows, for a category how often each level is there; a level is one more column."""
    X, _ = inputs(GAPS, missing=missing, scale="none")
    if missing == "drop":
        assert X[:, :2].tolist() == expected
    else:
        np.testing.assert_allclose(X, expected, rtol=1e-15)


SCALED = {
    "standard": [
        [-1.5 / 1.118033988749895],
        [-0.5 / 1.118033988749895],
        [0.5 / 1.118033988749895],
        [1.5 / 1.118033988749895],
    ],
    "minmax": [[0], [1 / 3], [2 / 3], [1]],
    "none": [[2], [3], [4], [5]],
}


@pytest.mark.parametrize("scale", SCALED)
def test_scales(inputs, scale):
    """The standard deviation of 2, 3, 4, 5 over N is √1.25, as scikit-learn's StandardScaler has it."""
    X, D = inputs("a,y\n2,10\n3,20\n4,30\n5,40\n", scale=scale, scale_target="none")
    np.testing.assert_allclose(X, SCALED[scale], rtol=1e-15)
    assert D.tolist() == [[10], [20], [30], [40]]


def test_a_constant_column_is_zero(inputs):
    X, _ = inputs("a,b,y\n2,0.1,10\n3,0.1,20\n")
    assert X.tolist() == [[-1, 0], [1, 0]]


def test_types(inputs):
    text = "x,flag,kind,code,y\n1,yes,u,01,5\n2,no,v,02,6\n3,yes,u,01,7\n4,no,v,02,8\n"
    X, _ = inputs(text, scale="none", categories=["code"])
    assert X.tolist() == [[1, 1, 1, 0, 1, 0], [2, 0, 0, 1, 0, 1], [3, 1, 1, 0, 1, 0], [4, 0, 0, 1, 0, 1]]


def test_several_targets(inputs):
    _, D = inputs("a,y,z\n1,2,30\n2,4,10\n3,6,20\n", target=["y", "z"], scale_target="none")
    assert D.tolist() == [[2, 30], [4, 10], [6, 20]]


@pytest.mark.parametrize(
    ("features", "expected"),
    [("a", [[1]]), (["c", "a"], [[3, 1]]), ("a:c", [[1, 2, 3]]), ("[ab]", [[1, 2]]), (["0", "2:4"], [[1, 3, 4]])],
)
def test_features(inputs, features, expected):
    X, _ = inputs("a,b,c,d,y\n1,2,3,4,5\n1,2,3,4,6\n", features=features, scale="none")
    assert X[:1].tolist() == expected


def test_an_index_is_left_out(inputs):
    X, _ = inputs(",a,y\n0,5,1\n1,6,2\n2,7,3\n", scale="none")
    assert X.tolist() == [[5], [6], [7]]


def test_words_for_a_gap_are_set(inputs):
    X, _ = inputs("a,y\n1,1\n-999,2\n3,5\n", nulls=["-999"], missing="mean", scale="none")
    assert X.tolist() == [[1], [2], [3]]


BAD = {
    "a gap": (GAPS, {}, "t.csv, row 2, column 'a': is empty; missing: drop leaves such rows out, mean fills them"),
    "an unknown column": (GAPS, {"target": "Y2"}, "table.target: t.csv has no column 'Y2'"),
    "a slip": (GAPS, {"ignore": ["cc"]}, "table.ignore: t.csv has no column 'cc' (did you mean 'c'?)"),
    "a glob of nothing": (GAPS, {"features": ["z*"]}, "table.features: no column of t.csv matches 'z*'"),
    "a target that is a feature": (GAPS, {"features": ["y"]}, "'y' is the target and a feature"),
    "what is ignored and a feature": (GAPS, {"features": ["c", "a"], "ignore": "a"}, "'a' is a feature and ignored"),
    "the id as a feature": (GAPS, {"features": ["c"], "id": "c"}, "table.features: 'c' is a feature and the id"),
    "a separator of two": (GAPS, {"separator": ";;"}, 'table.separator: is a single character, such as ";" or "\\t"'),
    "text asked for": (
        "a,y\n" + "".join(f"text {k},{k}\n" for k in range(9)), {"features": ["a"]},
        "t.csv, column 'a': text: 9 different in 9 rows, such as 'text 0'; to take each as a level: categories",
    ),
    "dates": (
        "a,b,y\n2024-01-01,1,1\n2024-01-02,3,2\n", {},
        "t.csv, column 'a': dates such as '2024-01-01': ignore leaves it out; a query makes it a number",
    ),
    "names as a number": ("a,y\n1,u\n2,v\n", {}, "holds names such as 'u' and no numbers; classes need loss"),
    "a word among numbers": (
        "a,y\n" + "".join(f"{k},1\n" for k in range(40)) + "x,1\n", {}, "t.csv, row 41, column 'a': 'x' is not a number"
    ),
    "infinity": ("a,y\n" + "".join(f"{k},1\n" for k in range(40)) + "1e999,1\n", {}, "row 41, column 'a': is no"),
    "two sources": (GAPS, {"query": "SELECT 1"}, "table.query: file or query: one of the two"),
    "a folder": (GAPS, {"file": "."}, "table.file: not a file"),
    "nothing left": ("y\n1\n2\n", {}, "no column of t.csv is left as a feature"),
}  # fmt: skip


@pytest.mark.parametrize("case", BAD)
def test_what_is_wrong_is_one_line(mlp, config, tmp_path, case):
    text, table, said = BAD[case]
    (tmp_path / "t.csv").write_text(text)
    done = mlp("train", config({"file": "t.csv", "target": "y"} | table, "mse", ""))
    assert (done.exit_code, done.stdout) == (2, "")
    assert done.stderr.count("\n") == 1
    assert done.stderr.startswith("config.yaml:3:")
    assert said in done.stderr


CLASSES = {
    "one class": ("a,y\n1,u\n2,u\n", "softmax_cross_entropy", "the target is 'u' in every row: there is nothing"),
    "too many for one sigmoid": ("a,y\n1,u\n2,v\n3,w\n", "binary_cross_entropy", "3 classes ('u', 'v', 'w', …)"),
    "numbers": (
        "a,y\n" + "".join(f"{k},{k / 7}\n" for k in range(50)), "softmax_cross_entropy",
        "50 different values are no classes; if it is a number, write loss: mse",
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", CLASSES)
def test_targets_that_are_no_classes(mlp, config, tmp_path, case):
    text, loss, said = CLASSES[case]
    (tmp_path / "t.csv").write_text(text)
    done = mlp("train", config({"file": "t.csv", "target": "y"}, loss, ""))
    assert done.exit_code == 2
    assert said in done.stderr


def test_a_loss_that_is_unknown_is_one_problem(mlp, config, tmp_path):
    """What the target may hold depends on it, and is not told before it is known."""
    (tmp_path / "t.csv").write_text("x,y\n" + "1,yes please\n2,no thanks\n" * 8)
    done = mlp("train", config({"file": "t.csv", "target": "y"}, "softmax_crossentropy"))
    assert done.exit_code == 2
    assert "unknown loss 'softmax_crossentropy' (did you mean 'softmax_cross_entropy'?)" in done.stderr
    assert len(done.stderr.splitlines()) == 1


@pytest.mark.parametrize("penalty", ["l1", "l2"])
def test_no_total_is_spoken_of_that_a_training_does_not_print(mlp, config, tmp_path, penalty):
    (tmp_path / "t.csv").write_text("x,y\n" + "".join(f"{k},{k}\n" for k in range(20)))
    name = config({"file": "t.csv", "target": "y"}, f"{{type: mse, {penalty}: 0.1}}", "")
    assert [line for line in mlp("train", name, "--run", "r").stderr.splitlines() if "note" in line] == [
        "config.yaml:3:8: note: t.csv: commas, UTF-8, a header; 20 rows; 1 number as 1 input; target 'y', a number"
    ]


@pytest.mark.parametrize(("missing", "code"), [("error", 2), ("mean", 0), ("level", 0)])
def test_a_level_that_was_not_trained_on(mlp, config, tmp_path, missing, code):
    """It is a gap, and treated as one."""
    (tmp_path / "t.csv").write_text("c,x,y\n" + "".join(f"{'uv'[k % 2]},{k},{k % 2}\n" for k in range(40)))
    name = config({"file": "t.csv", "target": "y", "missing": missing}, "binary_cross_entropy", ", sigmoid")
    assert mlp("train", name, "--run", "run").exit_code == 0
    (tmp_path / "new.csv").write_text("c,x\nu,1\nw,2\n")
    done = mlp("predict", "run", "new.csv")
    assert done.exit_code == code
    if code:
        assert "new.csv, row 2, column 'c': 'w' was not trained on ('u', 'v'); a run trained with" in done.stderr


def test_a_file_that_changes_while_it_is_read(mlp, config, tmp_path, monkeypatch):
    from mlpcli.files import frames

    (tmp_path / "t.csv").write_text("a,y\n1,2\n3,4\n")
    stamps = iter([(1, 1), (2, 2)])
    monkeypatch.setattr(frames, "stamp", lambda _: next(stamps))
    done = mlp("train", config({"file": "t.csv", "target": "y"}, "mse", ""))
    assert (done.exit_code, done.stderr.count("changed while it was read")) == (2, 1)


def test_without_duckdb_a_line_says_what_to_install(mlp, config, tmp_path, monkeypatch):
    (tmp_path / "t.csv").write_text("a,y\n1,2\n3,4\n")
    monkeypatch.setitem(sys.modules, "duckdb", None)
    done = mlp("train", config({"file": "t.csv", "target": "y"}, "mse", ""))
    assert done.exit_code == 2
    assert 'a table needs the package duckdb: pip install "mlp-yaml[tables]"' in done.stderr


@pytest.mark.parametrize(
    "damage",
    [
        "{",
        "[]",
        '{"schema": 2}',
        '{"schema": 1, "features": 3}',
        "[" * 9999,
        '{"schema": 1, "features": [], "targets": []}',
    ],
)
def test_a_damaged_table_json_is_told(mlp, config, tmp_path, damage):
    (tmp_path / "t.csv").write_text("a,y\n1,2\n3,4\n5,7\n")
    assert (
        mlp("train", config({"file": "t.csv", "target": "y"}, "mse", ""), "--run", "run", "--epochs", 300).exit_code < 2
    )
    (tmp_path / "run" / "table.json").write_text(damage)
    done = mlp("predict", "run")
    assert (done.exit_code, "run/table.json: is damaged" in done.stderr) == (2, True)


def test_scales_are_kept_with_every_digit(mlp, config, tmp_path):
    (tmp_path / "t.csv").write_text("a,y\n0.1,2\n0.2,4\n0.4,7\n")
    options = ["--set", "validation=~", "--run", "run", "--epochs", "300"]
    mlp("train", config({"file": "t.csv", "target": "y"}, "mse", ""), *options)
    found = json.loads((tmp_path / "run" / "table.json").read_text())
    values = np.array([0.1, 0.2, 0.4])
    np.testing.assert_allclose(found["inputs"]["shift"], [values.mean()], rtol=1e-15)
    np.testing.assert_allclose(found["inputs"]["scale"], [values.std()], rtol=1e-14)
