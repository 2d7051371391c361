"""A table in, an answer out. What is predicted is computed once more by numpy, from the weights and the table alone."""

import csv
import io
import json

import numpy as np
import pytest

import mlpcli

pytest.importorskip("duckdb", reason="tables need the extra `tables`")

RNG = np.random.default_rng(5)
NAMES = np.array(["Adelie", "Chinstrap", "Gentoo"])
ISLANDS = np.array(["Biscoe", "Dream"])


def penguins(count=40):
    """Rows of an id, two numbers of different scale, an island and a species."""
    kind = RNG.integers(0, 3, count)
    length, mass = 38 + 5 * kind + RNG.normal(0, 1, count), 3700 + 600 * kind + RNG.normal(0, 100, count)
    island = ISLANDS[RNG.integers(0, 2, count)]
    rows = zip(range(100, 100 + count), length.round(2), mass.round(), island, NAMES[kind], strict=True)
    return [["id", "bill length", "mass", "island", "species"], *map(list, rows)]


TABLE = {"file": "penguins.csv", "target": "species", "id": "id"}


def rows_of(text):
    return list(csv.DictReader(io.StringIO(text)))


@pytest.fixture
def trained(mlp, config, write):
    """The rows of a table, and the weights and the scales of a network trained on them, in the folder `run`."""
    rows = penguins()
    write("penguins.csv", rows)
    done = mlp("train", config(TABLE), "--run", "run")
    assert done.exit_code == 0, done.output
    with np.load("run/weights.npz") as stored:
        weights = dict(stored)
    return rows, weights


def expected(rows, weights):
    """The probabilities of each class for rows of the table: the network, written out."""
    train = np.sort(np.random.default_rng((1, 40)).permutation(40)[:30])
    numbers = np.array([[float(row[1]), float(row[2])] for row in rows[1:]])
    scaled = (numbers - numbers[train].mean(axis=0)) / numbers[train].std(axis=0)
    X = np.column_stack([scaled, [[row[3] == level for level in ISLANDS] for row in rows[1:]]])
    Z = np.tanh(X @ weights["W1"] + weights["B1"]) @ weights["W2"] + weights["B2"]
    Y = np.exp(Z - Z.max(axis=1, keepdims=True))
    return Y / Y.sum(axis=1, keepdims=True)


def test_predictions_are_in_the_words_of_the_table(mlp, trained):
    """Statistics are those of the 30 rows trained on; classes are sorted, ids passed through."""
    rows, weights = trained
    found = rows_of(mlp("predict", "run", "--format", "csv").stdout)
    Y = expected(rows, weights)
    assert list(found[0]) == ["id", "species", *NAMES]
    assert [row["id"] for row in found] == [str(row[0]) for row in rows[1:]]
    assert [row["species"] for row in found] == NAMES[Y.argmax(axis=1)].tolist()
    np.testing.assert_allclose([[float(row[name]) for name in NAMES] for row in found], Y, rtol=1e-12)


def test_new_rows_need_no_targets_no_training_data_and_no_order(mlp, trained, write, tmp_path):
    rows, _ = trained
    whole = rows_of(mlp("predict", "run", "--format", "csv").stdout)
    (tmp_path / "penguins.csv").unlink()
    order = [3, 1, 0, 2]
    write("new.csv", [[row[k] for k in order] for row in rows[:9]], delimiter=";")
    assert rows_of(mlp("predict", "run", "new.csv", "--format", "csv").stdout) == whole[:8]


def test_columns_that_lack_are_named(mlp, trained, write):
    rows, _ = trained
    write("new.csv", [row[:2] for row in rows])
    done = mlp("predict", "run", "new.csv")
    assert done.exit_code == 2
    assert "new.csv lacks the columns 'mass', 'island'; it has 'id', 'bill length'" in done.stderr


def test_a_word_among_numbers_is_named_with_its_row(mlp, trained, write):
    rows, _ = trained
    at = rows[0].index("mass")
    write("new.csv", [*rows[:3], [*rows[3][:at], "heavy", *rows[3][at + 1 :]], *rows[4:6]])
    done = mlp("predict", "run", "new.csv")
    assert (done.exit_code, done.stdout) == (2, "")
    assert "new.csv, row 3, column 'mass': 'heavy' where numbers were trained on" in done.stderr


