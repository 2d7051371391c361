"""Data sets that a config names: columns, divisors, images, and the same files read lazily for training."""

import gzip
from pathlib import Path

import numpy as np
import pytest

from mlpcli.config import sources
from mlpcli.config.convert import Converter
from mlpcli.config.load import read_documents, read_experiment
from mlpcli.files.arrays import read_array
from mlpcli.nn.rows import Rows
from mlpcli.train.examples import Examples

from .test_idx import idx

TABLE = "label,a,b\n2,0,255\n1,51,102\n"
LAYERS = "layers: [{type: linear, W: [[1, 0], [0, 1]]}]\n"


@pytest.fixture
def write(tmp_path, monkeypatch):
    """The table and two images in every format."""
    monkeypatch.chdir(tmp_path)
    images = np.array([[[1, 2], [3, 4]], [[5, 6], [7, 8]]], np.uint8)
    Path("t.csv").write_text(TABLE)
    Path("t.csv.gz").write_bytes(gzip.compress(TABLE.encode()))
    np.save("i.npy", images)
    np.savez("i.npz", X=images, y=np.array([0, 1], np.uint8))
    Path("i-idx3-ubyte").write_bytes(idx(images))
    Path("i-idx3-ubyte.gz").write_bytes(gzip.compress(idx(images)))
    np.save("flat.npy", [1, 2])
    np.save("floats.npy", np.array([[1.5, np.nan]], np.float32))
    return Path("c.yaml").write_text


@pytest.fixture
def lazy(write):
    """What a config describes, its examples as they are stored."""

    def function(text):
        write(text)
        converter = Converter(lazy=True)
        experiment = read_experiment(read_documents("c.yaml")[0], converter)
        assert not converter.problems, converter.problems
        return experiment

    return function


@pytest.mark.parametrize("file", ["t.csv", "t.csv.gz"])
def test_one_table_of_labels_and_pixels(write, read, file):
    text = f"inputs: {{file: {file}, columns: '1:', divide: 255}}\ntargets: {{classes: {{file: {file}, columns: 0}}}}"
    given = read(LAYERS + text + "\nloss: l2")[0].setup.given
    assert given["X"].tolist() == [[0, 1], [0.2, 0.4]]
    assert given["D"].tolist() == [[0, 1], [1, 0]]


@pytest.mark.parametrize(
    ("columns", "expected"),
    [
        ("0", [[2], [1]]),
        ("-1", [[255], [102]]),
        ("-3", [[2], [1]]),
        ("'1:'", [[0, 255], [51, 102]]),
        ("':-1'", [[2, 0], [1, 51]]),
        ("1:2", [[0], [51]]),
        ("-2:3", [[0, 255], [51, 102]]),
        ("':'", [[2, 0, 255], [1, 51, 102]]),
    ],
)
def test_columns_as_python_counts_them(write, read, columns, expected):
    config = f"layers: [relu]\ninputs: {{file: t.csv, columns: {columns}}}"
    assert read(config)[0].setup.given["X"].tolist() == expected


@pytest.mark.parametrize("file", ["i.npy", "i.npz, key: X", "i-idx3-ubyte", "i-idx3-ubyte.gz"])
def test_images_become_rows(write, read, lazy, file):
    config = f"layers: [relu]\ninputs: {{file: {file}}}"
    assert read(config)[0].setup.given["X"].tolist() == [[1, 2, 3, 4], [5, 6, 7, 8]]
    rows = lazy(config).inputs
    assert rows.array.dtype == np.uint8
    assert rows.array.tolist() == [[1, 2, 3, 4], [5, 6, 7, 8]]


def test_images_are_no_weights(write, problem):
    assert problem("layers: [{type: linear, W: {file: i.npy}}]\ninputs: [[1]]") == (
        "c.yaml:1:35: layers[0].W.file: i.npy has 3 dimensions; rows of numbers have two"
    )


def test_classes_as_scikit_learn_counts_them(write, read):
    text = "inputs: [[1, 2], [3, 4]]\ntargets: {classes: {file: i.npz, key: y}, first: 0}\nloss: l2"
    assert read(LAYERS + text)[0].setup.given["D"].tolist() == [[1, 0], [0, 1]]


def test_weights_may_be_some_columns_of_a_file(write, read):
    config = "layers: [{type: linear, W: {file: t.csv, columns: '1:', divide: 255}}]\ninputs: [[5, 10]]"
    assert read(config)[0].setup.given["W1"].tolist() == [[0, 1], [0.2, 0.4]]


ITS = "its columns are 'label', 'a', 'b'"
NAN = "floats.npy holds nan in row 1, column 2; every number must be finite"


