"""Pages in Markdown, run as a reader would: block after block, in a folder with the configs and data of the checkout.

A block of `yaml` or `python` that begins with a comment, the name of a file, is that file. Any other `yaml` is a
config that trains, any other `python` a session. The lines of `sh` are commands; `console` has one and what it prints,
to its end or up to `...`. A command ends well unless it ends in `# exit code 1` or 2. Not run are `text`, and `bash`:
what is installed (`.ci/run` runs that of the README), or needs another program.
"""

import doctest
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

from click.testing import CliRunner

from mlpcli.cli import group
from mlpcli.cli.exits import BAD_INPUT

ROOT = Path(__file__).parents[1]
BLOCK = re.compile(r"^```(\w*)\n(.*?)^```$", re.DOTALL | re.MULTILINE)
FILE = re.compile(r"# (\S+\.\w+)\n")
CODE = re.compile(r"# exit code (\d)$")


def blocks(path):
    """Return the language and the text of every block of a page."""
    return BLOCK.findall(path.read_text(encoding="utf-8"))


def commands(path):
    """Return every command of a page."""
    found = [(language, text.splitlines()) for language, text in blocks(path)]
    lines = [line for language, lines in found for line in (lines[:1] if language == "console" else lines)]
    return [line.removeprefix("$ ") for line in lines if re.match(r"(\$ )?mlp ", line)]


def run_page(path, folder):
    """Run every block of a page in a folder that is the current one."""
    for name in ("configs", "data"):
        shutil.copytree(ROOT / name, folder / name)
    for language, text in blocks(path):
        RUN[language](text)


def run_command(line, **kwargs):
    """Run `mlp ...`, `mkdir DIR` or `python FILE > FILE`; returns what it prints."""
    code = int(found[1]) if (found := CODE.search(line)) else 0
    words = shlex.split(line, comments=True)
    if words[0] == "python":
        _, script, _, output = words
        done = subprocess.run([sys.executable, script], capture_output=True, check=True)
        Path(output).write_bytes(done.stdout)
        return ""
    if words[0] == "mkdir":
        Path(words[1]).mkdir()
        return ""
    assert words[0] == "mlp", line
    result = CliRunner().invoke(group, words[1:], **kwargs)
    assert result.exit_code == code, (line, result.output)
    return result.stderr if code == BAD_INPUT else result.stdout


def run_lines(text):
    for line in text.splitlines():
        run_command(line)


def show(text):
    command, *shown = text.splitlines()
    printed = run_command(command.removeprefix("$ ")).splitlines()
    if shown[-1] == "...":
        shown.pop()
        printed = printed[: len(shown)]
    assert printed == shown, command


def train(text):
    if not wrote(text):
        run_command("mlp train - --steps 2", input=text)


def converse(text):
    if not wrote(text):
        examples = doctest.DocTestParser().get_doctest(text, {}, "page", "page", 0)
        assert examples.examples
        assert doctest.DocTestRunner().run(examples).failed == 0


def wrote(text):
    """Return whether a block is a file, which is written."""
    if found := FILE.match(text):
        Path(found[1]).parent.mkdir(parents=True, exist_ok=True)
        Path(found[1]).write_text(text, encoding="utf-8")
    return bool(found)


RUN = {"sh": run_lines, "console": show, "yaml": train, "python": converse, "text": len, "bash": len}