def test_an_id_that_the_table_trained_on_did_not_have(mlp, config, write):
    rows = penguins()
    write("penguins.csv", [row[1:] for row in rows])
    assert mlp("train", config({"file": "penguins.csv", "target": "species"}), "--run", "run").exit_code == 0
    write("new.csv", rows[:5])
    assert [row["id"] for row in rows_of(mlp("predict", "run", "new.csv", "--format", "csv").stdout)] == [
        "100",
        "101",
        "102",
        "103",
    ]


@pytest.mark.slow
@pytest.mark.parametrize("row", ["yes,u,1", "no,v,-3.5"])
def test_a_single_new_row_is_read_as_the_table_was(mlp, config, tmp_path, row):
    """Of one row nobody could tell what its columns hold, nor whether there is a header."""
    rows = "".join(f"{['yes', 'no'][k % 2]},{'uv'[k // 2 % 2]},{k},{'ab'[k % 2]}\n" for k in range(40))
    for header, target in (("", "3"), ("flag,kind,x,y\n", "y"), ("column7,column8,column9,y\n", "y")):
        (tmp_path / "t.csv").write_text(header + rows)
        name = config({"file": "t.csv", "target": target}, "binary_cross_entropy", ", sigmoid")
        assert mlp("train", name, "--run", f"run{len(header)}").exit_code == 0
        (tmp_path / "new.csv").write_text(header.replace(",y", "") + row + "\n")
        found = rows_of(mlp("predict", f"run{len(header)}", "new.csv", "--format", "csv").stdout)
        assert [one.get("y") or one.get("column3") for one in found] == ["a" if row[0] == "y" else "b"]


def test_python_has_the_columns_that_are_printed(mlp, trained):
    """A class by its name, and a probability under the name of each, as `mlp predict` writes them.

    The scales are those of the rows that were trained on, here as in the run.
    """
    _, weights = trained
    net = mlpcli.load("config.yaml").changed({"weights": weights})
    found = net.predict()
    printed = rows_of(mlp("predict", "run", "--format", "csv").stdout)
    assert list(found) == list(printed[0])
    assert found["species"].tolist() == [row["species"] for row in printed]
    np.testing.assert_allclose(found[NAMES[0]], [float(row[NAMES[0]]) for row in printed], rtol=1e-12)


def test_evaluate_takes_a_new_table(mlp, trained, write):
    rows, weights = trained
    write("new.csv", rows[:21])
    found = json.loads(mlp("evaluate", "run", "new.csv", "--format", "json").stdout)["result"]
    right = NAMES[expected(rows, weights)[:20].argmax(axis=1)] == np.array([row[4] for row in rows[1:21]])
    assert (found["examples"], found["accuracy"]) == (20, right.mean())


def test_numbers_are_predicted_in_their_unit(mlp, config, write):
    """A linear layer alone: with scaled inputs and targets it still predicts in grams, near the least squares."""
    rows = penguins()
    write("penguins.csv", rows)
    table = {"file": "penguins.csv", "target": "mass", "features": ["bill length"]}
    name = config(table, "mse", "")
    options = [
        "--set",
        "layers=[linear]",
        "--set",
        "epochs=400",
        "--set",
        "validation=~",
        "--set",
        "learning_rate=0.05",
    ]
    assert mlp("train", name, "--run", "run", *options).exit_code == 0
    found = [float(row["mass"]) for row in rows_of(mlp("predict", "run", "--format", "csv").stdout)]
    x, y = (np.array([float(row[k]) for row in rows[1:]]) for k in (1, 2))
    slope, start = np.polyfit(x, y, 1)
    np.testing.assert_allclose(found, slope * x + start, atol=20)


