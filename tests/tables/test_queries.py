"""Queries and files that are no text; what a query may not do."""

import gzip
import json
from pathlib import Path

import numpy as np
import pytest

from mlpcli.files.frames import open_frame, open_query
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
    "INSTALL httpfs": "is refused",
    "LOAD httpfs": "is refused",
    "SET memory_limit = '99GB'": "SET is refused",
    "PRAGMA database_size": "",
    "CREATE TABLE x AS SELECT 1": "CREATE is refused",
    "SELECT 1; SELECT 2": "2 statements where one SELECT is needed",
    "SELECT * FROM read_text('secret')": "cannot be read: Cannot access file",
    "SELECT * FROM read_csv('secret')": "cannot be read: Cannot access file",
    "SELECT * FROM glob('*')": "cannot be read: Cannot access",
    "SELECT * FROM 'https://example.org/t.csv'": "cannot be read: Cannot access file",
    'SELECT * FROM "t.csv"': "a query can read the tables that it names in single quotes, such as 'data.csv'",
    "SELECT * FROM folder": "Table with name folder does not exist",
    "SELECT * FROM 'no.csv'": "no such file: ",
    "SELECT nothing FROM 't.csv'": 'cannot be read: Referenced column "nothing" not found',
    "SELEKT 1": 'is no SQL that can be read: syntax error at or near "SELEKT"',
    "SELECT 1 AS a, 2 AS a": "two columns are named 'a'",
    "": "0 statements where one SELECT is needed",
}


@pytest.mark.parametrize("query", REFUSED)
def test_what_a_query_may_not_do(folder, query):
    (folder / "secret").write_text("1,2\n")
    before = sorted(path.name for path in folder.iterdir())
    with pytest.raises(ArrayError) as error:
        open_query(query, folder).close()
    assert REFUSED[query] in str(error.value)
    assert sorted(path.name for path in folder.iterdir()) == before


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
