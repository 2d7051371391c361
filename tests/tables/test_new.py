"""`mlp new`: what it writes trains as it stands, and says what it found."""

from pathlib import Path

import numpy as np
import pytest
import yaml

from mlpcli.files.frames import open_query

pytest.importorskip("duckdb", reason="tables need the extra `tables`")

RNG = np.random.default_rng(8)
X = RNG.normal(size=(80, 2)).round(3)
TARGETS = {
    "names": (np.where(X[:, 0] > 0, "a b", "c: d"), "binary_cross_entropy", "a b is 0, c: d is 1"),
    "three names": (np.array(["no", "x", "y"])[(X > 0).sum(axis=1)], "softmax_cross_entropy", "classes: no, x, y"),
    "counted": ((X > 0).sum(axis=1), "softmax_cross_entropy", "classes: 0, 1, 2"),
    "signs": (np.where(X[:, 1] > 0, 1, -1), "binary_cross_entropy", "-1 is 0, 1 is 1"),
    "numbers": ((3 * X[:, 0] - X[:, 1] + 100).round(2), "mse", "a number"),
    "ratings": (5 + (X > 0).sum(axis=1) * 2, "mse", "a number"),
}


@pytest.mark.parametrize("name", TARGETS)
def test_what_it_writes_trains_as_it_stands(mlp, write, name, tmp_path):
    """Better than a constant prediction: else it would exit 1."""
    target, loss, said = TARGETS[name]
    write("t.csv", [["person id", "x: 1", "y", "on"], *zip(range(80), *X.T, target, strict=True)])
    done = mlp("new", "t.csv", "--target", "on", "-o", "c.yaml")
    assert (done.exit_code, done.stdout) == (0, "")
    text = (tmp_path / "c.yaml").read_text()
    assert yaml.safe_load(text)["loss"] == loss
    assert said in text
    assert yaml.safe_load(text)["table"]["id"] == "person id"
    assert mlp("train", "c.yaml", "--run", "run").exit_code == 0


def test_a_target_with_gaps_trains_as_it_stands(mlp, write, tmp_path):
    """A gap in a target cannot be filled: its row is left out, whatever else has gaps."""
    rows = [[x, "" if k % 9 == 5 else y, "" if k % 7 == 3 else "no" if x < 0 else "yes"] for k, (x, y) in enumerate(X)]
    write("t.csv", [["x", "y", "on"], *rows])
    assert mlp("new", "t.csv", "--target", "on", "-o", "c.yaml").exit_code == 0
    assert (
        "missing: drop                         # error, drop, mean or level; gaps are in on, y"
        in (tmp_path / "c.yaml").read_text()
    )
    assert mlp("train", "c.yaml", "--run", "run").exit_code == 0


def test_an_id_of_many_digits_is_no_feature(mlp, write):
    """Floats do not tell its neighbours apart."""
    write("t.csv", [["user_id", "x", "y"], *([10**18 + k, k % 7, k % 2] for k in range(40))])
    assert yaml.safe_load(mlp("new", "t.csv", "--target", "y").stdout)["table"]["id"] == "user_id"


def test_a_word_among_numbers_is_told_of_a_target_too(mlp, write):
    write("t.csv", [["x", "y"], *([k, "x" if k == 19 else k + 0.5] for k in range(40))])
    done = mlp("new", "t.csv", "--target", "y")
    told = "--target: t.csv, row 20, column 'y': 'x' is not a number; to take all as names: categories\n"
    assert (done.exit_code, done.stderr) == (2, told)


@pytest.mark.parametrize(
    ("options", "target", "loss", "said"),
    [
        (["--target", "p", "--target", "q"], ["p", "q"], "mse", "# numbers"),
        (["--target", "p:q"], ["p", "q"], "mse", "# numbers"),
        (
            ["--target", "u", "--target", "v"],
            ["u", "v"],
            "binary_cross_entropy",
            "# u: no is 0, yes is 1, v: 0 is 0, 1",
        ),
    ],
)
def test_several_targets(mlp, write, tmp_path, options, target, loss, said):
    rows = zip(*X.T, *(100 * X).T, np.where(X[:, 0] > 0, "yes", "no"), (X[:, 1] > 0).astype(int), strict=True)
    write("t.csv", [["x", "y", "p", "q", "u", "v"], *rows])
    assert mlp("new", "t.csv", *options, "-o", "c.yaml").exit_code == 0
    text = (tmp_path / "c.yaml").read_text()
    config = yaml.safe_load(text)
    assert (config["table"]["target"], config["loss"]) == (target, loss)
    assert said in text
    assert mlp("train", "c.yaml", "--run", "run").exit_code == 0


def test_dates_text_and_gaps_are_said(mlp, write):
    rows = [[f"2024-01-{k + 1:02}", f"a text of its own {k}", k if k % 5 else "NA", k % 2] for k in range(20)]
    write("t.csv", [["day", "note", "x", "y"], *rows])
    text = mlp("new", "t.csv", "--target", "y").stdout
    assert yaml.safe_load(text)["table"] == {
        "file": "t.csv", "target": "y", "ignore": "day", "missing": "mean", "scale": "standard",
    }  # fmt: skip
    assert "# 'note' is left out (text: 20 different in 20 rows, such as 'a text of its own 0')" in text
    assert "no feature has a gap" not in text
    assert "gaps are in x" in text
    assert "# 'day' is left out (dates: a query can make numbers of them)" in text


