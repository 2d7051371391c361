"""Shell completion of the names of tensors: those of the config on the command line, else of the default one."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import click
from click.shell_completion import CompletionItem, split_arg_string

from ..errors import InputError
from .options import config_or_run, default_config

COMPLETED = ("config", "configs")
"""Arguments that are configs."""


def tensors(ctx: click.Context, incomplete: str) -> list[CompletionItem]:
    """Return the tensors whose names begin so; none where the config cannot be read."""
    try:
        names = tensor_names(config_of(ctx), ctx.params)
    except (InputError, click.ClickException, OSError):
        return []
    return [CompletionItem(name) for name in names if name.startswith(incomplete)]


def config_of(ctx: click.Context) -> str:
    """Return the config on the command line, also where it stands behind the cursor: `mlp why CELL CONFIG`.

    click gives up on all words where the last one is an option without its value: then they are looked through here.
    """
    given = next((ctx.params[key] for key in COMPLETED if ctx.params.get(key)), None)
    if given:
        return given if isinstance(given, str) else str(given[0])
    words = split_arg_string(os.environ.get("COMP_WORDS", ""))
    return next((word for word in words if is_config(word)), str(default_config()))


def is_config(word: str) -> bool:
    return Path(word).suffix in (".yaml", ".yml") or (Path(word) / "config.yaml").exists()


def tensor_names(config: str, options: dict[str, Any]) -> list[str]:
    """Return the names of all tensors of a config, in the order of computation. Raises InputError."""
    from ..config.load import load
    from ..config.training import Training

    path, changes = config_or_run(config, tuple(options.get("overrides") or ()), options.get("mode"))
    cases = load(path, "furthest", changes, Training())
    return list(dict.fromkeys(name for case in cases for name in case.program.order))
