"""Array files: what they may hold, and what files from outside may try."""

import errno
import io
import os
import pickle
import struct
import time
import zipfile
from contextlib import suppress
from pathlib import Path

import numpy as np
import pytest

from mlpcli.config.sources import ArraySource, Sources
from mlpcli.files.streams import ArrayError


def read_array(path, key=None):
    return Sources().floats(path, ArraySource(path.name, key), images=False)


@pytest.fixture
def refused(tmp_path):
    """What is wrong with a file of this name and content."""

    def function(name, content, key=None):
        if content is not None:
            (tmp_path / name).write_bytes(content)
        with pytest.raises(ArrayError) as caught:
            read_array(tmp_path / name, key)
        return str(caught.value)

    return function


def npy(array, **options):
    stream = io.BytesIO()
    np.save(stream, array, **options)
    return stream.getvalue()


def header(description, version=(1, 0)):
    text = (description if isinstance(description, bytes) else description.encode()) + b"\n"
    return b"\x93NUMPY" + bytes(version) + struct.pack("<H" if version == (1, 0) else "<I", len(text)) + text


def described(shape, dtype="'<f8'"):
    return header(f"{{'descr': {dtype}, 'fortran_order': False, 'shape': {shape}}}")


def npz(**members):
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(f"{name}.npy", data)
    return stream.getvalue()


@pytest.mark.parametrize("dtype", ["<f8", ">f8", "<f4", "<f2", "<i8", "|u1", "|b1"])
def test_real_numbers_become_float64(tmp_path, dtype):
    (tmp_path / "a.npy").write_bytes(npy(np.array([[0, 1], [1, 0]], dtype=dtype)))
    array = read_array(tmp_path / "a.npy")
    assert array.dtype == np.float64
    assert array.tolist() == [[0, 1], [1, 0]]


def test_fortran_order(tmp_path):
    (tmp_path / "a.npy").write_bytes(npy(np.asfortranarray([[1, 2], [3, 4]])))
    assert read_array(tmp_path / "a.npy").tolist() == [[1, 2], [3, 4]]


def test_the_only_array_of_an_archive_needs_no_key(tmp_path):
    (tmp_path / "a.npz").write_bytes(npz(W=npy([[1]])))
    assert read_array(tmp_path / "a.npz").tolist() == [[1]]


def test_csv_with_comments_and_a_byte_order_mark(tmp_path):
    (tmp_path / "a.csv").write_text("# x, y\n1, 2\n\n3,4e-1 # last\n", encoding="utf-8-sig")
    assert read_array(tmp_path / "a.csv").tolist() == [[1, 2], [3, 0.4]]


class Bomb:
    def __reduce__(self):
        return (pytest.fail, ("it was unpickled",))


@pytest.mark.filterwarnings("error")
def test_nothing_is_unpickled(refused):
    objects = npy(np.array([Bomb()], dtype=object), allow_pickle=True)
    expected = "it holds pickled objects, which are never loaded"
    assert expected in refused("a.npy", objects)
    assert expected in refused("a.npz", npz(W=objects))
    assert "damaged or of another format" in refused("b.npy", pickle.dumps(Bomb()))


def test_an_archive_that_unpacks_to_far_more_than_it_is(refused):
    stream = io.BytesIO()
    archive = zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED, compresslevel=1)
    with archive, archive.open("W.npy", "w") as member:
        member.write(described((2**25,)))
        for _ in range(2**8):
            member.write(bytes(2**20))
    start = time.perf_counter()
    assert "that claim to unpack to" in refused("a.npz", stream.getvalue())
    assert time.perf_counter() - start < 1


def test_an_archive_that_lies_about_its_packed_size(refused):
    data = bytearray(npz(W=described((2**25,)) + bytes(2**27)))
    entry = data.index(b"PK\x01\x02")
    data[entry + 20 : entry + 24] = struct.pack("<I", 2**31)
    assert "that claim to unpack to" in refused("a.npz", bytes(data))


@pytest.mark.parametrize("shape", [(1000,), (10**9, 10**9), (2**64, 2**64), (2**63,)])
def test_a_header_that_promises_more_than_there_is(refused, shape):
    assert "a header that promises" in refused("a.npy", described(shape) + bytes(80))


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\x93NUMPY",
        b"\x93NUMPY\x01\x00\xff\xff{",
        header("{'descr': '<f8'}"),
        header("'" + "(" * 5000),
        header("{'descr': '<f8', 'fortran_order': False, 'shape': (-1,)}") + bytes(8),
        header("{'descr': '|V0', 'fortran_order': False, 'shape': (9,)}") + bytes(8),
        header("{'descr': 'nonsense', 'fortran_order': False, 'shape': (1,)}") + bytes(8),
        header("{'descr': '<f8', 'fortran_order': False, 'shape': (1L,)"),
        header(b"\xff\xfe"),
        b"\x93NUMPY\x09\x00" + bytes(100),
        npy([[1.0, 2.0]])[:-1],
    ],
)
def test_damaged_npy(refused, data):
    text = refused("a.npy", data)
    assert text.startswith("a.npy ")
    assert "\n" not in text


@pytest.mark.parametrize("shape", ["(-1,)", "(-2, -4)", "(0, -1)"])
def test_negative_lengths(refused, shape):
    assert "a header with the negative length -" in refused("a.npy", described(shape) + bytes(64))


@pytest.mark.parametrize("length", [0, 10, 60, -1, -30])
def test_cut_archives(refused, length):
    text = refused("a.npz", npz(W=npy([[1.0, 2.0]]))[:length])
    assert text.startswith("a.npz is damaged or of another format: ")


