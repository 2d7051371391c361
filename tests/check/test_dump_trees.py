"""Nested names in JSON, YAML and pickles: training steps, layers, lists with a tensor per layer."""

import copy
import json
import pickle
import tracemalloc

import numpy as np
import pytest

from mlpcli.check.claims.dumps import objects, read_dump
from mlpcli.errors import InputError

W, B = [[1, 2], [3, 4]], [5, 6]


def steps(path):
    found = read_dump(str(path))
    return {step: {claim.name: claim.note or claim.written.value.tolist() for claim in found[step]} for step in found}


@pytest.fixture(params=["json", "yaml", "pkl"])
def read(tmp_path, request):
    """A function that saves an object in each format, and reads it."""

    def saved_and_read(root):
        path = tmp_path / f"d.{request.param}"
        path.write_bytes(pickle.dumps(root) if request.param == "pkl" else json.dumps(root).encode())
        return steps(path)

    return saved_and_read


@pytest.mark.parametrize(
    "root",
    [
        [{"W1": W, "b": B}, {"W1": B, "b": W}],
        {"steps": [{"W1": W, "b": B}, {"W1": B, "b": W}]},
        {"epochs": {"1": {"W1": W, "b": B}, "2": {"W1": B, "b": W}}},
        {"step 1": {"W1": W, "b": B}, "step 2": {"W1": B, "b": W}},
        {"epoch_0": {"W1": W, "b": B}, "epoch_1": {"W1": B, "b": W}},
        {"steps": [{"epoch": 0, "W1": W, "b": B}, {"epoch": 1, "W1": B, "b": W}]},
        {"iterations": [{"params": {"W1": W}, "b": B}, {"params": {"W1": B}, "b": W}]},
    ],
)
def test_training_steps(read, root):
    assert read(root) == {1: {"W1": W, "b": B}, 2: {"W1": B, "b": W}}


def test_steps_have_the_numbers_that_they_are_given(read):
    assert list(read({"step 3": {"W1": W}, "step 10": {"W1": B}})) == [3, 10]


@pytest.mark.parametrize("root", [{"W1": W, "cache": {"A1": B}}, [{"W1": W}, {"A1": B}]])
def test_no_training_steps(read, root):
    assert read(root) == {1: {"W1": W, "A1": B}}


def test_layers_that_call_their_tensors_by_one_name(read):
    layers = {"layer1": {"W": W, "b": B}, "layer2": {"W": W, "n": B}}
    names = ["layer1.W", "layer1.b", "layer2.W", "layer2.n"]
    assert list(read(layers)[1]) == names
    assert list(read({"params": layers, "grads": copy.deepcopy(layers)})[1]) == [
        *names,
        *(f"grads[{name}]" for name in names),
    ]
    assert list(read({"layer1": {"W": W, "b": B}})[1]) == ["W", "b"]


def test_a_list_of_layers(read):
    layers = [{"W": W, "b": B}, {"W": [[1, 2]], "b": [1]}]
    assert list(read(layers)[1]) == ["layers[0].W", "layers[0].b", "layers[1].W", "layers[1].b"]
    assert list(read({"net": layers, "grads": copy.deepcopy(layers)})[1])[3:6] == [
        "net[1].b",
        "grads[W][0]",
        "grads[b][0]",
    ]


def test_dictionaries_of_gradients(read):
    assert list(read({"cache": {"W1": W}, "grads": {"W1": W, "db1": B}})[1]) == ["W1", "grads[W1]", "db1"]
    assert list(read({"backward": {"grads": {"W": W}}, "W": W})[1]) == ["grads[W]", "W"]


def test_lists_with_a_tensor_per_layer(read):
    assert read({"weights": [W, W], "biases": [[1, 2], [3, 4]], "X": [[1, 2], [3, 4]]})[1] == {
        **{"weights[0]": W, "weights[1]": W, "biases[0]": [1, 2], "biases[1]": [3, 4]},
        "X": [[1, 2], [3, 4]],
    }
    assert read({"grads": {"b": [[1], [1, 2]]}})[1] == {"grads[b][0]": [1], "grads[b][1]": [1, 2]}
    assert read({"nabla_b": [[1, 2], 3]})[1] == {"nabla_b[0]": [1, 2], "nabla_b[1]": 3}  # one is summed altogether


def test_a_list_that_is_one_tensor(read):
    notes = read({"W1": [[1, 2], [3]], "W2": [W, W], "b": [[1, 2]], "c": [], "d": [1, {"a": [2]}]})[1]
    assert notes["W1"] == "rows of different lengths"
    assert notes["W2"] == [W, W]
    assert list(notes) == ["W1", "W2", "b", "c", "d"]


