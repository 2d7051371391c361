"""CSV files: every number, in the smallest type, and bounded when they are packed."""

import gzip
import math
import tracemalloc

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from mlpcli.files import streams
from mlpcli.files.arrays import read_array
from mlpcli.files.streams import ArrayError


@pytest.fixture
def read(tmp_path):
    def function(text, packed=False):
        path = tmp_path / ("a.csv.gz" if packed else "a.csv")
        path.write_bytes(gzip.compress(text.encode()) if packed else text.encode())
        return read_array(path)

    return function


def table(rows):
    return "".join(",".join(map(repr, row)) + "\n" for row in rows)


@pytest.mark.parametrize(
    ("text", "dtype"),
    [
        ("0,255\n", np.uint8),
        ("0,255\n256,0\n", np.int16),
        ("-1,255\n", np.int16),
        ("1,2\n70000,-3\n", np.int32),
        ("1,2\n3000000000,-3\n", np.int64),
        ("1,2\n9223372036854775808,-3\n", np.float64),
        ("1,2\n3,4.0\n", np.float64),
        ("1,2\n1e0,4\n", np.float64),
        ("0.5,2\n1,4\n", np.float64),
    ],
)
def test_the_smallest_type(read, text, dtype):
    array = read(text)
    assert array.dtype == dtype
    assert array.tolist() == [[float(cell) for cell in line.split(",")] for line in text.splitlines()]


NUMBERS = st.integers(0, 300) | st.integers(-(2**65), 2**65) | st.floats(allow_nan=False)


@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(array=hnp.arrays(object, hnp.array_shapes(min_dims=2, max_dims=2), elements=NUMBERS), packed=st.booleans())
def test_round_trip(read, array, packed):
    """Python's own float() reads what repr wrote."""
    rows = array.tolist()
    found = read(table(rows), packed).astype(np.float64)
    assert np.array_equal(found, [[float(number) for number in row] for row in rows])


@pytest.mark.parametrize(
    "header",
    ["x,y", "label,1x1", '"label","pixel 1"', ",y", "# note\n\nx,y", "\ufeffx,y", "größe,y", "x", "x,y,z", "x, y # z"],
)
def test_a_header(read, header):
    assert read(f"{header}\n1,2\n3,4\n").tolist() == [[1, 2], [3, 4]]


def test_numbers_in_quotes(read):
    assert read('"x","y"\n"1","2"\n3,"4"\n').tolist() == [[1, 2], [3, 4]]


@pytest.mark.parametrize("line", ["x,1", "1,x", "nan,x", "x,1;2", ";,;", ",", "1;2"])
def test_a_first_line_that_is_no_header(read, line):
    """A slip among numbers must not cost a row."""
    with pytest.raises(ArrayError, match=r"a\.csv, line 1, column \d: '.*' is not a number"):
        read(f"{line}\n1,2\n")


@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"])
def test_line_endings_and_empty_lines(read, ending):
    assert read(ending.join(["1,2", "", "  ", "3,4"])).tolist() == [[1, 2], [3, 4]]


def test_a_mistake_far_down_is_found_at_once(read):
    """Its line was the last one read: nothing is searched for."""
    with pytest.raises(ArrayError, match=r"^a\.csv, line 20002, column 3: 'x' is not a number$"):
        read("a,b,c\n" + "1,2,300\n" * 20_000 + "1,2,x\n" + "1,2,3\n")


def test_a_row_that_is_short_in_a_packed_file(read):
    with pytest.raises(ArrayError, match=r"^a\.csv\.gz, line 3: 1 numbers where the lines before it have 2$"):
        read("x,y\n1,2\n3\n", packed=True)


@pytest.mark.parametrize("piece", ["0,", "0\n", "\n", "# "])
def test_bombs(read, monkeypatch, piece):
    monkeypatch.setattr(streams, "SUSPICIOUS_TEXT", 2**20)
    with pytest.raises(ArrayError, match="unpacks to more than 1,048,576 bytes; unpack it first if it should"):
        read(piece * (2**20 + 1), packed=True)


def test_a_packed_file_may_unpack_to_a_hundred_times_its_size(read, monkeypatch):
    monkeypatch.setattr(streams, "SUSPICIOUS_TEXT", 0)
    assert read("0,255,17\n" * 300, packed=True).shape == (300, 3)
    with pytest.raises(ArrayError, match="unpacks to more than"):
        read("0,255,17\n" * 3000, packed=True)


@pytest.mark.parametrize("length", [3, 10, 15, -1, -8, -12])
def test_a_packed_file_that_is_cut(tmp_path, length):
    (tmp_path / "a.csv.gz").write_bytes(gzip.compress(b"1,2\n3,4\n")[:length])
    with pytest.raises(ArrayError, match=r"^a\.csv\.gz "):
        read_array(tmp_path / "a.csv.gz")


def test_memory_is_that_of_the_result(tmp_path):
    """np.loadtxt grows what it returns by a quarter at a time."""
    row = ",".join(["0", "255", "17", "0"] * 200) + "\n"
    (tmp_path / "a.csv").write_text(row * 5000)
    tracemalloc.start()
    try:
        array = read_array(tmp_path / "a.csv")
        assert array.nbytes == 5000 * 800
        assert tracemalloc.get_traced_memory()[1] < 1.4 * array.nbytes + 2**20
    finally:
        tracemalloc.stop()


def test_numbers_beyond_float64_are_infinite(read):
    assert math.isinf(read("1e999\n")[0, 0])
