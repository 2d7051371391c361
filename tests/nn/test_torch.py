"""The preset `torch` against PyTorch itself, in float64."""

import numpy as np
import pytest

from mlpcli.nn.conventions import PRESETS
from mlpcli.nn.network import Network
from mlpcli.nn.optimizers.sgd import SGD
from tests.nn.setups import compile_setup

from .handout import layer, loss

torch = pytest.importorskip("torch")

ACTIVATIONS = {
    "relu": torch.nn.ReLU,
    "leaky_relu": torch.nn.LeakyReLU,
    "gelu": torch.nn.GELU,
    "tanh": torch.nn.Tanh,
    "sigmoid": torch.nn.Sigmoid,
    "softplus": torch.nn.Softplus,
    "swish": torch.nn.SiLU,
    "identity": torch.nn.Identity,
    "relu6": torch.nn.ReLU6,
    "elu": torch.nn.ELU,
    "selu": torch.nn.SELU,
}

# loss → (the layer before it here, the one before it there, PyTorch's loss)
LOSSES = {
    "mse": ("identity", torch.nn.Identity, torch.nn.MSELoss),
    "mae": ("identity", torch.nn.Identity, torch.nn.L1Loss),
    "huber": ("identity", torch.nn.Identity, torch.nn.HuberLoss),
    "cross_entropy": ("softmax", torch.nn.Identity, torch.nn.CrossEntropyLoss),
    "softmax_cross_entropy": ("softmax", torch.nn.Identity, torch.nn.CrossEntropyLoss),
    "binary_cross_entropy": ("sigmoid", torch.nn.Sigmoid, torch.nn.BCELoss),
}

RTOL = 1e-10


def same(ours, theirs, name=""):
    theirs = theirs.detach().numpy().reshape(np.shape(ours))
    # the gradient of a bias before a batchnorm is 0 but for rounding
    atol = 1e-15 + RTOL * np.abs(theirs).max()
    np.testing.assert_allclose(ours, theirs, rtol=RTOL, atol=atol, err_msg=name)


class Pair:
    """linear, batchnorm, activation, linear: in our words and in PyTorch's, with the same numbers."""

    def __init__(self, activation="tanh", loss_name="mse", mode="train", targets=None, **options):
        random = np.random.default_rng(11)
        W1, W2 = random.normal(size=(4, 3)), random.normal(size=(2, 4))
        B1, B2 = random.normal(size=4), random.normal(size=2)
        gamma, beta = random.normal(size=4), random.normal(size=4)
        mean, var = random.normal(size=4), random.uniform(0.5, 2, size=4)
        self.X = random.normal(size=(5, 3))
        self.D = random.dirichlet([1, 1], size=5) if targets is None else targets
        ours, theirs, criterion = LOSSES[loss_name]
        self.setup = compile_setup(
            Network(
                layers=(
                    layer("linear", W=W1, B=B1),
                    layer("batchnorm", gamma=gamma, beta=beta, running_mean=mean, running_var=var),
                    layer(activation),
                    layer("linear", W=W2, B=B2),
                    layer(ours),
                ),
                inputs=self.X,
                targets=self.D,
                loss=loss(loss_name),
                optimizer=SGD(learning_rate=0.05, **options),
                conventions=PRESETS["torch"],
                mode=mode,
            ),
            "update",
        )
        linear1, norm, linear2 = torch.nn.Linear(3, 4), torch.nn.BatchNorm1d(4), torch.nn.Linear(4, 2)
        self.norm = norm
        self.model = torch.nn.Sequential(linear1, norm, ACTIVATIONS[activation](), linear2, theirs()).double()
        numbers = {"W1": W1, "B1": B1, "gamma1": gamma, "beta1": beta, "W2": W2, "B2": B2}
        self.parameters = dict(zip(numbers, self.model.parameters(), strict=True))
        with torch.no_grad():
            for name, tensor in self.parameters.items():
                tensor.copy_(torch.from_numpy(numbers[name]))
            norm.running_mean.copy_(torch.from_numpy(mean))
            norm.running_var.copy_(torch.from_numpy(var))
        self.model.train(mode == "train")
        self.criterion = criterion()
        self.optimizer = torch.optim.SGD(self.model.parameters(), lr=0.05, **options)

    def backward(self):
        """PyTorch's loss, its gradients, and those of the inputs."""
        X = torch.from_numpy(self.X).requires_grad_()
        self.optimizer.zero_grad()
        value = self.criterion(self.model(X), torch.from_numpy(self.D))
        value.backward()
        return value, X.grad

    def assert_same_gradients(self):
        trace = self.setup.run()
        value, gradient = self.backward()
        same(trace["L_mean"], value, "L_mean")
        same(trace["gradX"], gradient, "gradX")
        for name, tensor in self.parameters.items():
            same(trace[f"grad{name}"], tensor.grad, name)


@pytest.mark.parametrize("activation", ACTIVATIONS)
@pytest.mark.parametrize("mode", ["train", "eval"])
def test_gradients_with_an_activation(activation, mode):
    Pair(activation, mode=mode).assert_same_gradients()


@pytest.mark.parametrize("loss_name", LOSSES)
def test_gradients_with_a_loss(loss_name):
    Pair(loss_name=loss_name).assert_same_gradients()


@pytest.mark.parametrize("loss_name", ["cross_entropy", "softmax_cross_entropy"])
def test_gradients_with_targets_that_do_not_sum_to_1(loss_name):
    targets = np.random.default_rng(5).uniform(0, 3, size=(5, 2))
    Pair(loss_name=loss_name, targets=targets).assert_same_gradients()


def test_running_statistics_after_a_batch():
    pair = Pair()
    trace = pair.setup.run()
    pair.backward()
    same(trace["running_mean1"], pair.norm.running_mean)
    same(trace["running_var1"], pair.norm.running_var)


@pytest.mark.parametrize(
    "options",
    [
        {},
        {"weight_decay": 0.1},
        {"momentum": 0.9},
        {"momentum": 0.9, "weight_decay": 0.1},
        {"momentum": 0.9, "nesterov": True},
        {"momentum": 0.9, "nesterov": True, "weight_decay": 0.1},
    ],
    ids=lambda options: "+".join(options) or "plain",
)
def test_three_steps_of_sgd(options):
    pair = Pair("sigmoid", "softmax_cross_entropy", **options)
    setup = pair.setup
    for _ in range(3):
        trace = setup.run()
        setup = setup.next(trace)
        pair.backward()
        pair.optimizer.step()
        for name, tensor in pair.parameters.items():
            same(trace[f"{name}_new"], tensor, name)
        same(trace["running_var1"], pair.norm.running_var)
    pair.setup = setup
    pair.assert_same_gradients()
