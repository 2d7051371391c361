"""Arrays in files: problems stand where the config names them."""

import numpy as np
import pytest


@pytest.fixture
def config(tmp_path):
    np.savez(tmp_path / "a.npz", W=[[1.0, np.nan]], X=[[1.0]])
    return "layers:\n  - {type: linear, W: {file: %s, key: %s}}\ninputs: [[1]]\n"


def test_a_file_that_is_missing(problem, config):
    assert problem(config % ("b.npz", "X")) == "c.yaml:2:30: layers[0].W.file: no such file: b.npz"


def test_a_key_that_is_missing(problem, config):
    text = problem(config % ("a.npz", "Y"))
    assert text == "c.yaml:2:42: layers[0].W.key: a.npz has no array 'Y'; it holds W, X"


def test_a_cell_that_is_not_finite(problem, config):
    assert problem(config % ("a.npz", "W")) == (
        "c.yaml:2:30: layers[0].W.file: a.npz holds nan in row 1, column 2; every number must be finite"
    )


def test_a_key_in_the_wrong_file(problem, config, tmp_path):
    (tmp_path / "b.csv").write_text("1\n")
    assert problem(config % ("b.csv", "W")) == "c.yaml:2:42: layers[0].W.key: b.csv holds one array and needs no key"


def test_a_file_name_with_a_line_break(problem, config):
    assert problem(config % ('"a\\nb.npy"', "X")).count("\n") == 0


def test_a_list_in_place_of_a_file_name(problem, config):
    assert problem(config % ("[a.npz]", "X")) == ("c.yaml:2:30: layers[0].W.file: a list stands where text is needed")


def test_an_array_of_a_wrong_shape(problem, config, tmp_path):
    np.save(tmp_path / "b.npy", np.zeros((3, 2)))
    text = problem("layers: [{type: linear, W: {file: b.npy}}]\ninputs: [[1]]")
    assert text.startswith("c.yaml:1:28: layers[0].W: ")
    assert "(3, 2)" in text