@pytest.mark.parametrize("cell", ["{0}%", "${1},{0:03}.50", "{1},{0:03} €"])
def test_numbers_with_a_sign_are_said_and_read_by_the_query_that_is_told(mlp, write, cell):
    """Few as names, many as text."""
    cells = [cell.format(k % 5 if "%" in cell else k, k) for k in range(1, 41)]
    write("t.csv", [["rate", "x", "y"], *([text, k, "ab"[k % 2]] for k, text in enumerate(cells))])
    told = next(line for line in mlp("new", "t.csv", "--target", "y").stdout.splitlines() if "'rate'" in line)
    frame = open_query(told.partition("query: ")[2], Path())
    column = frame.columns["rate"]
    assert column.kind == "number"
    found = next(frame.blocks([column.sql]))[0]
    np.testing.assert_array_equal(found, [float(text.strip("%$€ ").replace(",", "")) for text in cells])
    frame.close()


def test_decimal_commas_with_a_sign_are_no_thousands(mlp, write):
    write("t.csv", [["price", "x", "y"], *([f"{k},5 €", k, "ab"[k % 2]] for k in range(40))], delimiter=";")
    assert "query:" not in mlp("new", "t.csv", "--target", "y").stdout


def test_paths_are_relative_to_the_config(mlp, write, tmp_path):
    write("t.csv", [["x", "y"], [1, 2], [3, 4.5], [2, 7]])
    (tmp_path / "configs").mkdir()
    assert mlp("new", "t.csv", "--target", "y", "-o", "configs/c.yaml").exit_code == 0
    assert yaml.safe_load((tmp_path / "configs/c.yaml").read_text())["table"]["file"] == "../t.csv"
    assert mlp("show", "configs/c.yaml").exit_code == 0


def test_what_can_be_read_in_two_ways_is_set(mlp, tmp_path):
    (tmp_path / "t.csv").write_text("1990,1991,1992\n5,3,4\n6,2,9\n7,7,2\n")
    done = mlp("new", "t.csv", "--target", "1992")
    assert done.exit_code == 2
    assert "--set header: t.csv, line 1 may be a row or the names of columns" in done.stderr
    done = mlp("new", "t.csv", "--target", "1992", "--set", "header=true", "-o", "c.yaml")
    assert done.exit_code == 0
    assert yaml.safe_load((tmp_path / "c.yaml").read_text())["table"]["header"] is True


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("a,b,y\n1,x,2\n2,z,3\na,b,y\n3,x,4\n", "t.csv: line 4: the names of line 1 stand there again; remove it"),
        ("when,y\n2024-01-01,2\n2024-01-02,3\n", "is left as a feature; 'when' is left out (dates: a query can make"),
        (
            "a,y\n1,EU\n2,NA\n3,EU\n",
            "'EU' in every row: there is nothing to learn; words such as NA are gaps (rows: 1)",
        ),
        ("a,y\n1,2\n3\n", "t.csv: line 3: 1 cell where there are 2 columns: '3'"),
        (
            "Report,\na,y\nu,v\nx,u\nTotal,v\n",
            "'column0', 'column1', for no line was taken for their names; header: true",
        ),
    ],
)
def test_messy_tables_are_told(mlp, tmp_path, text, said):
    (tmp_path / "t.csv").write_text(text)
    done = mlp("new", "t.csv", "--target", "y")
    assert (done.exit_code, done.stdout) == (2, "")
    assert said in done.stderr


def test_times_of_a_day_are_dates(mlp, write):
    """As ISO 8601 writes them, with a zone."""
    zones = ["Z", "+02:00", "-0530", ""]
    write("t.csv", [["when", "x", "y"], *([f"2024-03-{k:02}T07:00:00{zones[k % 4]}", k, k % 2] for k in range(1, 29))])
    assert yaml.safe_load(mlp("new", "t.csv", "--target", "y").stdout)["table"]["ignore"] == "when"


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["t.csv", "--target", "z"], "--target: t.csv has no column 'z'; its columns are 'x', 'y', 'w'"),
        (
            ["t.csv", "--target", "y", "--target", "w"],
            "column 'w': the target holds names such as 'a' and no numbers; several targets",
        ),
        (["no.csv", "--target", "y"], "no.csv: no such file\n"),
        (["t.csv", "--target", "y", "--set", "heeder=true"], "heeder: unknown key (did you mean 'header'?)"),
    ],
)
def test_what_it_cannot_do(mlp, write, options, said):
    write("t.csv", [["x", "y", "w"], [1, 2, "a"], [3, 4, "b"], [5, 6, "a"]])
    done = mlp("new", *options)
    assert (done.exit_code, done.stdout) == (2, "")
    assert said in done.stderr
    assert done.stderr.count(options[0]) == ("heeder" not in said)


def test_a_file_that_is_there_is_not_overwritten(mlp, write, tmp_path):
    write("t.csv", [["x", "y"], [1, 2], [3, 4.5], [2, 7]])
    (tmp_path / "c.yaml").write_text("mine\n")
    done = mlp("new", "t.csv", "--target", "y", "-o", "c.yaml")
    assert (done.exit_code, done.stderr) == (2, "c.yaml: is there already: remove it, or name another file with -o\n")
    assert (tmp_path / "c.yaml").read_text() == "mine\n"