@pytest.mark.parametrize("step", range(0, 250, 7))
def test_damaged_archives_raise_nothing_else(tmp_path, step):
    data = bytearray(npz(W=npy([[1.0, 2.0]])))
    data[step % len(data)] ^= 0xFF
    (tmp_path / "a.npz").write_bytes(data)
    with suppress(ArrayError):
        assert read_array(tmp_path / "a.npz").dtype == np.float64


def test_a_key_that_is_not_there(refused):
    data = npz(W1=npy([[1]]), W2=npy([[1]]))
    assert refused("a.npz", data, "w1") == "a.npz has no array 'w1' (did you mean 'W1'?); it holds W1, W2"


def test_a_key_that_is_needed(refused):
    data = npz(W1=npy([[1]]), W2=npy([[1]]))
    assert refused("a.npz", data) == "a.npz holds 2 arrays (W1, W2): name one with key"


def test_a_key_that_is_not_needed(refused):
    assert refused("a.npy", npy([[1]]), "W") == "a.npy holds one array and needs no key"


@pytest.mark.parametrize(
    "array",
    [np.array([1j]), np.array(["a"]), np.array([b"a"]), np.array([1], dtype="M8[s]"), np.zeros(1, dtype="f8,i4")],
)
def test_types_that_are_no_real_numbers(refused, array):
    assert "and not real numbers" in refused("a.npy", npy(array))


def test_three_dimensions(refused):
    assert refused("a.npy", npy(np.zeros((2, 2, 2)))) == "a.npy has 3 dimensions; rows of numbers have two"


@pytest.mark.parametrize(
    ("array", "words"),
    [
        ([[1, 2], [3, np.nan]], "nan in row 2, column 2"),
        ([[1, -np.inf], [3, np.nan]], "-inf in row 1, column 2"),
        ([1, np.inf], "inf in position 2"),
        (np.nan, "nan"),
    ],
)
def test_the_first_cell_that_is_not_finite(refused, array, words):
    expected = f"a.npy holds {words}; every number must be finite"
    assert refused("a.npy", npy(np.array(array))) == expected
    assert refused("a.npz", npz(a=npy(np.array(array)))) == expected.replace("npy", "npz")


def test_numbers_beyond_float64(refused):
    if np.finfo(np.longdouble).max > np.finfo(np.float64).max:
        assert "inf in position 1" in refused("a.npy", npy(np.array([np.longdouble("1e4000")])))


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ("1,2\n3,abc\n", "a.csv, line 2, column 2: 'abc' is not a number"),
        ("x,y\n1,b\n", "a.csv, line 2, column 2: 'b' is not a number"),
        ("1,y\n1,2\n", "a.csv, line 1, column 2: 'y' is not a number"),
        ("x,y\nz,w\n", "a.csv, line 2, column 1: 'z' is not a number"),
        ("x,y\n1,2\n3\n", "a.csv, line 3: 1 numbers where the lines before it have 2"),
        ("1,2\n\n# note\n3\n", "a.csv, line 4: 1 numbers where the lines before it have 2"),
        ("1,2\n3,\n", "a.csv, line 2, column 2: '' is not a number"),
        ("1_0\n", "a.csv, line 1, column 1: '1_0' is not a number"),
        ("", "a.csv holds no numbers"),
        ("# only\n", "a.csv holds no numbers"),
        ("x,y\n", "a.csv holds no numbers"),
        ("1,nan\n", "a.csv holds nan in row 1, column 2; every number must be finite"),
        ("1\n1e999\n", "a.csv holds inf in row 2, column 1; every number must be finite"),
        (f"x,y\n1,2\n3,{'9' * 4_001}\n", "a.csv, line 3: a number of more than 4,000 digits"),
        (f"{'9' * 4_000}\n", "a.csv holds inf in row 1, column 1; every number must be finite"),
    ],
)
def test_csv(refused, content, expected):
    assert refused("a.csv", content.encode()) == expected


def test_csv_that_is_no_text(refused):
    assert refused("a.csv", b"1,\xff\n") == "a.csv is not UTF-8 text"


def test_another_suffix(refused):
    assert refused("a.xls", b"1") == (
        "'a.xls' is no name of a .npy, .npz, .csv, .tsv, .txt, .data or IDX file, such as train-images-idx3-ubyte.gz"
    )


def test_a_missing_file(refused):
    assert refused("a.npy", None).startswith("no such file: ")


def test_a_directory(refused, tmp_path):
    (tmp_path / "a.npy").mkdir()
    assert refused("a.npy", None).startswith("not a file: ")


@pytest.mark.parametrize("name", ["x" * 5000 + ".npy", "a\0.npy", "a/" * 3000 + "b.csv"])
def test_names_that_no_file_has(refused, name):
    assert refused(name, None)


def test_a_loop_of_links(refused, tmp_path):
    (tmp_path / "a.npy").symlink_to("a.npy")
    assert refused("a.npy", None)


@pytest.mark.skipif(os.geteuid() == 0, reason="root reads everything")
def test_an_unreadable_file(refused, tmp_path):
    (tmp_path / "a.npy").write_bytes(npy([[1]]))
    (tmp_path / "a.npy").chmod(0)
    assert refused("a.npy", None) == f"a.npy cannot be read: {os.strerror(errno.EACCES)}"


@pytest.mark.parametrize("name", ["a.npy", "a.csv"])
def test_an_unreadable_file_by_pretence(refused, monkeypatch, tmp_path, name):
    (tmp_path / name).write_bytes(b"1")

    def denied(*_, **__):
        raise PermissionError(errno.EACCES, "the words of the system")

    monkeypatch.setattr(Path, "open", denied)
    assert refused(name, None) == f"{name} cannot be read: the words of the system"
