"""Full disks, closed pipes, Ctrl-C: the program as a process. Nothing half written, one clear line, no traceback."""

import errno
import os
import resource
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

TOY = str(Path(__file__).parents[2] / "configs" / "toy.yaml")
PLAIN = "layers: [relu]\ninputs: [[1, -2]]\n"
FULL = os.strerror(errno.ENOSPC)

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="signals, limits and devices of Linux")


# Without buffers a full device shows at once; with them, as users have them, only when they are flushed.
ENVIRONMENT = {name: value for name, value in os.environ.items() if name != "PYTHONUNBUFFERED"}


def mlp(*arguments, **options):
    given = {"capture_output": True, "timeout": 60, "text": True, "env": ENVIRONMENT} | options
    if "stdout" in options:
        given = {"stderr": subprocess.PIPE} | {k: v for k, v in given.items() if k != "capture_output"}
    return subprocess.run([sys.executable, "-m", "mlpcli", *arguments], **given)


@pytest.fixture
def config(tmp_path):
    (tmp_path / "c.yaml").write_text(PLAIN)
    return str(tmp_path / "c.yaml")


@pytest.fixture
def large(tmp_path):
    """A config whose printed tensors do not fit into a pipe."""
    (tmp_path / "x.csv").write_text("\n".join(["0.123456789,0.5"] * 50_000))
    (tmp_path / "large.yaml").write_text("layers: [relu]\ninputs: {file: x.csv}\n")
    return str(tmp_path / "large.yaml")


def failed(done, line):
    assert done.returncode == 2
    assert done.stderr.splitlines()[-1] == line
    assert "Traceback" not in done.stderr
    assert not done.stdout


def limited_files():
    resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))


def test_a_full_disk_leaves_the_old_file(large, tmp_path):
    folder = tmp_path / "out"
    folder.mkdir()
    (folder / "y.json").write_text("old")
    done = mlp("forward", large, "-o", str(folder / "y.json"), preexec_fn=limited_files)
    failed(done, f"{folder / 'y.json'}: cannot be written: {os.strerror(errno.EFBIG)}")
    assert [path.name for path in folder.iterdir()] == ["y.json"]
    assert (folder / "y.json").read_text() == "old"


def test_a_full_device(config):
    failed(mlp("forward", config, "-o", "/dev/full"), f"/dev/full: cannot be written: {FULL}")


@pytest.mark.parametrize("arguments", [["forward", TOY], ["show", TOY], ["gradcheck", TOY]])
def test_standard_output_on_a_full_device(arguments):
    with open("/dev/full", "w") as full:
        failed(mlp(*arguments, stdout=full), f"<stdout>: cannot be written: {FULL}")


@pytest.mark.parametrize("arguments", [["--help"], ["--version"], ["forward", "--help"]])
def test_help_on_a_full_device(arguments):
    with open("/dev/full", "w") as full:
        failed(mlp(*arguments, stdout=full), f"<stdout>: {FULL}")


def test_a_missing_folder(config, tmp_path):
    target = tmp_path / "nowhere" / "y.npz"
    failed(mlp("forward", config, "-o", str(target)), f"{target}: cannot be written: {os.strerror(errno.ENOENT)}")


def test_a_directory_as_output(config, tmp_path):
    done = mlp("forward", config, "-o", str(tmp_path))
    assert done.returncode == 2
    assert str(tmp_path) in done.stderr
    assert not done.stdout


def test_a_loop_of_links_as_output(config, tmp_path):
    (tmp_path / "loop").symlink_to("loop")
    done = mlp("forward", config, "-o", str(tmp_path / "loop"))
    assert done.returncode in (0, 2)
    assert "Traceback" not in done.stderr


def test_an_output_through_a_link_keeps_the_link(config, tmp_path):
    (tmp_path / "real.txt").write_text("old")
    (tmp_path / "link.txt").symlink_to("real.txt")
    assert mlp("forward", config, "-o", str(tmp_path / "link.txt")).returncode == 0
    assert (tmp_path / "link.txt").is_symlink()
    assert "Y: [[1, 0]]" in (tmp_path / "real.txt").read_text()


def test_the_longest_file_name(config, tmp_path):
    target = tmp_path / ("y" * 251 + ".txt")
    assert mlp("forward", config, "-o", str(target)).returncode == 0
    assert target.exists()


def test_bad_input_leaves_the_old_file(tmp_path):
    (tmp_path / "c.yaml").write_text("layers: [reul]\ninputs: [[1]]")
    (tmp_path / "y.txt").write_text("old")
    failed(
        mlp("forward", "c.yaml", "-o", "y.txt", cwd=tmp_path),
        "c.yaml:1:10: layers[0]: unknown layer 'reul' (did you mean 'relu'?)",
    )
    assert (tmp_path / "y.txt").read_text() == "old"