@pytest.mark.parametrize(
    ("labels", "shown"),
    [(("no", "yes"), "yes"), (("0", "1"), "1"), (("-1", "1"), "1"), (("False", "True"), "True"), (("a", "b"), "b")],
)
def test_two_labels_and_one_sigmoid(mlp, config, write, labels, shown):
    rows = [["x", "y"], *([k, labels[k > 9]] for k in range(20))]
    write("two.csv", rows)
    done = mlp("train", config({"file": "two.csv", "target": "y"}, "binary_cross_entropy", ", sigmoid"), "--run", "run")
    assert done.exit_code == 0, done.output
    found = rows_of(mlp("predict", "run", "--format", "csv").stdout)
    assert list(found[0]) == ["y", shown]
    assert all(row["y"] == labels[float(row[shown]) >= 0.5] for row in found)
    divided = rows_of(mlp("predict", "run", "--format", "csv", "--threshold", "0.1").stdout)
    assert all(row["y"] == labels[float(row[shown]) >= 0.1] for row in divided)


def test_a_run_goes_on_and_says_the_same(mlp, trained):
    """Scales are those of the rows trained on, whoever reads them."""
    before = mlp("predict", "run").stdout
    assert mlp("train", "--resume", "run").exit_code == 0
    assert mlp("predict", "run").stdout == before
    assert before.startswith("- {id: 100, species: ")


def test_a_matrix_that_is_large_lies_in_a_file(mlp, trained, monkeypatch):
    """Read some rows at a time, and trained from there to the same numbers."""
    before = mlp("predict", "run").stdout
    monkeypatch.setattr("mlpcli.tables.matrix.LARGE", 0)
    monkeypatch.setattr("mlpcli.files.duck.BLOCK", 7)
    monkeypatch.setattr("mlpcli.tables.encoding.BLOCK", 5)
    assert mlp("train", "config.yaml", "--run", "other").exit_code == 0
    assert mlp("predict", "other").stdout == before


def weighted(rows):
    """The rows with a weight each, of which some are 0."""
    return [[*rows[0], "weight"], *([*row, k % 4 / 2] for k, row in enumerate(rows[1:]))]


def test_a_column_says_how_much_each_row_counts(mlp, config, write):
    """As sample_weights do, which are tested beside another framework; the column is no feature."""
    rows = weighted(penguins())
    write("penguins.csv", rows)
    np.save("weights.npy", np.array([row[-1] for row in rows[1:]], float))
    assert mlp("train", config(TABLE | {"weight": "weight"}), "--run", "one").exit_code == 0
    apart = ["--set", "sample_weights={file: weights.npy}"]
    assert mlp("train", config(TABLE | {"ignore": ["weight"]}), *apart, "--run", "other").exit_code == 0
    with np.load("one/weights.npz") as one, np.load("other/weights.npz") as other:
        assert {name: one[name].tobytes() for name in one} == {name: other[name].tobytes() for name in other}
    assert mlp("train", config(TABLE | {"ignore": ["weight"]}), "--run", "plain").exit_code == 0
    with np.load("one/weights.npz") as one, np.load("plain/weights.npz") as plain:
        assert (one["W1"] != plain["W1"]).any()
    write("new.csv", [row[:-2] for row in rows])
    assert mlp("predict", "one", "new.csv").exit_code == 0


def test_a_row_without_a_weight_is_dropped_with_it(mlp, config, write):
    rows = weighted(penguins())
    write("penguins.csv", [rows[0], [*rows[1][:-1], ""], *rows[2:]])
    table = config(TABLE | {"weight": "weight", "missing": "drop"})
    assert "39 rows of 40, the others have gaps" in mlp("train", table, "--run", "one").stderr
    write("penguins.csv", [rows[0], *rows[2:]])
    assert mlp("train", table, "--run", "other").exit_code == 0
    with np.load("one/weights.npz") as one, np.load("other/weights.npz") as other:
        assert {name: one[name].tobytes() for name in one} == {name: other[name].tobytes() for name in other}


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"weight": "wieght"}, "table.weight: penguins.csv has no column 'wieght' (did you mean 'weight'?)"),
        ({"weight": "species"}, "table.weight: 'species' is among target too"),
        ({"weight": "weight", "features": ["mass", "weight"]}, "table.weight: 'weight' is among features too"),
        ({"weight": "island"}, "table.weight: penguins.csv, column 'island': '"),
        ({"weight": "loss"}, "table.weight: penguins.csv, row 2, column 'loss': is below 0"),
        ({"weight": "gap"}, "table.missing: penguins.csv, row 1, column 'gap': is empty; missing: drop leaves such"),
    ],
)
def test_what_is_no_weight(mlp, config, write, changes, message):
    rows = weighted(penguins())
    more = [["loss", "gap"], *([-1 if k == 1 else 1, "" if k == 0 else 2] for k in range(len(rows) - 1))]
    write("penguins.csv", [[*row, *last] for row, last in zip(rows, more, strict=True)])
    done = mlp("train", config(TABLE | {"ignore": ["gap"]} | changes))
    assert (done.exit_code, done.stdout) == (2, "")
    assert message in done.stderr
    assert done.stderr.count("\n") == 1


