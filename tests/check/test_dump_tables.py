"""Tables and workbooks: rows of numbers with names above or before them, in the forms that people have."""

import io
import tracemalloc
import warnings
import zipfile

import pytest

from mlpcli.check.claims.dumps import read_dump
from mlpcli.errors import InputError
from mlpcli.files import xlsx
from mlpcli.files.streams import ArrayError
from tests.fuzz.files import DUMPS, archive, members_of

FORMS = {
    "blocks": "W1\n1,2.5\n3,4\n\nb1\n5,6\n\nL,0.25\n",
    "blocks without blank lines": "W1:\n1,2.5\n3,4\n# b1\n5,6\nL\n0.25\n",
    "blocks as a spreadsheet exports them": "W1,,\n1,2.5,\n3,4,\n,,\nb1,,\n5,6,\nL,0.25,\n",
    "rows": "W1,1,2.5\nW1,3,4\nb1,5,6\nL,0.25\n",
    "numbered rows": "W1[0],1,2.5\nW1[1],3,4\nb1,5,6\nL,0.25\n",
    "rows numbered otherwise": "W1_0,1,2.5\nW1_1,3,4\nb1,5,6\nL,0.25\n",
    "a name beside the first row": "W1,1,2.5\n,3,4\nb1,5,6\nL,0.25\n",
    "a header that says nothing": "name,values\nW1,1,2.5\nW1,3,4\nb1,5,6\nL,0.25\n",
    "semicolons": "W1;1;2,5\nW1;3;4\nb1;5;6\nL;0,25\n",
    "semicolons and points": "W1;1;2.5\nW1;3;4\nb1;5;6\nL;0.25\n",
    "tabs": "W1\n1\t2.5\n3\t4\n\nb1\n5\t6\n\nL\t0.25\n",
    "tabs and decimal commas": "W1\t1\t2,5\nW1\t3\t4\nb1\t5\t6\nL\t0,25\n",
    "blanks": "W1\n1 2.5\n3 4\n\nb1\n5 6\n\nL\n0.25\n",
    "Windows": '\ufeff"W1"\r\n"1","2.5"\r\n"3","4"\r\n\r\n"b1"\r\n"5","6"\r\n\r\n"L"\r\n"0.25"\r\n',
    "our own with semicolons": "name;row;column;value\nW1;0;0;1\nW1;0;1;2,5\nW1;1;0;3\nW1;1;1;4\nb1;;0;5\nb1;;1;6\n"
    "L;;;0,25\n",
}


@pytest.fixture
def read(tmp_path):
    def written_and_read(text, name="d.csv"):
        (tmp_path / name).write_bytes(text if isinstance(text, bytes) else text.encode())
        found = read_dump(str(tmp_path / name))
        return {
            step: {claim.name: claim.note or claim.written.text.tolist() for claim in found[step]} for step in found
        }

    return written_and_read


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("suffix", ["csv", "tsv"])
def test_forms_of_a_table(read, form, suffix):
    assert read(FORMS[form], f"d.{suffix}")[1] == {"W1": [["1", "2.5"], ["3", "4"]], "b1": ["5", "6"], "L": "0.25"}


@pytest.mark.parametrize(
    ("name", "before", "after"),
    [
        ("d.csv", "W1\n1,", "\n"),
        ("d.txt", "W1 = [[1, 2e", "]]\n"),
        ("d.json", '{"W1": [[1, -', "]]}"),
        ("d.yaml", "W1: [[1, 2.", "]]\n"),
        ("d.ipynb", '{"cells": [{"cell_type": "code", "outputs": [{"text": ["W1 = ', '"]}]}]}'),
    ],
)
def test_a_number_of_many_digits(read, name, before, after):
    """An exponent of so many digits is more than Python makes an integer of."""
    with pytest.raises(InputError, match=r"d\.\w+:\d:\d+: a number of more than 4,000 digits$"):
        read(f"{before}{'1' * 4001}{after}", name)
    if name == "d.txt":
        with pytest.raises(InputError, match="a number of more than 4,000 digits"):
            read("W1 = [[1, 2·10" + "²" * 4001 + "]]", name)


@pytest.mark.parametrize(
    "text", ["1,2.5\n3,4\n", "1;2,5\n3;4\n", "1 2.5\n3 4\n", "1\t2.5\n3\t4", ",0,1\n0,1,2.5\n1,3,4\n"]
)
def test_a_matrix_without_a_name_has_that_of_the_file(read, text):
    assert read(text, "W1.csv") == {1: {"W1": [["1", "2.5"], ["3", "4"]]}}


