"""Which names stand over which column: lines that are longer or shorter than the names, and lines of units."""

import pytest

from mlpcli.files.frames import open_frame

pytest.importorskip("duckdb", reason="tables need the extra `tables`")

READ = {
    "a separator after each row": ("a,b\n1,2,\n3,4,\n5,6,\n", {"a": ["1", "3", "5"], "b": ["2", "4", "6"]}),
    "a separator after each line": ("a;b;\n1;2;\n3;4;\n5;6;\n", {"a": ["1", "3", "5"], "b": ["2", "4", "6"]}),
    "names of rows as R writes them": ('"a","b"\n"1",7,8\n"2",9,\n', {"a": ["7", "9"], "b": ["8", ""]}),
    "a title above two columns": ("Report of 2026\n\na,b\n1,2\n3,4\n", {"a": ["1", "3"], "b": ["2", "4"]}),
    "units, some without": ("a,b,c\nmm,,\n1,2,u\n3,4,\n5,6,u\n", {"a": ["1", "3", "5"], "c": ["u", "", "u"]}),
    "a first row with a slip": ("a,c\n1O,u\n2,v\n3,u\n4,v\n", {"a": ["1O", "2", "3", "4"], "c": ["u", "v", "u", "v"]}),
}


@pytest.mark.parametrize("case", READ)
def test_names_stand_over_their_columns(tmp_path, case):
    text, expected = READ[case]
    (tmp_path / "t.csv").write_text(text)
    frame = open_frame(tmp_path / "t.csv", {})
    assert {name: frame.words(frame.columns[name]) for name in expected} == expected
    frame.close()
