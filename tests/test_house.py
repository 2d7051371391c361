"""The rules of the house that a habit would not keep."""

import ast
import configparser
import re
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest

from mlpcli.errors import DISTRIBUTION
from mlpcli.values.table import NUMBERS

PACKAGE = Path(__file__).parents[1] / "mlpcli"
OWNERS = {
    "click": "cli",
    "yaml": "config",
    "rich": "output",
    "openpyxl": "files",
    "xlsxwriter": "output/xlsx",
    "duckdb": "files",
    "resvg_py": "output/plot",
    "onnx": "output/onnx",
    "jax": "train/execute",
    "torch": "train/execute",
}


def nodes(path):
    """Every node of a file's syntax tree."""
    return ast.walk(ast.parse(path.read_text(encoding="utf-8")))


@cache
def imports(path):
    """(absolute module or relative part, level) of every import in a file."""
    found = []
    for node in nodes(path):
        if isinstance(node, ast.Import):
            found += [(alias.name.split(".")[0], 0) for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            found.append(((node.module or "").split(".")[0], node.level))
    return found


@pytest.mark.parametrize("module", OWNERS)
def test_a_dependency_has_one_room(module):
    rooms = {
        path.relative_to(PACKAGE).parent.as_posix()
        for path in PACKAGE.rglob("*.py")
        for n, level in imports(path)
        if n == module and not level
    }
    assert rooms == {OWNERS[module]}


FLOORS = {
    "errors": 0,
    "values": 1,
    "files": 1,
    "nn": 2,
    "tables": 3,
    "config": 4,
    "output": 4,
    "check": 5,
    "train": 5,
    "api": 6,
    "cli": 6,
}
"""Rooms of the house by the floor they are on: a room imports from floors below its own."""


def rooms_imported(path):
    """The rooms of the package that a file imports from."""
    parts = path.relative_to(PACKAGE).parts
    for node in nodes(path):
        if isinstance(node, ast.ImportFrom) and node.level:
            base = parts[: len(parts) - node.level]
            yield [*base, *(node.module or "").split(".")][0]


def test_no_room_imports_from_its_own_floor_or_above():
    for path in PACKAGE.rglob("*.py"):
        room = path.relative_to(PACKAGE).parts[0]
        for other in set(rooms_imported(path)) - {room, ""} if room in FLOORS else ():
            assert FLOORS[other] < FLOORS[room], f"{path.relative_to(PACKAGE)} imports from {other}"


NAMED = re.compile(r"^ *from \.+nn\.(?:layers|losses|optimizers)(?! import mean$).*", re.MULTILINE)
"""An import of a layer, a loss or an optimizer; the mean is that of any loss."""


@pytest.mark.parametrize("room", ["output", "check", "train", "cli"])
def test_no_reading_of_a_program_knows_a_layer_by_name(room):
    found = {path: NAMED.findall(path.read_text(encoding="utf-8")) for path in (PACKAGE / room).rglob("*.py")}
    assert not {path: lines for path, lines in found.items() if lines}


@pytest.mark.parametrize("room", ["values", "nn"])
def test_the_maths_imports_numpy_alone(room):
    for path in (PACKAGE / room).rglob("*.py"):
        for name, level in imports(path):
            mine = level or name == "numpy" or name in sys.stdlib_module_names
            assert mine or (room, name) == ("values", "flint"), f"{path}: {name}"


@pytest.mark.parametrize(
    ("arguments", "variables"),
    [
        (["--version"], {}),
        (["--help"], {}),
        ([], {"_MLP_COMPLETE": "bash_complete", "COMP_WORDS": "mlp f", "COMP_CWORD": "1"}),
    ],
)
def test_version_help_and_completion_import_no_numpy(arguments, variables):
    script = (
        "import sys, os\nfrom mlpcli.cli import main\n"
        f"sys.argv = ['mlp', *{arguments}]\nos.environ.update({variables})\n"
        "try: main()\nexcept SystemExit: pass\n"
        "assert 'click' in sys.modules and not {'numpy', 'yaml', 'rich.console'} & set(sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert done.stdout


def test_files_are_short():
    long = {str(p): n for p in PACKAGE.rglob("*.py") if (n := len(p.read_text(encoding="utf-8").splitlines())) > 250}
    assert not long


def setup():
    config = configparser.ConfigParser()
    config.read(PACKAGE.parent / "setup.cfg")
    return config


def test_every_package_is_in_the_wheel():
    folders = {path.parent.relative_to(PACKAGE.parent) for path in PACKAGE.rglob("__init__.py")}
    listed = set(setup()["options"]["packages"].split())
    assert listed == {".".join(folder.parts) for folder in folders} | {"mlpcli.configs"}


def needed():
    """(file, package, extra) of every message that a package is missing."""
    for path in PACKAGE.rglob("*.py"):
        for node in nodes(path):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "needs":
                yield path.name, *(getattr(argument, "value", argument) for argument in node.args)
    for number_type in NUMBERS.values():
        if number_type.package:
            yield "number types", number_type.package, number_type.extra


def test_what_is_missing_is_installed_by_its_extra():
    extras = {name: wanted.split() for name, wanted in setup()["options.extras_require"].items()}
    found = [found for found in needed() if all(isinstance(word, str) for word in found)]
    assert len(found) >= 8
    for file, package, extra in found:
        assert package in {line.partition(">=")[0] for line in extras[extra]}, file
    assert setup()["metadata"]["name"] == DISTRIBUTION


def test_what_the_tests_need_is_pinned():
    wanted = (setup()["options"]["install_requires"] + setup()["options.extras_require"]["test"]).lower().split()
    lines = (PACKAGE.parent / "constraints.txt").read_text(encoding="utf-8").lower().splitlines()
    assert {line.partition(">=")[0] for line in wanted} <= {line.partition("==")[0] for line in lines}