def test_biases_of_layers_are_no_rows(read):
    assert read("b[0],1,2\nb[1],3,4\nW_0,1\nW_1,2\n")[1] == {
        "b[0]": ["1", "2"],
        "b[1]": ["3", "4"],
        "W_0": "1",
        "W_1": "2",
    }


def test_columns_with_names(read):
    assert read("Y1,Y2\n1,2\n3,4\n") == {1: {"Y1": [["1"], ["3"]], "Y2": [["2"], ["4"]]}}
    assert read("epoch,loss,acc\n1,0.5,0.6\n2,0.4,0.7\n")[2] == {"loss": "0.4", "acc": "0.7"}


@pytest.mark.parametrize("text", ["step 1\nW1,1\nb1,2\nstep 2\nW1,3\nb1,4\n", "W1,1\nb1,2\nW1,3\nb1,4\n"])
def test_steps_of_a_table(read, text):
    assert read(text) == {1: {"W1": "1", "b1": "2"}, 2: {"W1": "3", "b1": "4"}}


@pytest.mark.parametrize(
    ("text", "note"),
    [
        ("W1\n1,2\n3\n", "rows of different lengths"),
        ("W1,1,x\n", "it holds text: 'x'"),
        ("W1,1,,2\n", "a cell of it is empty"),
        ("W1;1.234,5;2\n", "it holds text: '1.234,5'"),
    ],
)
def test_tables_that_are_no_tensors(read, text, note):
    assert read(text)[1] == {"W1": note}


@pytest.mark.parametrize("text", ["", "\n\n", "W1\n", "hello, world\n", ";\n;\n", '"', "a\tb", "\0", "W1,=,x\n"])
def test_tables_without_numbers(read, text):
    with pytest.raises(InputError, match=r"d\.csv:1:1: it holds no numbers"):
        read(text)


def test_a_table_that_is_too_large(read):
    with pytest.raises(InputError, match="more than 2,000,000 values"):
        read("W1" + ",1" * 2_000_001)
    with pytest.raises(InputError, match=r"d\.csv:1:1: a cell of more than 131,072 characters"):
        read(f'W1,"{"a" * 200_000}"')


@pytest.fixture
def workbook(read, tmp_path):
    """A function that saves rows as the sheets of a workbook, and reads it."""
    openpyxl = pytest.importorskip("openpyxl")

    def saved_and_read(name="d.xlsx", **sheets):
        book = openpyxl.Workbook()
        book.remove(book.active)
        for title, rows in sheets.items():
            sheet = book.create_sheet(title)
            for row in rows:
                sheet.append(row)
        book.save(tmp_path / name)
        return read((tmp_path / name).read_bytes(), name)

    return saved_and_read


def test_blocks_of_a_sheet(workbook):
    rows = [["W1"], [1, 2.5], [3, 4], [], ["b1", 5, 6], ["L =", 0.25], ["J", "=", 1], [], ["dW1:", 1, 2], [None, 3, 4]]
    assert workbook(Sheet=rows)[1] == {
        **{"W1": [["1", "2.5"], ["3", "4"]], "b1": ["5", "6"], "L": "0.25", "J": "1"},
        "dW1": [["1", "2"], ["3", "4"]],
    }


def test_blocks_side_by_side_and_columns_with_names(workbook):
    rows = [["W1", None, None, "W2"], [1, 2, None, 5], [3, 4, None, 6], [], ["Y1", "Y2"], [7, 8], [9, 10]]
    assert workbook(Sheet=rows)[1] == {
        **{"W1": [["1", "2"], ["3", "4"]], "W2": [["5"], ["6"]]},
        **{"Y1": [["7"], ["9"]], "Y2": [["8"], ["10"]]},
    }


def test_rows_of_one_name_in_a_sheet(workbook):
    assert workbook(Sheet=[["W1", 1, 2], ["W1", 3, 4], ["W2[0]", 1], ["W2[1]", 2]])[1] == {
        "W1": [["1", "2"], ["3", "4"]],
        "W2": [["1"], ["2"]],
    }


