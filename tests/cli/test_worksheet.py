"""`mlp worksheet`: an exercise with the answers left out, and its key."""

import re

import pytest
import yaml
from click.testing import CliRunner

from mlpcli.cli import group

TOY = "configs/toy.yaml"
ANSWERS = re.compile(r"588|21032|29397|35133")
"""Digits of gradW3, as handout 3.7 prints it."""


@pytest.fixture(autouse=True)
def _in_the_checkout(monkeypatch, request):
    monkeypatch.chdir(request.config.rootpath)


def run(*words, code=0, **kwargs):
    done = CliRunner().invoke(group, [str(word) for word in words], **kwargs)
    assert done.exit_code == code, done.output
    return done


@pytest.mark.parametrize("suffix", [".txt", ".md", ".tex", ".html"])
def test_what_is_left_out_is_in_the_key_alone(tmp_path, suffix):
    run("worksheet", TOY, "--blank", "grad*", "--blank", "*_new", "-o", tmp_path / f"sheet{suffix}")
    assert not ANSWERS.search((tmp_path / f"sheet{suffix}").read_text(encoding="utf-8"))
    assert ANSWERS.search((tmp_path / f"sheet-key{suffix}").read_text(encoding="utf-8"))


def test_a_worksheet_has_what_is_given_and_is_judged_when_it_is_filled_in(tmp_path):
    text = run("worksheet", TOY, "--blank", "gradW3").stdout
    sheet = yaml.safe_load(text)
    assert sheet["W3"] == [[5, 5], [3, -1], [5, 4]]
    assert sheet["gradW3"] == [[None, None]] * 3
    filled = text.replace("[~, ~]", "[-21032, -352]", 1).replace("[~, ~]", "[-29397, -492]", 1)
    (tmp_path / "mine.yaml").write_text(filled.replace("[~, ~]", "[-35133, 588]"), encoding="utf-8")
    done = run("check", TOY, "--against", tmp_path / "mine.yaml", code=1)
    assert "sign flipped at [2,1]" in done.stdout


def test_a_workbook_has_cells_to_fill_in_and_a_key_of_formulas(tmp_path):
    openpyxl = pytest.importorskip("openpyxl")
    pytest.importorskip("xlsxwriter")
    run("worksheet", TOY, "-o", tmp_path / "sheet.xlsx")
    kinds = {}
    for name in ("sheet", "sheet-key"):
        (page,) = openpyxl.load_workbook(tmp_path / f"{name}.xlsx").worksheets
        kinds[name] = {cell.data_type for row in page.iter_rows() for cell in row if cell.value is not None}
    assert kinds == {"sheet": {"s", "n"}, "sheet-key": {"s", "n", "f"}}


def test_a_program_gets_no_worksheet(tmp_path):
    done = run("worksheet", TOY, "-o", tmp_path / "sheet.json", code=2)
    assert "--format json cannot render what worksheet says here: text, markdown" in done.stderr
    assert not list(tmp_path.iterdir())


def test_a_pattern_that_matches_nothing_is_told():
    done = run("worksheet", TOY, "--blank", "dW*", code=2)
    assert "--blank dW* matches none of Y1lin, Y1, " in done.stderr