def test_weights_stand_in_one_place(mlp, config, write):
    write("penguins.csv", weighted(penguins()))
    done = mlp("train", config(TABLE | {"weight": "weight"}), "--set", f"sample_weights={[1] * 40}")
    assert done.exit_code == 2
    assert "sample_weights: stand in the column of table.weight" in done.stderr


def dicts(rows):
    """The rows of a table without its targets, as Python has them: numbers, texts, a gap."""
    return [dict(zip(rows[0][:4], row[:4], strict=True)) for row in rows[1:]]


def test_a_run_answers_in_python_as_on_the_command_line(mlp, trained, write):
    """Its own rows, those of a file and dicts in any order of columns: the same figures to the last digit."""
    rows, weights = trained
    net = mlpcli.load("run")
    new = [rows[0][:4], *(row[:4] for row in rows[1:9])]
    write("new.csv", new)
    printed = rows_of(mlp("predict", "run", "new.csv", "--format", "csv").stdout)
    backwards = [dict(reversed(row.items())) for row in dicts(rows)[:8]]
    numpys = [{key: np.array([cell])[0] for key, cell in row.items()} for row in backwards]
    for found in (net.predict("new.csv"), net.predict(backwards), net.predict(numpys)):
        assert [str(k) for k in found["id"]] == [row["id"] for row in printed]
        assert list(found["species"]) == [row["species"] for row in printed]
        for name in NAMES:
            assert [repr(float(p)) for p in found[name]] == [repr(float(row[name])) for row in printed]
    np.testing.assert_allclose(np.stack([net.predict()[n] for n in NAMES], axis=1), expected(rows, weights), atol=1e-12)


def test_a_run_is_evaluated_in_python_as_on_the_command_line(mlp, trained, write):
    rows, _ = trained
    net, others = mlpcli.load("run"), [dict(zip(rows[0], row, strict=True)) for row in rows[1:11]]
    assert str(net.evaluate(on="trained")) == mlp("evaluate", "run", "--on", "trained").stdout.rstrip()
    write("new.csv", rows[:11])
    printed = mlp("evaluate", "run", "new.csv").stdout.rstrip()
    assert str(net.evaluate(others)) == str(net.evaluate("new.csv")) == printed


def test_a_run_in_python_needs_no_table_that_it_was_trained_on(trained, tmp_path):
    rows, _ = trained
    (tmp_path / "penguins.csv").unlink()
    assert len(mlpcli.load("run").predict(dicts(rows)[:3])["species"]) == 3


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ([{"mass": 1}], "predict: inputs: lacks the columns 'bill length', 'island'; it has 'mass'"),
        (
            [{"bill length": 1, "mass": 2, "island": "Moon"}],
            "predict: inputs: row 1, column 'island': 'Moon' was not trained on",
        ),
        ([{"bill length": float("nan"), "mass": 2, "island": "Dream"}], "row 1, column 'bill length': is empty"),
        ([{"bill length": "x", "mass": 2, "island": "Dream"}], "'x' where numbers were trained on"),
        ([], "predict: inputs: has no rows"),
        (
            [[1, 2, 3]],
            "predict: inputs[0]: rows are the path of a table, or dicts by the names of its columns, not one",
        ),
        (
            [{"mass": [1]}],
            "predict: inputs[0]['mass']: a finite number, a text or None is needed, not one of type list",
        ),
        ({"mass": [1]}, "predict: inputs: rows are the path of a table, or dicts"),
        ("no.csv", "no such file: no.csv"),
    ],
)
def test_rows_that_a_run_cannot_answer(trained, rows, said):
    with pytest.raises(mlpcli.InputError) as error:
        mlpcli.load("run").predict(rows)
    assert said in str(error.value)


