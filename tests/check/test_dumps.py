"""Dumps by kind of file. The expected digits are those of the texts written here, or of the arrays saved here."""

import contextlib
import errno
import io
import json
import os
import zipfile

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mlpcli.check.claims import dumps
from mlpcli.check.claims.dumps import archives, read_any, read_dump
from mlpcli.check.claims.names import canonical_names
from mlpcli.check.claims.written import read_texts
from mlpcli.config.load import load
from mlpcli.errors import InputError

CONFIG = (
    "layers: [{type: linear, W: [[1]], B: [0]}, relu]\ninputs: [[1]]\ntargets: [[1]]\nloss: mse\nlearning_rate: 1\n"
)


@pytest.fixture
def dump(tmp_path):
    def read(name, content):
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return read_dump(str(path))[1]

    return read


@pytest.fixture
def archive(tmp_path):
    def read(**arrays):
        np.savez(tmp_path / "d.npz", **arrays)
        return read_dump(str(tmp_path / "d.npz"))[1]

    return read


def texts(claims):
    return {claim.name: claim.written.text.tolist() for claim in claims}


def refused(function, *arguments):
    with pytest.raises(InputError) as error:
        function(*arguments)
    return str(error.value)


def test_float64_arrays_are_exact(archive):
    (claim,) = archive(W1=np.array([[0.1, -1 / 3], [np.nan, np.inf]]))
    assert claim.written.text.tolist() == [["0.1", "-0.3333333333333333"], ["nan", "inf"]]
    assert claim.written.half_unit[0] == pytest.approx([1e-7, 1e-6 / 3])
    assert np.isfinite(claim.written.half_unit).all()


def test_float32_arrays_are_off_by_what_cancels(archive):
    (claim,) = archive(W1=np.array([1000, 0.1, 0], np.float32))
    assert claim.written.text.tolist() == ["1000.0", "0.1", "0.0"]
    assert claim.written.half_unit == pytest.approx([1e-2, 1e-3, 1e-3], rel=0.1)


def test_integers_are_numbers(archive):
    (claim,) = archive(Y1=np.array([[31, 20, 7]]))
    assert (claim.note, claim.written.text.tolist()) == ("", [["31", "20", "7"]])


@pytest.mark.parametrize(
    ("array", "note"),
    [
        (np.array([1j]), "it is complex"),
        (np.array([True]), "it is boolean"),
        (np.array(["a"]), "it holds text"),
        (np.array([b"a"]), "it holds text"),
        (np.array([None]), "it holds Python objects, which are never loaded"),
        (np.zeros(2, "datetime64[s]"), "its type is datetime64[s]"),
        (np.zeros(2, [("a", float)]), "its type is [('a', '<f8')]"),
    ],
)
def test_arrays_of_other_types_have_a_note(archive, array, note):
    claims = archive(Y1=array, Y2=np.zeros(1))
    assert [claim.note for claim in claims] == [note, ""]


def test_an_archive_s_first_case_and_step(archive):
    claims = archive(**{f"case{c}/step{s}/Y1": np.array([c, s]) for c in (1, 2) for s in (1, 2)})
    assert texts(claims) == {"Y1": ["1", "1"]}


def test_an_archive_s_later_steps(tmp_path):
    np.savez(tmp_path / "d.npz", **{"step5/Y1": np.array([5]), "step10/Y1": np.array([10])})
    found = read_dump(str(tmp_path / "d.npz"))
    assert {step: texts(claims) for step, claims in found.items()} == {5: {"Y1": ["5"]}, 10: {"Y1": ["10"]}}


def test_an_archive_of_other_cases_is_ambiguous(archive):
    message = refused(lambda: archive(**{"case2/Y1": np.zeros(1), "case3/Y1": np.zeros(1)}))
    assert "it holds the cases 2, 3 and no case 1: which is meant?" in message


def test_an_array_in_fortran_order(archive):
    assert texts(archive(Y1=np.asfortranarray([[1.0, 2], [3, 4]]))) == {"Y1": [["1.0", "2.0"], ["3.0", "4.0"]]}


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04", b"nothing", b"PK\x05\x06" + b"\0" * 17])
def test_a_damaged_archive(dump, content):
    assert "damaged, or no .npz" in refused(dump, "d.npz", content)