@pytest.mark.parametrize("form", ["text", "json", "csv", "npz"])
def test_a_closed_pipe(large, form):
    command = [sys.executable, "-m", "mlpcli", "forward", large, "--full", "--format", form]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=ENVIRONMENT) as process:
        process.stdout.read(1)
        process.stdout.close()
        assert process.stderr.read() == b""
    assert process.returncode in (-signal.SIGPIPE, 141)


def test_a_pipe_closed_from_the_start(large):
    reader, writer = os.pipe()
    os.close(reader)
    done = mlp("forward", large, "--full", stdout=writer)
    os.close(writer)
    assert done.stderr == ""


def test_standard_output_that_is_closed(config):
    done = mlp("forward", config, preexec_fn=lambda: os.close(1))
    failed(done, "<stdout>: cannot be written: it is closed")


def test_standard_input_that_is_closed():
    failed(mlp("forward", "-", preexec_fn=lambda: os.close(0)), "<stdin>: the config is empty")


def test_standard_error_on_a_full_device():
    with open("/dev/full", "w") as full:
        done = mlp("forward", "nowhere.yaml", stderr=full, stdout=subprocess.PIPE)
    assert done.returncode == 2
    assert not done.stdout


def test_ctrl_c(tmp_path):
    target = tmp_path / "y.txt"
    command = [sys.executable, "-m", "mlpcli", "train", TOY, "--steps", "1000000000", "--last", "-o", str(target)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=ENVIRONMENT) as process:
        note = process.stderr.readline()  # the run has begun
        time.sleep(0.3)
        process.send_signal(signal.SIGINT)
        output, rest = process.communicate(timeout=10)
    assert process.returncode == 130
    assert note.startswith(TOY.encode())
    assert rest.strip() == b""
    assert output == b""
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["forwrad"], "no such command 'forwrad' (did you mean 'forward'?)"),
        (["forward", TOY, "--ony", "Y"], "--ony"),
        (["forward", TOY, "--precision", "0"], "--precision"),
        (["forward", TOY, "--format", "yaml"], "yaml"),
        (["train", TOY, "--steps", "0"], "--steps"),
        (["train", TOY, "--steps", "1.5"], "--steps"),
        (["forward", TOY, "extra"], "extra"),
        (["forward", "nowhere.yaml"], "nowhere.yaml: no such file"),
        (["forward", ""], f"'': cannot be read: {os.strerror(errno.EISDIR)}"),
    ],
)
def test_bad_usage(arguments, words):
    done = mlp(*arguments)
    assert done.returncode == 2
    assert words in done.stderr
    assert "Traceback" not in done.stderr
    assert not done.stdout


@pytest.mark.slow
@pytest.mark.parametrize(
    "variables", [{"PYTHONIOENCODING": "ascii"}, {"LC_ALL": "C", "PYTHONCOERCECLOCALE": "0", "PYTHONUTF8": "0"}]
)
def test_output_is_utf_8_whatever_the_locale(variables, tmp_path):
    environment = ENVIRONMENT | variables
    assert "X·W1 + B1".encode() in mlp("forward", TOY, env=environment, text=False).stdout
    assert mlp("forward", TOY, "-o", str(tmp_path / "y.txt"), env=environment).returncode == 0
    assert "X·W1 + B1" in (tmp_path / "y.txt").read_text(encoding="utf-8")


@pytest.mark.parametrize("arguments", [["--help"], ["train", "--help"], ["forward", "nöwhere.yaml"]])
def test_no_locale_breaks_words(arguments):
    environment = ENVIRONMENT | {"PYTHONIOENCODING": "ascii", "LC_ALL": "C", "PYTHONUTF8": "0"}
    assert "Traceback" not in mlp(*arguments, env=environment).stderr


@pytest.mark.slow
def test_a_file_name_that_is_no_utf_8(tmp_path):
    (tmp_path / os.fsdecode(b"\xff.yaml")).write_text(PLAIN)
    done = mlp("forward", os.fsdecode(b"\xff.yaml"), "--set", "seed=x", cwd=tmp_path)
    failed(done, "--set seed:1:1: seed: 'x' is not a whole number")
    assert mlp("forward", os.fsdecode(b"\xff.yaml"), cwd=tmp_path).returncode == 0


def test_a_device_without_end_as_config():
    failed(mlp("forward", "/dev/zero"), "/dev/zero: larger than 32 MB; put arrays in .npz files")


@pytest.mark.slow
@pytest.mark.skipif("sanitize" in os.environ.get("CFLAGS", ""), reason="sanitizers reserve memory of their own")
def test_too_little_memory(tmp_path):
    def little():
        resource.setrlimit(resource.RLIMIT_AS, (700 * 2**20, 700 * 2**20))

    inputs = ", ".join("1" * 33)
    (tmp_path / "c.yaml").write_text(f"layers: [{{type: linear, units: 1000000}}]\ninputs: [[{inputs}]]\n")
    environment = ENVIRONMENT | {"OPENBLAS_NUM_THREADS": "1"}
    done = mlp("forward", "c.yaml", cwd=tmp_path, preexec_fn=little, env=environment)
    failed(done, "mlp: not enough memory")
