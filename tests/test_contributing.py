"""What CONTRIBUTING.md says: every recipe is added and used, and a command prints what it shows."""

import re
import shlex
from pathlib import Path

import pytest
from click.testing import CliRunner

from mlpcli.check.claims.dumps import READERS
from mlpcli.check.diagnosis.hypotheses import HYPOTHESES
from mlpcli.cli import group
from mlpcli.nn.layers import LAYERS
from mlpcli.nn.losses import LOSSES
from mlpcli.nn.optimizers import OPTIMIZERS
from mlpcli.output.formats import FORMATS
from mlpcli.train.engines import ENGINES
from mlpcli.values.table import NUMBERS

from .test_house import FLOORS, PACKAGE

TEXT = (PACKAGE.parent / "CONTRIBUTING.md").read_text(encoding="utf-8")
BLOCK = re.compile(r"^```(\w*)\n(.*?)^```$", re.DOTALL | re.MULTILINE)
BEFORE, *RECIPES = re.split(r"^### ", TEXT, flags=re.MULTILINE)
TABLES = {
    "A layer": LAYERS,
    "A loss": LOSSES,
    "An optimizer": OPTIMIZERS,
    "A number type": NUMBERS,
    "A format": FORMATS,
    "An executor": ENGINES,
    "A dump reader": READERS,
    "A hypothesis": HYPOTHESES,
}
FILES = {"yaml": "mine.yaml", "text": "mine.dat"}


def title(recipe):
    return recipe.partition("\n")[0]


@pytest.fixture
def table(request):
    """The table that a recipe adds to; as it was, afterwards."""
    found = TABLES[title(request.param)]
    before = dict(found)
    yield found
    found.clear()
    found.update(before)


def write(text):
    """Write the files that are shown."""
    for language, content in BLOCK.findall(text):
        if language in FILES:
            Path(FILES[language]).write_text(content, encoding="utf-8")


@pytest.mark.parametrize(("recipe", "table"), [(r, r) for r in RECIPES], indirect=["table"], ids=map(title, RECIPES))
def test_a_recipe_is_added_and_used(recipe, table, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    write(BEFORE)
    write(recipe)
    blocks = dict(BLOCK.findall(recipe))
    command, *shown = blocks["console"].splitlines()
    words = shlex.split(command.removeprefix("$ mlp "))
    assert not prints(words, shown)
    before = set(table)
    exec(compile(blocks["python"], title(recipe), "exec"), {"__name__": title(recipe)})
    assert len(set(table) - before) == 1
    assert prints(words, shown)


def prints(words, shown):
    """Whether a command prints these lines, or more where the last of them says so."""
    printed = CliRunner().invoke(group, words).stdout.splitlines()
    return printed[: len(shown) - 1] == shown[:-1] if shown[-1] == "..." else printed == shown


def test_there_is_a_recipe_for_everything_that_can_be_added():
    assert list(map(title, RECIPES)) == list(TABLES)


def test_every_block_is_run():
    kinds = [[language for language, _ in BLOCK.findall(text)] for text in (BEFORE, *RECIPES)]
    assert kinds[0] == ["yaml"]
    assert all(sorted(set(found) - set(FILES)) == ["console", "python"] for found in kinds[1:])
    assert sum(map(len, kinds)) == TEXT.count("\n```") / 2


def test_every_room_is_on_its_floor():
    floor, floors = 0, {}
    for number, room in re.findall(r"^    (\d| )   (\w+) ", BEFORE, re.MULTILINE):
        floor = int(number) if number.strip() else floor
        floors[room] = floor
    assert floors == {room: floor for room, floor in FLOORS.items() if floor}
