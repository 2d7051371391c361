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
    return answer(path, {"X": X.astype(np.float32)})


def answer(path, inputs):
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    session = onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
    (found,) = session.run(None, inputs)
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
validation: 0.25
"""


def test_scaling_and_gaps_are_in_the_model(run, tmp_path):
    """Areas by the hundred and prices by the thousand, as they stand in the file; a gap is nan.

    A config beside the weights of its run gives the same model.
    """
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
    assert run("export", "c.yaml", "--weights", "r/weights.npz", "--onnx", "c.onnx").exit_code == 0
    np.testing.assert_array_equal(answers("c.onnx", X)[0], found)


def test_numbers_far_from_0_that_vary_little_are_scaled_without_loss(run, tmp_path):
    """In float32, 100,003.5 less a mean of 100,000.123 has three digits; the file's own numbers are float32's."""
    pytest.importorskip("duckdb")
    random = np.random.default_rng(6)
    X = (100_000 + random.normal(0, 0.5, (80, 2))).astype(np.float32)
    rows = [f"{a},{b},{c}" for (a, b), c in zip(X.astype(float), X @ [1.0, -1.0] + 1e5, strict=True)]
    (tmp_path / "t.csv").write_text("area,year,price\n" + "\n".join(rows) + "\n")
    (tmp_path / "c.yaml").write_text(TABLE)
    assert run("train", "c.yaml", "--run", "r", "--set", "table.scale_target=none").exit_code != 2
    assert run("export", "r", "--onnx", "r.onnx").exit_code == 0
    predicted = json.loads(run("predict", "r", "--format", "json").stdout)["predictions"]
    assert_same(answers("r.onnx", X)[0][:, 0], np.array([row["price"] for row in predicted]))


def columns_of(rows):
    """The columns of a table as inputs of a model, (N, 1) each: texts, and numbers with nan for a gap."""
    texts, *numbers = (np.array(cells, object).reshape(-1, 1) for cells in zip(*rows, strict=True))
    floats = [np.where(cells == "", "nan", cells).astype(np.float32) for cells in numbers]
    return dict(zip(NAMES, [texts, *floats], strict=True))


NAMES = ["Y", "bill length", "t0", "wet"]  # names that a graph has for itself, or that none has


def birds(tmp_path, gaps):
    """Write a table of two numbers, an island and a boolean, with gaps among them; returns its rows."""
    random = np.random.default_rng(2)
    islands = np.array(["Biscoe", "Dream", "Torgersen"])[random.integers(0, 3, 60)]
    numbers = random.normal([40, 4000], [3, 500], (60, 2)).round(1)
    rows = [[i, f"{a:g}", f"{b:g}", str(int(a > 40))] for i, (a, b) in zip(islands, numbers, strict=True)]
    species = ["Adelie" if (row[0] == "Dream") == (row[3] == "1") else "Gentoo" for row in rows]
    for k in range(5 if gaps else 0):
        rows[7 * k][k % 3] = ""
    table = [[*NAMES, "species"], *([*row, kind] for row, kind in zip(rows, species, strict=True))]
    (tmp_path / "t.csv").write_text("".join(",".join(row) + "\n" for row in table))
    return rows


@pytest.mark.parametrize("missing", ["mean", "level", "drop", "error"])
def test_texts_and_their_gaps_are_in_the_model(run, tmp_path, missing):
    """A level that was not trained on is a gap; where there may be none, the outputs are nan."""
    pytest.importorskip("duckdb")
    fills = missing in ("mean", "level")
    rows = birds(tmp_path, gaps=missing != "error")
    (tmp_path / "c.yaml").write_text(
        TABLE.replace("price, missing: mean", f"species, missing: {missing}").replace("mse", "softmax_cross_entropy")
    )
    trained = run("train", "c.yaml", "--run", "r", "--set", "layers=[{type: linear, units: 8}, relu, linear, softmax]")
    assert trained.exit_code == 0, trained.output
    assert run("export", "r", "--onnx", "r.onnx").exit_code == 0
    new = [row for row in rows if fills or "" not in row]
    (tmp_path / "new.csv").write_text("\n".join(map(",".join, [NAMES, *new])) + "\n")
    predicted = run("predict", "r", "new.csv", "--format", "json")
    expected = [[row["Adelie"], row["Gentoo"]] for row in json.loads(predicted.stdout)["predictions"]]
    found, about = answer("r.onnx", columns_of(new))
    assert_same(found, np.array(expected))
    assert json.loads(about["columns"]) == NAMES
    odd, gap = (answer("r.onnx", columns_of([[island, "41", "4000", "1"]]))[0] for island in ("Mars", ""))
    np.testing.assert_array_equal(odd, gap)
    assert np.isfinite(odd).all() == fills


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
