"""MAT-files are read without MATLAB, Octave or scipy."""

import io
import struct
import tracemalloc
import zlib

import numpy as np
import pytest

from mlpcli.check.claims.dumps import matlab, read_dump
from mlpcli.errors import InputError

HEAD = b"MATLAB 5.0 MAT-file".ljust(124) + b"\x00\x01IM"


def element(kind, data):
    return struct.pack("<II", kind, len(data)) + data.ljust(-(-len(data) // 8) * 8, b"\0")


def matrix(shape=(1, 1), kind=6, parts=None, name=b"W1"):
    flags, lengths = struct.pack("<II", kind, 0), struct.pack(f"<{len(shape)}i", *shape)
    parts = element(9, np.arange(1.0).tobytes()) if parts is None else parts
    return element(14, element(6, flags) + element(5, lengths) + element(1, name) + parts)


def packed(data):
    data = zlib.compress(data)
    return struct.pack("<II", 15, len(data)) + data


@pytest.fixture
def read(tmp_path):
    def written_and_read(data):
        (tmp_path / "d.mat").write_bytes(data)
        claims = read_dump(str(tmp_path / "d.mat"))[1]
        return {claim.name: claim.note or claim.written.value.tolist() for claim in claims}

    return written_and_read


@pytest.fixture
def save():
    io_module = pytest.importorskip("scipy.io")

    def saved(arrays, **options):
        stream = io.BytesIO()
        io_module.savemat(stream, arrays, **options)
        return stream.getvalue()

    return saved


@pytest.mark.parametrize("compressed", [False, True])
def test_matrices_structs_and_cells(read, save, compressed):
    cells = np.empty(2, dtype=object)
    cells[:] = [np.ones((1, 2)), np.ones((2, 1))]
    layers = {"layer1": {"W": np.eye(2)}, "layer2": {"W": np.eye(2)}}
    arrays = {"W1": np.arange(4.0).reshape(2, 2), "grads": {"W1": np.eye(2)}, "net": layers, "b": cells, "s": "text"}
    assert read(save(arrays, do_compression=compressed)) == {
        **{"W1": [[0, 1], [2, 3]], "grads[W1]": [[1, 0], [0, 1]]},
        **{"layer1.W": [[1, 0], [0, 1]], "layer2.W": [[1, 0], [0, 1]]},
        **{"b[0]": [[1, 1]], "b[1]": [[1], [1]], "s": "it holds text"},
    }


def test_a_sparse_matrix(read, save):
    sparse = pytest.importorskip("scipy.sparse")
    assert read(save({"W1": sparse.csc_matrix(np.eye(2))})) == {"W1": [[1, 0], [0, 1]]}
    with pytest.raises(InputError, match="unpacks to more than 76 MB"):
        read(save({"W1": sparse.csc_matrix((100_000, 1000))}))


def test_a_file_made_by_hand(read):
    assert read(HEAD + matrix()) == {"W1": [[0]]}
    assert read(HEAD + packed(matrix())) == {"W1": [[0]]}
    assert read(HEAD + matrix((2, 1), kind=5, parts=sparse([1], [0, 1]))) == {"W1": [[0], [1]]}
    fields = element(5, struct.pack("<i", 4)) + element(1, b"W1\0\0b1\0\0")
    assert read(HEAD + matrix(kind=2, parts=fields + matrix(name=b"") * 2, name=b"net")) == {"W1": [[0]], "b1": [[0]]}
    assert read(HEAD + matrix(kind=16, parts=b"")) == {"W1": "it is no array of numbers"}
    parts = struct.pack(">4I4iI4s2Id", 6, 8, 6, 0, 5, 8, 1, 1, 0x20001, b"W1", 9, 8, 2.5)
    assert read(HEAD[:126] + b"MI" + struct.pack(">2I", 14, len(parts)) + parts) == {"W1": [[2.5]]}


@pytest.mark.parametrize("start", [b"MATLAB 7.3 MAT-file", b"\x89HDF\r\n\x1a\n"])
def test_version_7_3(read, start):
    with pytest.raises(InputError, match=r"d\.mat: MATLAB's version 7\.3, which is HDF5; save it with -v7"):
        read(start.ljust(200))


@pytest.mark.parametrize("data", [b"", b"hello", bytes(200), HEAD[:126], HEAD[:126] + b"XX"])
def test_other_files(read, data):
    with pytest.raises(InputError, match=r"no MAT-file of the versions 5 to 7; save it with -v7"):
        read(data)


def sparse(rows, starts):
    indices = (element(5, np.array(values, np.int32).tobytes()) for values in (rows, starts))
    return b"".join(indices) + element(9, np.ones(len(rows)).tobytes())


def nested(depth):
    found = matrix()
    for _ in range(depth):
        found = matrix(kind=1, parts=found, name=b"")
    return found


HOSTILE = {
    "more numbers than bytes": matrix((2**14, 2**14)),
    "more cells than there are": matrix((2**15, 2**15), kind=1, parts=b""),
    "negative lengths": matrix((-(2**20), 2**10)),
    "an element that ends after the file": matrix()[:-8],
    "nested matrices": nested(1000),
    "packed nested matrices": packed(nested(1000)),
    "a bomb": packed(element(0, bytes(2**20))),
    "many bombs": packed(element(0, bytes(500_000))) * 2,
    "no zlib": struct.pack("<II", 15, 8) + b"nothing.",
    "no parts": matrix(parts=b""),
    "rows that a sparse matrix has not": matrix((2, 1), kind=5, parts=sparse([7], [0, 1])),
    "rows below 0": matrix((2, 1), kind=5, parts=sparse([-1], [0, 1])),
    "columns that a sparse matrix has not": matrix((2, 1), kind=5, parts=sparse([0, 0, 0], [0, 1, 2, 3])),
    "a column that ends before it starts": matrix((2, 1), kind=5, parts=sparse([0], [1, 0])),
    "a large sparse matrix": matrix((2**15, 2**15), kind=5, parts=sparse([0], [0, 1])),
    "a struct without fields": matrix(kind=2, parts=b""),
    "a struct of no width": matrix(kind=2, parts=element(5, bytes(4)) + element(1, b"aaaa") + matrix()),
    "no name": element(14, bytes(8)),
    "numbers of no type": matrix(parts=element(99, bytes(8))),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_files(tmp_path, monkeypatch, name):
    monkeypatch.setattr(matlab, "MAX_NUMBERS", 100_000)
    (tmp_path / "d.mat").write_bytes(HEAD + HOSTILE[name])
    tracemalloc.start()
    with pytest.raises(InputError) as error:
        read_dump(str(tmp_path / "d.mat"))
    assert tracemalloc.get_traced_memory()[1] < 10e6
    tracemalloc.stop()
    assert "\n" not in str(error.value)


def test_every_cut_is_refused_or_has_less(read, save):
    data = save({"W1": np.arange(100.0)}, do_compression=True)
    for end in range(0, len(data) - 8, 13):
        try:
            assert not read(data[:end])
        except InputError as error:
            assert "\n" not in str(error)  # noqa: PT017


@pytest.mark.parametrize("shape", [(-1, 1), (1, -1), (-1, -1), (-2, 3)])
def test_a_dimension_below_0_is_damage(read, shape):
    """numpy takes −1 for what is left over."""
    with pytest.raises(InputError, match="damaged: a dimension below 0"):
        read(HEAD + matrix(shape))
