"""Columns that are words though they hold numbers: categories, ids and labels, in every file that a run is given."""

import csv
import io
import json

import pytest

import mlpcli

pytest.importorskip("duckdb", reason="tables need the extra `tables`")

ROWS = [["id", "x", "k1", "k2", "y"], *([f"00{n:03}", n, n % 3 + 1, n % 2, "ab"[n % 2]] for n in range(40))]
TABLE = {"file": "t.csv", "target": "y"}


def train(mlp, config, table, *options, loss="binary_cross_entropy", last=", sigmoid"):
    return mlp("train", config(table, loss, last), "--run", "run", "--epochs", "2", *options)


def rows_of(done):
    return list(csv.DictReader(io.StringIO(done.stdout)))


@pytest.mark.parametrize("categories", ["k*", ["k1", "k2"], ["k1:k2"], ["2", "3"], ["2:4"]])
def test_categories_are_chosen_as_features_are(mlp, config, write, categories):
    write("t.csv", ROWS)
    done = train(mlp, config, TABLE | {"categories": categories, "id": "id"})
    assert done.exit_code == 0
    assert "1 number, 2 categories as 6 inputs" in done.stderr


@pytest.mark.parametrize("name", ["id", "0", "i*", "-5"])
def test_an_id_is_chosen_as_features_are_and_passed_on_as_it_is_written(mlp, config, write, name):
    write("t.csv", ROWS)
    assert train(mlp, config, TABLE | {"id": name}).exit_code == 0
    for new in ((), ("t.csv",)):
        assert [row["id"] for row in rows_of(mlp("predict", "run", *new, "--format", "csv"))] == [
            row[0] for row in ROWS[1:]
        ]


@pytest.mark.parametrize(
    ("name", "said"), [("k*", "'k*' are 2 columns; one tells rows apart"), ("4", "'y' is the target and the id")]
)
def test_an_id_is_one_column_beside_the_others(mlp, config, write, name, said):
    write("t.csv", ROWS)
    done = train(mlp, config, TABLE | {"id": name})
    assert (done.exit_code, done.stderr.count("\n")) == (2, 1)
    assert f"table.id: {said}" in done.stderr


@pytest.mark.parametrize("name", ["id", "ID"])
def test_an_id_that_nobody_told_of_is_passed_on_as_it_is_written(mlp, config, write, name):
    write("t.csv", [row[1:] for row in ROWS])
    assert train(mlp, config, TABLE).exit_code == 0
    ids = ["0012", "12345678901234567", "12345678901234568", "1e5"]
    write("new.csv", [[name, "x", "k1", "k2"], *([id_, 1, 1, 0] for id_ in ids)])
    assert [row[name] for row in rows_of(mlp("predict", "run", "new.csv", "--format", "csv"))] == ids


def test_labels_that_begin_with_0_are_names_in_every_file(mlp, config, write):
    rows = [["x", "zip"], *([n, ["00123", "02134"][n > 19]] for n in range(40))]
    write("t.csv", rows)
    said = "'zip' has numbers that begin with 0; categories: 'zip' takes them as names"
    assert said in train(mlp, config, {"file": "t.csv", "target": "zip"}, "--set", "seed=2").stderr
    table = {"file": "t.csv", "target": "zip", "categories": "zip"}
    assert mlp("train", config(table), "--run", "named").exit_code == 0
    write("new.csv", [rows[0], *rows[17:25]])
    assert {row["zip"] for row in rows_of(mlp("predict", "named", "new.csv", "--format", "csv"))} <= {"00123", "02134"}
    done = mlp("evaluate", "named", "new.csv")
    assert done.exit_code == 0
    assert 'class: "02134", examples: 4' in done.stdout


@pytest.mark.parametrize("missing", ["error", "level"])
@pytest.mark.parametrize("levels", [[1, 2, 3], [1.0, 2.0, 3.0], ["1.0", "2.00", "3"]])
def test_a_level_that_is_a_whole_number_may_have_decimals(mlp, config, write, tmp_path, levels, missing):
    """So has a column of whole numbers with a gap as pandas writes it."""
    rows = [["k", "x", "y"], *([levels[n % 3], n, "ab"[n % 3 > 0]] for n in range(40))]
    write("t.csv", rows)
    table = TABLE | {"categories": "k", "missing": missing}
    assert train(mlp, config, table, "--epochs", "9").exit_code == 0
    others = [[str(row[0]).split(".")[0] if str(levels[0]) != "1" else f"{row[0]}.0", *row[1:]] for row in rows[1:]]
    write("new.csv", [rows[0], *others])
    (tmp_path / "new.json").write_text(json.dumps([{"k": float(k), "x": x} for k, x, _ in rows[1:]]))
    expected = mlp("predict", "run", "t.csv", "--format", "csv")
    for name in ("new.csv", "new.json"):
        assert mlp("predict", "run", name, "--format", "csv").stdout == expected.stdout


