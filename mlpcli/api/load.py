"""A config, or a run → its network."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Any

from ..config.documents import chosen, read_documents
from ..config.nodes import Node
from ..config.objects import to_node
from ..errors import InputError, Place, Problem
from .arguments import path as path_of
from .arguments import whole
from .dump import NAME
from .network import Network

Config = str | os.PathLike[str] | Mapping[str, Any]


def load(config: Config, *, case: int | None = None) -> Network:
    """Read and check a config: a file, or a dict with the same keys, whose arrays may be numpy's; or a run's folder.

    Of a config with several documents, `case` says which, counted from 1. Raises InputError; its `problems` are all
    that is wrong.

    >>> import mlpcli
    >>> net = mlpcli.load("configs/toy.yaml")
    >>> net.backward()["gradW3"]
    array([[-21032.,   -352.],
           [-29397.,   -492.],
           [-35133.,   -588.]])
    >>> mlpcli.load({"layers": ["reul"], "inputs": [[1, 2]]})
    Traceback (most recent call last):
    ...
    mlpcli.errors.InputError: <dict>: layers[0]: unknown layer 'reul' (did you mean 'relu'?)
    """
    case = case if case is None else whole("load", "case", case)
    if isinstance(config, Mapping):
        document: Node = to_node(config, Place(NAME))
        return Network(NAME, chosen([document], case or 1, NAME)[0], 1)
    path = path_of("load", "config", config, "a path or a dict")
    if os.path.isdir(path):
        from .trained import Trained

        return Trained(path)
    documents = read_documents(path)
    if case is None and len(documents) > 1:
        message = f"the config has {len(documents)} cases: say which, case=1"
        raise InputError(Problem(Place(path), "", message))
    return Network(path, chosen(documents, case or 1, path)[0], len(documents), case or 1)
