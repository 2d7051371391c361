"""Training from the command line, and what is done with the result."""

import errno
import json
import os
import re
import resource
import signal
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import yaml
from click.testing import CliRunner

from mlpcli.cli import group

ROOT = Path(__file__).parents[2]
DIGITS = ROOT / "configs" / "digits.yaml"


@pytest.fixture
def run(monkeypatch):
    monkeypatch.chdir(ROOT)
    return lambda *arguments: CliRunner().invoke(group, [str(a) for a in arguments], prog_name="mlp")


def result(text):
    return yaml.safe_load(text)


def test_the_digits_are_learned(run):
    """The goal stated for this data set: 97 % of the digits held out."""
    done = run("train", DIGITS)
    assert done.exit_code == 0
    assert result(done.stdout)["validation_accuracy"] >= 0.97
    assert re.search(
        r"^epoch 30/30: loss \S+, accuracy \S+, validation_loss \S+, validation_accuracy \S+$", done.stderr, re.M
    )


def test_what_is_left_in_the_folder_is_what_was_printed(run, tmp_path):
    folder = tmp_path / "run"
    printed = result(run("train", DIGITS, "--run", folder, "--epochs", 3).stdout)
    lines = [json.loads(line) for line in (folder / "metrics.jsonl").read_text().splitlines()]
    assert [line["epoch"] for line in lines] == [1, 2, 3]
    assert lines[-1]["validation_loss"] == pytest.approx(printed["validation_loss"], rel=1e-7)
    evaluated = result(run("evaluate", folder).stdout)
    assert evaluated["evaluated"] == "held-out"
    assert evaluated["examples"] == round(0.2 * 1797)
    assert evaluated["loss"] == printed["validation_loss"]
    assert evaluated["accuracy"] == printed["validation_accuracy"]
    confusion = np.array(evaluated["confusion"])
    assert confusion.trace() / confusion.sum() == pytest.approx(printed["validation_accuracy"], rel=1e-7)
    trained = result(run("evaluate", folder, "--on", "trained").stdout)
    assert trained["examples"] == 1797 - evaluated["examples"]
    assert result((folder / "config.yaml").read_text())["epochs"] == 3


def test_the_outputs_are_those_of_the_explaining_pass(run, small, tmp_path):
    """`mlp forward` with the weights of the run, batch normalization by running statistics."""
    run("train", small, "--run", tmp_path / "run")
    predicted = json.loads(run("predict", tmp_path / "run", "--format", "json").stdout)
    weights = tmp_path / "run" / "weights.npz"
    forward = run("forward", small, "--set", f"weights={weights}", "--mode", "eval", "--format", "json", "--only", "Y2")
    (tensor,) = json.loads(forward.stdout)["tensors"]
    np.testing.assert_allclose(predicted["outputs"], tensor["value"], rtol=1e-13)
    assert predicted["classes"] == np.argmax(tensor["value"], axis=1).tolist()


@pytest.mark.parametrize("form", ["text", "csv", "json", "npz"])
def test_predictions_say_the_same_in_every_format(run, small, tmp_path, form):
    run("train", small, "--run", tmp_path / "run")
    expected = json.loads(run("predict", tmp_path / "run", "--format", "json").stdout)
    path = tmp_path / f"out.{form if form != 'text' else 'yaml'}"
    assert run("predict", tmp_path / "run", "-o", path, "--format", form).exit_code == 0
    if form == "npz":
        with np.load(path) as found:
            outputs, classes = found["outputs"], found["classes"]
    elif form == "csv":
        header, *_ = path.read_text().splitlines()
        assert header.startswith("classes,outputs[0],outputs[1]")
        table = np.loadtxt(path, delimiter=",", skiprows=1)
        classes, outputs = table[:, 0], table[:, 1:]
    else:
        found = yaml.safe_load(path.read_text())
        outputs, classes = found["outputs"], found["classes"]
    np.testing.assert_allclose(outputs, expected["outputs"], rtol=1e-7)
    np.testing.assert_array_equal(classes, expected["classes"])


def test_a_step_explained_is_the_step_taken(run, small, tmp_path):
    """Step 6 of the training of small.yaml: the second epoch's second batch, from the weights of 5 steps."""
    run("train", small, "--run", tmp_path / "run", "--steps", 5)
    explained = json.loads(run("train", small, "--explain-step", 6, "--format", "json", "--only", "*").stdout)
    values = {t["name"]: np.array(t["value"]) for t in explained["tensors"]}
    with np.load(tmp_path / "run" / "weights.npz") as weights:
        np.testing.assert_array_equal(values["W1"], weights["W1"])
        np.testing.assert_array_equal(values["running_mean1_old"], weights["running_mean1"])
    run("train", small, "--run", tmp_path / "next", "--steps", 6)
    with np.load(tmp_path / "next" / "weights.npz") as weights:
        np.testing.assert_allclose(values["W1_new"], weights["W1"], rtol=1e-12)
    with np.load(small.parent / "data.npz") as data:
        order = np.random.default_rng((0, 1)).permutation(30)
        np.testing.assert_array_equal(values["X"], data["X"][order[8:16]])