def test_a_folder_that_is_no_run(tmp_path):
    with pytest.raises(mlpcli.InputError, match="is the folder of no run"):
        mlpcli.load(tmp_path)


def test_a_run_of_a_file_that_was_divided_divides_an_array(mlp, tmp_path):
    X = RNG.integers(0, 256, (40, 3))
    np.save("X.npy", X)
    np.save("y.npy", X[:, 0] > 128)
    (tmp_path / "c.yaml").write_text(
        "layers: [linear, sigmoid]\ninputs: {file: X.npy, divide: 255}\ntargets: {file: y.npy}\n"
        "loss: binary_cross_entropy\nlearning_rate: 1\nepochs: 30\nseed: 1\n"
    )
    assert mlp("train", "c.yaml", "--run", "run").exit_code == 0
    with np.load("run/weights.npz") as weights:
        Y = 1 / (1 + np.exp(-(X[:4] / 255 @ weights["W1"] + weights["B1"])))
    np.testing.assert_allclose(mlpcli.load("run").predict(X[:4])["outputs"], Y, rtol=1e-12)
    with pytest.raises(mlpcli.InputError):
        mlpcli.load("run").predict([{"a": 1}])


def test_a_number_that_can_be_read_in_two_ways_is_read_as_the_run_does(mlp, config, tmp_path):
    """After decimal commas, 1.500 alone is fifteen hundred; between commas, or beside 1.5, it is one and a half."""
    cells = [f"{1_000 + 50.5 * k:,.1f}".translate({44: ".", 46: ","}) for k in range(40)]
    (tmp_path / "t.csv").write_text("a;y\n" + "".join(f"{cell};{k}\n" for k, cell in enumerate(cells)))
    assert mlp("train", config({"file": "t.csv", "target": "y"}, "mse", ""), "--run", "run").exit_code == 0
    found = {}
    for text in ("a;b\n1500,0;2", "a;b\n1.500;2", "a;b\n1.5;2", "a,b\n1.500,2", "a;b\n1.500;2\n1.5;2"):
        (tmp_path / "new.csv").write_text(text + "\n")
        found[text] = mlp("predict", "run", "new.csv").stdout.splitlines()[0]
    thousands, likewise, *others = found.values()
    assert thousands == likewise
    assert len({thousands, *others}) == 2


def test_after_decimal_points_a_number_is_no_thousand(mlp, config, tmp_path):
    (tmp_path / "t.csv").write_text("a;y\n" + "".join(f"{1 + k / 8};{k}\n" for k in range(40)))
    assert mlp("train", config({"file": "t.csv", "target": "y"}, "mse", ""), "--run", "run").exit_code == 0
    found = set()
    for text in ("a;b\n1.500;2", "a;b\n1.5;2", "a,b\n1.500,2"):
        (tmp_path / "new.csv").write_text(text + "\n")
        found.add(mlp("predict", "run", "new.csv").stdout)
    assert len(found) == 1


def test_thousands_that_a_config_sets_are_no_decimals_elsewhere(mlp, config, tmp_path):
    """A file between commas has points before its decimals, whatever the table had between thousands."""
    (tmp_path / "t.csv").write_text("a;y\n" + "".join(f"{1 + k // 9}.{k:03};{k}\n" for k in range(40)))
    table = {"file": "t.csv", "target": "y", "thousands": "."}
    assert mlp("train", config(table, "mse", ""), "--run", "run").exit_code == 0
    found = set()
    for text in ("a;b\n1.005;2", "a;b\n1005;2", "a,b\n1005.0,2", "a;b\n1005,0;2"):
        (tmp_path / "new.csv").write_text(text + "\n")
        found.add(mlp("predict", "run", "new.csv").stdout)
    assert len(found) == 1