@pytest.mark.parametrize("cells", [["yes", "no", "maybe"], ["1", "0", "2"]])
@pytest.mark.parametrize("count", [1, 9])
@pytest.mark.parametrize("missing", ["error", "drop"])
def test_another_word_or_number_is_no_truth(mlp, config, write, missing, count, cells):
    """Of one row as of many, which might be names."""
    write("t.csv", [["f", "y"], *([["yes", "no"][n % 2], "ab"[n % 2]] for n in range(40))])
    assert train(mlp, config, TABLE | {"missing": missing}, "--epochs", "40").exit_code == 0
    write("new.csv", [["f"], *([[cell] for cell in cells] * count)])
    done = mlp("predict", "run", "new.csv")
    assert (done.exit_code, done.stderr.count("\n")) == (2, 1)
    told = f"new.csv, row 3, column 'f': {cells[2]!r} was not trained on ('yes', 'no', 'true', 'false', '1', '0')"
    assert told in done.stderr


@pytest.mark.parametrize("missing", ["mean", "level"])
def test_words_that_count_as_gaps_are_said(mlp, config, write, missing):
    write("t.csv", [["k", "f", "y"], *(["uvw"[n % 3], ["yes", "no"][n % 2], "ab"[n % 2]] for n in range(40))])
    assert train(mlp, config, TABLE | {"missing": missing}, "--epochs", "40").exit_code == 0
    rows = [["k", "f"], ["u", "yes"], ["x", "maybe"], ["", ""], ["z", "no"]]
    write("new.csv", rows)
    notes = mlp("predict", "run", "new.csv").stderr
    assert "new.csv, row 2, column 'k': 'x' was not trained on: taken for a gap, as others are in 2 rows" in notes
    assert "new.csv, row 2, column 'f': 'maybe' was not trained on: taken for a gap\n" in notes
    notes = mlpcli.load("run").predict([{"k": "x", "f": "no", "other": 1}]).notes
    assert notes == ("not used: 'other'", "row 1, column 'k': 'x' was not trained on: taken for a gap")
    write("new.csv", rows[:2])
    assert mlp("predict", "run", "new.csv").stderr == ""


@pytest.mark.parametrize("labels", [["ham", "spam"], ["ham", "spam", "id"]])
def test_a_label_that_is_the_name_of_a_column(mlp, config, write, labels):
    write("t.csv", [["id", "x", "spam"], *([n, n // 4, labels[n // 4 % len(labels)]] for n in range(40))])
    loss, last = ("binary_cross_entropy", ", sigmoid") if len(labels) == 2 else ("softmax_cross_entropy", ", softmax")
    train(mlp, config, {"file": "t.csv", "target": "spam", "id": "id", "categories": "x"}, loss=loss, last=last)
    (first, *_) = rows_of(mlp("predict", "run", "--format", "csv"))
    shown = sorted(labels) if len(labels) > 2 else labels[1:]
    assert list(first) == ["id", "spam", *(f"spam={label}" for label in shown)]
    assert first["spam"] in labels


@pytest.mark.parametrize(
    ("target", "left", "told"),
    [
        (3, [0, 1, 2, 3], True),
        (3, [0, 1, 2], True),
        (0, [0, 1, 2, 3], True),
        (0, [1, 2, 3], False),
        (3, [0, 1], True),
        (3, [0, 1, 2, 3, 0], False),
    ],
)
def test_columns_without_names_are_not_mistaken_for_others(mlp, config, write, target, left, told):
    """The third column is left out: where the first one lacks too, the others could stand in its place."""
    rows = [[n, n % 7, n % 5, n % 3] for n in range(40)]
    rows = [[*row[:target], "ab"[row[0] > 19], *row[target + 1 :]] for row in rows]
    write("t.csv", rows)
    ignore = ["2"] if target else ["3"]
    train(mlp, config, {"file": "t.csv", "target": str(target), "ignore": ignore})
    write("new.csv", [[row[k] for k in left] for row in rows])
    done = mlp("predict", "run", "new.csv", "--format", "csv")
    if told:
        assert done.stdout == mlp("predict", "run", "--format", "csv").stdout
    else:
        said = f"new.csv has {len(left)} columns without names where 4 were trained on: which is which cannot be told"
        assert (done.exit_code, said in done.stderr) == (2, True)
