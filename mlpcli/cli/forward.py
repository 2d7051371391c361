"""`mlp forward`."""

from __future__ import annotations

from typing import Any

import click

from .options import case_option, config_options, document_options, engine_option, tensor_options


@click.command()
@config_options
@case_option
@engine_option
@tensor_options
@document_options
def command(**options: Any) -> None:
    """Print the output of every layer, and the loss.

    \b
    mlp forward configs/toy.yaml --only 'Y*'
    """
    from .run import print_goal

    print_goal("forward", "forward", **options)
