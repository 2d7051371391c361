"""What other frameworks and books call what a config has: a name of theirs → ours."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping

from ..errors import suggestion

NAMES: Mapping[str, Mapping[str, str]] = {
    "loss": {
        "categoricalcrossentropy": "softmax_cross_entropy",
        "sparsecategoricalcrossentropy": "softmax_cross_entropy",
        "crossentropyloss": "softmax_cross_entropy",
        "logloss": "softmax_cross_entropy",
        "nll": "cross_entropy",
        "nllloss": "cross_entropy",
        "bce": "binary_cross_entropy",
        "bceloss": "binary_cross_entropy",
        "bcewithlogits": "binary_cross_entropy",
        "bcewithlogitsloss": "binary_cross_entropy",
        "binarycrossentropy": "binary_cross_entropy",
        "logistic": "binary_cross_entropy",
        "meansquarederror": "mse",
        "mseloss": "mse",
        "squarederror": "mse",
        "quadratic": "mse",
        "rmse": "mse",
        "meanabsoluteerror": "mae",
        "absoluteerror": "mae",
        "l1": "mae",
        "l1loss": "mae",
        "smoothl1": "huber",
        "smoothl1loss": "huber",
    },
    "layer": {
        "dense": "linear",
        "fc": "linear",
        "affine": "linear",
        "fullyconnected": "linear",
        "batchnormalization": "batchnorm",
        "bn": "batchnorm",
        "silu": "swish",
        "logistic": "sigmoid",
    },
    "optimizer": {
        "momentum": "sgd",
        "gd": "sgd",
        "gradientdescent": "sgd",
        "nag": "sgd",
        "nesterov": "sgd",
    },
    "metric": {
        "f1": "macro_f1",
        "f1score": "macro_f1",
        "f1macro": "macro_f1",
        "auc": "roc_auc",
        "rocaucovr": "roc_auc",
        "acc": "accuracy",
        "valacc": "accuracy",
        "valaccuracy": "accuracy",
        "validationaccuracy": "accuracy",
        "valloss": "loss",
        "validationloss": "loss",
        "crossentropy": "log_loss",
        "meanabsoluteerror": "mae",
        "rootmeansquarederror": "rmse",
        "mse": "rmse",
        "r2score": "r2",
    },
    "preset": {
        "stanford": "cs231n",
        "cs230": "ng",
        "andrewng": "ng",
        "coursera": "ng",
        "deeplearning.ai": "ng",
        "octave": "octave-ex4",
        "matlab": "octave-ex4",
        "pytorch": "torch",
        "cmu": "cmu-toy",
        "11785": "cmu-3.0.1",
        "mitchell": "delta-rule",
    },
    "schedule": {"steplr": "step", "cosineannealing": "cosine", "cosineannealinglr": "cosine", "cosinedecay": "cosine"},
}
"""Noun → names, without case and underscores."""

KEYS = {
    "model": "layers",
    "network": "layers",
    "architecture": "layers",
    "x": "inputs",
    "features": "inputs",
    "y": "targets",
    "labels": "targets",
    "criterion": "loss",
    "solver": "optimizer",
    "iterations": "steps",
    "lr": "learning_rate",
    "eta": "learning_rate",
    "p": "rate",
    "neurons": "units",
    "nodes": "units",
    "outfeatures": "units",
    "negativeslope": "slope",
    "epsilon": "eps",
    "validationsplit": "validation",
    "testsize": "validation",
    "table": "file",
    "csv": "file",
    "earlystopping": "patience",
    "randomstate": "seed",
    "monitor": "metric",
    "tol": "min_delta",
    "batch": "batch_size",
    "kernelinitializer": "init",
}
"""Key → ours, where it is known."""

ELSEWHERE = {
    "l1": "loss: {type: ..., l1: ...}",
    "l2": "loss: {type: ..., l2: ...}",
    "momentum": "optimizer: {type: sgd, momentum: ...}",
    "weight_decay": "optimizer: {type: ..., weight_decay: ...}",
    "clip_norm": "optimizer: {type: ..., clip_norm: ...}",
    "schedule": "optimizer: {type: ..., schedule: ...}",
    "activation": "layers: [..., relu]: an activation is a layer of its own",
}
"""Key → where it stands, for who writes it where it is not known."""


def simple(name: str) -> str:
    """Return a name without module, arguments, case and what joins its words: tf.keras.losses.MeanSquaredError()."""
    return re.sub(r"[\s_-]|1d$", "", name.partition("(")[0].rpartition(".")[2].casefold())


def ours(noun: str, name: str) -> str | None:
    """Return what we call what others call so."""
    return NAMES.get(noun, {}).get(simple(name))


def meant(noun: str, name: str, known: Collection[str], there: str = "known are") -> str:
    """Return ' (did you mean 'mse'?)' for a name that is none of those known; else what is known."""
    found = ours(noun, name) or simple(name)
    if found in known:
        return f" (did you mean {found!r}?)"
    if hint := suggestion(name, known):
        return hint
    theirs = {other: mine for other, mine in NAMES.get(noun, {}).items() if mine in known}
    import difflib  # only a mistake needs it

    close = difflib.get_close_matches(simple(name), theirs, n=1, cutoff=0.8) if len(name) <= 60 else []
    return f" (did you mean {theirs[close[0]]!r}?)" if close else f"; {there} {', '.join(known)}"


def otherwise(noun: str, words: Iterable[str], known: Collection[str]) -> str:
    """Say how to write {linear: {units: 3}} or {name: linear}, as others do, in which these words stand; else ask."""
    found = next((name for name in ((word if word in known else ours(noun, word)) for word in words) if name), None)
    return f"write {{type: {found}, ...}}, with its options beside it" if found else f"which {noun}?"


def our_key(key: str, known: Collection[str]) -> str:
    """Return ' (did you mean 'rate'?)' for a key that others call so, or where it belongs; else nothing."""
    found = KEYS.get(simple(key))
    if found in known:
        return f" (did you mean {found!r}?)"
    return f" here; write {ELSEWHERE[key]}" if key in ELSEWHERE else ""
