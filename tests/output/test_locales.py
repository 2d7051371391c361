"""Text output is the same bytes in every locale: decimal commas, dotless i, no UTF-8.

Over versions of numpy it is held by the golden files, which the core's tests compare with the lowest and the newest.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
LOCALES = ("de_DE", "tr_TR")
SCRIPT = """
import locale, sys
from mlpcli.cli import main
found = locale.setlocale(locale.LC_ALL, "")
assert found.startswith(sys.argv.pop(1)), found
main()
"""
WORDS = (
    ["train", "configs/toy.yaml"],
    ["check", "configs/handout/3.6.yaml"],
    ["forward", "configs/toy.yaml", "--format", "csv"],
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """The locales, made by localedef from its sources, where the C library finds them by LOCPATH."""
    if sys.platform != "linux" or not shutil.which("localedef"):
        pytest.skip("needs localedef")
    folder = tmp_path_factory.mktemp("locales")
    for name in LOCALES:
        command = ["localedef", "-i", name, "-f", "UTF-8", folder / f"{name}.UTF-8"]
        if subprocess.run(command, capture_output=True).returncode > 1:
            pytest.skip("needs the sources of locales")
    return folder


def printed(words, locale, **variables):
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("LC_", "LANG"))}
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT, locale, *words],
        cwd=ROOT,
        env=environment | {"LC_ALL": locale} | variables,
        capture_output=True,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.slow
@pytest.mark.parametrize("words", WORDS, ids=lambda words: words[0])
def test_locales(folder, words):
    reference = printed(words, "C", PYTHONUTF8="1")
    assert reference
    for name in LOCALES:
        assert printed(words, f"{name}.UTF-8", LOCPATH=str(folder)) == reference
    assert printed(words, "C", PYTHONUTF8="0", PYTHONCOERCECLOCALE="0") == reference