@pytest.mark.parametrize(
    ("source", "at", "message"),
    [
        ("file: t.csv, columns: 3", "3", "columns: t.csv has 3 columns, the first is 0: there is no 3"),
        ("file: t.csv, columns: -4", "-4", "columns: t.csv has 3 columns, the first is 0: there is no -4"),
        ("file: t.csv, columns: '1:9'", "'1", "columns: t.csv has 3 columns, the first is 0: there is no 9"),
        ("file: t.csv, columns: 2:1", "2:", "columns: '2:1' leaves none of the 3 columns of t.csv"),
        ("file: t.csv, columns: []", "[]", "columns: none of the 3 columns of t.csv is named"),
        ("file: t.csv, columns: labels", "labels", "columns: t.csv has no column 'labels' (did you mean 'label'?)"),
        ("file: t.csv, columns: 1-2", "1-2", f"columns: t.csv has no column '1-2'; {ITS}"),
        ("file: t.csv, columns: ''", "''", f"columns: t.csv has no column ''; {ITS}"),
        (
            "file: i.npz, key: X, columns: a",
            "a",
            "columns: 'a' is no column such as 0 and no range such as '1:'; i.npz names none",
        ),
        ("file: flat.npy, columns: 0", "0", "columns: flat.npy has 1 dimensions and no columns"),
        ("file: t.csv, colums: 0", "colums", "colums: unknown key (did you mean 'columns'?)"),
        ("file: t.csv, divide: 0", "0", "divide: '0' is not above 0"),
        ("file: t.csv, divide: -1", "-1", "divide: '-1' is not above 0"),
        ("file: t.csv, divide: .nan", ".nan", "divide: '.nan' is not a finite number"),
        ("file: floats.npy", "floats", f"file: {NAN}"),
        ("file: floats.npy, columns: 1", "floats", f"file: {NAN}"),
        (
            "divide: 1e-310, file: t.csv",
            "t.csv",
            "file: t.csv holds inf in row 1, column 1; every number must be finite",
        ),
        ("key: X, file: t.csv", "X", "key: t.csv holds one array and needs no key"),
        ("file: i-idx3-ubite", "i-idx3", "file: no such file: i-idx3-ubite"),
    ],
)
def test_problems_stand_where_they_are(write, problem, source, at, message):
    line = f"inputs: {{{source}}}"
    assert problem(f"layers: [relu]\n{line}") == f"c.yaml:2:{line.index(at, 9) + 1}: inputs.{message}"


@pytest.mark.parametrize(
    ("targets", "message"),
    [
        ("{fiel: t.csv}", "c.yaml:3:11: targets.fiel: unknown key (did you mean 'file'?)"),
        (
            "{file: t.csv, clases: 1}",
            "c.yaml:3:24: targets.clases: unknown key; known here: file, key, columns, divide",
        ),
        ("{clases: [1]}", "c.yaml:3:11: targets.clases: unknown key (did you mean 'classes'?)"),
        ("{frist: 0}", "c.yaml:3:11: targets.frist: unknown key (did you mean 'first'?)"),
        ("{}", "c.yaml:3:10: targets.file: is missing"),
    ],
)
def test_targets_of_another_spelling(write, problems, targets, message):
    assert message in problems(f"{LAYERS}inputs: [[1, 2]]\ntargets: {targets}")


@pytest.mark.parametrize(
    ("targets", "message"),
    [
        ("{classes: [0], classs: 2}", "c.yaml:4:25: targets.classs: unknown key (did you mean 'classes'?)"),
        ("{classes: [0], frist: 0}", "c.yaml:4:25: targets.frist: unknown key (did you mean 'first'?)"),
        ("{file: t.csv, divid: 2}", "c.yaml:4:24: targets.divid: unknown key (did you mean 'divide'?)"),
    ],
)
def test_a_wrong_key_is_told_and_nothing_that_follows_from_it(write, problems, targets, message):
    """Class 0 is none of the classes from 1 on, and the shape of the file is no shape of the targets."""
    text = f"layers: [softmax]\nloss: cross_entropy\ninputs: [[1, 2]]\ntargets: {targets}"
    assert problems(text) == [message]


def test_a_range_of_columns_without_quotes(write, problem):
    text = problem("layers: [relu]\ninputs: {file: t.csv, columns: 1:}")
    assert text.startswith("c.yaml:2:33: this is no valid YAML: ")


def test_examples_are_read_as_they_are_stored(lazy):
    found = lazy("layers: [relu]\ninputs: {file: t.csv, columns: '1:', divide: 255}\n"
                 "targets: {classes: {file: i.npz, key: y}, first: 0}")  # fmt: skip
    assert isinstance(found.inputs, Rows)
    assert found.inputs.array.dtype == np.uint8
    assert found.inputs.divide == 255
    assert found.inputs.floats([1, 0]).tolist() == [[0.2, 0.4], [0, 1]]
    assert found.targets.classes.array.dtype == np.uint8
    assert found.targets.classes.array.tolist() == [0, 1]


@pytest.mark.parametrize("columns", ["[a, b]", "['a', -1]", "'a:b'", "['?']", "[1, 2]", "'1:'"])
def test_columns_by_name_number_range_or_glob(lazy, columns):
    found = lazy(f"layers: [relu]\ninputs: {{file: t.csv, columns: {columns}}}")
    assert found.inputs.array.tolist() == [[0, 255], [51, 102]]