def test_a_cut_archive(dump):
    stream = io.BytesIO()
    np.savez(stream, Y1=np.arange(1000.0))
    for size in range(0, len(stream.getvalue()), 487):
        assert "d.npz: " in refused(dump, "d.npz", stream.getvalue()[:size])


def test_an_archive_that_unpacks_to_too_much(tmp_path, monkeypatch):
    monkeypatch.setattr(archives, "MAX_NUMBERS", 1000)
    np.savez_compressed(tmp_path / "d.npz", Y1=np.zeros(1001))
    assert "more than " in refused(read_dump, str(tmp_path / "d.npz"))
    np.savez_compressed(tmp_path / "d.npz", Y1=np.zeros(600, np.int8), Y2=np.zeros(600, np.int8))
    assert "more than " in refused(read_dump, str(tmp_path / "d.npz"))


def test_members_that_are_no_arrays(tmp_path):
    with zipfile.ZipFile(tmp_path / "d.npz", "w") as archive:
        archive.writestr("readme.txt", "hello")
    assert "damaged, or no .npz" in refused(read_dump, str(tmp_path / "d.npz"))


def test_our_own_json(dump):
    text = '{"schema": 1, "tensors": [\n{"name": "Y1", "value": [[0.10, 2]]},\n{"name": "L", "value": "nan"}\n]}'
    claims = dump("d.json", text)
    assert texts(claims) == {"Y1": [["0.10", "2"]], "L": "nan"}
    assert [claim.place.line for claim in claims] == [2, 3]


def test_json_s_first_case_and_step(dump):
    tensors = [{"case": c, "step": s, "name": "Y1", "value": [c, s]} for c in (1, 2) for s in (1, 2)]
    assert texts(dump("d.json", json.dumps({"tensors": tensors}))) == {"Y1": ["1", "1"]}


def test_a_mapping_in_json(dump):
    text = '{"Y1": [[1.5, NaN, Infinity, null]], "run": "b", "B": [true], "c": {"d": 1}, "W1": [[1, 2], [3]], "s": "1"}'
    claims = dump("d.json", text)
    assert claims[0].written.text.tolist() == [["1.5", "NaN", "Infinity", "null"]]
    assert claims[0].written.half_unit[0, 3] == np.inf
    notes = [claim.note for claim in claims]
    assert notes == [
        "",
        "it holds text: 'b'",
        "it is boolean",
        "",
        "rows of different lengths",
        "it holds text: '1'",
    ]


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ('{"Y1": [1,\n 2', "d.json:2:3: this is no valid JSON"),
        ("[1, 2]", "a dump is"),
        ('{"Y1": 1, "Y1": 2}', "the key 'Y1' stands there twice"),
        ('{"tensors": [{"name": "Y1", "value": 1}, {"name": "Y1", "value": 2}]}', "'Y1' stands there twice"),
        ('{"tensors": [{"name": "Y1"}]}', "tensors[0]: every tensor is"),
        ("[" * 100_000, "nested deeper than 32 levels"),
        ("", "this is no valid JSON"),
    ],
)
def test_problems_in_json(dump, text, problem):
    assert problem in refused(dump, "d.json", text)


def test_a_deep_list_is_no_tensor(dump):
    (claim,) = dump("d.json", '{"Y1": ' + "[" * 33 + "]" * 33 + "}")
    assert claim.note == "it is nested deeper than 32 levels"


def test_few_digits_are_meant_as_written(dump):
    (claim,) = dump("d.json", '{"Y1": [[-208.7, -3.7]]}')
    assert claim.written.half_unit.tolist() == [[pytest.approx(0.05)] * 2]


def test_all_digits_are_meant_exactly(dump):
    (claim,) = dump("d.json", '{"Y1": [[-208.66666666666666, 0.5]]}')
    assert claim.written.half_unit[0] == pytest.approx([208.67e-6, 0.5e-6], rel=1e-3)


def test_float32_in_json_is_recognised(dump):
    (claim,) = dump("d.json", json.dumps({"Y1": np.array([1000, 0.1], np.float32).tolist()}))
    assert claim.written.half_unit == pytest.approx([1e-2, 1e-3], rel=0.1)


