"""Pickled dicts of arrays are read, and nothing that stands in a pickle is run."""

import os
import pickle
import pickletools
import tracemalloc

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from mlpcli.check.claims.dumps import read_dump
from mlpcli.errors import InputError
from mlpcli.files.streams import ArrayError
from mlpcli.files.unpickle import read_pickle
from tests.nn.drawing import SMALL

ARRAYS = {
    "Z1": np.arange(6.0).reshape(2, 3),
    "A1": np.asfortranarray(np.arange(6.0).reshape(2, 3) / 7),
    "W2": np.arange(4, dtype=">f4"),
    "n": np.array([[1, 2]], dtype=np.int64),
    "J": np.float64(0.25),
    "loss": 0.5,
    "empty": np.zeros((0, 3)),
}


def same(claims, expected):
    assert [claim.name for claim in claims] == list(expected)
    for claim, value in zip(claims, expected.values(), strict=True):
        assert not claim.note
        np.testing.assert_array_equal(claim.written.value, np.asarray(value, float))


@pytest.mark.parametrize("protocol", range(2, pickle.HIGHEST_PROTOCOL + 1))
def test_a_pickled_dict(tmp_path, protocol):
    path = tmp_path / "d.pkl"
    path.write_bytes(pickle.dumps(ARRAYS, protocol))
    same(read_dump(str(path))[1], ARRAYS)


def test_a_dict_that_numpy_has_saved(tmp_path):
    np.save(tmp_path / "d.npy", ARRAYS, allow_pickle=True)
    same(read_dump(str(tmp_path / "d.npy"))[1], ARRAYS)


def test_an_array_has_the_name_of_its_file(tmp_path):
    np.save(tmp_path / "dW2.npy", ARRAYS["Z1"])
    same(read_dump(str(tmp_path / "dW2.npy"))[1], {"dW2": ARRAYS["Z1"]})


def test_dicts_in_a_dict_are_joined_and_those_of_gradients_named_so(tmp_path):
    path = tmp_path / "d.pkl"
    found = {"cache": {"Z1": ARRAYS["Z1"]}, "grads": {"W1": ARRAYS["A1"], "db1": ARRAYS["n"]}, "params": {"W1": 2.0}}
    path.write_bytes(pickle.dumps(found))
    assert [claim.name for claim in read_dump(str(path))[1]] == ["Z1", "grads[W1]", "db1", "W1"]


@given(hnp.arrays(st.sampled_from([np.float64, np.float32, np.int16, np.uint8]), hnp.array_shapes(max_dims=3)))
@SMALL
def test_any_array(array):
    for protocol in (2, 5):
        found = read_pickle(pickle.dumps({"X": array}, protocol))["X"].value
        assert found.dtype == array.dtype
        np.testing.assert_array_equal(found, array)


class Runs:
    """What unpickling it would call."""

    def __init__(self, *call):
        self.call = call

    def __reduce__(self):
        return self.call[0], self.call[1:]


def opcodes(*parts):
    return b"\x80\x04" + b"".join(parts) + b"."


def named(module, name):
    return b"c" + module.encode() + b"\n" + name.encode() + b"\n"


RECONSTRUCT = named("numpy._core.multiarray", "_reconstruct")
HOSTILE = {
    "a command": pickle.dumps({"Y1": Runs(os.system, "touch pwned")}),
    "code": pickle.dumps(Runs(eval, "open('pwned', 'w')")),
    "an import": pickle.dumps(Runs(__import__, "antigravity")),
    "getattr": pickle.dumps(Runs(getattr, "", "join")),
    "numpy's own loader": opcodes(named("numpy", "load"), b"\x8c\x05d.npy\x85R"),
    "attributes of what is allowed": opcodes(b"\x8c\x05numpy\x8c\x13ndarray.__init__.im\x93"),
    "a stand-in of ours": opcodes(named("mlpcli.files.unpickle", "read_pickle"), b")R"),
    "something outside": opcodes(b"\x8c\x01xQ"),
    "an extension": opcodes(b"\x82\x01"),
    "objects in an array": pickle.dumps({"Y1": np.array([Runs(os.getcwd)], dtype=object)}),
    "no dict": pickle.dumps([1, 2]),
    "an array alone": pickle.dumps(np.zeros(3)),
    "a cycle": opcodes(b"}\x94\x8c\x01xh\x00s"),
    "a large array that is none": opcodes(RECONSTRUCT, named("numpy", "ndarray"), b"J\xff\xff\xff\x7f\x85C\x01b\x87R"),
    "a state that is none": opcodes(named("numpy", "ndarray"), b")\x81(K\x01K\x02tb"),
    "a long string that is none": opcodes(b"\x8d\xff\xff\xff\xff\xff\xff\xff\x7f"),
    "a deep list": b"\x80\x04" + b"]" * 100_000 + b"a" * 99_999 + b".",
    "nothing": b"",
    "no pickle": b"hello",
}