def test_arrays_in_a_pickled_list(tmp_path):
    path = tmp_path / "d.pkl"
    alike = [np.ones(2), np.zeros(2)]
    path.write_bytes(
        pickle.dumps({"b": alike, "Y1": alike, "A": [np.ones((1, 2)), [[1], [2]]], "n": [1, np.nan], "t": [None]})
    )
    assert list(steps(path)[1]) == ["b[0]", "b[1]", "Y1", "A[0]", "A[1]", "n", "t"]
    assert steps(path)[1]["Y1"] == [[1, 1], [0, 0]]
    assert steps(path)[1]["t"] == "it is no array of numbers"


def test_objects_in_an_archive(tmp_path):
    path, arrays = tmp_path / "d.npz", np.empty(2, dtype=object)
    arrays[:] = [np.ones(2), np.ones(3)]
    np.savez(path, grads={"W1": np.ones(2)}, W=arrays, x=np.array([None]), Y1=np.ones(1), steps=[{"L": 1}, {"L": 2}])
    found = steps(path)
    assert list(found[1]) == ["grads[W1]", "W[0]", "W[1]", "x", "Y1", "L"]
    assert found[1]["x"] == "it holds Python objects, which are never loaded"
    assert found[2] == {"L": 2}


def test_places_of_nested_names(tmp_path):
    for name in ("d.json", "d.yaml"):
        (tmp_path / name).write_text('{"a": {\n"W": [1]},\n "b": {"W": [2]}}')
        claims = read_dump(str(tmp_path / name))[1]
        assert [(claim.place.line, claim.place.column) for claim in claims] == [(2, 1), (3, 8)]


@pytest.mark.parametrize("suffix", ["json", "yaml"])
def test_names_that_stand_there_twice(tmp_path, suffix):
    (tmp_path / f"d.{suffix}").write_text('{"a": {"W1": [1]}, "b": {"W1": [2]}}')
    with pytest.raises(InputError, match="'W1' stands there twice"):
        read_dump(str(tmp_path / f"d.{suffix}"))


def refusals(path):
    """Why a file is refused, or why each of its tensors is; an empty text for one that is read."""
    try:
        return [claim.note for claim in read_dump(str(path))[1]]
    except InputError as error:
        return [str(error)]


CYCLE: dict = {}
CYCLE["x"] = CYCLE
RING: list = []
RING += [RING] * 10
MANY: list = [1.0] * 1000
for _ in range(3):
    MANY = [MANY] * 1000
DEEP: dict = {}
for _ in range(300):
    DEEP = {"x": DEEP}


@pytest.mark.parametrize("root", [CYCLE, {"W": RING}, {"W": MANY}, DEEP, {"steps": [CYCLE, CYCLE]}, [[1]], [{}, 1], 3])
def test_hostile_objects(tmp_path, monkeypatch, root):
    """Cycles, and what unfolds to more than there is room for, are refused or read as no numbers."""
    monkeypatch.setattr(objects, "MAX_LISTED", 100_000)
    path = tmp_path / "d.pkl"
    path.write_bytes(pickle.dumps(root))
    tracemalloc.start()
    assert all(0 < len(text.removeprefix(str(path))) < 300 for text in refusals(path))
    assert tracemalloc.get_traced_memory()[1] < 100e6
    tracemalloc.stop()


@pytest.mark.parametrize("data", [b"\x80\x04]r\xff\xff\xff\x7f.", b"]p2000000000\n.", b"\x80\x02]r\x10\x00\x00\x00."])
def test_a_pickle_that_numbers_its_objects_high_takes_no_memory(tmp_path, data):
    (tmp_path / "d.pkl").write_bytes(data)
    tracemalloc.start()
    with pytest.raises(InputError, match="numbers more objects than it has"):
        read_dump(str(tmp_path / "d.pkl"))
    assert tracemalloc.get_traced_memory()[1] < 5e6
    tracemalloc.stop()


@pytest.mark.parametrize(
    "text", ["[" * 500 + "]" * 500, '{"a":' * 500 + "1" + "}" * 500, '[{"a":' * 300 + "1" + "}]" * 300]
)
def test_json_that_is_nested_deep(tmp_path, text):
    (tmp_path / "d.json").write_text(text)
    assert all(text and "\n" not in text for text in refusals(tmp_path / "d.json"))
