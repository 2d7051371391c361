"""The folder of a run: what it refuses, what it survives, what is left when a training goes wrong."""

import json
import signal
import subprocess
import sys
import time

import numpy as np
import pytest
import yaml
from click.testing import CliRunner

from mlpcli.cli import group


@pytest.fixture
def run():
    return lambda *arguments: CliRunner().invoke(group, [str(a) for a in arguments], prog_name="mlp")


@pytest.fixture
def kept(run, small, tmp_path):
    """The folder of a run that is finished."""
    assert run("train", small, "--run", tmp_path / "run").exit_code == 0
    return tmp_path / "run"


def checkpoints(folder):
    return sorted(folder.glob("checkpoint-*.npz"))


def about(path):
    """What a checkpoint says of itself, and its arrays."""
    with np.load(path) as stored:
        arrays = dict(stored)
    return json.loads(arrays.pop("about").tobytes()), arrays


def rewrite(path, about, arrays):
    np.savez(path, about=np.frombuffer(json.dumps(about).encode(), np.uint8), **arrays)


@pytest.mark.parametrize(
    ("change", "what"),
    [
        ("batch_size=10", "batch_size"),
        ("seed=5", "seed"),
        ("layers[2]=tanh", "layers"),
        ("learning_rate=0.2", "learning_rate"),
        ("validation=0.2", "validation"),
    ],
)
def test_a_run_goes_on_as_it_began(run, kept, change, what):
    before = checkpoints(kept)[-1].read_bytes()
    done = run("train", "--resume", kept, "--epochs", 8, "--set", change)
    assert done.exit_code == 2
    assert f"is of a training that differs in {what}: a run goes on as it began" in done.stderr
    assert checkpoints(kept)[-1].read_bytes() == before
    assert run("train", "--resume", kept, "--epochs", 8).exit_code == 0


def test_other_data_are_noticed(run, small, kept):
    with np.load(small.parent / "data.npz") as data:
        X, y = data["X"], data["y"]
    np.savez(small.parent / "data.npz", X=np.vstack([X, X[:1]]), y=np.append(y, y[:1]))
    done = run("train", "--resume", kept, "--epochs", 8)
    assert done.exit_code == 2
    assert "differs in inputs and targets" in done.stderr
    np.savez(small.parent / "data.npz", X=X[::-1], y=y)
    assert run("train", "--resume", kept, "--epochs", 8).exit_code == 2


def test_a_longer_training_stays_longer(run, kept):
    """What is asked for when a run goes on is asked for when it goes on again."""
    assert run("train", "--resume", kept, "--epochs", 6).exit_code == 0
    assert yaml.safe_load(run("train", "--resume", kept).stdout)["epoch"] == 6


@pytest.mark.parametrize(
    ("key", "value"),
    [
        *[("step", number) for number in (float("inf"), 10**30, 3.5, -1)],
        ("best", [1]),
        ("score", [-5, 1, 2]),
        ("origin", 3),
    ],
)
def test_a_made_up_checkpoint_is_refused(run, kept, key, value):
    path = checkpoints(kept)[-1]
    found, arrays = about(path)
    rewrite(path, found | {key: value}, arrays)
    done = run("train", "--resume", kept)
    assert (done.exit_code, done.exception.__class__) == (2, SystemExit)
    assert "is no whole checkpoint of this training" in done.stderr


def test_a_checkpoint_nested_too_deep_is_refused(run, kept):
    path = checkpoints(kept)[-1]
    np.savez(path, about=np.frombuffer(b"[" * 100_000, np.uint8), **about(path)[1])
    assert "is no whole checkpoint of this training" in run("train", "--resume", kept).stderr


def test_a_checkpoint_that_is_not_finite_is_refused(run, kept):
    path = checkpoints(kept)[-1]
    found, arrays = about(path)
    arrays["state/W1"][0, 0] = np.nan
    rewrite(path, found, arrays)
    assert "W1 holds numbers that are not finite" in run("train", "--resume", kept).stderr


