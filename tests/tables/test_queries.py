"""Queries and files that are no text; what a query may not do."""

import gzip
import json
from pathlib import Path

import numpy as np
import pytest

from mlpcli.files.duck import Database
from mlpcli.files.frames import open_frame, open_query
from mlpcli.files.refused import refusal
from mlpcli.files.streams import ArrayError

duckdb = pytest.importorskip("duckdb", reason="tables need the extra `tables`")

ROWS = [(1, 0.5, "u", True), (2, None, "v", False), (3, 2.5, "u", True)]
KINDS = {"a": "number", "b": "number", "c": "category", "d": "boolean"}


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """One table as Parquet, as JSON and as text, packed too."""
    monkeypatch.chdir(tmp_path)
    records = [dict(zip("abcd", row, strict=True)) for row in ROWS]
    Path("t.json").write_text(json.dumps(records))
    Path("t.jsonl").write_text("".join(json.dumps(record) + "\n" for record in records))
    Path("t.json.gz").write_bytes(gzip.compress(Path("t.json").read_bytes()))
    Path("t.csv").write_text("a,b,c,d\n" + "".join(f"{a},{'' if b is None else b},{c},{d}\n" for a, b, c, d in ROWS))
    Path("t.tsv.gz").write_bytes(gzip.compress(Path("t.csv").read_text().replace(",", "\t").encode()))
    duckdb.sql("SELECT * FROM read_json('t.json')").write_parquet("t.parquet")
    return tmp_path


def read(frame):
    try:
        numbers = list(frame.blocks([frame.columns[name].sql for name in "abd"]))
        return {n: c.kind for n, c in frame.columns.items()}, np.concatenate(
            [np.stack(block, axis=1) for block in numbers]
        )
    finally:
        frame.close()


@pytest.mark.parametrize("name", ["t.parquet", "t.json", "t.jsonl", "t.json.gz", "t.csv", "t.tsv.gz"])
def test_formats(folder, name):
    kinds, numbers = read(open_frame(Path(name), {}))
    assert kinds == KINDS
    np.testing.assert_array_equal(numbers, [[1, 0.5, 1], [2, np.nan, 0], [3, 2.5, 1]])


def test_a_query_over_files_beside_the_config(folder, monkeypatch):
    """Wherever it is run from."""
    monkeypatch.chdir("/")
    query = "SELECT p.a, p.b, t.c, t.d FROM 't.parquet' AS p JOIN 't.csv' AS t USING (a) ORDER BY p.a DESC"
    kinds, numbers = read(open_query(query, folder))
    assert kinds == KINDS
    assert numbers[:, 0].tolist() == [3, 2, 1]


REFUSED = {
    "COPY (SELECT 1) TO 'x.csv'": "COPY is refused: a query is one SELECT",
    "ATTACH 'x.db'": "ATTACH is refused",
    "-- with a comment\nINSTALL httpfs": "INSTALL is refused",
    "LOAD httpfs": "LOAD is refused",
    "SET memory_limit = '99GB'": "SET is refused",
    "PRAGMA database_size": "PRAGMA is refused",
    "CREATE TABLE x AS SELECT 1": "CREATE is refused",
    "SELECT 1; SELECT 2": "2 statements where one SELECT is needed",
    "SELECT * FROM read_text('secret')": "'secret' may not be read; a query reads the .csv, .tsv, .txt, ",
    "SELECT * FROM read_csv('secret')": "'secret' may not be read; a query reads",
    "SELECT * FROM glob('*')": "'*' may not be read; a query reads",
    "SELECT * FROM 'https://example.org/t.csv'": "'https://example.org/t.csv' may not be read; a query reads",
    'SELECT * FROM "t.csv"': "files that it names in single quotes, such as 'data.csv'",
    "SELECT * FROM folder": "there is no table 'folder'; a query reads",
    "SELECT * FROM sqlite_scan('x', 'y')": "there is no function 'sqlite_scan' without extensions",
    "SELECT * FROM 'no.csv'": "no such file: ",
    "SELECT * FROM '*.csv'": "*.csv; read_csv(['a.csv', 'b.csv']) reads several",
    "": "is empty where one SELECT is needed",
    "-- nothing": "is empty where one SELECT is needed",
}
WRONG = {
    "SELECT nothing FROM 't.csv'": "there is no column 'nothing'; the files have 'a', 'b', 'c', 'd'",
    "SELECT size FROM (SELECT a AS sizes FROM 't.csv')": "there is no column 'size' (did you mean 'sizes'?)",
    "SELECT * EXCLUDE (x) FROM 't.csv'": "there is no column 'x'; the files have 'a', 'b', 'c', 'd'",
    "SELECT monht(a) FROM 't.csv'": "there is no function 'monht' (did you mean 'month'?)",
    "SELECT month(c) FROM 't.csv'": "no function takes 'month(VARCHAR)'; CAST changes a type",
    "SELECT a FROM 't.csv' GROUP BY b": "'a' is not in GROUP BY, nor in a function such as max",
    "SELECT a FROM 't.csv' AS p, 't.json' AS q": "'a' is in two tables: say 'p.a' or 'q.a'",
    "SELECT CAST(c || 'x' AS INT) AS n FROM 't.csv'": "'ux' is no INT32; TRY_CAST makes a gap of it",
    "SELECT CAST(a * 1000 AS TINYINT) AS n FROM 't.csv'": "'1000' is no INT8; TRY_CAST makes a gap of it",
    "SELEKT 1": "is no SQL that can be read, from 'SELEKT' on",
    "SELECT 'a": "is no SQL that can be read: a quote or a comment has no end",
    "SELECT error('not ''this''. Or SET it.\n\x1b[1m')": "DuckDB says \"not 'this'\"",
    "SELECT 1 AS a, 2 AS a": "two columns are named 'a'",
}