def refusals(path):
    """Why a file is refused, or why each of its tensors is; an empty text for one that is read."""
    try:
        return [claim.note for claim in read_dump(path)[1]]
    except InputError as error:
        return [str(problem) for problem in error.problems]


@pytest.mark.parametrize("name", HOSTILE)
@pytest.mark.parametrize("suffix", ["pkl", "npy"])
def test_a_hostile_pickle(tmp_path, monkeypatch, name, suffix):
    """It is refused or names no numbers, soon, with nothing run and no large memory."""
    monkeypatch.chdir(tmp_path)
    data = HOSTILE[name]
    if suffix == "npy":
        header = b"{'descr': '|O', 'fortran_order': False, 'shape': (), }".ljust(117) + b"\n"
        data = b"\x93NUMPY\x01\x00" + len(header).to_bytes(2, "little") + header + data
    (tmp_path / f"d.{suffix}").write_bytes(data)
    tracemalloc.start()
    assert all(0 < len(text) < 300 for text in refusals(f"d.{suffix}"))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 50e6
    assert not (tmp_path / "pwned").exists()


def test_every_cut_of_a_pickle_is_damaged():
    data = pickle.dumps(ARRAYS, 4)
    for end in range(len(data) - 1):
        with pytest.raises(ArrayError):
            read_pickle(data[:end])


@pytest.mark.slow
def test_an_array_told_many_times_is_too_large(tmp_path):
    """A dict may name one array again and again: what counts is what it comes to."""
    path = tmp_path / "d.pkl"
    array = np.zeros(2_000_000)
    path.write_bytes(pickle.dumps({f"Y{i}": array for i in range(10)}))
    with pytest.raises(InputError, match="more than 10,000,000 numbers"):
        read_dump(str(path))


def test_dicts_told_many_times_are_read_once(tmp_path):
    """Each of three dicts names the next three thousand times: read out they would be 27 billion entries."""
    found = {}
    for _ in range(3):
        found = {f"a{i}": found for i in range(3_000)}
    (tmp_path / "d.pkl").write_bytes(pickle.dumps(found))
    claims = read_dump(str(tmp_path / "d.pkl"))[1]
    assert len(claims) < 9_000
    assert all(claim.note for claim in claims)


def test_the_corpus_is_what_it_says():
    """Each hostile pickle that is a whole program is one that Python would run."""
    for name in ("a command", "code", "an import", "getattr", "a cycle", "no dict"):
        assert list(pickletools.genops(HOSTILE[name]))[-1][0].name == "STOP"


@pytest.mark.parametrize(
    "header", [b"{'descr: '<f8', 'shape': (1,), }", b"{'descr': '<f8', (", b"\xff" * 20, b"'" * 20]
)
def test_a_header_that_python_cannot_parse(tmp_path, header):
    """numpy parses it as Python, and once more with its tokens, which have exceptions of their own."""
    header = header.ljust(53) + b"\n"
    data = b"\x93NUMPY\x01\x00" + len(header).to_bytes(2, "little") + header + bytes(8)
    (tmp_path / "d.npy").write_bytes(data)
    with pytest.raises(InputError, match=r"d\.npy"):
        read_dump(str(tmp_path / "d.npy"))