@pytest.mark.parametrize("suffix", ["yaml", "yml", "YAML"])
def test_the_first_document_in_yaml(dump, suffix):
    claims = dump(f"d.{suffix}", "# title\n---\nY1:  # X·W1\n  - [1, .nan]\n  - [-.inf, ~]\nL: 2.5\n---\nY1: [2]\n")
    assert texts(claims) == {"Y1": [["1", ".nan"], ["-.inf", "~"]], "L": "2.5"}
    assert str(claims[0].place).endswith(":3:1")


@pytest.mark.parametrize("text", ["", "[1, 2]", "Y1: [1, 2", "Y1: 1\nY1: 2", "Y1: !!python/name:os.system x"])
def test_problems_in_yaml(dump, text):
    assert "d.yaml" in refused(dump, "d.yaml", text)


def test_a_table(dump):
    text = "name,row,column,value\nY1,0,0,0.10\nY1,1,1,4\nY1,0,1,2\nY1,1,0,nan\nL,,,2556.0\nB,0,,1\nB,1,,2\n"
    assert texts(dump("d.csv", text)) == {"Y1": [["0.10", "2"], ["nan", "4"]], "L": "2556.0", "B": ["1", "2"]}


def test_a_table_s_first_case_and_step(dump):
    rows = [f"{c},{s},Y1,0,0,{c}{s}" for c in (1, 2) for s in (1, 2)]
    assert texts(dump("d.csv", "\n".join(["case,step,name,row,column,value", *rows]))) == {"Y1": [["11"]]}


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", "d.csv:1:1: it holds no numbers: the first line must name the columns"),
        ("a,b\nc,d", "d.csv:1:1: it holds no numbers: the first line must name the columns"),
        ("name,row,column,value\nY1,0,0", "d.csv:2:1: 3 values for the 4 columns"),
        ("name,row,column,value\nY1,a,0,1", "d.csv:2:1: 'a' is no row or column"),
        ("name,row,column,value\nY1,-1,0,1", "d.csv:2:1: '-1' is no row or column"),
        ("name,row,column,value\nY1,0,0,1\nY1,0,0,1", "d.csv:3:1: 'Y1' has the cell [0, 0] twice"),
        ("name,row,column,value\nY1,0,999999999,1", "d.csv:2:1: 'Y1' has 1 cells and not those of 1×1000000000"),
        ("name,row,column,value\nY1,0,0,1\nY1,1,,1", "d.csv:2:1: 'Y1' has 2 cells"),
        ("name,row,column,value\nY1,,,1\nY1,1,,1", "d.csv:2:1: 'Y1' has 2 cells"),
    ],
)
def test_problems_in_a_table(dump, text, problem):
    assert problem in refused(dump, "d.csv", text)


def test_a_cell_that_is_no_number(dump):
    (claim,) = dump("d.csv", "name,row,column,value\nY1,0,0,1+2j\n")
    assert claim.note == "it is complex"


@pytest.mark.parametrize(
    "text",
    [
        '{"Y1": [[1, 2]]}',
        '{"schema": 1, "tensors": [{"name": "Y1", "value": [[1, 2]]}]}',
        "Y1:\n- - 1\n  - 2\n",
        "name,row,column,value\nY1,0,0,1\nY1,0,1,2\n",
        "Y1 = [[1 2]]",
    ],
)
def test_standard_input_is_told_by_its_content(text):
    assert texts(read_any(text, "<stdin>", 1)[1]) == {"Y1": [["1", "2"]]}


def test_text_as_powershell_writes_it(dump):
    assert texts(dump("d.txt", "Y1 = [[1, 2]]\r\n".encode("utf-16"))) == {"Y1": [["1", "2"]]}


def test_text_that_is_not_utf_8(dump):
    assert "d.txt:2:4: the byte 0xff is not UTF-8 text" in refused(dump, "d.txt", b"Y1 =\n[1,\xff]")


@pytest.mark.parametrize("content", [b"\x93NUMPY\x01\x00", b"\x80\x04]q", b"PK\x03\x04"])
def test_binary_files_of_other_kinds(dump, content):
    assert "np.savez" in refused(dump, "d.bin", content)


def test_a_file_that_is_too_large(dump, monkeypatch):
    monkeypatch.setattr(dumps, "MAX_FILE", 1000)
    for name in ("d.txt", "d.npz", "d.json"):
        assert "larger than" in refused(dump, name, b"1" * 1001)