@pytest.mark.parametrize(
    "damage", [b'{"epoch": 3, "st', b'{"step": "x"}', b'{"step": 1}', b"\xff\xfe", b'{"epoch": NaN, "step": 1}']
)
def test_damaged_metrics_are_told_and_left(run, kept, damage):
    lines = (kept / "metrics.jsonl").read_bytes().splitlines()
    (kept / "metrics.jsonl").write_bytes(b"\n".join([lines[0], damage, *lines[2:]]) + b"\n")
    before = (kept / "metrics.jsonl").read_bytes()
    done = run("train", "--resume", kept)
    assert (done.exit_code, done.stderr) == (
        2,
        f"{kept}/metrics.jsonl:2:0: this is no record of an epoch; remove the line\n",
    )
    assert (kept / "metrics.jsonl").read_bytes() == before


def test_metrics_cut_off_by_a_crash_lose_their_last_line_alone(run, kept):
    whole = (kept / "metrics.jsonl").read_bytes()
    (kept / "metrics.jsonl").write_bytes(whole + b'{"epoch": 5, "st')
    assert run("train", "--resume", kept).exit_code == 0
    assert (kept / "metrics.jsonl").read_bytes() == whole


def test_a_folder_with_nothing_trained_can_be_used_again(run, small, tmp_path):
    folder = tmp_path / "run"
    wrong = small.with_name("wrong.yaml")
    wrong.write_text(small.read_text() + "patience: 2\n")
    assert run("train", wrong, "--run", folder).exit_code == 2
    diverging = ["--set", "learning_rate=1e200", "--set", "layers[1]=relu", "--run", folder]
    assert run("train", small, *diverging).exit_code == 1
    assert run("train", small, "--run", folder).exit_code == 0
    assert run("train", small, "--run", folder).exit_code == 2
    assert len((folder / "metrics.jsonl").read_text().splitlines()) == 4


@pytest.mark.parametrize(("large", "said"), [(2**22, "step 1 (epoch 1): W1_new is the"), (0, "W1 after step 1 is not")])
def test_the_last_update_of_all_is_looked_at(run, small, tmp_path, monkeypatch, large, said):
    """A first step that is too long: the loss before it is finite."""
    monkeypatch.setattr("mlpcli.train.stepwise.LARGE", large)
    options = ["--set", "learning_rate=1e200", "--set", "layers[1]=relu", "--dtype", "float32", "--epochs", 1]
    done = run("train", small, *options, "--set", "batch_size=30", "--run", tmp_path / "run")
    assert (done.exit_code, done.stdout) == (1, "")
    assert said in done.stderr
    assert not checkpoints(tmp_path / "run")
    assert not (tmp_path / "run" / "weights.npz").exists()