def test_a_lone_block_has_the_name_of_its_sheet_or_file(workbook):
    assert workbook(W1=[[1, 2], [3, 4]], b1=[[5, 6]])[1] == {"W1": [["1", "2"], ["3", "4"]], "b1": ["5", "6"]}
    assert workbook("W2.xlsx", Sheet1=[[1, 2]])[1] == {"W2": ["1", "2"]}


def test_sheets_of_steps(workbook):
    assert workbook(**{"step 1": [["W1", 1]], "step 2": [["W1", 2]]}) == {1: {"W1": "1"}, 2: {"W1": "2"}}


def test_rows_of_different_lengths_in_a_sheet(workbook):
    assert workbook(Sheet=[["W1"], [1, 2], [3]])[1] == {"W1": "rows of different lengths"}


def test_a_sheet_without_numbers(workbook):
    with pytest.raises(InputError, match="it has no numbers"):
        workbook(Sheet=[["W1"]])
    with pytest.raises(InputError, match="row 1, column 3: a number of more than 4,000 digits"):
        workbook(Sheet=[["W1", 1, "2e" + "1" * 4001]])


def test_a_workbook_without_openpyxl(read, monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "openpyxl", None)
    with pytest.raises(InputError, match=r'needs the package openpyxl: pip install "mlp-yaml\[excel\]"'):
        read(b"PK\x03\x04", "d.xlsx")


@pytest.fixture
def book():
    openpyxl = pytest.importorskip("openpyxl")
    stream, found = io.BytesIO(), openpyxl.Workbook()
    found.active.append(["W1", 1, 2])
    found.save(stream)
    return stream.getvalue()


def changed(book, old, new):
    """The workbook with another text in its sheet."""
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(book)) as source, zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in source.namelist():
            data = source.read(name)
            assert name != "xl/worksheets/sheet1.xml" or old in data
            archive.writestr(name, data.replace(old, new) if name == "xl/worksheets/sheet1.xml" else data)
    return stream.getvalue()


def test_hostile_workbooks(read, book, monkeypatch):
    monkeypatch.setattr(xlsx, "MAX_UNPACKED", 2**20)
    monkeypatch.setattr(xlsx, "MAX_CELLS", 10_000)
    row = b'<row r="1">'
    entity = b'<!DOCTYPE x [<!ENTITY a "aaaa">]><worksheet'
    hostile = {
        "entities": (b"<worksheet", entity),
        "more than a workbook": (row, row + b" " * 2**20),
        "more than 10,000 cells": (row, b'<row r="900000000">'),
        "damaged": (b'r="C1"', b'r="AAAAAAAAAA1"'),
        "no .xlsx": (b"<sheetData", b"<"),
    }
    for why, (old, new) in hostile.items():
        data = changed(book, old, new)
        tracemalloc.start()
        with pytest.raises(InputError, match=why):
            read(data, "d.xlsx")
        assert tracemalloc.get_traced_memory()[1] < 20e6
        tracemalloc.stop()
    lie = changed(book, b'<dimension ref="A1:C1"', b'<dimension ref="A1:XFD1048576"')
    assert read(lie, "d.xlsx")[1] == {"W1": ["1", "2"]}


def test_every_cut_of_a_workbook_is_refused(read, book):
    for end in range(0, len(book), 499):
        with pytest.raises(InputError, match=r"damaged, or no \.xlsx"):
            read(book[:end], "d.xlsx")


def test_an_archive_that_is_no_workbook():
    pytest.importorskip("openpyxl")
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("a.txt", "hello")
    with pytest.raises(ArrayError, match=r"damaged, or no \.xlsx"):
        xlsx.sheets(stream.getvalue())


def test_what_a_workbook_has_besides_numbers_is_no_warning(read):
    """openpyxl warns of a print area that is none."""
    pytest.importorskip("openpyxl")
    areas = (
        b'</sheets><definedNames><definedName name="_xlnm.Print_Area" localSheetId="0">x</definedName></definedNames>'
    )
    members = members_of(DUMPS["d.xlsx"])
    members["xl/workbook.xml"] = members["xl/workbook.xml"].replace(b"</sheets>", areas)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert set(read(archive(members), "d.xlsx")[1]) == {"Y1lin", "B1"}


def test_a_header_is_looked_for_as_the_table_is_read(read):
    """A tab in a later line makes that the separator, and the header's commas part of one name."""
    with pytest.raises(InputError, match=r"d\.csv"):
        read("name,row,column,value\nW1,0,0,1\nW\t1,0,1,2\n")