@pytest.mark.parametrize("name", ["d.txt", "d.npz", "d.json"])
def test_a_file_that_is_not_there(tmp_path, name):
    assert refused(read_dump, str(tmp_path / name)) == f"{tmp_path / name}: no such file"
    assert f"cannot be read: {os.strerror(errno.EISDIR)}" in refused(read_dump, str(tmp_path))


@settings(max_examples=300, deadline=None)
@given(
    st.sampled_from(["json", "yaml", "csv", "tsv", "npz", "txt", "ipynb", "pkl", "pt", "safetensors", "mat", "xlsx"]),
    st.binary() | st.text().map(str.encode),
)
def test_any_file_is_read_or_refused(tmp_path_factory, suffix, content):
    path = tmp_path_factory.getbasetemp() / f"any.{suffix}"
    path.write_bytes(content)
    with contextlib.suppress(InputError):
        read_dump(str(path))


@pytest.fixture(scope="module", params=["handout", "mytorch"])
def names(request, tmp_path_factory):
    path = tmp_path_factory.mktemp("names") / "c.yaml"
    path.write_text(CONFIG + f"conventions: {{notation: {request.param}}}\n")
    return canonical_names(load(str(path), "furthest")[0])


GRADIENTS = [
    "dL/d{}",
    "∂L/∂{}",
    "∇{}",
    "∇_{{{}}}",
    "{}.grad",
    "{}_grad",
    "grad_{}",
    "grads['{}']",
    "grad({})",
    "gradd{}",
]


@pytest.mark.parametrize("spelling", [*GRADIENTS, "d{}"])
def test_spellings_of_gradients(names, spelling):
    name, gradient = ("W0", "dLdW0") if "W0" in list(names)[:3] else ("W1", "gradW1")
    assert names[spelling.format(name)] == gradient


@pytest.mark.parametrize(
    ("spelling", "name"),
    [("dL/dZ0", "Y1lin"), ("delta1", "Y1lin"), ("dL/dA1", "Y1"), ("db0", "B1"), ("dL/db0", "B1"), ("dLdb0", "B1")],
)
def test_gradients_in_the_other_notation(tmp_path, spelling, name):
    (tmp_path / "c.yaml").write_text(CONFIG)
    assert canonical_names(load(str(tmp_path / "c.yaml"), "furthest")[0])[spelling] == f"grad{name}"


@pytest.mark.parametrize("spelling", ["gradient", "W2 (gradient)", "grad", "epsilon1", "W7", "learning_rate", "W1.T"])
def test_words_that_name_nothing(names, spelling):
    assert names.get(spelling) is None


def test_names_in_sections(dump):
    assert texts(dump("d.json", '{"forward": {"Y1": [1]}, "backward": {"gradY1": [2]}}')) == {
        "Y1": ["1"],
        "gradY1": ["2"],
    }
    assert "'Y1' stands there twice" in refused(dump, "d.json", '{"forward": {"Y1": [1]}, "backward": {"Y1": [2]}}')


@pytest.mark.parametrize("count", [12_000, 12_001])
@pytest.mark.parametrize(
    ("name", "line"), [("d.txt", "n{} = 0.5"), ("d.yaml", "n{}: 0.5"), ("d.csv", "n{},0.5"), ("d.tsv", "n{}\t0.5")]
)
def test_thousands_of_tensors_are_read_and_no_more(dump, name, line, count):
    """A log of 3,000 steps with four numbers each is read."""
    text = "\n".join(map(line.format, range(count)))
    if count == 12_000:
        assert len(dump(name, text)) == count
    else:
        assert "more than 12,000 tensors" in refused(dump, name, text)


@pytest.mark.parametrize(
    "found", [{f"n{i}": 0.5 for i in range(12_001)}, {"a": [[1], [1, 2]] * 6001}, [{"name": "a", "value": 1}] * 12_001]
)
def test_thousands_of_tensors_in_json(dump, found):
    assert "more than 12,000 tensors" in refused(dump, "d.json", json.dumps(found))


def test_one_number_is_read_as_many_are():
    """Its half unit is found in another way, which takes a tenth of the time."""
    for text in ("0.5", "-12.50", "7", "0", "123456789", "1.5e-3", "1e999", "nan", "inf", "-inf", "~", ".inf", "0.000"):
        one, several = read_texts([text]), read_texts([text, text])
        assert one.half_unit.tolist() == several.half_unit[:1].tolist(), text
