"""Models from and for other frameworks, and runs where configs are taken."""

import json

import numpy as np
import pytest
from click.testing import CliRunner

from mlpcli.cli import group

NET = (
    "layers: [{type: linear, units: 6}, {type: batchnorm, eps: 1.0e-5}, relu, dropout, {type: linear, units: 6},\n"
    "  relu, {type: linear, units: 3}, softmax]\ninputs: {file: X.npy}\n"
)


@pytest.fixture
def run(small, monkeypatch):
    monkeypatch.chdir(small.parent)
    return lambda *arguments: CliRunner().invoke(group, [str(a) for a in arguments], prog_name="mlp")


def outputs(done):
    assert done.exit_code == 0, done.stderr
    return np.array(json.loads(done.stdout)["outputs"])


@pytest.mark.parametrize("wrapped", [False, True])
def test_a_state_dict_with_any_names(run, tmp_path, wrapped):
    """A module with fc1, bn, fc2 and out, saved by PyTorch, as it is or in a checkpoint."""
    torch = pytest.importorskip("torch")
    torch.manual_seed(0)

    class Model(torch.nn.Module):
        def __init__(self):
            super().__init__()
            self.fc1, self.bn, self.fc2 = torch.nn.Linear(4, 6), torch.nn.BatchNorm1d(6), torch.nn.Linear(6, 6)
            self.out = torch.nn.Linear(6, 3)

        def forward(self, x):
            return torch.softmax(self.out(torch.relu(self.fc2(torch.relu(self.bn(self.fc1(x)))))), 1)

    model = Model()
    model(torch.randn(20, 4) * 3)
    X = torch.randn(5, 4)
    np.save("X.npy", X.numpy())
    (tmp_path / "m.yaml").write_text(NET)
    state = model.eval().state_dict()
    torch.save({"epoch": 3, "model_state_dict": state, "optimizer": {}} if wrapped else state, "m.pt")
    found = outputs(run("predict", "m.yaml", "--weights", "m.pt", "--format", "json"))
    np.testing.assert_allclose(found, model(X).detach().numpy(), atol=1e-6)


@pytest.mark.slow
def test_weights_of_scikit_learn(run, tmp_path):
    """An MLPClassifier of scikit-learn, from its coefs_ and intercepts_."""
    neural = pytest.importorskip("sklearn.neural_network")
    random = np.random.default_rng(0)
    X, y = random.normal(size=(60, 4)), random.integers(0, 3, 60)
    model = neural.MLPClassifier((6, 6), max_iter=20, random_state=0)
    with pytest.warns(UserWarning, match="Maximum iterations"):
        model.fit(X, y)
    np.save("X.npy", X)
    pairs = zip(model.coefs_, model.intercepts_, strict=True)
    np.savez(
        "m.npz",
        **{f"{n}_{k}": v for k, pair in enumerate(pairs) for n, v in zip(("coefs", "intercepts"), pair, strict=True)},
    )
    layers = "[{type: linear, units: 6}, relu, {type: linear, units: 6}, relu, {type: linear, units: 3}, softmax]"
    (tmp_path / "m.yaml").write_text(f"layers: {layers}\ninputs: {{file: X.npy}}\n")
    found = outputs(run("predict", "m.yaml", "--weights", "m.npz", "--format", "json"))
    np.testing.assert_allclose(found, model.predict_proba(X), rtol=1e-12)


@pytest.mark.parametrize("names", ["mlp", "torch", "keras", "sklearn"])
def test_weights_go_out_and_back(run, small, names):
    layers = "layers=[{type: linear, units: 5}, relu, {type: linear, units: 3}, softmax]"
    run("train", small, "--set", layers, "--run", "r")
    assert run("export", "r", "-o", "w.npz", "--names", names).exit_code == 0
    back = outputs(run("predict", small, "--set", layers, "--weights", "w.npz", "--format", "json"))
    np.testing.assert_array_equal(back, outputs(run("predict", "r", "--format", "json")))


