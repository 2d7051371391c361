"""Documents as workbooks: what stands in them, and that another program computes the same from their formulas."""

import io
import re
import shutil
import subprocess
import zipfile

import numpy as np
import pytest
from click.testing import CliRunner

from mlpcli.cli import group

from .printed import CONFIGS, ROOT

openpyxl = pytest.importorskip("openpyxl")
pytest.importorskip("xlsxwriter")
OFFICE = shutil.which("soffice")
office = pytest.mark.skipif(OFFICE is None, reason="needs LibreOffice: apt-get install libreoffice-calc-nogui")
FORMULA = re.compile(r"=[A-Z(-]")


@pytest.fixture(autouse=True)
def _in_the_checkout(monkeypatch):
    monkeypatch.chdir(ROOT)


def written(tmp_path, *words, code=0, **kwargs):
    """The path of the workbook that a command writes."""
    path = tmp_path / "key.xlsx"
    done = CliRunner().invoke(group, [*words, "-o", str(path)], **kwargs)
    assert done.exit_code == code, done.output
    return path


def formulas(path):
    """(sheet, cell) → formula."""
    book = openpyxl.load_workbook(path)
    cells = (cell for sheet in book for row in sheet.iter_rows() for cell in row if cell.data_type == "f")
    return {(cell.parent.title, cell.coordinate): cell.value for cell in cells}


def tensor(path, name, sheet=0):
    """The numbers to the right of a name."""
    found = openpyxl.load_workbook(path, data_only=True).worksheets[sheet]
    rows = list(found.iter_rows(values_only=True))
    at = next(i for i, row in enumerate(rows) if row[0] == name)
    filled = []
    for row in rows[at:]:
        if row[1] is None or (filled and row[0] is not None):
            break
        filled.append([cell for cell in row[1:] if cell is not None])
    return filled


def without_values(data):
    """A workbook that has forgotten what its formulas came to."""
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(stream, "w") as new:
        for member in old.infolist():
            content = old.read(member)
            new.writestr(member, re.sub(rb"</f><v>[^<]*</v>", b"</f>", content))
    return stream.getvalue()


@pytest.fixture(scope="module")
def profile(tmp_path_factory):
    """LibreOffice's settings, which the first that starts with them writes."""
    return tmp_path_factory.mktemp("profile")


@pytest.fixture
def recalculated(tmp_path, profile):
    """Have LibreOffice compute a workbook, and return the path of what it writes."""

    def compute(path):
        (tmp_path / "in.xlsx").write_bytes(without_values(path.read_bytes()))
        place = f"-env:UserInstallation={profile.as_uri()}"
        line = [OFFICE, "--headless", place, "--convert-to", "xlsx:Calc MS Excel 2007 XML", "--outdir"]
        subprocess.run([*line, str(tmp_path / "out"), str(tmp_path / "in.xlsx")], check=True, timeout=120)
        return tmp_path / "out" / "in.xlsx"

    return compute


def test_each_computed_number_is_a_formula_of_ranges(tmp_path):
    path = written(tmp_path, "train", "configs/toy.yaml")
    assert tensor(path, "gradW3") == [[-21032, -352], [-29397, -492], [-35133, -588]]  # handout 3.7
    found = set(formulas(path).values())
    # Y1lin is X·W1 + B1 cell by cell; X stands in row 6, W1 below it, the rate lr in B3
    assert "=MMULT(B6:C6,B9:B10)+B13" in found
    assert any(re.fullmatch(r"=IF\([A-Z]+\d+>0,[A-Z]+\d+,0\)", formula) for formula in found)
    assert any(re.fullmatch(r"=B9-B3\*B\d+", formula) for formula in found)


def test_the_same_bytes_each_time(tmp_path):
    first = written(tmp_path, "backward", "configs/toy.yaml").read_bytes()
    assert written(tmp_path, "backward", "configs/toy.yaml").read_bytes() == first


