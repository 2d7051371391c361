"""IDX files, as MNIST comes in: what they hold, and what they may not claim."""

import gzip
import struct

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from mlpcli.files.arrays import read_array
from mlpcli.files.streams import ArrayError

# The bytes of train-labels-idx1-ubyte begin so, and of the images: http://yann.lecun.com/exdb/mnist
LABELS = bytes.fromhex("00000801 00000005") + bytes([5, 0, 4, 1, 9])
IMAGES = bytes.fromhex("00000803 00000002 00000002 00000003") + bytes(range(12))
TYPES = {"u1": 0x08, "i1": 0x09, ">i2": 0x0B, ">i4": 0x0C, ">f4": 0x0D, ">f8": 0x0E}


def idx(array):
    return bytes([0, 0, TYPES[array.dtype.str.lstrip("|")], array.ndim]) + b"".join(
        [*(struct.pack(">I", n) for n in array.shape), array.tobytes()]
    )


@pytest.fixture
def read(tmp_path):
    def function(name, content):
        (tmp_path / name).write_bytes(content)
        return read_array(tmp_path / name)

    return function


@pytest.fixture
def refused(read):
    def function(content, name="a.idx"):
        with pytest.raises(ArrayError) as caught:
            read(name, content)
        return str(caught.value)

    return function


@pytest.mark.parametrize("name", ["train-labels-idx1-ubyte", "train-labels.idx1-ubyte", "a.idx", "A.IDX"])
def test_names(read, name):
    assert read(name, LABELS).tolist() == [5, 0, 4, 1, 9]
    assert read(f"{name}.gz", gzip.compress(LABELS)).tolist() == [5, 0, 4, 1, 9]


def test_a_file_that_a_browser_has_unpacked(read):
    assert read("train-labels-idx1-ubyte.gz", LABELS).tolist() == [5, 0, 4, 1, 9]


def test_images(read):
    array = read("a.idx", IMAGES)
    assert array.dtype == np.uint8
    assert array.tolist() == [[[0, 1, 2], [3, 4, 5]], [[6, 7, 8], [9, 10, 11]]]


def test_a_file_that_is_not_packed_is_mapped(read):
    assert isinstance(read("a.idx", IMAGES), np.memmap)
    assert not isinstance(read("a.idx.gz", gzip.compress(IMAGES)), np.memmap)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    array=st.sampled_from(sorted(TYPES)).flatmap(lambda t: hnp.arrays(t, hnp.array_shapes(min_side=0, max_dims=4))),
    packed=st.booleans(),
)
def test_round_trip(read, array, packed):
    data = idx(array)
    found = read("a.idx.gz", gzip.compress(data)) if packed else read("a.idx", data)
    assert found.dtype == array.dtype
    assert found.shape == array.shape
    assert found.tobytes() == array.tobytes()


@pytest.mark.parametrize("length", range(len(IMAGES)))
def test_a_file_that_is_cut(refused, length):
    assert refused(IMAGES[:length]).startswith("a.idx is damaged or of another format: ")


@pytest.mark.parametrize("length", range(2, len(gzip.compress(IMAGES))))
def test_a_packed_file_that_is_cut(refused, length):
    text = refused(gzip.compress(IMAGES)[:length], "a.idx.gz")
    assert text.startswith(("a.idx.gz is damaged or of another format: ", "a.idx.gz cannot be read: "))


def test_a_packed_file_with_a_wrong_checksum(refused):
    data = bytearray(gzip.compress(IMAGES))
    data[-5] ^= 1
    assert refused(bytes(data), "a.idx.gz").startswith("a.idx.gz cannot be read: ")


@pytest.mark.parametrize("packed", [False, True])
@pytest.mark.parametrize(
    ("content", "words"),
    [
        (IMAGES + b"\0", "it holds more than the 12 bytes that its header promises"),
        (b"\x01" + IMAGES[1:], "it does not start as an IDX file does"),
        (IMAGES[:2] + b"\x0a" + IMAGES[3:], "it does not start as an IDX file does"),
        (b"\0\0\x08\0\x05", "it does not start as an IDX file does"),
        (b"\0\0\x0e\xff" + b"\xff" * 1020, "a header that promises "),
        (b"\0\0\x08\x01\xff\xff\xff\xff" + bytes(9), "a header that promises 4294967295 bytes"),  # −1, if it had a sign
        (b"\0\0\x08\x02\x80\0\0\0\x80\0\0\0" + bytes(9), "a header that promises 4611686018427387904 bytes"),
    ],
)
def test_headers_that_lie(refused, content, words, packed):
    text = refused(gzip.compress(content), "a.idx.gz") if packed else refused(content)
    assert words in text


@pytest.mark.slow
def test_a_bomb(refused):
    """100 MB of zeros in 100 kB."""
    header = bytes.fromhex("00000801") + struct.pack(">I", 10**8)
    bomb = gzip.compress(header + bytes(10**8))
    assert "a header that promises 100000000 bytes in a file of 67108864" in refused(bomb, "a.idx.gz")
    short = gzip.compress(LABELS[:3] + b"\x02" + struct.pack(">II", 2**26 - 12, 1) + bytes(10**8))
    assert "unpacks to more than 16,777,216 bytes" in refused(short, "b.idx.gz")
