"""The engines that a config may name."""

from __future__ import annotations

from typing import Any, NewType

EngineName = NewType("EngineName", str)
DEFAULT = EngineName("numpy")
ENGINES: dict[str, Any] = dict.fromkeys((DEFAULT, "jax"))
"""What takes the steps of a training, by name; `train.engines` puts the kinds of engines here."""
