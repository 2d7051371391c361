"""The site of the docs, and its pages that are made of the program."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree

import pytest

from docs import pictures
from docs.keys import PAGE, keys_page
from mlpcli.cli import COMMANDS, group
from mlpcli.nn.layers import LAYERS
from mlpcli.nn.losses import LOSSES
from mlpcli.nn.optimizers import OPTIMIZERS
from mlpcli.nn.schedules import SCHEDULES

ROOT = Path(__file__).parents[1]


@pytest.mark.slow
def test_the_site_is_built_without_a_broken_link(tmp_path):
    pytest.importorskip("myst_parser", reason="the site needs the extra `docs`")
    built = subprocess.run([sys.executable, "-m", "docs.build", tmp_path], cwd=ROOT, capture_output=True, text=True)
    assert (built.returncode, built.stderr) == (0, "")
    pages = {path.stem for path in (tmp_path / "docs" / "commands").iterdir()}
    assert pages == set(COMMANDS)
    assert "Take steps of gradient descent" in (tmp_path / "docs" / "index.html").read_text(encoding="utf-8")


def test_the_page_of_formats_names_the_commands_that_have_none():
    text = (ROOT / "docs" / "formats.md").read_text(encoding="utf-8")
    listed = re.search(r"another\. (.*?) have one of their own", text, re.DOTALL)
    options = {name: {o for p in group.get_command(None, name).params for o in p.opts} for name in COMMANDS}
    assert set(re.findall(r"`(\w+)`", listed[1])) == {name for name in COMMANDS if "--format" not in options[name]}


def test_help_is_no_folder(tmp_path):
    asked = [sys.executable, "-m", "docs.build", "--help"]
    done = subprocess.run(
        asked, cwd=tmp_path, env=os.environ | {"PYTHONPATH": str(ROOT)}, capture_output=True, text=True
    )
    assert (done.returncode, list(tmp_path.iterdir())) == (0, [])
    assert "python -m docs.build [FOLDER]" in done.stdout


BROKEN = """
import sys
from pathlib import Path
from docs import build

def write_pages(folder):
    (folder / "docs").mkdir(parents=True)
    (folder / "docs" / "index.md").write_text("# A\\n\\n[b](b.md) [c](#c)\\n")

build.write_pages = write_pages
sys.exit(build.main(Path(sys.argv[1])))
"""


@pytest.mark.slow
def test_a_broken_link_fails(tmp_path):
    pytest.importorskip("myst_parser", reason="the site needs the extra `docs`")
    built = subprocess.run([sys.executable, "-c", BROKEN, tmp_path], cwd=ROOT, capture_output=True, text=True)
    assert built.returncode == 1
    assert "index.md:3: WARNING: 'myst' cross-reference target not found: 'b.md'" in built.stderr
    assert "'c'" in built.stderr


def test_the_reference_of_keys_is_what_the_annotations_say(request):
    if request.config.getoption("--overwrite"):
        PAGE.write_text(keys_page(), encoding="utf-8")
    assert PAGE.read_text(encoding="utf-8") == keys_page(), "python -m docs.keys writes it"


def test_every_key_says_what_it_is_for():
    rows = [line for line in keys_page().splitlines() if line.startswith("| `")]
    assert len(rows) > 100
    assert not [row for row in rows if row.endswith("|  |")]


@pytest.mark.parametrize("name", [*LAYERS, *LOSSES, *OPTIMIZERS, *SCHEDULES])
def test_every_name_has_a_heading(name):
    assert f"\n### {name}\n" in keys_page()


PICTURES = ROOT / "docs" / "pictures"


def shown():
    """Return the names of the pictures that pages show."""
    return {
        name for page in (ROOT / "docs").glob("*.md") for name in re.findall(r"\(pictures/(.*?)\)", page.read_text())
    }


def texts(svg):
    """Return what a picture says."""
    return "".join(ElementTree.fromstring(svg).itertext()).replace("\xa0", " ").split()


def test_every_picture_is_shown_and_small():
    made = {path.name: path for path in PICTURES.iterdir()}
    assert set(made) == shown()
    assert all(path.stat().st_size < 80_000 for path in made.values())


@pytest.mark.parametrize("name", sorted(name for name in shown() if name.endswith(".svg")))
def test_a_picture_loads_nothing_from_elsewhere(name):
    svg = (PICTURES / name).read_text(encoding="utf-8")
    ElementTree.fromstring(svg)
    links = re.findall(r"https?://[^\s\"')<]+", re.sub(r"<!.*?>", "", svg, flags=re.DOTALL))
    assert all("www.w3.org" in link for link in links)


@pytest.mark.slow
def test_the_terminal_shows_what_is_printed_today(tmp_path):
    for name in ("configs", "data"):
        shutil.copytree(ROOT / name, tmp_path / name)
    pictures.prepare(tmp_path)
    assert texts(pictures.terminal(tmp_path)) == texts((PICTURES / "terminal.svg").read_text(encoding="utf-8"))
