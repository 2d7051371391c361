"""Random networks run by PyTorch itself, in float32 as its users do, and dumped as they dump them."""

import json

import numpy as np
import pytest

torch = pytest.importorskip("torch")

ACTIVATIONS = {
    "sigmoid": torch.sigmoid,
    "tanh": torch.tanh,
    "relu": torch.relu,
    "gelu": torch.nn.functional.gelu,
    "softplus": torch.nn.functional.softplus,
}


class Run:
    """A random network as a config, and every tensor of a training step of it under our names."""

    def __init__(self, seed, scale=1.0, activations=tuple(ACTIVATIONS), dtype=torch.float32, wrong=""):
        """`scale` is that of the weights: large ones saturate. `wrong` names a tensor that is made half as large."""
        self.random = np.random.default_rng(seed)
        self.scale, self.dtype, self.wrong = scale, dtype, wrong
        self.tensors, self.parameters, self.layers = {}, {}, []
        rows = int(self.random.choice([1, 2, 5, 32]))
        width = int(self.random.integers(1, 6))
        self.inputs = self.random.normal(size=(rows, width)).round(3)
        h = self.put("X", torch.tensor(self.inputs, dtype=dtype), leaf=True)
        depth = int(self.random.integers(1, 5))
        for k in range(1, depth):
            width = int(self.random.integers(1, 8))
            h = self.linear(k, h, width)
            if rows > 1 and self.random.random() < 0.6:
                h = self.batchnorm(k, h)
            name = str(self.random.choice(activations))
            self.layers.append(name)
            h = self.put(f"Y{k}", ACTIVATIONS[name](h))
        classes = int(self.random.integers(2, 5))
        logits = self.linear(depth, h, classes)
        self.layers.append("softmax")
        self.put(f"Y{depth}", torch.softmax(logits, 1).detach())
        self.classes = self.random.integers(0, classes, rows)
        loss = torch.nn.functional.cross_entropy(logits, torch.tensor(self.classes))
        loss.backward()
        gradients = {f"grad{n}": t.grad for n, t in self.tensors.items() if t.requires_grad and n != f"Y{depth}"}
        self.tensors["L_mean"] = loss
        self.tensors |= {name: g for name, g in gradients.items() if g is not None}
        for name, value in self.parameters.items():
            self.tensors[f"{name}_new"] = value - 0.1 * value.grad

    def put(self, name, tensor, leaf=False):
        if name == self.wrong:
            tensor = tensor - (tensor * 0.5).detach()
        if leaf:
            tensor = tensor.detach().requires_grad_()
        elif tensor.requires_grad:
            tensor.retain_grad()
        self.tensors[name] = tensor
        return tensor

    def parameter(self, name, *shape):
        value = (self.random.normal(size=shape) * self.scale).round(3)
        self.parameters[name] = self.put(name, torch.tensor(value, dtype=self.dtype), leaf=True)
        return self.parameters[name], value.tolist()

    def linear(self, k, h, width):
        W, w = self.parameter(f"W{k}", width, h.shape[1])
        B, b = self.parameter(f"B{k}", width)
        self.layers.append({"type": "linear", "W": w, "B": b})
        return self.put(f"Y{k}lin", torch.nn.functional.linear(h, W, B))

    def batchnorm(self, k, h):
        gamma, g = self.parameter(f"gamma{k}", h.shape[1])
        beta, b = self.parameter(f"beta{k}", h.shape[1])
        mean, var = torch.zeros(h.shape[1], dtype=self.dtype), torch.ones(h.shape[1], dtype=self.dtype)
        self.layers.append({"type": "batchnorm", "gamma": g, "beta": b})
        h = self.put(f"Y{k}bn", torch.nn.functional.batch_norm(h, mean, var, gamma, beta, training=True))
        self.tensors |= {f"running_mean{k}": mean, f"running_var{k}": var}
        return h

    @property
    def config(self):
        return json.dumps(
            {
                "layers": self.layers,
                "inputs": self.inputs.tolist(),
                "targets": {"classes": self.classes.tolist(), "first": 0},
                "loss": "cross_entropy",
                "learning_rate": 0.1,
                "conventions": "torch",
            }
        )

    @property
    def arrays(self):
        return {name: t.detach().numpy() for name, t in self.tensors.items()}

    def dump(self, path, form):
        """Write the tensors as one of FORMS does."""
        if form == "npz":
            np.savez(path, **self.arrays)
        elif form == "npz of lists":
            np.savez(path, **{name: t.tolist() for name, t in self.tensors.items()})
        else:
            path.write_text(FORMS[form](self), encoding="utf-8")


def printed(line):
    return lambda run: "".join(line(name, t.detach()) for name, t in run.tensors.items())


FORMS = {
    "npz": None,
    "npz of lists": None,
    "json": lambda run: json.dumps({name: t.tolist() for name, t in run.tensors.items()}),
    "torch": printed(lambda name, t: f"{name} = {t}\n"),
    "numpy": printed(lambda name, t: f"{name} = {t.numpy()}\n"),
    "repr": printed(lambda name, t: f"{name}:\n{t.numpy()!r}\n"),
    "lists": printed(lambda name, t: f"{name} = {t.tolist()}\n"),
    "yaml": printed(lambda name, t: f"{name}: {t.tolist()}\n"),
    "csv": lambda run: (
        "name,row,column,value\n"
        + "".join(
            f"{name},{i},{j},{x!s}\n"
            for name, a in run.arrays.items()
            for (i, j), x in np.ndenumerate(np.atleast_2d(a))
        )
    ),
}
SUFFIX = {"npz": "npz", "npz of lists": "npz", "json": "json", "yaml": "yaml", "csv": "csv"}


def path_of(folder, form):
    return folder / f"d.{SUFFIX.get(form, 'txt')}"