@pytest.mark.parametrize("query", REFUSED)
def test_what_a_query_may_not_do(folder, query):
    (folder / "secret").write_text("1,2\n")
    before = sorted(path.name for path in folder.iterdir())
    with pytest.raises(ArrayError) as error:
        open_query(query, folder).close()
    assert REFUSED[query] in str(error.value)
    assert sorted(path.name for path in folder.iterdir()) == before


@pytest.mark.parametrize("query", WRONG)
def test_what_is_wrong_with_a_query_is_one_line_of_ours(folder, query):
    with pytest.raises(ArrayError) as error:
        open_query(query, folder).close()
    assert WRONG[query] in str(error.value)
    assert not any(word in str(error.value) for word in ("\n", "\x1b", "Error", "LINE", "SET", str(folder)))


CSV = "CSV Error on Line: 2\nOriginal Line: 1,x\n"
FILE = "\n\nPossible solutions:\n* SET\n\n  file = /a/t.csv\n"
OF_VERSION_2 = {
    "Invalid Input Error: Division by zero in expression (a // b). Use TRY(...), or SET error_on_division_by_zero": (
        "'(a // b)' divides by zero; nullif(…, 0) makes a gap of it"
    ),
    f'Conversion Error: {CSV}Error when converting column "c". Could not convert string "x" to \'INTEGER\'{FILE}': (
        "t.csv, line 2: column 'c': 'x' is no INTEGER; TRY_CAST makes a gap of it, sample_size = -1 in read_csv finds "
        "types by every line"
    ),
    f"{CSV}Expected Number of Columns: 3 Found: 2{FILE}": (
        't.csv, line 2: DuckDB says "Expected Number of Columns: 3 Found: 2"'
    ),
    "": 'DuckDB says "Exception"',
}


@pytest.mark.parametrize("text", OF_VERSION_2)
def test_what_newer_versions_refuse(text):
    """As DuckDB 2.0.1 says it."""
    assert refusal(Exception(text), [Path("/a/t.csv")]) == OF_VERSION_2[text]


def test_a_comment_may_end_a_query(folder):
    kinds, _ = read(open_query("SELECT * FROM 't.csv' -- all", folder))
    assert kinds == KINDS


def test_a_query_in_a_config_trains_and_its_run_stands_by_itself(mlp, config, folder, monkeypatch):
    (folder / "u.csv").write_text("x,y\n" + "".join(f"{k},{3 * k}\n" for k in range(40)))
    query = "SELECT x, y, x * x AS square FROM 'u.csv' WHERE x > 2"
    assert mlp("train", config({"query": query, "target": "y"}, "mse", ""), "--run", "run").exit_code == 0
    monkeypatch.chdir("/")
    assert mlp("predict", folder / "run").exit_code == 0


@pytest.mark.parametrize("content", [b"", b"PAR1", b"PAR1" + b"\0" * 99 + b"PAR1", b"[{", b"\x1f\x8b\x08junk"])
@pytest.mark.parametrize("name", ["x.parquet", "x.json", "x.json.gz", "x.csv.gz"])
def test_damaged_files_are_one_line(tmp_path, name, content):
    (tmp_path / name).write_bytes(content)
    with pytest.raises(ArrayError) as error:
        open_frame(tmp_path / name, {}).close()
    assert "\n" not in str(error.value)


def test_a_packed_file_that_unpacks_to_too_much(tmp_path, monkeypatch):
    monkeypatch.setattr("mlpcli.files.streams.SUSPICIOUS_TEXT", 2**16)
    (tmp_path / "x.csv.gz").write_bytes(gzip.compress(b"a,b\n" + b"0,0\n" * 2**17))
    with pytest.raises(ArrayError, match="unpacks to more than 65,536 bytes"):
        open_frame(tmp_path / "x.csv.gz", {}).close()


def test_a_wide_table_is_read_with_few_questions(tmp_path, monkeypatch):
    """Kinds take turns, so that each lies at the edge of what is asked at once."""
    kinds = {
        "number": ["1", "2.5", ""],
        "category": ["a", "b", "a"],
        "boolean": ["yes", "no", "no"],
        "empty": ["", "", ""],
    }
    names = [f"{kind} {k}" for k in range(40) for kind in kinds]
    rows = [[kinds[name.split()[0]][row] for name in names] for row in range(3)]
    (tmp_path / "t.csv").write_text("".join(",".join(row) + "\n" for row in (names, *rows)))
    asked = []
    run = Database.run
    monkeypatch.setattr(Database, "run", lambda self, sql, *values: asked.append(sql) or run(self, sql, *values))
    frame = open_frame(tmp_path / "t.csv", {})
    found = {name: column.kind for name, column in frame.columns.items()}
    gaps = {name: column.gaps for name, column in frame.columns.items()}
    frame.close()
    assert found == {name: name.split()[0] for name in names}
    assert gaps == {name: {"number": 1, "empty": 3}.get(name.split()[0], 0) for name in names}
    assert len(asked) < len(names) / 10
