"""One case of each kind: a damaged file, and what is wrong with what the program makes of it."""

import re
from pathlib import Path
from random import Random

from click.testing import CliRunner

from mlpcli.check.claims.dumps import read_dump
from mlpcli.cli import group
from mlpcli.errors import InputError
from mlpcli.files.arrays import read_array
from mlpcli.files.streams import ArrayError
from mlpcli.files.weights import read_weights

from . import configs, files

COMMANDS = {
    "show c.yaml": 20,
    "forward c.yaml --color never": 20,
    "backward c.yaml": 20,
    "train c.yaml --steps 2": 20,
    "check c.yaml": 10,
    "why Y1[0,0] c.yaml": 3,
    "gradcheck c.yaml": 3,
    "worksheet c.yaml": 3,
    "grade c.yaml mine.txt": 1,
    "coverage c.yaml": 0.2,
}
"""What is run on a damaged config, and how often."""
PROBLEM = re.compile(r"(mlp|[^:]+(:[1-9]\d*:[1-9]\d*)?): \S")
"""What is wrong, and where: file, line, column."""
CHECKED = 0.06
"""The part of the damaged dumps that are judged too, not only read: that takes ten times as long."""


def prepared(folder: Path) -> None:
    """Write the files beside those that are damaged."""
    for name, text in configs.FILES.items():
        (folder / name).write_text(text, encoding="utf-8")
    (folder / "whole.yaml").write_text(files.CONFIG, encoding="utf-8")
    (folder / "mine.txt").write_text("Y1 = [[1, 2]]\n", encoding="utf-8")


def config(random: Random) -> str:
    """Run a command on a damaged config; returns what is wrong."""
    Path("c.yaml").write_bytes(configs.damaged_config(random))
    (words,) = random.choices(list(COMMANDS), list(COMMANDS.values()))
    return run(words.split())


def dump(random: Random) -> str:
    """Read a damaged dump, or judge it."""
    name, data = random.choice(list(files.DUMPS.items()))
    Path(name).write_bytes(files.damaged(data, random))
    if random.random() < CHECKED:
        return run(["check", "whole.yaml", "--against", name])
    return refused(lambda: read_dump(name), InputError)


def array(random: Random) -> str:
    """Read a damaged file of inputs."""
    name, data = random.choice(list(files.NUMBERS.items()))
    Path(name).write_bytes(files.damaged(data, random))
    return refused(lambda: read_array(Path(name), "W1" if name.endswith("z") else None), ArrayError)


def weights(random: Random) -> str:
    """Read a damaged file of weights."""
    name, data = random.choice(list(files.WEIGHTS.items()))
    Path(name).write_bytes(files.damaged(data, random))
    return refused(lambda: read_weights(Path(name)), ArrayError)


def table(random: Random) -> str:
    """Write a config for a damaged table, which reads it as DuckDB does."""
    name, data = random.choice(list(files.TABLES.items()))
    Path(name).write_bytes(files.damaged(data, random))
    return run(["new", name, "--target", "-1"])


KINDS = {"config": config, "dump": dump, "array": array, "weights": weights, "table": table}


def run(words: list[str]) -> str:
    """Return what is wrong with how a command ends: a bug, another exit code, or a problem that is no line."""
    result = CliRunner().invoke(group, words)
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    if result.exit_code not in (0, 1, 2):
        return f"{words}: exit code {result.exit_code}"
    if result.exit_code == 2 and not result.stderr.strip():
        return f"{words}: nothing said"
    said = result.stderr.splitlines()
    usage = result.exit_code != 2 or said[0].startswith("Usage: ")
    odd = [line for line in said if not line.isprintable() or len(line) > 2000 or not (usage or PROBLEM.match(line))]
    return f"{words}: {odd[0]!r}" if odd else ""


def refused(read, error: type[Exception]) -> str:
    """Return what is wrong with how a reader refuses, if it does."""
    try:
        read()
    except error as problem:
        return "" if str(problem) else "nothing said"
    return ""
