"""`mlp conventions`."""

from __future__ import annotations

import click

from ..errors import quoted
from .emit import Shown, emit
from .options import document_options


@click.command()
@click.argument("preset", required=False)
@document_options
def command(preset: str | None, shown: Shown) -> None:
    """List the presets of `conventions:`, or print one in full.

    In full it is YAML for a config, every setting with its meaning, and the names of its notation.

    \b
    mlp conventions
    mlp conventions nielsen
    """
    from ..config.foreign import meant
    from ..nn.conventions import PRESETS
    from ..output import conventions

    if preset is None:
        emit(conventions.presets(), shown)
    elif preset in PRESETS:
        emit(conventions.preset(preset), shown)
    else:
        raise click.UsageError(f"no such preset {quoted(preset)}{meant('preset', preset, PRESETS)}")
