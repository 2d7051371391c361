"""A preset beside its course's own arithmetic: the same exercise as a config and as the oracle has it."""

import numpy as np
import yaml

from mlpcli.config.load import load
from mlpcli.nn.conventions import PRESETS

from . import ORACLES

CROSS = ("tanh", "softmax", {"type": "softmax_cross_entropy"})
ENDS = {
    "nielsen": ("sigmoid", "sigmoid", {"type": "l2"}),
    "delta-rule": ("sigmoid", "sigmoid", {"type": "l2"}),
    "octave-ex4": ("sigmoid", "sigmoid", {"type": "binary_cross_entropy", "l2": 0.5, "over_n": True}),
    "cs231n": ("relu", "softmax", {"type": "softmax_cross_entropy", "l2": 0.05, "half": False}),
}
"""Preset → hidden activation, the last one, and the loss, where they are not those of CROSS."""
TOLD = {"ng": {"beta": 0.9}, "cs231n": {"reg": 0.05}, "octave-ex4": {"lamda": 0.5}, "delta-rule": {"eta": 0.1}}
"""What the course's own function is told beside its defaults."""
NORMED = [name for name in PRESETS if name not in ("nielsen", "octave-ex4", "delta-rule")]
"""Presets of courses that have batch normalization."""


def renamed(preset, name):
    """What the preset calls a tensor of the oracle; None for what it has no tensor of."""
    if preset == "torch":
        return None if "output" in name or "input" in name else name
    if preset == "ng" and name.startswith("vd"):
        return f"{name}_new"
    if preset == "delta-rule" and name.endswith("_new"):
        return name.replace("W", "w")
    other = {"cmu-2.0.1": {"L": "L_mean"}, "cmu-3.0.1": {"L": "L_mean"}, "cs231n": {"probs": "h2"}}
    sigma = {"sigma21": "sigma2_1"}
    return {**other.get(preset, {}), **(sigma if preset == "ng" else {})}.get(name, name)


def config_of(preset, exercise):
    """The exercise as a config of the preset has it."""
    conventions = PRESETS[preset]
    turned = conventions.samples == "columns"
    hidden, last, loss = ENDS.get(preset, CROSS)

    def stored(field, values):
        if field == "B" and conventions.biases == "flat":
            return values.tolist()
        return (values[:, None] if conventions.stored(field) == "column" else values[None]).tolist()

    layers = []
    for number, (W, b) in enumerate(zip(exercise.W, exercise.b, strict=True)):
        W = np.vstack([b, W]) if conventions.biases == "first" else W
        W = W.T if conventions.layout == "out_in" else W
        layers.append({"type": "linear", "W": W.tolist(), **({} if conventions.joins else {"B": stored("B", b)})})
        if number < len(exercise.gamma):
            norm = {"gamma": exercise.gamma[number], "beta": exercise.beta[number]}
            norm |= {"running_var": np.zeros(len(b))} if preset == "cs231n" else {}
            layers.append({"type": "batchnorm"} | {field: stored(field, row) for field, row in norm.items()})
        layers.append(hidden if number == 0 else last)
    momentum = {"momentum": 0.9} if preset == "ng" else {}
    return {
        "layers": layers,
        "inputs": (exercise.X.T if turned else exercise.X).tolist(),
        "targets": (exercise.Y.T if turned else exercise.Y).tolist(),
        "loss": loss,
        "optimizer": {"type": "sgd", "learning_rate": 0.1, **momentum},
        "conventions": {"preset": preset, **({"notation": "torch"} if preset == "torch" else {})},
    }


def pairs(preset, exercise, path, steps=3):
    """Yield the name, our value and the course's of every tensor of some updates, in the course's shape.

    A number per output that the course keeps flat is a row here, and what goes into a layer has no column of ones.
    """
    path.write_text(yaml.safe_dump(config_of(preset, exercise)))
    oracle, setup = ORACLES[preset], load(str(path), "update")[0].setup
    for expected in oracle.run(*oracle.own(exercise), steps=steps, **TOLD.get(preset, {})):
        trace = setup.run()
        for name, value in expected.items():
            ours = renamed(preset, name)
            if ours is not None:
                yield name, *alike(np.asarray(trace[ours]), np.asarray(value), name)
        setup = setup.next(trace)


def alike(found, expected, name):
    """The two values in one shape; an AssertionError if theirs is another one."""
    if expected.ndim == 0 and found.ndim == 1:
        found = found.sum()
    if expected.ndim == 2 and expected.shape[1] == found.shape[1] + 1 and (expected[:, 0] == 1).all():
        expected = expected[:, 1:]
    assert found.shape == expected.shape or (expected.ndim == 1 and found.shape == (1, *expected.shape)), name
    return found.reshape(expected.shape), expected
