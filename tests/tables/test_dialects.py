"""One table, written as people's programs write it: read right, whoever wrote it."""

import gzip

import numpy as np
import pytest

from mlpcli.files.frames import open_frame
from mlpcli.files.streams import ArrayError

pytest.importorskip("duckdb", reason="tables need the extra `tables`")

ROWS = [[7.4, 1034.5, 5], [7.8, 2067.25, 6], [11.25, 954.0, 5], [0.5, 1500.75, 7]]
NAMES = ["fixed acidity", "total", "quality"]


def lines(separator=",", decimal=".", names=NAMES, quote="", end="\n", **marks):
    """Write the table; `thousands` marks those of the second column."""

    def cell(value, k):
        text = f"{value:,.2f}" if k == 1 and "thousands" in marks else repr(value)
        text = text.translate({ord(","): marks.get("thousands", ","), ord("."): decimal})
        return f"{quote}{text}{quote}"

    body = [separator.join(cell(value, k) for k, value in enumerate(row)) for row in ROWS]
    return end.join([separator.join(f"{quote}{name}{quote}" for name in names), *body]) + end


DIALECTS = {
    "plain": lines().encode(),
    "semicolons": lines(";").encode(),
    "tabs": lines("\t").encode(),
    "bars": lines("|").encode(),
    "excel, German": lines(";", ",").encode("utf-8-sig"),
    "excel, German, thousands": lines(";", ",", thousands=".").encode(),
    "thousands": lines(quote='"', thousands=",").encode(),
    "thousands with blanks": lines(";", thousands=" ").encode(),
    "Swiss thousands": lines(";", thousands="'").encode(),
    "quoted": lines(quote='"').encode(),
    "single quotes": lines(quote="'").encode(),
    "blanks": lines(" ", quote='"').encode(),
    "runs of blanks": lines("   ", names=["a", "b", "c"]).encode(),
    "blank after comma": lines(", ").encode(),
    "UTF-16": lines(names=["größe", "b", "c"]).encode("utf-16"),
    "UTF-16 without a mark": lines().encode("utf-16-le"),
    "Windows": lines(names=["größe", "b", "c"]).encode("cp1252"),
    "Windows' lines": lines(end="\r\n").encode(),
    "old lines": lines(end="\r").encode(),
    "packed": gzip.compress(lines().encode()),
    "comments": ("# exported by the lab\n" + lines() + "# end\n").encode(),
    "a title": ("Measurements of 2026\n\n" + lines()).encode(),
    "an empty line above": ("\n\n" + lines()).encode(),
    "a name of two lines": lines(quote='"').replace("quality", "qua\nlity").encode(),
    "units": lines().replace("quality\n", "quality\ng/l,g/l,\n").encode(),
    "empty lines": lines().replace("\n", "\n\n").encode(),
    "no end": lines().rstrip("\n").encode(),
    "no header": lines().partition("\n")[2].encode(),
    "Excel's own line": ("sep=;\n" + lines(";")).encode(),
    "blanks and a tab": lines(" ", names=["a", "b", "c"]).replace(" 5\n", "\t5\n").encode(),
    "a longer minus": lines().replace("\n0.5", "\n\u22120.5").encode(),
    "tabs and decimal commas": lines("\t", ",").encode(),
}


def numbers(frame):
    columns = list(frame.columns.values())
    assert {column.kind for column in columns} == {"number"}
    return np.concatenate([np.stack(block, axis=1) for block in frame.blocks([column.sql for column in columns])])


@pytest.mark.parametrize("dialect", DIALECTS)
def test_read_right(tmp_path, dialect):
    (tmp_path / "t.csv").write_bytes(DIALECTS[dialect])
    frame = open_frame(tmp_path / "t.csv", {})
    try:
        found = numbers(frame)
        found[-1, 0] *= -1 if dialect == "a longer minus" else 1
        assert found.tolist() == ROWS
    finally:
        frame.close()