def test_scikit_learn_has_no_batch_normalization(run, small):
    done = run("export", small, "-o", "w.npz", "--names", "sklearn")
    assert done.exit_code == 2
    assert "--names sklearn: scikit-learn has no layers but linear ones and activations" in done.stderr


@pytest.mark.parametrize("content", [b"no checkpoint", b"PK\x03\x04"])
def test_a_file_that_is_no_checkpoint(run, small, tmp_path, content):
    (tmp_path / "w.pt").write_bytes(content)
    done = run("predict", small, "--weights", "w.pt")
    assert (done.exit_code, done.stdout) == (2, "")
    assert "weights: " in done.stderr
    assert done.stderr.count("\n") == 1


@pytest.mark.parametrize("command", ["show", "forward", "backward", "gradcheck"])
def test_a_run_stands_for_its_config_with_what_it_learned(run, small, tmp_path, command):
    run("train", small, "--run", "r")
    weights = (tmp_path / "r" / "weights.npz").resolve()
    own = run(command, "r")
    assert own.exit_code == 0
    assert own.stdout == run(command, "r/config.yaml", "--set", f"weights={weights}").stdout
    if command == "forward":
        assert own.stdout != run(command, small).stdout


def test_a_run_without_weights_says_so(run, small, tmp_path):
    run("train", small, "--run", "r")
    (tmp_path / "r" / "weights.npz").unlink()
    assert "r: has no weights yet" in run("forward", "r").stderr


@pytest.mark.parametrize("conventions", ["cmu-toy", "ng"])
def test_a_run_is_exported_without_the_data_it_was_trained_on(run, small, tmp_path, conventions):
    """With what divides the inputs, which a model of ONNX has in it."""
    onnx = pytest.importorskip("onnx")
    if conventions == "ng":
        with np.load("data.npz") as data:
            np.savez("data.npz", X=data["X"].T, y=data["y"])
    run("train", small, "--set", "inputs.divide=2", "--set", f"conventions={conventions}", "--run", "r")
    written = [("-o", "w.npz"), ("--onnx", "m.onnx"), ("-o", "k.npz", "--names", "keras")]
    before = []
    for options in written:
        assert run("export", "r", *options).exit_code == 0
        before.append((tmp_path / options[1]).read_bytes())
    (tmp_path / "data.npz").unlink()
    for options, content in zip(written, before, strict=True):
        assert run("export", "r", *options).exit_code == 0
        assert (tmp_path / options[1]).read_bytes() == content
    names = [value.name for value in onnx.load("m.onnx").graph.initializer]
    assert "divide" in names


NO_DATA = """
layers: [{type: linear, units: 3}, relu, linear]
inputs: {file: gone.npy, divide: 255}
targets: {classes: {file: gone.npy}}
loss: softmax_cross_entropy
"""


@pytest.mark.parametrize("preset", ["cmu-toy", "ng", "octave-ex4"])
def test_a_config_is_exported_without_its_data(tmp_path, monkeypatch, preset):
    """The weights say how many numbers an example has, in any convention."""
    monkeypatch.chdir(tmp_path)
    arrays = {"fc1.weight": np.ones((3, 4)), "fc1.bias": np.zeros(3)}
    arrays |= {"fc2.weight": np.full((2, 3), 2.0), "fc2.bias": np.ones(2)}
    np.savez("w.npz", **arrays)
    (tmp_path / "c.yaml").write_text(NO_DATA + f"weights: w.npz\nconventions: {preset}\n")
    words = ["export", "c.yaml", "-o", "o.npz", "--names", "torch"]
    done = CliRunner().invoke(group, words)
    assert done.exit_code == 0, done.output
    with np.load("o.npz") as found:
        np.testing.assert_array_equal(found["2.weight"], arrays["fc2.weight"])
        np.testing.assert_array_equal(found["0.weight"], arrays["fc1.weight"])


def test_weights_that_are_drawn_need_the_data(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "c.yaml").write_text(NO_DATA)
    done = CliRunner().invoke(group, ["export", "c.yaml", "-o", "o.npz"])
    assert (done.exit_code, done.stderr) == (2, "c.yaml:3:16: inputs.file: no such file: gone.npy\n")
