"""The rules of the house that a habit would not keep."""

import ast
import configparser
import subprocess
import sys
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[1] / "mlpcli"
OWNERS = {"click": "cli", "yaml": "config", "rich": "output"}


def imports(path):
    """(absolute module or relative part, level) of every import in a file."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from ((alias.name.split(".")[0], 0) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield (node.module or "").split(".")[0], node.level


@pytest.mark.parametrize("module", OWNERS)
def test_a_dependency_has_one_room(module):
    rooms = {
        path.relative_to(PACKAGE).parts[0]
        for path in PACKAGE.rglob("*.py")
        for n, level in imports(path)
        if n == module
    }
    assert rooms == {OWNERS[module]}


def test_the_maths_imports_numpy_alone():
    for path in (PACKAGE / "nn").rglob("*.py"):
        depth = len(path.relative_to(PACKAGE).parts) - 1
        for name, level in imports(path):
            assert level <= depth, f"{path}: leaves nn"
            assert level or name == "numpy" or name in sys.stdlib_module_names, f"{path}: {name}"


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


def test_every_package_is_in_the_wheel():
    config = configparser.ConfigParser()
    config.read(PACKAGE.parent / "setup.cfg")
    folders = {path.parent.relative_to(PACKAGE.parent) for path in PACKAGE.rglob("__init__.py")}
    listed = set(config["options"]["packages"].split())
    assert listed == {".".join(folder.parts) for folder in folders} | {"mlpcli.configs"}


def test_what_the_tests_need_is_pinned():
    config = configparser.ConfigParser()
    config.read(PACKAGE.parent / "setup.cfg")
    needed = (config["options"]["install_requires"] + config["options.extras_require"]["test"]).lower().split()
    lines = (PACKAGE.parent / "constraints.txt").read_text(encoding="utf-8").lower().splitlines()
    assert {line.partition(">=")[0] for line in needed} <= {line.partition("==")[0] for line in lines}