@pytest.mark.parametrize("suffix", [".npz", ".safetensors"])
def test_weights_go_to_pytorch_and_back(run, small, tmp_path, suffix):
    torch = pytest.importorskip("torch")
    run("train", small, "--run", tmp_path / "run")
    file = tmp_path / f"weights{suffix}"
    assert run("export", tmp_path / "run", "-o", file, "--names", "torch").exit_code == 0
    model = torch.nn.Sequential(
        torch.nn.Linear(4, 5), torch.nn.BatchNorm1d(5, eps=1e-3), torch.nn.ReLU(), torch.nn.Linear(5, 3)
    ).double()
    if suffix == ".npz":
        with np.load(file) as found:
            tensors = {name: torch.tensor(found[name]) for name in found.files}
    else:
        tensors = pytest.importorskip("safetensors.torch").load_file(file)
    model.load_state_dict(tensors | {"1.num_batches_tracked": torch.tensor(0)})
    with np.load(small.parent / "data.npz") as data:
        theirs = torch.softmax(model.eval()(torch.tensor(data["X"])), 1).detach().numpy()
    ours = json.loads(run("predict", tmp_path / "run", "--format", "json").stdout)["outputs"]
    np.testing.assert_allclose(ours, theirs, rtol=1e-12)
    back = json.loads(run("predict", small, "--weights", file, "--format", "json").stdout)["outputs"]
    assert back == ours


def test_patience_keeps_the_best_epoch(run, small):
    """Random labels are not learned: the loss held out soon rises."""
    done = run("train", small, "--set", "validation=0.3", "--set", "patience=3", "--epochs", 500)
    found = result(done.stdout)
    assert found["stopped_early"] is True
    assert found["epoch"] < 500
    assert f"epoch {found['epoch'] + 3}/500" in done.stderr


def test_divergence_names_step_and_tensor(run, small):
    """With l2 in place of probabilities nothing is bounded: a rate of 1e200 overflows in the second step."""
    done = run("train", small, "--set", "loss=l2", "--set", "layers[1]=identity", "--set", "learning_rate=1e200")
    assert done.exit_code == 1
    assert done.stdout == ""
    assert re.search(
        r"^mlp: step 2 \(epoch 1\): \S+ is the first tensor that is not finite: .*; try ", done.stderr, re.M
    )


def test_nan_in_the_data_is_found(run, small, tmp_path, monkeypatch):
    """Of a large file that is mapped, when its rows are read; else before."""
    X = np.random.default_rng(0).normal(size=(30, 4))
    X[17, 2] = np.nan
    np.save(tmp_path / "X.npy", X)
    options = ["--set", f"inputs={{file: {tmp_path / 'X.npy'}}}", "--set", "shuffle=false"]
    done = run("train", small, *options)
    assert done.exit_code == 2
    assert "X.npy holds nan in row 18, column 3" in done.stderr
    monkeypatch.setattr("mlpcli.config.sources.LOOKED_AT", 0)
    done = run("train", small, *options)
    assert done.exit_code == 1
    assert "step 3 (epoch 1): X is the first tensor that is not finite: 1 of 32 numbers" in done.stderr


BAD = [
    (["--explain-step", 99], "--explain-step 99: the training has 16 steps"),
    (["--steps", 3, "--epochs", 2], "--steps and --epochs: one of the two"),
    (["-o", "x.npz"], "--format npz cannot render what train says here: text, json, markdown"),
    (["--only", "W1"], "its tensors: --explain-step"),
    (["--dtype", "ball"], "--dtype ball is for the digits of tensors: with --explain-step"),
    (["--set", "patience=3"], "--set patience:1:1: patience: needs examples held out: give validation"),
    (["--set", "validation=1"], "validation: '1' is not above 0 and below 1"),
    (["--set", "targets.classes=[1, 2]"], "targets: 2 targets for 30 inputs"),
    (["--set", "targets.classes={file: data.npz, key: X}"], "targets"),
    (["--set", "optimizer.clip_norm=0"], "clip_norm"),
    (["--set", "optimizer.schedule=cosin"], "unknown schedule 'cosin' (did you mean 'cosine'?)"),
]


@pytest.mark.parametrize(("arguments", "message"), BAD)
def test_bad_input(run, small, arguments, message):
    done = run("train", small, *arguments)
    assert done.exit_code == 2
    assert message in done.stderr
    assert done.stdout == ""