def test_a_step_starts_from_the_sheet_of_the_one_before(tmp_path):
    path = written(tmp_path, "train", "configs/toy.yaml", "--steps", "2")
    refers = [cell for cell, formula in formulas(path).items() if formula.startswith("='step 1'!")]
    assert len(refers) == 29  # the parameters of the toy problem
    assert {sheet for sheet, _ in refers} == {"step 2"}


def test_formulas_refer_to_what_nobody_asked_for(tmp_path):
    path = written(tmp_path, "backward", "configs/toy.yaml", "--only", "gradY2lin")
    assert tensor(path, "gradY2lin") == [[-1215, -713, -1211]]
    assert tensor(path, "X") == [[4, 3]]


def test_a_workbook_is_read_as_a_dump(tmp_path):
    path = written(tmp_path, "train", "configs/handout/4.2.yaml")
    done = CliRunner().invoke(group, ["check", "configs/handout/4.2.yaml", "--against", str(path)])
    assert "69 match" in done.output


def test_texts_are_no_formulas(tmp_path):
    config = 'title: "=1+1"\nlayers: [relu]\ninputs: [[1]]\n'
    assert set(formulas(written(tmp_path, "show", "-", input=config))) == set()


def test_what_is_not_finite_is_said(tmp_path):
    config = "layers: [identity]\ninputs: [[1e308]]\ntargets: [[-1e308]]\nloss: l2\n"
    path = written(tmp_path, "backward", "-", input=config)
    assert tensor(path, "L") == [["#NUM!"]]


def test_without_xlsxwriter(tmp_path, monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "xlsxwriter", None)
    done = CliRunner().invoke(group, ["show", "configs/toy.yaml", "-o", str(tmp_path / "a.xlsx")])
    assert (done.exit_code, done.stderr) == (
        2,
        '--format xlsx: needs the package xlsxwriter: pip install "mlp-yaml[excel]"\n',
    )
    assert not list(tmp_path.iterdir())


@office
@pytest.mark.slow
@pytest.mark.parametrize("config", CONFIGS)
def test_libreoffice_computes_the_same(tmp_path, recalculated, config):
    goal = ["train", "--steps", "2"] if config == "configs/handout/4.2.yaml" else ["backward"]
    path = written(tmp_path, *goal, config)
    wanted, got = (openpyxl.load_workbook(p, data_only=True) for p in (path, recalculated(path)))
    cells = formulas(path)
    assert len(cells) > 20
    for sheet, place in cells:
        assert got[sheet][place].value == pytest.approx(wanted[sheet][place].value, rel=1e-12, abs=1e-12), place


ACTIVATIONS = ["relu", "leaky_relu", "relu6", "elu", "selu", "sigmoid", "tanh", "softplus", "gelu", "swish"]


@office
@pytest.mark.slow
def test_libreoffice_computes_every_activation(tmp_path, recalculated):
    layers = ", ".join(f"{{type: linear, units: 3}}, {name}" for name in ACTIVATIONS)
    config = f"layers: [{layers}]\ninputs: [[1, -2], [0.5, 3]]\ntargets: [[1, 0, 0], [0, 1, 1]]\nloss: huber\n"
    path = written(tmp_path, "backward", "-", input=config)
    wanted, got = (openpyxl.load_workbook(p, data_only=True) for p in (path, recalculated(path)))
    for sheet, place in formulas(path):
        assert got[sheet][place].value == pytest.approx(wanted[sheet][place].value, rel=1e-12, abs=1e-12), place


@office
@pytest.mark.slow
def test_another_input_gives_what_mlp_gives_for_it(tmp_path, recalculated):
    path = written(tmp_path, "train", "configs/toy.yaml")
    book = openpyxl.load_workbook(path)
    assert book.active["B6"].value == 4
    book.active["B6"].value = -4
    book.save(path)
    got = recalculated(path)
    other = tmp_path / "other"
    other.mkdir()
    known = written(other, "train", "configs/toy.yaml", "--set", "inputs=[[-4, 3]]")
    for name in ("Y1lin", "Y1", "gradY1lin", "gradW1", "W1_new"):  # Y1lin is [-1, 4, 23]: its first cell is cut off
        np.testing.assert_allclose(tensor(got, name), tensor(known, name), rtol=1e-12)
