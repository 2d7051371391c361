"""Any table of numbers and names, written in any dialect, is read right or refused: never silently wrong."""

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mlpcli.files.columns import words_of
from mlpcli.files.frames import open_frame
from mlpcli.files.streams import ArrayError

pytest.importorskip("duckdb", reason="tables need the extra `tables`")

WORDS = (
    st.text("abcxyzäß ,;'\t|.-", min_size=1, max_size=8).map(str.strip).filter(lambda word: any(map(str.isalpha, word)))
)
NUMBERS = st.integers(-10_000, 10_000) | st.floats(-1e6, 1e6).map(lambda x: round(x, 3))


@st.composite
def tables(draw):
    """Names, rows of two numbers and a word, and how they are written."""
    rows = draw(st.lists(st.tuples(NUMBERS, NUMBERS, WORDS), min_size=2, max_size=12))
    separator, decimal = draw(st.sampled_from([",.", ";.", ";,", "\t.", "\t,", "|."]))
    return (
        draw(st.booleans()),
        rows,
        separator,
        decimal,
        draw(st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "cp1252"])),
    )


def cell(value, decimal):
    return '"' + value + '"' if isinstance(value, str) else repr(value).replace(".", decimal)


@pytest.mark.slow
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(table=tables())
def test_read_right_or_refused(tmp_path, table):
    header, rows, separator, decimal, encoding = table
    lines = [["first", "second", "word"]] if header else []
    lines += [[cell(value, decimal) for value in row] for row in rows]
    (tmp_path / "t.csv").write_bytes("".join(separator.join(line) + "\n" for line in lines).encode(encoding))
    try:
        frame = open_frame(tmp_path / "t.csv", {})
    except ArrayError:
        return
    try:
        first, second, word = frame.columns.values()
        (block,) = frame.blocks([first.sql, second.sql])
        np.testing.assert_array_equal(np.stack(block, axis=1), [row[:2] for row in rows])
        found = frame.database.run(f"SELECT {words_of(word)} FROM t").fetchall()
        assert [cell for (cell,) in found] == [row[2] for row in rows]
    finally:
        frame.close()


@pytest.mark.slow
@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(content=st.binary(max_size=200) | st.text("0123456789,;.\"'\n\t -NAx", max_size=120).map(str.encode))
def test_any_bytes_are_a_table_or_one_line(tmp_path, content):
    (tmp_path / "t.csv").write_bytes(content)
    try:
        frame = open_frame(tmp_path / "t.csv", {})
    except ArrayError:
        return
    assert frame.rows
    frame.close()