def test_a_damaged_checkpoint_is_an_error_and_others_stay(run, small, tmp_path):
    folder = tmp_path / "run"
    run("train", small, "--run", folder, "--checkpoint-every", 0)
    *_, before, last = sorted(folder.glob("checkpoint-*.npz"))
    kept = before.read_bytes()
    for content in (last.read_bytes()[:-100], b"", b"no zip at all", Path(folder / "weights.npz").read_bytes()):
        last.write_bytes(content)
        done = run("train", "--resume", folder)
        assert done.exit_code == 2
        assert f"{last}: is no whole checkpoint of this training: " in done.stderr
        assert f"remove it to go on from {before.name}" in done.stderr
        assert before.read_bytes() == kept
    last.unlink()
    assert run("train", "--resume", folder).exit_code == 0


def test_a_checkpoint_of_another_network_is_refused(run, small, tmp_path):
    run("train", small, "--run", tmp_path / "run")
    done = run("train", "--resume", tmp_path / "run", "--set", "layers[0].units=6")
    assert done.exit_code == 2
    assert "is of a training that differs in layers: a run goes on as it began" in done.stderr


def test_data_that_are_gone_are_an_error(run, small, tmp_path):
    run("train", small, "--run", tmp_path / "run")
    (tmp_path / "data.npz").unlink()
    done = run("train", "--resume", tmp_path / "run")
    assert done.exit_code == 2
    assert "no such file" in done.stderr


def test_more_epochs_go_on_where_the_run_ended(run, small, tmp_path):
    run("train", small, "--run", tmp_path / "run")
    run("train", small, "--run", tmp_path / "whole", "--epochs", 6)
    assert result(run("train", "--resume", tmp_path / "run", "--epochs", 6).stdout)["epoch"] == 6
    with np.load(tmp_path / "run" / "weights.npz") as one, np.load(tmp_path / "whole" / "weights.npz") as other:
        for name in one.files:
            np.testing.assert_array_equal(one[name], other[name])


def test_a_full_disk_is_one_error_and_leaves_the_last_checkpoint(small, tmp_path):
    """No file may grow beyond 2,000 bytes, which a checkpoint does, and a config does not."""
    folder = tmp_path / "run"

    def limit():
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (2000, 2000))

    command = [sys.executable, "-m", "mlpcli", "train", str(small), "--run", str(folder)]
    uncompiled = {**os.environ, "PYTHONDONTWRITEBYTECODE": "1"}  # Python would keep what it compiles, cut off
    done = subprocess.run(command, env=uncompiled, preexec_fn=limit, capture_output=True, text=True)
    assert done.returncode == 2
    assert done.stderr.splitlines()[-1].endswith(f"cannot be written: {os.strerror(errno.EFBIG)}")
    assert "Traceback" not in done.stderr
    assert [path.name for path in folder.iterdir() if path.suffix == ".npz" or path.name.startswith(".mlp-")] == []
    done = subprocess.run([*command[:4], "--resume", str(folder)], capture_output=True, text=True)
    assert done.returncode == 0


def test_a_run_is_not_begun_over_another(run, small, tmp_path):
    run("train", small, "--run", tmp_path / "run")
    done = run("train", small, "--run", tmp_path / "run")
    assert done.exit_code == 2
    assert done.stderr == f"{tmp_path / 'run'}: holds a run already: --resume goes on with it\n"


@pytest.mark.slow
def test_a_terminal_sees_a_bar_and_the_pipe_the_result(small):
    """On standard error, and only there; the result is the same bytes as without a terminal."""
    import pty

    command = [sys.executable, "-m", "mlpcli", "train", str(small), "--epochs", "3000"]
    leader, follower = pty.openpty()
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=follower)
    out, _ = process.communicate(timeout=60)
    seen = b""
    while not seen.endswith(b"\n") and len(seen) < 100:
        seen += os.read(leader, 10000)
    os.close(follower)
    os.close(leader)
    assert b"\x1b[" in seen
    assert b"epoch" in seen or b"training" in seen
    assert out == subprocess.run(command, capture_output=True).stdout
    assert b"\x1b" not in out


def test_threads_are_chosen_before_numpy_is_imported(small):
    script = (
        "import sys, os\nfrom mlpcli.cli import main\nsys.argv = ['mlp', 'train', sys.argv[1], '--threads', '1']\n"
        "try: main()\nexcept SystemExit as end: assert not end.code\n"
        "assert os.environ['OPENBLAS_NUM_THREADS'] == '1'"
    )
    assert subprocess.run([sys.executable, "-c", script, str(small)], capture_output=True).returncode == 0
