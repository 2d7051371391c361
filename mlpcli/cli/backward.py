"""`mlp backward`."""

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
    """Print the forward pass, the loss and every gradient.

    \b
    mlp backward configs/toy.yaml --format json --only 'grad*'
    """
    from .run import print_goal

    print_goal("backward", "backward", **options)
