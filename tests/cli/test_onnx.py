"""Networks as models of ONNX: onnxruntime gives what `mlp predict` gives, to 1e-6 of the largest output."""

import json
import sys

import numpy as np
import pytest
from click.testing import CliRunner

from mlpcli.cli import group
from mlpcli.nn.layers import LAYERS

onnx = pytest.importorskip("onnx")
onnxruntime = pytest.importorskip("onnxruntime")


@pytest.fixture
def run(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)

    def run(*arguments):
        return CliRunner().invoke(group, [str(a) for a in arguments], prog_name="mlp")

    return run


def answers(path, X):
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    session = onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
    (found,) = session.run(None, {"X": X.astype(np.float32)})
    return found, session.get_modelmeta().custom_metadata_map


def assert_same(found, expected):
    np.testing.assert_allclose(found, expected, atol=1e-6 * np.abs(expected).max())


@pytest.mark.parametrize("kind", sorted(LAYERS.keys() - {"linear"}))
def test_every_layer_gives_the_same(run, tmp_path, kind):
    random = np.random.default_rng(0)
    np.save("X.npy", random.normal(size=(50, 4)))
    (tmp_path / "c.yaml").write_text(
        f"layers: [{{type: linear, units: 6}}, {kind}, {{type: linear, units: 3}}, {kind}]\n"
        "inputs: {file: X.npy}\nseed: 3\n"
    )
    assert run("export", "c.yaml", "--onnx", "c.onnx").exit_code == 0
    expected = np.array(json.loads(run("predict", "c.yaml", "--format", "json").stdout)["outputs"])
    assert_same(answers("c.onnx", np.load("X.npy"))[0], expected)


@pytest.mark.parametrize("conventions", ["cmu-toy", "torch", "cs231n", "{biases: last}", "{threshold: true}"])
def test_a_trained_network_in_any_convention(run, small, conventions):
    run("train", small, "--set", f"conventions={conventions}", "--set", "inputs.divide=2", "--run", "r")
    assert run("export", "r", "--onnx", "r.onnx").exit_code == 0
    expected = np.array(json.loads(run("predict", "r", "--format", "json").stdout)["outputs"])
    with np.load("data.npz") as data:
        X = data["X"]
    assert_same(answers("r.onnx", X)[0], expected)
    assert_same(answers("r.onnx", X[:1])[0], expected[:1])


TABLE = """
layers: [{type: linear, units: 8}, tanh, {type: linear}]
table: {file: t.csv, target: price, missing: mean}
loss: mse
optimizer: {type: adam, learning_rate: 0.01}
epochs: 60
"""


def test_scaling_and_gaps_are_in_the_model(run, tmp_path):
    """Areas by the hundred and prices by the thousand, as they stand in the file; a gap is nan."""
    pytest.importorskip("duckdb")
    random = np.random.default_rng(1)
    X = np.column_stack([random.uniform(30, 200, 80).round(1), random.integers(1900, 2020, 80)])
    price = X[:, 0] * 3000 + (X[:, 1] - 1900) * 500
    rows = [[f"{a:g}" for a in row] for row in np.column_stack([X, price])]
    rows[5][0], X[5, 0] = "", np.nan
    (tmp_path / "t.csv").write_text("area,year,price\n" + "".join(",".join(row) + "\n" for row in rows))
    (tmp_path / "c.yaml").write_text(TABLE)
    assert run("train", "c.yaml", "--run", "r").exit_code == 0
    assert run("export", "r", "--onnx", "r.onnx").exit_code == 0
    predicted = json.loads(run("predict", "r", "--format", "json").stdout)["predictions"]
    found, about = answers("r.onnx", X)
    np.testing.assert_allclose(found[:, 0], [row["price"] for row in predicted], rtol=1e-6)
    assert json.loads(about["columns"]) == ["area", "year"]
    assert json.loads(about["answers"]) == ["price"]


def test_targets_that_were_divided_are_in_their_unit(run, small):
    options = ["loss=mse", "layers=[{type: linear, units: 2}]", "targets={file: data.npz, key: D, divide: 50}"]
    with np.load("data.npz") as data:
        X = data["X"]
        np.savez("data.npz", X=X, D=X[:, :2] * 100)
    run("train", small, *(word for option in options for word in ("--set", option)), "--run", "r")
    assert run("export", "r", "--onnx", "r.onnx").exit_code == 0
    expected = np.array(json.loads(run("predict", "r", "--format", "json").stdout)["outputs"])
    assert_same(answers("r.onnx", X)[0], expected)
    assert np.abs(expected).max() > 10


@pytest.mark.parametrize("more", [["-o", "w.npz"], ["--names", "torch"]])
def test_what_a_model_does_not_heed_is_refused(run, small, tmp_path, more):
    done = run("export", small, "--onnx", "r.onnx", *more)
    assert done.exit_code == 2
    assert "--onnx writes a file of its own: without -o and --names" in done.stderr
    assert not list(tmp_path.glob("*.onnx"))


def test_a_model_goes_into_a_file_of_its_own_kind(run, small, tmp_path):
    done = run("export", small, "--onnx", "r.svg")
    assert done.exit_code == 2
    assert "--onnx r.svg: a model of ONNX goes into a .onnx file" in done.stderr
    assert not (tmp_path / "r.svg").exists()


def test_without_the_package_it_is_one_line(run, small, monkeypatch):
    monkeypatch.setitem(sys.modules, "onnx", None)
    done = run("export", small, "--onnx", "r.onnx")
    assert done.exit_code == 2
    assert '--onnx needs the package onnx: pip install "mlp-yaml[onnx]"' in done.stderr