ASKED = {
    "a thousand, or one": ("a;b\n1,234;x\n2,345;y\n", "write thousands: ',' or decimal: ','"),
    "one, or a thousand": ("a;b\n1.234;x\n850;y\n", "write thousands: '.' or decimal: '.'"),
    "years as names": ("1990,1991,1992\n5,3,4\n6,2,9\n", "write header: true or header: false"),
    "a number among the names": ("name,2019,x\n5,3,4\n6,2,9\n", "write header: true or header: false"),
    "counts above the rows": ("150,4,a,b,c\n5,3,4,1\n6,2,9,1\n5,5,5,5\n", "skip: 1 leaves it out"),
    "two marks": ("a;b\n1.5;2,25\n3.5;4,75\n", "say which with decimal: '.' or decimal: ','"),
    "two of one name": ("a,b,a\n1,2,3\n", "columns 1 and 3 are both named 'a'; rename one"),
    "a row too long": ("a,b\n1,2\n3,4,5\n6,7\n", "line 3: 3 cells where there are 2 columns: '3,4,5'"),
    "a quote that does not end": ('a,b,y\n1,"x,0\n2,y,1\n', "line 3: 2 cells where there are 3 columns"),
    "a quote within quotes": (
        'a,b\n"x\\"y",2\n"z",3\n',
        "t.csv, line 2: a quote is not closed, or a letter follows it",
    ),
    "a colour, or a comment": (
        "c,x\n#ff0000,1\nred,2\n",
        "line 2 may be a row or a comment ('#ff0000,1'): write comment",
    ),
    "no rows": ("a,b\n", "has a header and no rows"),
    "nothing": ("", "is empty"),
}


@pytest.mark.parametrize("case", ASKED)
def test_what_can_be_read_in_two_ways_is_asked(tmp_path, case):
    text, said = ASKED[case]
    (tmp_path / "t.csv").write_text(text)
    with pytest.raises(ArrayError) as error:
        open_frame(tmp_path / "t.csv", {})
    assert said in str(error.value)


@pytest.mark.parametrize(
    ("text", "given", "expected"),
    [
        ("a,b\n1,2\n#N/A,3\n4,5\n", {}, [1, None, 4]),
        ("a,b\n#DIV/0!,2\n2,3\n4,5\n", {}, [None, 2, 4]),
        ("#a,b\na,b\n1,2\n# 3,3\n4,5\n#x\n", {}, [1, 4]),
        ("a,b\n1,2\n#3,3\n4,5\n", {"comment": "#"}, [1, 4]),
    ],
)
def test_rows_are_no_comments(tmp_path, text, given, expected):
    (tmp_path / "t.csv").write_text(text)
    frame = open_frame(tmp_path / "t.csv", given)
    found = next(frame.blocks([frame.columns["a"].sql]))[0].tolist()
    assert [None if x != x else x for x in found] == expected
    frame.close()


@pytest.mark.parametrize(
    ("text", "given", "expected"),
    [
        ("a;b\n1.234;x\n850;y\n", {"thousands": "."}, [1234, 850]),
        ("a;b\n1.234;x\n850;y\n", {"decimal": "."}, [1.234, 850]),
        ("a;b\n1.234;x\n0.850;y\n", {}, [1.234, 0.85]),
        ("a;b\n1.234;0.5\n8.500;1\n", {}, [1.234, 8.5]),
        ("a;b\n1.234;0,5\n8.500;1\n", {}, [1234, 8500]),
        ("a;b\n1.234;1.000.000\n8.500;1\n", {}, [1234, 8500]),
        ("a,b\n1.234,x\n850,y\n", {}, [1.234, 850]),
        ("a;b\n1 234,5;x\n850,5;y\n", {}, [1234.5, 850.5]),
        ("a;b\n1\u202f234,5;x\n2\u202f850,5;y\n", {}, [1234.5, 2850.5]),
    ],
)
def test_marks_between_thousands(tmp_path, text, given, expected):
    (tmp_path / "t.csv").write_text(text, encoding="utf-8")
    frame = open_frame(tmp_path / "t.csv", given)
    assert next(frame.blocks([frame.columns["a"].sql]))[0].tolist() == expected
    frame.close()


CELLS = {
    "a number": ("9" * 600_000, "line 2: a cell of more than 131,072 characters"),
    "letters": ("w" * 600_000, "line 2: a cell of more than 131,072 characters"),
    "a quote that never closes": ('"' + "1,2\n" * 200_000, "if quotes are letters in it, write quote: ''"),
    "a line": ("w x " * 5_000_000, "t.csv: its first 3 lines take more than 16 MB"),
}


@pytest.mark.parametrize("what", CELLS)
def test_cells_that_are_too_long(tmp_path, what):
    cell, expected = CELLS[what]
    (tmp_path / "t.csv").write_text(f"x,y,z\n{cell},2,a\n3,4,b\n")
    with pytest.raises(ArrayError) as error:
        open_frame(tmp_path / "t.csv", {})
    assert expected in str(error.value)


def test_a_header_that_is_longer_than_a_cell_may_be(tmp_path):
    """A line is not a cell where one separator, of those tried, does not split it."""
    names = [f"{'n' * 2_000}{k}" for k in range(70)]
    (tmp_path / "t.csv").write_text(",".join(names) + "\n" + (",".join(["1.5"] * 70) + "\n") * 3)
    frame = open_frame(tmp_path / "t.csv", {})
    assert (list(frame.columns), frame.rows) == (names, 3)
    frame.close()
