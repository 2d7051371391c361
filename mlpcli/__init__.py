"""mlp: run a multi-layer perceptron from a YAML file and print every intermediate tensor.

    import mlpcli
    net = mlpcli.load("toy.yaml")
    net.backward()["gradW3"]

numpy is imported when something is used.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .api.dump import read
    from .api.fitted import Diverged, Fitted
    from .api.load import load
    from .api.network import Network
    from .api.report import Report
    from .api.results import Tensors
    from .api.trained import Trained
    from .errors import InputError, Problem

__version__ = "0.2.0"

PUBLIC = {
    "load": "api.load",
    "read": "api.dump",
    "Network": "api.network",
    "Tensors": "api.results",
    "Trained": "api.trained",
    "Report": "api.report",
    "Fitted": "api.fitted",
    "Diverged": "api.fitted",
    "InputError": "errors",
    "Problem": "errors",
}
"""Names → the modules that have them."""

__all__ = ["Diverged", "Fitted", "InputError", "Network", "Problem", "Report", "Tensors", "Trained", "load", "read"]


def __getattr__(name: str) -> Any:
    """Import what is used for the first time."""
    if name not in PUBLIC:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(f".{PUBLIC[name]}", __name__), name)


def __dir__() -> list[str]:
    return sorted([*globals(), *PUBLIC])