@pytest.mark.parametrize(("table", "columns"), [("x,a,b\n1,u,2\n3,v,4\n", "[b, x]"), ("1;u;2\n3;v;4\n", "[-1, 0]")])
def test_a_column_of_text_that_nobody_asked_for(lazy, table, columns):
    Path("text.csv").write_text(table)
    assert lazy(f"layers: [relu]\ninputs: {{file: text.csv, columns: {columns}}}").inputs.array.tolist() == [
        [2, 1],
        [4, 3],
    ]


def test_rows_written_in_place_are_examples_too(lazy):
    found = lazy("layers: [relu]\ninputs: [[1, 2]]\ntargets: [[3, 4]]")
    assert found.inputs.floats(0).tolist() == [1, 2]
    assert found.targets.floats(0).tolist() == [3, 4]


def test_parameters_are_floats_in_any_case(lazy):
    found = lazy("layers: [{type: linear, W: {file: t.csv, columns: '1:'}}]\ninputs: {file: t.csv}")
    assert found.layers[0].W.dtype == np.float64
    assert isinstance(found.inputs, Rows)


@pytest.mark.parametrize("file", ["i.npy", "i-idx3-ubyte"])
@pytest.mark.parametrize("large", [True, False])
def test_a_large_file_that_is_not_packed_stays_on_the_disk(lazy, file, large, monkeypatch):
    """The mapping is all there is: a number that is changed in the file is read anew. A small file is read once."""
    monkeypatch.setattr(sources, "LOOKED_AT", 0 if large else sources.LOOKED_AT)
    array = lazy(f"layers: [relu]\ninputs: {{file: {file}}}").inputs.array
    data = bytearray(Path(file).read_bytes())
    data[-1] = 99
    with Path(file).open("r+b") as stream:
        stream.write(data)
    assert array[1, 3] == (99 if large else 8)
    assert array.flags.writeable is not large


@pytest.mark.parametrize("large", [True, False])
def test_what_is_large_is_converted_by_the_batch(lazy, large, monkeypatch):
    """A number that is changed in the file afterwards is in the next batch."""
    monkeypatch.setattr(sources, "LOOKED_AT", 0 if large else sources.LOOKED_AT)
    np.save("x.npy", np.array([[1.0, 2], [3, 4]]))
    rows = lazy("layers: [relu]\ninputs: {file: x.npy, divide: 2}").inputs
    examples = Examples(rows, rows, 2, np.float32)
    np.lib.format.open_memmap("x.npy", "r+")[1, 1] = 8
    assert examples.batch(np.array([1]))[0].tolist() == [[1.5, 4 if large else 2]]


def test_what_is_large_and_mapped_is_not_searched_for_numbers_that_are_not_finite(lazy, monkeypatch):
    monkeypatch.setattr(sources, "LOOKED_AT", 0)
    assert np.isnan(lazy("layers: [relu]\ninputs: {file: floats.npy}").inputs.array[0, 1])


def test_what_is_in_memory_is(write):
    np.savez("floats.npz", [[1, 2], [3, np.nan]])
    write("layers: [relu]\ninputs: {file: floats.npz, columns: '1:'}")
    converter = Converter(lazy=True)
    read_experiment(read_documents("c.yaml")[0], converter)
    (problem,) = converter.problems
    assert problem.message == "floats.npz holds nan in row 2, column 2; every number must be finite"


def test_a_file_that_is_named_twice_is_read_once(lazy, monkeypatch):
    paths = []
    monkeypatch.setattr(sources, "read_array", lambda *at: paths.append(at) or read_array(*at))
    found = lazy("layers: [relu]\ninputs: {file: t.csv, columns: '1:'}\ntargets: {classes: {file: t.csv, columns: 0}}")
    assert paths == [(Path("t.csv"), None)]
    assert found.inputs.array.base is found.targets.classes.array.base


def test_two_arrays_of_one_archive(lazy):
    found = lazy("layers: [relu]\ninputs: {file: i.npz, key: X}\ntargets: {classes: {file: i.npz, key: y}, first: 0}")
    assert found.inputs.shape == (2, 4)
    assert found.targets.classes.shape == (2,)


def test_memory_that_does_not_suffice(write, problem, monkeypatch):
    def full(*_):
        raise MemoryError

    monkeypatch.setattr(Rows, "floats", full)
    text = problem("layers: [relu]\ninputs: {file: t.csv}")
    assert text == "c.yaml:2:9: inputs.file: t.csv does not fit into memory"


def test_a_flat_array_is_a_column_of_inputs(lazy):
    """One number for each example."""
    assert lazy("layers: [relu]\ninputs: {file: flat.npy}").inputs.shape == (2, 1)


def test_names_where_classes_are_numbers(write, problem):
    Path("names.csv").write_text("1,u\n2,v\n")
    source = "{file: names.csv, columns: %d}"
    found = problem(f"layers: [relu]\ninputs: {source % 0}\ntargets: {{classes: {source % 1}}}\nloss: l2")
    assert "'u' is not a number; classes that have names need a table: {file: ..., target: ...}" in found
