"""The rows of a second table held out: train.csv and test.csv, as people have them."""

import json

import numpy as np
import pytest

pytest.importorskip("duckdb", reason="tables need the extra `tables`")

NAMES = ["length", "island", "species"]
ISLANDS = ["Biscoe", "Dream", "Torgersen"]


@pytest.fixture
def parts(write):
    """Rows to train on in train.csv, rows to test in test.csv with another order of columns, and all in all.csv."""
    random = np.random.default_rng(3)
    kinds = random.integers(0, 2, 40).tolist()
    length = (38 + 8 * np.array(kinds) + random.normal(0, 3, 40)).round(1).tolist()
    species = [("Adelie", "Gentoo")[kind] for kind in kinds]
    rows = [[length[k], ISLANDS[k % 3], species[k]] for k in range(40)]
    write("train.csv", [NAMES, *rows[:30]])
    write("test.csv", [["note", *NAMES[::-1]], *(["x", *row[::-1]] for row in rows[30:])])
    write("all.csv", [NAMES, *rows])
    return rows


def result(done):
    assert done.exit_code == 0, done.output
    return json.loads(done.stdout)["result"]


def test_it_is_as_if_the_rows_were_the_last_of_one_table(mlp, config, parts):
    """The levels, means and scales are those of the rows trained on, in both."""
    name = config({"file": "train.csv", "target": "species"})
    done = mlp("train", name, "--set", "validation={file: test.csv}", "--format", "json", "--run", "r")
    assert "note: test.csv: 10 rows held out" in done.stderr
    assert "note: test.csv: not used: 'note'" in done.stderr
    together = ["--set", "table.file=all.csv", "--set", "validation={last: 0.25}"]
    assert result(done) == result(mlp("train", name, *together, "--format", "json"))


def test_evaluate_takes_the_other_table_unless_one_is_named(mlp, config, parts, tmp_path):
    name = config({"file": "train.csv", "target": "length"}, "mse", "")
    mlp("train", name, "--set", "validation={file: test.csv}", "--run", "r")
    held, named = (json.loads(mlp("evaluate", "r", *more, "--format", "json").stdout) for more in ([], ["test.csv"]))
    assert held["result"].pop("evaluated") == "held-out"
    assert named["result"].pop("evaluated") == "all"
    assert held["result"] == named["result"]
    (tmp_path / "test.csv").rename(tmp_path / "moved.csv")
    assert mlp("evaluate", "r", "moved.csv").exit_code == 0
    assert "validation.file: no such file" in mlp("evaluate", "r").stderr


def test_rows_with_gaps_are_left_out_there_too(mlp, config, parts, write):
    write("test.csv", [NAMES, *parts[30:], ["", "Dream", "Adelie"]])
    name = config({"file": "train.csv", "target": "species", "missing": "drop"})
    done = mlp("train", name, "--set", "validation={file: test.csv}")
    assert "note: test.csv: 10 rows held out" in done.stderr
    assert "note: test.csv: 1 rows with gaps are left out" in done.stderr


@pytest.mark.parametrize(
    ("validation", "message"),
    [
        ("{file: other.csv}", "validation.file: no such file: other.csv"),
        ("{file: few.csv}", "validation.file: few.csv lacks the column 'island'; it has 'length', 'species'"),
        ("{file: odd.csv}", "validation.file: odd.csv, row 1, column 'island': 'Mars' was not trained on"),
        ("{table: test.csv}", "validation.table: unknown key (did you mean 'file'?)"),
        ("{file: test.csv, part: 0.2}", "validation.part: unknown key; known here: file"),
        ("{inputs: [[1]], targets: [[1]]}", "validation: these numbers are no rows of a table: hold out a part"),
    ],
)
def test_what_is_wrong_is_one_line(mlp, config, parts, write, validation, message):
    write("few.csv", [["length", "species"], [1.0, "Adelie"]])
    write("odd.csv", [NAMES, [1.0, "Mars", "Adelie"]])
    done = mlp("train", config({"file": "train.csv", "target": "species"}), "--set", f"validation={validation}")
    assert done.exit_code == 2
    assert message in done.stderr
    assert len(done.stderr.splitlines()) == 1


def test_without_a_table_there_is_no_other_one(mlp, tmp_path):
    (tmp_path / "c.yaml").write_text(
        "layers: [{type: linear, units: 1}]\ninputs: [[1], [2]]\ntargets: [[1], [2]]\nloss: mse\nlearning_rate: 0.1\n"
        "validation: {file: test.csv}\n"
    )
    done = mlp("train", "c.yaml", "--epochs", "1")
    assert done.exit_code == 2
    assert "c.yaml:6:20: validation.file: rows of another table are held out where there is a table" in done.stderr
