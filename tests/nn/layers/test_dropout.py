"""Dropout: what its mask is, that forward and backward share it, and that nothing else depends on when it is drawn."""

import numpy as np
import pytest
import yaml
from click.testing import CliRunner

from mlpcli.cli import group
from mlpcli.cli.watch import Watch
from mlpcli.nn.network import Network
from mlpcli.train import stepwise
from tests.nn.setups import compile_setup

from ..handout import array, layer

RATE = 0.3
ROWS, WIDTH = 200, 50
X = np.random.default_rng(1).normal(size=(ROWS, WIDTH))
G = np.random.default_rng(2).normal(size=(ROWS, WIDTH))


def setup_of(mode="train", seed=7):
    network = Network(layers=(layer("dropout", rate=RATE),), inputs=X, grad_output=G, mode=mode, seed=seed)
    return compile_setup(network, "backward")


def mask(step=0, seed=7):
    setup = setup_of(seed=seed)
    for _ in range(step):
        setup = setup.next(setup.run())
    return setup.run()["mask"]


def test_the_mask_leaves_out_about_the_rate():
    """Of 10,000 numbers, within five standard deviations."""
    drawn = mask()
    assert drawn.shape == X.shape
    assert set(np.unique(drawn)) == {0, 1}
    assert abs((drawn == 0).mean() - RATE) < 5 * np.sqrt(RATE * (1 - RATE) / X.size)


def test_the_mask_depends_on_seed_and_step_alone():
    masks = {(seed, step): mask(step, seed).tobytes() for seed in (7, 8) for step in (0, 1, 2)}
    assert len(set(masks.values())) == len(masks)
    assert masks == {(seed, step): mask(step, seed).tobytes() for seed, step in masks}


def test_layers_have_masks_of_their_own():
    network = Network(layers=(layer("dropout"), layer("dropout")), inputs=X, grad_output=G)
    trace = compile_setup(network, "backward").run()
    assert (trace["mask"] != trace["mask_2"]).mean() == pytest.approx(0.5, abs=0.05)


def test_forward_and_backward_go_through_the_same_mask():
    trace = setup_of().run()
    kept = trace["mask"]
    np.testing.assert_array_equal(trace["Ydrop"], np.where(kept == 1, X / (1 - RATE), 0))
    np.testing.assert_array_equal(trace["gradX"], np.where(kept == 1, G / (1 - RATE), 0))


def test_what_is_kept_makes_up_for_what_is_left_out():
    """In the mean over many masks the output is the input."""
    mean = np.mean([mask(seed=seed) for seed in range(400)], axis=0) / (1 - RATE)
    assert np.abs(mean - 1).max() < 6 * np.sqrt(RATE / (1 - RATE) / 400)


def test_in_evaluation_it_is_not_there():
    setup = setup_of("eval")
    assert "mask" not in setup.program.tensors
    trace = setup.run()
    assert trace["gradX"].tobytes() == G.tobytes()


def test_pytorch_makes_the_same_of_the_same_mask():
    torch = pytest.importorskip("torch")
    trace = setup_of().run()
    inputs = torch.tensor(X, requires_grad=True)
    outputs = inputs * torch.tensor(trace["mask"]) / (1 - RATE)
    outputs.backward(torch.tensor(G))
    np.testing.assert_allclose(trace["Ydrop"], outputs.detach().numpy(), rtol=1e-15)
    np.testing.assert_allclose(trace["gradX"], inputs.grad.numpy(), rtol=1e-15)
    torch.manual_seed(0)
    theirs = torch.nn.Dropout(RATE)(torch.ones(10_000, dtype=torch.float64)).numpy()
    assert set(np.round(np.unique(theirs), 12)) == set(np.round(np.unique(trace["mask"] / (1 - RATE)), 12))


CONFIG = f"""
layers: [{{type: linear, units: 6}}, elu, {{type: dropout, rate: {RATE}}}, {{type: linear, units: 2}}]
inputs: {array(X[:24, :3]).round(2).tolist()}
targets: {array(X[:24, 3:5]).round(2).tolist()}
loss: {{type: huber, delta: 0.5}}
optimizer: {{type: rmsprop, learning_rate: 0.01}}
batch_size: 5
"""


@pytest.fixture
def config(tmp_path):
    path = tmp_path / "config.yaml"
    path.write_text(CONFIG)
    return path


def mlp(*words, code=0):
    done = CliRunner().invoke(group, [str(word) for word in words])
    assert done.exit_code == code, done.output
    return done.stdout


def test_the_mask_is_printed(config):
    printed = mlp("forward", config)
    assert "mask1:                                  # drawn by the seed\n  - [" in printed
    tensors = {name: np.array(value) for name, value in yaml.safe_load(printed).items()}
    np.testing.assert_allclose(tensors["Y1drop"], tensors["Y1"] * tensors["mask1"] / (1 - RATE), rtol=1e-6)
    assert "mask1" not in mlp("forward", config, "--mode", "eval")


def test_a_training_that_is_stopped_and_resumed_ends_with_the_same_bits(config, tmp_path, monkeypatch):
    """Stopped in the middle of an epoch, so that the masks of its steps must be found again."""
    monkeypatch.setattr(stepwise, "GATHERED", 1)
    mlp("train", config, "--epochs", 4, "--run", tmp_path / "whole")
    with monkeypatch.context() as patch:
        patch.setattr(Watch, "going_on", lambda watch, training: training.step < 8)
        mlp("train", config, "--epochs", 4, "--run", tmp_path / "run", code=130)
    mlp("train", "--resume", tmp_path / "run")
    weights = [np.load(tmp_path / folder / "weights.npz") for folder in ("whole", "run")]
    assert {n: weights[0][n].tobytes() for n in weights[0]} == {n: weights[1][n].tobytes() for n in weights[1]}
    other = ("--epochs", 4, "--set", "seed=1", "--run", tmp_path / "other")
    mlp("train", config, *other)
    assert np.load(tmp_path / "other" / "weights.npz")["B2"].tobytes() != weights[0]["B2"].tobytes()
