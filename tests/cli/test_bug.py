"""What nobody expected: one line, a log file, exit 3."""

import os
import re
import signal
import subprocess
import sys

import pytest
from click.testing import CliRunner

from mlpcli.cli import bug, group, main

RAISING = """
import sys
from mlpcli.cli import main, forward
def broken(*args, **options):
    raise ValueError("one\\ntwo " + "x" * 500)
forward.command.callback = broken
sys.argv = ["mlp", "forward", "configs/toy.yaml"]
main()
"""


@pytest.fixture
def broken(monkeypatch, tmp_path):
    """A command that raises, and the folder of temporary files."""
    from mlpcli.cli import show

    def raising(*args, **options):
        raise KeyError("W1\n")

    monkeypatch.setattr(show.command, "callback", raising)
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    monkeypatch.setattr(sys, "argv", ["mlp", "show", "c.yaml"])
    monkeypatch.setattr(signal, "signal", lambda *_: None)  # main changes what the process does at a closed pipe
    return tmp_path


def test_a_bug_is_one_line_and_a_log(tmp_path):
    done = subprocess.run(
        [sys.executable, "-c", RAISING], capture_output=True, text=True, env=os.environ | {"TMPDIR": str(tmp_path)}
    )
    assert (done.returncode, done.stdout) == (3, "")
    (log,) = tmp_path.glob("mlp-*.log")
    line = re.fullmatch(r"mlp: a bug: ValueError: one\\ntwo x+…x+; the details are in (.*)\n", done.stderr)
    assert line, done.stderr
    assert line[1] == str(log)
    assert len(done.stderr) < 300
    text = log.read_text()
    assert "Traceback (most recent call last)" in text
    assert "in broken" in text
    for word in ("mlp: ", "Python: ", "numpy: ", "platform: ", "argv: ['mlp', 'forward', 'configs/toy.yaml']"):
        assert word in text


def test_a_bug_exits_with_3(broken, capsys):
    with pytest.raises(SystemExit) as caught:
        main()
    assert caught.value.code == 3
    assert re.fullmatch(r"mlp: a bug: KeyError: 'W1\\n'; the details are in .*\n", capsys.readouterr().err)


@pytest.mark.skipif(not hasattr(os, "getuid"), reason="modes of files")
def test_the_log_is_the_users_own(broken, capsys):
    with pytest.raises(SystemExit):
        main()
    (log,) = broken.iterdir()
    assert log.stat().st_mode & 0o077 == 0


def test_a_log_that_cannot_be_written_is_said(broken, capsys, monkeypatch):
    monkeypatch.setattr("tempfile.tempdir", str(broken / "nowhere"))
    with pytest.raises(SystemExit) as caught:
        main()
    assert caught.value.code == 3
    assert capsys.readouterr().err.endswith("the details cannot be written: No such file or directory\n")


def test_a_bug_without_a_message(capsys, monkeypatch):
    monkeypatch.setattr(bug, "keep", lambda text: "kept")
    bug.report(AssertionError())
    assert capsys.readouterr().err == "mlp: a bug: AssertionError; kept\n"


def test_the_runner_of_tests_sees_the_exception(broken):
    result = CliRunner().invoke(group, ["show", "c.yaml"])
    assert isinstance(result.exception, KeyError)
    assert not list(broken.iterdir())


def test_bad_input_is_no_bug(broken, capsys, monkeypatch):
    monkeypatch.setattr(sys, "argv", ["mlp", "forward", "nowhere.yaml"])
    with pytest.raises(SystemExit) as caught:
        main()
    assert caught.value.code == 2
    assert capsys.readouterr().err == "nowhere.yaml: no such file\n"