def test_held_out_numbers_that_are_not_finite_end_a_training(run, small, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    np.save(tmp_path / "held.npy", np.full((2, 4), 1e308))
    np.save(tmp_path / "held_y.npy", np.array([0, 1]))
    validation = "validation={inputs: {file: held.npy}, targets: {classes: {file: held_y.npy}, first: 0}}"
    layers = "layers=[{type: linear, units: 5}, {type: linear, units: 3}]"
    done = run("train", small, "--set", validation, "--set", layers)
    assert done.exit_code == 1
    assert (
        "mlp: the validation loss of epoch 1 is not finite; clean the data, or try a learning_rate below" in done.stderr
    )


def test_a_step_after_a_divergence_is_not_explained(run, small):
    done = run("train", small, "--explain-step", 12, "--set", "learning_rate=1e200", "--set", "layers[1]=relu")
    assert (done.exit_code, done.stdout) == (1, "")
    assert "is the first tensor that is not finite" in done.stderr


def test_an_explained_step_has_its_number(run, small):
    assert "# step 6\n" in run("train", small, "--explain-step", 6).stdout
    page = json.loads(run("train", small, "--explain-step", 6, "--format", "json", "--only", "L").stdout)
    assert {tensor["step"] for tensor in page["tensors"]} == {6}


@pytest.mark.parametrize(
    "given", [["--last"], ["--every", 2], ["--checkpoint-every", 1], ["--explain-step", 2, "--last"], ["--run", ""]]
)
def test_options_that_say_nothing_here_are_refused(run, small, given):
    assert run("train", small, *given).exit_code == 2


def test_what_is_resumed_must_be_a_run(run, tmp_path):
    done = run("train", "--resume", tmp_path / "nowhere")
    assert done.exit_code == 2
    assert "no run is kept there: it has no config.yaml" in done.stderr


def test_new_data_are_evaluated_whole(run, small, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    run("train", small, "--set", "validation=0.2", "--run", tmp_path / "run")
    np.savez(tmp_path / "new.npz", X=np.ones((10, 4)), y=np.zeros(10, int))
    new = ["inputs={file: new.npz, key: X}", "targets={classes: {file: new.npz, key: y}, first: 0}"]
    found = yaml.safe_load(run("evaluate", tmp_path / "run", "--set", new[0], "--set", new[1]).stdout)
    assert (found["evaluated"], found["examples"]) == ("all", 10)
    assert yaml.safe_load(run("evaluate", tmp_path / "run").stdout)["evaluated"] == "held-out"


def test_predict_and_export_read_no_targets(run, small, tmp_path):
    np.savez(tmp_path / "X.npz", X=np.ones((30, 4)))
    run("train", small, "--run", tmp_path / "run")
    whole = run("predict", tmp_path / "run").stdout
    text = (tmp_path / "run" / "config.yaml").read_text()
    assert text.count("data.npz") == 2
    (tmp_path / "run" / "config.yaml").write_text(text[::-1].replace("zpn.atad", "zpn.on", 1)[::-1])
    assert run("evaluate", tmp_path / "run").exit_code == 2
    assert run("predict", tmp_path / "run").stdout == whole
    assert run("export", tmp_path / "run", "-o", tmp_path / "w.npz").exit_code == 0


def test_weights_that_were_drawn_are_no_trained_ones(run, small):
    assert "note: the weights are as they were drawn; trained ones: --weights FILE" in run("evaluate", small).stderr


def test_patience_tells_how_long_it_trained(run, small):
    found = yaml.safe_load(
        run("train", small, "--set", "validation=0.3", "--set", "patience=50", "--epochs", 20).stdout
    )
    assert (found["stopped_early"], found["last_epoch"]) == (False, 20)
    assert found["epoch"] <= 20


@pytest.mark.skipif(not hasattr(signal, "SIGHUP"), reason="no terminals that hang up")
@pytest.mark.parametrize("lost", ["terminal", "pipe", "disk"])
def test_a_training_survives_those_who_watch(small, tmp_path, lost):
    """A terminal that hangs up ends it as SIGTERM does; progress that nobody can read does not."""
    folder = tmp_path / "run"
    epochs = "100000" if lost == "terminal" else "200"
    command = [sys.executable, "-m", "mlpcli", "train", str(small), "--epochs", epochs, "--run", str(folder)]
    if lost == "disk":
        with open("/dev/full", "w") as full:
            code = subprocess.run(command, stdout=subprocess.DEVNULL, stderr=full, timeout=60, check=False).returncode
        assert code in (0, 120)
    else:
        with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE) as process:
            if lost == "terminal":
                while process.poll() is None and not (folder / "metrics.jsonl").exists():
                    time.sleep(0.02)
                process.send_signal(signal.SIGHUP)
            else:
                process.stderr.close()
            assert process.wait(60) == (129 if lost == "terminal" else 0)
    assert checkpoints(folder)
    assert (folder / "weights.npz").exists()
